"""What differs between two trees, in the form in which git's packs hold it.

See "Deltified representation" in git's description of packs: the two lengths, then instructions to
copy from the first object or to insert bytes.
"""

from collections.abc import Iterator
from typing import Final

_MOST_COPIED: Final = 0xFFFF
_MOST_INSERTED: Final = 0x7F


def tree_delta(base: bytes, target: bytes) -> bytes:
    """Return the instructions that make the content of a tree from that of another one."""
    offsets = {}
    at = 0
    for entry in _entries(base):
        offsets[entry] = at
        at += len(entry)
    made = [_length(len(base)), _length(len(target))]
    start = end = 0  # the range of the base that is to be copied
    new = b""  # the bytes that are to be inserted; one of the two is empty
    for entry in _entries(target):
        offset = offsets.get(entry)
        if offset is None or (offset != end and end > start):
            made += _copied(start, end)
            start = end = 0
        if offset is None:
            new += entry
            continue
        made += _inserted(new)
        new = b""
        start, end = (start if end > start else offset), offset + len(entry)
    made += [*_copied(start, end), *_inserted(new)]
    return b"".join(made)


def _entries(tree: bytes) -> Iterator[bytes]:
    """Yield each entry of a tree: mode, name, NUL, and 20 bytes."""
    at = 0
    while at < len(tree):
        end = tree.index(b"\0", at) + 21
        yield tree[at:end]
        at = end


def _length(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _copied(start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end, _MOST_COPIED):
        numbers = at.to_bytes(4, "little") + min(_MOST_COPIED, end - at).to_bytes(3, "little")
        mask = sum(1 << place for place, byte in enumerate(numbers) if byte)
        yield bytes([0x80 | mask, *(byte for byte in numbers if byte)])


def _inserted(new: bytes) -> Iterator[bytes]:
    for at in range(0, len(new), _MOST_INSERTED):
        some = new[at : at + _MOST_INSERTED]
        yield bytes([len(some)]) + some
