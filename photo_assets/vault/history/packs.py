"""Writing git objects as packs that survive a power failure. What the objects say is the caller's.

git's own programs, and dulwich, sync none or few of the objects that they write. Here a pack and
its index are synced, renamed and synced again with their folder, in that order. Nothing reads a
pack without its index, and nothing refers to its objects before the caller moves a branch.
"""

import hashlib
import secrets
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Final

from dulwich.object_format import SHA1
from dulwich.pack import (
    load_pack_index_file,
    pack_header_chunks,
    pack_object_header,
    write_pack_index_v2,
)

from photo_assets.system.durable import replacing

COMMIT: Final = 1
TREE: Final = 2
BLOB: Final = 3
KINDS: Final = {COMMIT: b"commit", TREE: b"tree", BLOB: b"blob"}
"""git's numbers of the kinds of objects, and their names."""

PACK_BYTES = 16 << 20
"""The compressed size at which a pack is closed and the next one begun: it is held in memory."""


_PREFIX: Final = "pack-70686f746f73"
"""The names of this program's packs begin so ("photos"); git's own are digests."""

_FEW: Final = 30
"""Up to how many small packs are left as they are."""


def object_id(kind: int, content: bytes) -> bytes:
    """Return git's name of an object, 40 hex digits."""
    header = b"%s %d\0" % (KINDS[kind], len(content))
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest().encode()


class PackWriter:
    """Collects objects, and writes them as packs into the folder `objects/pack` of a repository.

    `announce` is called with the names of all packs so far before another one is written, so that
    they can be removed if no branch ever refers to them.
    """

    def __init__(
        self, folder: Path, announce: Callable[[list[str]], None], limit: int = PACK_BYTES
    ) -> None:
        self._folder = folder
        self._announce = announce
        self._limit = limit
        self._pending: dict[bytes, bytes] = {}
        self._size = 0
        self._names: list[str] = []
        self.bytes_written = 0

    def add(self, kind: int, content: bytes) -> bytes:
        """Add an object and return its name. Raises `StorageError` if a full pack is refused."""
        name = object_id(kind, content)
        if name not in self._pending:
            entry = bytes(pack_object_header(kind, None, len(content), SHA1))
            self.add_entry(name, entry + zlib.compress(content))
        return name

    def add_entry(self, name: bytes, entry: bytes) -> None:
        """Add an object as packs hold it: header and compressed content. Raises as `add`."""
        self._pending[name] = entry
        self._size += len(entry)
        if self._size >= self._limit:
            self.flush()

    def pending(self, name: bytes) -> bool:
        """Return whether an object is in the pack that is not written yet."""
        return name in self._pending

    def flush(self) -> None:
        """Write the collected objects durably. Raises `StorageError`; then no index refers to them.

        The name of a pack is random: one of the content would replace a pack that is being read.
        """
        if not self._pending:
            return
        stem = f"{_PREFIX}{secrets.token_hex(14)}"
        self._names.append(stem)
        self._announce(self._names)
        digest = hashlib.sha1(usedforsecurity=False)
        entries: list[tuple[bytes, int, int | None]] = []
        with replacing(self._folder / f"{stem}.pack", 0o444) as stream:
            offset = 0
            for chunk in pack_header_chunks(len(self._pending)):
                digest.update(chunk)
                offset += stream.write(chunk)
            for name, entry in self._pending.items():
                entries.append((bytes.fromhex(name.decode()), offset, zlib.crc32(entry)))
                digest.update(entry)
                offset += stream.write(entry)
            stream.write(digest.digest())
        with replacing(self._folder / f"{stem}.idx", 0o444) as stream:
            write_pack_index_v2(stream, sorted(entries), digest.digest())
            self.bytes_written += offset + stream.tell()
        self._pending.clear()
        self._size = 0


def small_packs(folder: Path) -> list[str]:
    """Return the small packs of this program, if they are more than a few; else none."""
    small = [
        pack.stem
        for pack in sorted(folder.glob(f"{_PREFIX}*.pack"))
        if pack.stat().st_size < PACK_BYTES // 2
        and pack.with_suffix(".idx").exists()
        and not pack.with_suffix(".keep").exists()
    ]
    return small if len(small) > _FEW else []


def copy_entries(folder: Path, stem: str, target: PackWriter) -> None:
    """Add all objects of a pack of this program to another one, unchanged.

    Raises `ValueError` if the pack is damaged, and as `PackWriter.add`.
    """
    content = (folder / f"{stem}.pack").read_bytes()
    if hashlib.sha1(content[:-20], usedforsecurity=False).digest() != content[-20:]:
        raise ValueError(f"The pack {stem} is damaged.")
    index = load_pack_index_file(stem, BytesIO((folder / f"{stem}.idx").read_bytes()), SHA1)
    offsets = sorted((offset, bytes(sha)) for sha, offset, _ in index.iterentries())
    ends = [offset for offset, _ in offsets[1:]] + [len(content) - 20]
    for (offset, sha), end in zip(offsets, ends, strict=True):
        target.add_entry(sha.hex().encode(), content[offset:end])
