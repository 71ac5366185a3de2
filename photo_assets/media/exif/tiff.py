"""The TIFF structure that EXIF and most RAW formats are made of: directories of typed values.

TIFF 6.0, BigTIFF, and the headers of Olympus and Panasonic RAW. The meaning of tags is defined in
`fields`. Values are read on access, so that reading a directory reads only its entries.
"""

import math
import struct
from collections.abc import Container, Iterator

from photo_assets.media.exif.window import MAX_VALUE_BYTES, ExifError, Window
from photo_assets.model.names import clean_text

MAX_DIRECTORIES = 32
MAX_ENTRIES = 4096

PANASONIC = 0x55
_MAGIC = {
    42: False,
    43: True,
    PANASONIC: False,
    0x4F52: False,
    0x5352: False,
}  # whether it is a BigTIFF
_FORMATS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q"}
_SIZES = {2: 1, 7: 1, 129: 1, 5: 8, 10: 8, 17: 8, 18: 8} | {
    kind: struct.calcsize("=" + letter) for kind, letter in _FORMATS.items()
}

_TEXTS = frozenset({1, 2, 7, 129})  # bytes, ASCII, undefined, and UTF-8 of EXIF 3.0

Entries = dict[int, tuple[int, int, bytes]]


class Directory:
    """One image file directory: tags with values."""

    def __init__(self, tiff: "Tiff", entries: Entries, following: int, *, is_cut: bool) -> None:
        self._tiff = tiff
        self._entries = entries
        self.following = following
        self.is_cut = is_cut  # the structure ends before the directory does

    def __contains__(self, tag: int) -> bool:
        return tag in self._entries

    @property
    def is_empty(self) -> bool:
        """Return whether the directory has no tags."""
        return not self._entries

    def over(self, other: "Directory", tags: Container[int]) -> "Directory":
        """Return the directory with missing tags added from these tags of `other`."""
        more = {tag: entry for tag, entry in other._entries.items() if tag in tags}
        return Directory(self._tiff, more | self._entries, self.following, is_cut=self.is_cut)

    def inner(self, tag: int) -> "Directory | None":
        """Return the directory in a value, as manufacturers store in MakerNote."""
        if self.size(tag) <= len(self._entries.get(tag, (0, 0, b""))[2]):
            return None
        return self._tiff.directory(self._tiff.integer(self._entries[tag][2]))

    @property
    def big_endian(self) -> bool:
        """Return whether the structure's numbers are big-endian."""
        return self._tiff.order == ">"

    def size(self, tag: int) -> int:
        """Return the stated size of a value in bytes, 0 when absent."""
        kind, count, _ = self._entries.get(tag, (0, 0, b""))
        return _SIZES.get(kind, 0) * count

    def data(self, tag: int, limit: int = MAX_VALUE_BYTES) -> bytes:
        """Return the bytes of a value, b"" when absent or longer than `limit`."""
        if tag not in self._entries:
            return b""
        size, field = self.size(tag), self._entries[tag][2]
        if size > limit:
            return b""
        if size <= len(field):
            return field[:size]
        return self._tiff.window.at(self._tiff.integer(field), size)

    def text(self, tag: int) -> str | None:
        """Return a text up to its NUL: UTF-8 as most programs write, otherwise Windows-1252."""
        if tag not in self._entries or self._entries[tag][0] not in _TEXTS:
            return None
        raw = self.data(tag).partition(b"\0")[0]
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", "replace")
        return clean_text(text).strip() or None

    def numbers(self, tag: int, limit: int = MAX_VALUE_BYTES) -> list[float]:
        """Return the numbers of a value of up to `limit` bytes; a fraction over zero is NaN."""
        if tag not in self._entries:
            return []
        kind, raw = self._entries[tag][0], self.data(tag, limit)
        order = self._tiff.order
        if kind in {5, 10}:
            parts = struct.unpack(
                f"{order}{len(raw) // 8 * 2}{'I' if kind == 5 else 'i'}", raw[: len(raw) // 8 * 8]
            )
            pairs = zip(parts[::2], parts[1::2], strict=True)
            return [top / bottom if bottom else math.nan for top, bottom in pairs]
        if kind not in _FORMATS:
            return []
        size = _SIZES[kind]
        count = len(raw) // size
        return [
            float(n) for n in struct.unpack(f"{order}{count}{_FORMATS[kind]}", raw[: count * size])
        ]

    def number(self, tag: int) -> float | None:
        """Return the first number of a value, if it is finite."""
        value = next(iter(self.numbers(tag)), math.nan)
        return value if math.isfinite(value) else None

    def integer(self, tag: int) -> int | None:
        """Return the first number of a value as an integer."""
        value = self.number(tag)
        return None if value is None else int(value)


class Tiff:
    """A TIFF structure in a window. Raises `ExifError` when the window does not contain one."""

    def __init__(self, window: Window) -> None:
        self.window = window
        head = window.at(0, 16)
        self.order = {b"II": "<", b"MM": ">"}.get(head[:2], "")
        self.magic = struct.unpack(self.order + "H", head[2:4])[0] if len(head) >= 8 else 0
        if not self.order or self.magic not in _MAGIC:
            raise ExifError("It is not a TIFF structure.")
        self.big = _MAGIC[self.magic]
        self.first = self.integer(head[8:16] if self.big else head[4:8])

    def integer(self, field: bytes) -> int:
        """Return an offset or count in this file's byte order."""
        return int.from_bytes(field, "little" if self.order == "<" else "big")

    def directory(self, offset: int) -> Directory | None:
        """Return the directory at `offset`, or None when there is none."""
        count_size, entry_size, pointer = (8, 20, 8) if self.big else (2, 12, 4)
        head = self.window.at(offset, count_size)
        count = self.integer(head)
        if offset < 8 or len(head) < count_size or count > MAX_ENTRIES:
            return None
        raw = self.window.at(offset + count_size, count * entry_size + pointer)
        entries: Entries = {}
        for start in range(
            0, min(count * entry_size, len(raw) // entry_size * entry_size), entry_size
        ):
            entry = raw[start : start + entry_size]
            tag, kind = struct.unpack(self.order + "HH", entry[:4])
            values = self.integer(entry[4 : 4 + pointer])
            entries.setdefault(tag, (kind, values, entry[4 + pointer :]))
        following = self.integer(raw[count * entry_size :][:pointer])
        return Directory(self, entries, following, is_cut=len(raw) < count * entry_size)

    def empty(self) -> Directory:
        """Return a directory without tags."""
        return Directory(self, {}, 0, is_cut=False)

    def main(self) -> Directory | None:
        """Return the first directory."""
        return self.directory(self.first)

    def child(self, parent: Directory | None, tag: int) -> Directory | None:
        """Return the directory that a pointer tag of `parent` names."""
        offset = parent.integer(tag) if parent is not None else None
        return None if offset is None else self.directory(offset)

    def images(self) -> Iterator[Directory]:
        """Yield the directories of the chain and their sub-images (tag 330), each once."""
        open_offsets = [self.first]
        seen: set[int] = set()
        while open_offsets and len(seen) < MAX_DIRECTORIES:
            offset = open_offsets.pop(0)
            found = None if offset in seen else self.directory(offset)
            seen.add(offset)
            if found is not None:
                yield found
                open_offsets.append(found.following)
                open_offsets += [int(n) for n in found.numbers(330)[:16] if math.isfinite(n)]
