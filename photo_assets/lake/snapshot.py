"""A lake's tables at one moment: each folder is listed once, and no known footer is read again.

A run looks at the footers of thousands of tables of which a few changed since the last run. The
footers are cached by asset in files: a table with the same inode, size and times as when its footer
was cached has the same footer. The cache is derived data and may be deleted.
"""

import contextlib
import os
import time
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any, Self

from photo_assets.lake.footer import SETTLED_NS, Footer
from photo_assets.lake.stored import AssetPath, StoredTables, table_name
from photo_assets.model.errors import StorageError
from photo_assets.system.checked_json import read_json, write_json

_FORM = "footers-1"
"""Raised when a footer is cached in another form."""

_Identity = list[int]


@dataclass(frozen=True, slots=True)
class _Asset:
    """The names of one asset's tables, their identities, and the values of the known footers."""

    there: Mapping[str, _Identity]
    known: Mapping[str, Any]


class Snapshot(StoredTables):
    """The tables as they are when something of their asset is first asked for.

    For comparing many footers; what is written later is not seen. A damaged table is read each
    time.
    """

    def __init__(self, tables: StoredTables) -> None:
        super().__init__(tables.root, tables.footers)
        self._assets: dict[AssetPath, _Asset] = {}

    @classmethod
    def of(cls, tables: StoredTables) -> Self:
        """Return a snapshot of `tables`, or `tables` if it is one."""
        return tables if isinstance(tables, cls) else cls(tables)

    def names(self, asset: AssetPath) -> list[str]:
        """Return the stored partitions or tables of `asset`, sorted."""
        return sorted(self._asset(asset).there)

    def footer(self, asset: AssetPath, name: str) -> Footer | None:
        """Return the stored footer, None if there is no such table."""
        found = self._asset(asset)
        if name in found.known:
            return Footer(*found.known[name])
        return super().footer(asset, name) if name in found.there else None

    def _asset(self, asset: AssetPath) -> _Asset:
        if asset not in self._assets:
            self._assets[asset] = self._read(asset)
        return self._assets[asset]

    def _read(self, asset: AssetPath) -> _Asset:
        there = _listed(self.root.joinpath(*asset))
        file = None if self.footers is None else self.footers.joinpath(*asset, _FORM)
        cached = {} if file is None else read_json(file)
        same = {n: cached[n] for n, one in there.items() if n in cached and cached[n][0] == one}
        known = {name: values for name, (_, values) in same.items()}
        new = {}
        for name in there.keys() - same.keys():
            with contextlib.suppress(StorageError):  # raised again for who asks for this table
                if (footer := super().footer(asset, name)) is not None:
                    known[name] = astuple(footer)
                    # The times of a very recent file do not identify it.
                    if time.time_ns() - max(there[name][2:]) > SETTLED_NS:
                        new[name] = (there[name], known[name])
        if new and file is not None:
            with contextlib.suppress(StorageError):
                write_json(file, same | new)
        return _Asset(there, known)


def _listed(folder: "os.PathLike[str]") -> dict[str, _Identity]:
    found = {}
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            if (name := table_name(entry.name)) is not None:
                with contextlib.suppress(FileNotFoundError):  # removed since it was listed
                    stat = entry.stat()
                    found[name] = [stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns]
    return found
