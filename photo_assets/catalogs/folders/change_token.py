"""Change tokens, computed from directory listings only.

A video with an identifier that no still of a matching name has may belong to any still of its
directory. Its token is marked and depends on all of them; tokens of other videos do not. The note
about a picture (`notes`) is a separate part of its token: where a notes file cannot be read, the
rest alone decides whether the picture is unchanged.
"""

import hashlib
from collections.abc import Sequence

from photo_assets.catalogs.folders.entry import FileEntry
from photo_assets.catalogs.folders.group import Member
from photo_assets.catalogs.folders.note import Note

_NOTED, _STILLS = "+", "~"  # prefixes of the further parts of a token


def change_token(member: Member, reader_version: int, note: Note | None = None) -> str:
    """Return a token over the states of all files that an item depends on, and its note.

    These are the media file, its sidecars and adjustments in order of precedence, and the files
    that its links name: the token changes when one of them is added, removed or changed.
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
    """Return the token with the note part of `known`; None where `known` has none."""
    stated = (known or "").partition(_STILLS)[0].partition(_NOTED)[2]
    return f"{token.partition(_NOTED)[0]}{_NOTED}{stated}" if stated else None


def with_stills(token: str, stills: Sequence[FileEntry]) -> str:
    """Return the token of a video that may belong to any of `stills`."""
    states = repr([entry.state for entry in stills])
    return f"{token}{_STILLS}{hashlib.blake2b(states.encode(), digest_size=16).hexdigest()}"


def still_holds(known: str | None, token: str, stills: Sequence[FileEntry]) -> bool:
    """Return whether a known token is still valid for an entry with the current `token`."""
    if known is None or known.partition(_STILLS)[0] != token:
        return False
    return known == token or known == with_stills(token, stills)
