"""Many files of one photo: copies that differ in a JPEG comment and show the same."""

import struct
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

_COMMENT = b"\xff\xfe"


def distinct_copies(photos: Sequence[Path], count: int, folder: Path) -> list[Path]:
    """Write `count` files, made of `photos` in turn, into `folder`; no two have the same bytes.

    Copies of one photo are equally long: only their content tells them apart.
    """
    made = []
    for number, photo in enumerate(islice(cycle(photos), count)):
        path = folder / f"{number % 100:02d}" / f"IMG_{number:05d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(with_comment(photo.read_bytes(), f"copy {number:08d}"))
        made.append(path)
    return made


def with_comment(jpeg: bytes, text: str) -> bytes:
    """Return `jpeg` with a comment segment behind its leading application segments."""
    place = 2
    while jpeg[place] == 0xFF and 0xE0 <= jpeg[place + 1] <= 0xEF:
        place += 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
    content = text.encode()
    segment = _COMMENT + struct.pack(">H", len(content) + 2) + content
    return jpeg[:place] + segment + jpeg[place:]
