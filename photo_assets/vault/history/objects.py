"""Finding the objects of a repository, with a bounded number of open files.

A damaged copy is passed over if there is a whole one, as in a pack of another clone. dulwich's own
object store keeps four files open for each pack, which in a long history are more than a process
may have.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Final

from dulwich.object_format import SHA1
from dulwich.object_store import DiskObjectStore
from dulwich.objects import ObjectID, ShaFile, hex_to_sha
from dulwich.pack import Pack, PackData, PackIndex, load_pack_index, load_pack_index_file

from photo_assets.vault.history.packs import object_id

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
        """Return the kind and content of an object, of the first of its copies that is whole.

        Raises `KeyError` if there is none, `OSError`, and `ValueError` if all copies are damaged.
        """
        damage = ""
        for copy in self._copies(name):
            try:
                kind, content = copy()
                whole = object_id(kind, content) == name
            except (KeyError, FileNotFoundError):  # not in it, or its pack was just joined
                continue
            except OSError:
                raise
            except Exception as error:  # dulwich raises many kinds
                damage = repr(error)  # the error itself would keep the file mapped
                continue
            if whole:
                return kind, content
            damage = "its content has another name"
        if damage:
            raise ValueError(damage)
        raise KeyError(name)

    def _copies(self, name: bytes) -> Iterator[Callable[[], tuple[int, bytes]]]:
        """Yield what reads a copy of an object, where one may be."""
        sha = ObjectID(name)
        tried: set[str] = set()
        while True:
            for stem in [one for one in self._indexes if one not in tried]:
                tried.add(stem)
                yield partial(self._packed, stem, sha)
            yield partial(self._loose, name)
            if not self._rescan():
                break
        for alternate in DiskObjectStore(self._folder).alternates:
            yield partial(alternate.get_raw, sha)

    def _packed(self, stem: str, name: ObjectID) -> tuple[int, bytes]:
        sha = hex_to_sha(name)
        self._indexes[stem].object_offset(sha)  # raises `KeyError` before the pack is opened
        found: tuple[int, bytes] = self._pack(stem).get_raw(sha)
        return found

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

    def _loose(self, name: bytes) -> tuple[int, bytes]:
        digits = name.decode()
        found = ShaFile.from_path(str(self._folder / digits[:2] / digits[2:]))
        return found.type_num, found.as_raw_string()


def _index(file: Path) -> PackIndex:
    if file.stat().st_size > _IN_MEMORY:
        return load_pack_index(file, SHA1)
    return load_pack_index_file(file, BytesIO(file.read_bytes()), SHA1)
