"""Writing git objects as packs that survive a power failure. What the objects say is the caller's.

git's own programs, and dulwich, sync none or few of the objects that they write. Here a pack and
its index are synced, renamed and synced again with their folder, in that order. Nothing reads a
pack without its index, and nothing refers to its objects before the caller moves a branch.
"""

import hashlib
import secrets
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from dulwich.object_format import SHA1
from dulwich.pack import (
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

PREFIX: Final = "pack-70686f746f73"
"""The names of this program's packs begin so ("photos"); git's own are digests."""

_DEEPEST: Final = 50
"""How many differences may have to be applied to read an object; git's own limit."""


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
        self._depths: dict[bytes, int] = {}
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
        if name in self._pending:
            return
        self._pending[name] = entry
        self._size += len(entry)
        if self._size >= self._limit:
            self.flush()

    def add_difference(self, name: bytes, base: bytes, entry: bytes) -> bool:
        """Add an object whose entry is a difference from another one; return whether it is there.

        It is not added if the other one is in no pending pack, or itself a long row of differences:
        a pack must be readable by itself, and fast. Raises as `add`.
        """
        if name not in self._pending:
            depth = self._depths.get(base, 0) + 1
            if base not in self._pending or depth > _DEEPEST:
                return False
            self._depths[name] = depth
            self.add_entry(name, entry)
        return True

    def pending(self, name: bytes) -> bool:
        """Return whether an object is in the pack that is not written yet."""
        return name in self._pending

    def flush(self) -> None:
        """Write the collected objects durably. Raises `StorageError`; then no index refers to them.

        The name of a pack is random: one of the content would replace a pack that is being read.
        """
        if not self._pending:
            return
        stem = f"{PREFIX}{secrets.token_hex(14)}"
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
        self._depths.clear()
        self._size = 0
