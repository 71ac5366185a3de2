"""An IPTC-IIM 4.2 block, as written by agencies and old programs, in Photoshop's image resource."""

import struct
from collections.abc import Iterable

_IPTC_RESOURCE = 1028
_UTF_8 = b"\x1b%G"
TITLE, KEYWORD, DATE, TIME, CREATOR, CITY, COUNTRY, CAPTION = 5, 25, 55, 60, 80, 90, 101, 120
"""Datasets of the application record."""


def iptc(datasets: Iterable[tuple[int, str]]) -> bytes:
    """Return a block of datasets (number, text), declared to be UTF-8."""
    block = _dataset(1, 90, _UTF_8) + _dataset(2, 0, b"\0\4")
    return block + b"".join(_dataset(2, number, text.encode()) for number, text in datasets)


def image_resource(block: bytes) -> bytes:
    """Return the block as Photoshop's nameless image resource 1028, padded to even length."""
    head = b"8BIM" + struct.pack(">H2xI", _IPTC_RESOURCE, len(block))
    return head + block + bytes(len(block) % 2)


def _dataset(record: int, number: int, value: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value
