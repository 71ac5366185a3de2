"""Converting one IPTC-IIM block to an `IptcRecord`: which dataset fills which field.

IIM 4.2: 2:55 and 2:62 are dates, CCYYMMDD with 00 for an unknown month or day; 2:60 and 2:63 are
times with their offset from UTC, HHMMSS±HHMM.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from photo_assets.media.iptc.datasets import Block, Name, read_block
from photo_assets.media.iptc.record import IptcRecord
from photo_assets.media.iptc.text import clean, decoder
from photo_assets.model.wall_time import WallTime, parse_wall_time

__all__ = ["IptcRecord", "joined", "parse_iptc"]

_CODED_CHARACTER_SET: Name = (1, 90)
_APPLICATION_RECORD = 2
_EMPTY = IptcRecord()
_CREATED: tuple[Name, Name] = ((2, 55), (2, 60))
_DIGITIZED: tuple[Name, Name] = ((2, 62), (2, 63))


def parse_iptc(data: bytes, stored_digest: bytes | None = None) -> IptcRecord:
    """Return the fields of a block; unreadable parts are named in `problems`.

    `stored_digest` is the 16 bytes of Photoshop's resource 1061: the MD5 of the block when XMP was
    last synchronized with it. Where it still matches, XMP is as new or newer; otherwise a program
    that writes only IPTC changed the block since (MWG Guidelines 2.0).
    """
    block = read_block(data)
    texts = [
        value
        for (record, _), values in block.values.items()
        if record == _APPLICATION_RECORD
        for value in values
    ]
    decode, problem = decoder(block.first(_CODED_CHARACTER_SET), texts)
    problems = [*block.problems, *([problem] if problem else [])]

    def one(number: int) -> str | None:
        return decode(block.first((_APPLICATION_RECORD, number))) or None

    def several(number: int) -> tuple[str, ...]:
        values = map(decode, block.values.get((_APPLICATION_RECORD, number), []))
        return tuple(dict.fromkeys(filter(None, values)))

    return IptcRecord(
        title=one(5),
        headline=one(105),
        caption=one(120),
        caption_writer=one(122),
        keywords=several(25),
        category=one(15),
        supplemental_categories=several(20),
        creators=several(80),
        creator_titles=several(85),
        credit=one(110),
        source=one(115),
        copyright=one(116),
        instructions=one(40),
        city=one(90),
        sublocation=one(92),
        state=one(95),
        country=one(101),
        country_code=one(100),
        created=_time(block, _CREATED, problems),
        digitized=_time(block, _DIGITIZED, problems),
        digest_matches=_matches(data, stored_digest),
        problems=tuple(problems),
    )


def joined(records: Sequence[IptcRecord]) -> IptcRecord:
    """Return several blocks of one file as one: for each field, the first stated value.

    Keywords and names of all blocks are kept, each once.
    """
    fields: dict[str, Any] = {}
    for name in IptcRecord.__dataclass_fields__:
        values = [getattr(record, name) for record in records]
        if isinstance(getattr(_EMPTY, name), tuple):
            fields[name] = tuple(dict.fromkeys(entry for value in values for entry in value))
        else:
            fields[name] = next((value for value in values if value is not None), None)
    return IptcRecord(**fields)


def _time(block: Block, names: tuple[Name, Name], problems: list[str]) -> WallTime | None:
    date, clock = (clean(block.first(name).decode("ascii", "replace")) for name in names)
    time = stated_time(date, clock)
    if is_unreadable(date, time):
        problems.append(f"The IPTC date {names[0][0]}:{names[0][1]} is none that can be read.")
    return time


def _matches(data: bytes, stored: bytes | None) -> bool | None:
    """Return whether the digest is that of the block, with or without padding."""
    if not stored:
        return None
    forms = (data, data.rstrip(b"\0"))
    return any(hashlib.md5(form, usedforsecurity=False).digest() == stored for form in forms)


# Separators violate the standard, but are common.
_DATE = re.compile(r"(\d{4})(?:[-:/.]?(\d\d)(?:[-:/.]?(\d\d))?)?", re.ASCII)
_CLOCK = re.compile(r"(\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d{1,9})?\s*(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_NULL = re.compile(r"[0\s:/.+-]*")


def stated_time(date: str, clock: str) -> WallTime | None:
    """Return the time in the two texts; None without a usable date.

    The clock is used only with a complete date. Its offset is kept as written: programs that do not
    know it write the offset of their machine, or +0000.
    """
    day = _DATE.fullmatch(date.strip())
    if day is None:
        return None
    year, month, of_month = day[1], day[2] or "00", day[3] or "00"
    hand = _CLOCK.fullmatch(clock.strip())
    seconds = f":{hand[3]}" if hand and hand[3] else ""
    time = f"T{hand[1]}:{hand[2]}{seconds}{hand[4] or ''}" if hand else ""
    return parse_wall_time(f"{year}-{month}-{of_month}{time}")


def is_unreadable(date: str, time: WallTime | None) -> bool:
    """Return whether a date is not empty but cannot be parsed; zeros and blanks are empty."""
    return time is None and _NULL.fullmatch(date) is None
