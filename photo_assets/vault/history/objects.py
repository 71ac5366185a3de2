"""Finding the objects of a repository, with a bounded number of open files.

Whether what is found is damaged is decided by the caller. dulwich's own object store keeps four
files open for each pack, which in a long history are more than a process may have.
"""

import os
from io import BytesIO
from pathlib import Path
from typing import Final

from dulwich.object_format import SHA1
from dulwich.object_store import DiskObjectStore
from dulwich.objects import ObjectID, ShaFile, hex_to_sha
from dulwich.pack import Pack, PackData, PackIndex, load_pack_index, load_pack_index_file

_OPEN: Final = 16
"""How many packs are open together; each needs two files."""

_IN_MEMORY: Final = 16 << 20
"""The size in bytes up to which an index is held in memory; a larger one is of many packs."""


class Objects:
    """The objects in a folder `objects`: in packs, loose, and in the folders it refers to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._indexes: dict[str, PackIndex] = {}
        self._open: dict[str, Pack] = {}

    def get(self, name: bytes) -> tuple[int, bytes]:
        """Return the kind and content of an object.

        Raises `KeyError` if there is none, `OSError`, and other kinds for damaged files.
        """
        sha = hex_to_sha(ObjectID(name))
        while True:
            for stem in [*self._indexes]:
                try:
                    self._indexes[stem].object_offset(sha)
                    return self._pack(stem).get_raw(sha)
                except (KeyError, FileNotFoundError):  # the pack may just have been joined
                    continue
            if (found := self._loose(name)) is not None:
                return found
            if not self._rescan():
                break
        for alternate in DiskObjectStore(self._folder).alternates:
            if ObjectID(name) in alternate:
                return alternate.get_raw(ObjectID(name))
        raise KeyError(name)

    def close(self) -> None:
        """Close all files; they are opened again when needed."""
        for pack in self._open.values():
            pack.data.close()
        self._open.clear()
        for index in self._indexes.values():
            index.close()
        self._indexes.clear()

    def _pack(self, stem: str) -> Pack:
        """Return a pack, opened if it is not; the one that was not used for longest is closed."""
        pack = self._open.pop(stem, None)
        if pack is None:
            if len(self._open) >= _OPEN:
                self._open.pop(next(iter(self._open))).data.close()
            data = PackData(self._folder / "pack" / f"{stem}.pack", object_format=SHA1)
            pack = Pack.from_objects(data, self._indexes[stem])
        self._open[stem] = pack
        return pack

    def _rescan(self) -> bool:
        """Learn which packs there are now; return whether there is a new one."""
        folder = self._folder / "pack"
        try:
            names = {*os.listdir(folder)}
        except FileNotFoundError:
            names = set()
        there = {
            name.removesuffix(".idx")
            for name in names
            if name.endswith(".idx") and f"{name.removesuffix('.idx')}.pack" in names
        }
        for stem in self._indexes.keys() - there:
            if (pack := self._open.pop(stem, None)) is not None:
                pack.data.close()
            self._indexes.pop(stem).close()
        new = there - self._indexes.keys()
        for stem in sorted(new):
            self._indexes[stem] = _index(folder / f"{stem}.idx")
        return bool(new)

    def _loose(self, name: bytes) -> tuple[int, bytes] | None:
        digits = name.decode()
        try:
            found = ShaFile.from_path(str(self._folder / digits[:2] / digits[2:]))
        except FileNotFoundError:
            return None
        return found.type_num, found.as_raw_string()


def _index(file: Path) -> PackIndex:
    if file.stat().st_size > _IN_MEMORY:
        return load_pack_index(file, SHA1)
    return load_pack_index_file(file, BytesIO(file.read_bytes()), SHA1)
