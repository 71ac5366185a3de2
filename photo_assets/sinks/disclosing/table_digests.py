"""The digests of a lake's tables, cached so that a process need not open thousands of files.

A file with the same inode, size and times as when its digest was cached has the same digest.
"""

import contextlib
import os
import time
from functools import cached_property
from pathlib import Path
from typing import Final

from photo_assets.lake import DAMAGED, Lake
from photo_assets.lake.lake import AssetPath
from photo_assets.model.errors import StorageError
from photo_assets.sinks.disclosing.facts_cache import read_cache, write_cache

_SETTLED_NS: Final = (
    2_000_000_000  # as for footers: the times of a very recent file do not identify it
)
_ENDING: Final = ".parquet"
TABLES: Final = "tables"
"""The name of the file of digests, in the folder of the facts by month."""

Identity = list[int]


class TableDigests:
    """The tables of `lake` when an asset is first requested; `file` caches their digests."""

    def __init__(self, lake: Lake, file: Path) -> None:
        self._lake = lake
        self._file = file
        self._there: dict[AssetPath, dict[str, Identity]] = {}
        self._new: dict[str, tuple[Identity, str]] = {}

    def of(self, asset: AssetPath, name: str) -> str | None:
        """Return the digest of a table, None without a table, `DAMAGED` as in `Lake.digest`."""
        identity = self._tables(asset).get(name)
        if identity is None:
            return None
        key = f"{asset[0]}/{asset[1]}/{name}"
        found = self._new.get(key) or self._kept.get(key)
        if found and list(found[0]) == identity:
            return found[1]
        digest = self._lake.digest(asset, name)
        settled = time.time_ns() - max(identity[2:]) > _SETTLED_NS
        if digest is not None and digest != DAMAGED and settled:
            self._new[key] = (identity, digest)
        return digest

    def names(self, asset: AssetPath) -> list[str]:
        """Return the names of the tables of an asset, sorted."""
        return sorted(self._tables(asset))

    def keep(self) -> None:
        """Store the digests that were read; if that fails, they are read again next time."""
        if self._new:
            with contextlib.suppress(StorageError):
                write_cache(self._file, self._kept | self._new)
            self._kept |= self._new
            self._new = {}

    @cached_property
    def _kept(self) -> dict[str, tuple[Identity, str]]:
        return read_cache(self._file)

    def _tables(self, asset: AssetPath) -> dict[str, Identity]:
        if asset not in self._there:
            self._there[asset] = _listed(self._lake.root.joinpath(*asset))
        return self._there[asset]


def _listed(folder: Path) -> dict[str, Identity]:
    found = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(_ENDING) and not entry.name.startswith("."):
                    stat = entry.stat()
                    identity = [stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns]
                    found[entry.name.removesuffix(_ENDING)] = identity
    except FileNotFoundError:
        pass
    return found
