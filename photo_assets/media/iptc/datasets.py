"""The datasets of an IPTC-IIM block: where each begins and ends; what they mean belongs elsewhere.

IIM 4.2, chapter 1: a tag marker 0x1C, record, dataset number, two bytes of length, the data. A
length with its highest bit set is itself the number of bytes of the length that follows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_BLOCK_BYTES = 4 * 1024 * 1024
MAX_DATASETS = 10_000
MAX_DATA_BYTES = 256 * 1024  # the longest text of IIM 4.2 has 2,000 bytes

_MARKER = 0x1C
_HEADER = 5
_LONGEST_LENGTH = 8

Name = tuple[int, int]  # record and dataset number, as (2, 25) for 2:25


@dataclass(slots=True)
class Block:
    """The datasets of one block by name, in order, and what of the block could not be read."""

    values: dict[Name, list[bytes]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def first(self, name: Name) -> bytes:
        """Return the first value of a dataset that is not blank, b"" without one."""
        return next((value for value in self.values.get(name, []) if value.strip(b"\0 ")), b"")


def read_block(data: bytes) -> Block:
    """Return the datasets up to the first impossible one; what is behind that is noted as lost.

    Some TIFF writers stored the block as 32-bit numbers of the other byte order (libtiff before
    4.0 on big-endian machines): four bytes each are turned where only that gives a marker.
    """
    block = Block()
    if data[:1] != b"\x1c" and data[3:4] == b"\x1c":
        data = b"".join(data[at : at + 4][::-1] for at in range(0, len(data), 4))
    if len(data) > MAX_BLOCK_BYTES:
        block.problems.append(
            f"The IPTC block has {len(data):,} bytes; the first {MAX_BLOCK_BYTES:,} are read."
        )
        data = data[:MAX_BLOCK_BYTES]
    for name, value in _datasets(data, block.problems):
        block.values.setdefault(name, []).append(value)
    return block


def _datasets(data: bytes, problems: list[str]) -> Iterator[tuple[Name, bytes]]:
    offset = 0
    for _ in range(MAX_DATASETS):
        head = data[offset : offset + _HEADER]
        if head[:1] in {b"", b"\0"} and not data[offset:].strip(b"\0"):
            return  # the end, or the padding that some programs write
        if len(head) < _HEADER or head[0] != _MARKER:
            problems.append("The IPTC block holds bytes that are not dataset; the rest is lost.")
            return
        length, start = int.from_bytes(head[3:]), offset + _HEADER
        if length & 0x8000:
            size = length & 0x7FFF
            length = int.from_bytes(data[start : start + size]) if size <= _LONGEST_LENGTH else -1
            start += size
        if length < 0 or start + length > len(data):
            problems.append(
                "A dataset of the IPTC block is longer than the block; the rest is lost."
            )
            return
        if length <= MAX_DATA_BYTES:
            yield (head[1], head[2]), data[start : start + length]
        else:
            problems.append(f"A dataset of the IPTC block has {length:,} bytes and is not read.")
        offset = start + length
    problems.append(f"The IPTC block has more than {MAX_DATASETS:,} datasets; the rest is lost.")
