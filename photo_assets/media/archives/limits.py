"""What an archive may ask for: the limits, and which entry names are acceptable.

Names of archive *files* and which catalog they belong to are not decided here.
"""

import re

from photo_assets.model.errors import ExitCode, PhotoAssetsError

MAX_ENTRIES = 500_000
"""Entries of one archive. A 50 GB Takeout part of photos has well under 100,000."""

MAX_DIRECTORY_BYTES = 256 << 20
"""Size of a zip's central directory, bytes."""

MAX_MEMBER_BYTES = 64 << 30
"""Declared size of one entry, bytes. The largest archive part Takeout makes is 50 GB."""

MAX_HEADER_BYTES = 1 << 20
"""Size of one extended tar header (pax record, GNU long name), bytes."""

RATIO_LIMIT = 100
RATIO_FLOOR_BYTES = 256 << 20
"""More than RATIO_FLOOR_BYTES out of one entry at over RATIO_LIMIT to one is a bomb. Photos and
videos hardly compress at all; deflate's own ceiling is 1032 to one (RFC 1951)."""

CHUNK = 256 << 10
"""Bytes read from disk at once."""

_DRIVE = re.compile(r"^[A-Za-z]:")


class ArchiveError(PhotoAssetsError):
    """An archive, or one entry of it, cannot be read. `reason` is a short stable word group."""

    exit_code = ExitCode.SOURCE

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def is_bomb(produced: int, consumed: int) -> bool:
    """Say whether `produced` bytes out of `consumed` compressed ones is more than photos do."""
    return produced > RATIO_FLOOR_BYTES and produced > RATIO_LIMIT * max(consumed, 1)


def safe_name(name: str) -> str | None:
    """Return an entry's name without leading "./", or None when it is not a plain relative path.

    Refused: empty, absolute, with a drive letter, a backslash, a NUL, or a ".." or empty part.
    Nothing is ever unpacked, so such a name could not escape; it is refused because no honest
    export has it and because ids and reports are made from names.
    """
    while name.startswith("./"):
        name = name[2:]
    name = name.removesuffix("/")
    if not name or "\\" in name or "\x00" in name or _DRIVE.match(name):
        return None
    if any(part in {"", ".", ".."} for part in name.split("/")):
        return None
    return name
