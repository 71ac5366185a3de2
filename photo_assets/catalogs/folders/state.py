"""Tokens that say "nothing changed", computed from directory listings alone.

A video with an identifier that no still of a fitting name has may belong to any still of its
directory. Its token says so and depends on all of them; other videos' tokens do not.
"""

import hashlib
from collections.abc import Sequence

from photo_assets.catalogs.folders.entry import FileEntry
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
        [(kind.value, entry.state) for kind, entry in member.relations],
        [entry.state for entry in member.live_stills],
    )
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def with_stills(token: str, stills: Sequence[FileEntry]) -> str:
    """Return the token of a video that may belong to any of `stills`."""
    states = repr([entry.state for entry in stills])
    return f"{token}~{hashlib.blake2b(states.encode(), digest_size=16).hexdigest()}"


def still_holds(known: str | None, token: str, stills: Sequence[FileEntry]) -> bool:
    """Say whether a known token is that of an entry whose files' token is `token` now."""
    if known is None or not known.startswith(token):
        return False
    return known == (token if len(known) == len(token) else with_stills(token, stills))
