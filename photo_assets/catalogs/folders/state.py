"""Tokens that say "nothing changed", computed from directory listings alone."""

import hashlib

from photo_assets.catalogs.folders.group import Member


def change_token(member: Member, reader_version: int) -> str:
    """Return a token over the states of all files that an item depends on.

    The media file, its sidecars and adjustments in the order of belief, and the files its links
    name: one that appears, goes or changes makes the token another one.
    """
    parts = (
        reader_version,
        member.file.state,
        [entry.state for entry in member.sidecars],
        [entry.state for entry in member.adjustments],
        [(kind.value, entry.text) for kind, entry in member.relations],
        member.live_still.state if member.live_still else None,
    )
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()
