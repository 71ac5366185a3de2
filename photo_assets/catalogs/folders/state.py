"""Tokens that say "nothing changed", computed from directory listings alone.

A video with an identifier that no still of a fitting name has may belong to any still of its
directory. Its token says so and depends on all of them; other videos' tokens do not. What is noted
of a picture in files about several (`notes`) is part of its token too, and can be told from the
rest: where such a file cannot be read now, the rest alone says whether the picture is as it was.
"""

import hashlib
from collections.abc import Sequence

from photo_assets.catalogs.folders.entry import FileEntry
from photo_assets.catalogs.folders.group import Member
from photo_assets.catalogs.folders.note import Note

_NOTED, _STILLS = "+", "~"  # what begins the further parts of a token


def change_token(member: Member, reader_version: int, note: Note | None = None) -> str:
    """Return a token over the states of all files that an item depends on, and what is noted of it.

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
    token = hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()
    return token if note is None else f"{token}{_NOTED}{note.digest}"


def with_last_note(token: str, known: str | None) -> str | None:
    """Return the token with what was noted when `known` was made; None where nothing was."""
    said = (known or "").partition(_STILLS)[0].partition(_NOTED)[2]
    return f"{token.partition(_NOTED)[0]}{_NOTED}{said}" if said else None


def with_stills(token: str, stills: Sequence[FileEntry]) -> str:
    """Return the token of a video that may belong to any of `stills`."""
    states = repr([entry.state for entry in stills])
    return f"{token}{_STILLS}{hashlib.blake2b(states.encode(), digest_size=16).hexdigest()}"


def still_holds(known: str | None, token: str, stills: Sequence[FileEntry]) -> bool:
    """Say whether a known token is that of an entry whose files' token is `token` now."""
    if known is None or known.partition(_STILLS)[0] != token:
        return False
    return known == token or known == with_stills(token, stills)
