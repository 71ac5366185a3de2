import struct

import pytest

from photo_assets_tests.media.exif.blocks import jpeg, parts, segment

CANON, NIKON = b"Canon\0\0\0", b"NIKON CORPORATION\0"


def exif(make: bytes, note: bytes, at: int = 200) -> bytes:
    """A JPEG whose EXIF has a maker note at a place counted from the start of the structure."""
    main = struct.pack("<HHHIIHHIII", 2, 0x010F, 2, len(make), 120, 34665, 4, 1, 60, 0)
    inner = struct.pack("<HHHIII", 1, 0x927C, 7, len(note), at, 0)
    data = (b"II*\0\x08\0\0\0" + main).ljust(60, b"\0") + inner
    data = (data.ljust(120, b"\0") + make).ljust(at, b"\0") + note
    return jpeg(segment(0xE1, b"Exif\0\0" + data))


def directory(lists: dict[int, list[int]], at: int) -> bytes:
    """A directory of lists of 16-bit numbers, at a place in its structure."""
    start = at + 2 + 12 * len(lists) + 4
    entries, values = b"", b""
    for tag, numbers in lists.items():
        content = struct.pack(f"<{len(numbers)}H", *numbers)
        where = struct.pack("<I", start + len(values))
        inline = len(content) <= 4
        entries += struct.pack("<HHI", tag, 3, len(numbers))
        entries += content.ljust(4, b"\0") if inline else where
        values += b"" if inline else content
    return struct.pack("<H", len(lists)) + entries + b"\0" * 4 + values


def canon(setting: int, shot: tuple[int, int] | None = None) -> bytes:
    lists = {1: [0] * 16 + [setting] + [0] * 10}
    if shot is not None:
        lists[4] = [0, *shot, 0, 0]
    return exif(CANON, directory(lists, 200))


@pytest.mark.parametrize(
    ("data", "iso"),
    [
        (canon(17), 100),
        (canon(20), 800),
        (canon(0x4000 | 250), 250),
        (canon(15, (0, 128)), 50),  # automatic: 100 % of base 50
        (canon(15, (32, 160)), 200),
        (canon(0x7FFF, (0, 160)), 100),
        (canon(15), None),
        (canon(0, (0, 0)), None),
        (exif(CANON, b"no directory at all"), None),
        (exif(CANON, b""), None),
    ],
)
def test_canon(data: bytes, iso: int | None) -> None:
    assert parts(data).camera.iso == iso


def nikon(iso: int) -> bytes:
    tiff = b"II*\0\x08\0\0\0" + directory({2: [0, iso]}, 8)
    return exif(NIKON, b"Nikon\0\2\x10\0\0" + tiff)


@pytest.mark.parametrize(
    ("data", "iso"),
    [
        (nikon(200), 200),
        (nikon(0), None),
        (nikon(65535), None),
        (exif(NIKON, directory({2: [0, 400], 3: [1, 2, 3]}, 200)), 400),
        (exif(NIKON, b"Nikon\0\2\x10\0\0broken"), None),
        (exif(b"ACME\0\0\0\0", directory({2: [0, 400], 3: [1, 2, 3]}, 200)), None),
    ],
)
def test_nikon(data: bytes, iso: int | None) -> None:
    assert parts(data).camera.iso == iso
