"""The files that one scan found for a catalog, by folder, and checking that they are unchanged.

While the database is unchanged, only these files can change an item. They are checked with one
directory listing per folder; the names are stored in columns.
"""

import hashlib
import os
from array import array

import pyarrow as pa

from photo_assets.catalogs.lightroom.folders import FolderPath
from photo_assets.catalogs.lightroom.presence import Presence, Sighting
from photo_assets.model.names import to_path, to_text
from photo_assets.model.schema import Column, build_schema
from photo_assets.model.tables import TableKind
from photo_assets.model.vocabulary import Availability

_State = tuple[int, int, int, int]
"""Size, modification and change time in ns (0: not recorded), inode (0: none)."""

SIGHTINGS = TableKind(
    "lightroom_sightings",
    1,
    build_schema(
        (
            Column("anchor", pa.string(), "the root folder of the folder", nullable=False),
            Column(
                "directory", pa.string(), "a folder that was searched for files", nullable=False
            ),
            Column(
                "names",
                pa.list_(pa.string()),
                "the file names searched for, repeated as searched",
                nullable=False,
            ),
            Column(
                "state", pa.binary(16), "digest of the files found, in this order", nullable=False
            ),
        )
    ),
)


class Sightings:
    """All sightings of one scan, in the order of its images."""

    def __init__(self) -> None:
        self._folders: dict[FolderPath, _Seen] = {}

    def add(self, folder: FolderPath, name: str, found: Sighting) -> None:
        """Add one sighting."""
        if folder not in self._folders:
            self._folders[folder] = _Seen()
        self._folders[folder].add(name, found)

    def table(self) -> pa.Table:
        """Return the sightings by folder (`SIGHTINGS`)."""
        folders = self._folders
        columns = {
            "anchor": [to_text(folder.anchor) for folder in folders],
            "directory": [to_text(folder.directory) for folder in folders],
            "names": [[to_text(name) for name in seen.names] for seen in folders.values()],
            "state": [seen.state() for seen in folders.values()],
        }
        return pa.Table.from_pydict(columns, schema=SIGHTINGS.schema)


def are_unchanged(sightings: pa.Table) -> bool:
    """Return whether every file is unchanged."""
    presence = Presence()
    for batch in sightings.to_batches(max_chunksize=1):  # one folder's names at a time
        (row,) = batch.to_pylist()
        folder = FolderPath(to_path(row["anchor"]), to_path(row["directory"]))
        names = [name if name.isascii() else to_path(name) for name in row["names"]]
        if _find(presence, folder, names).state() != row["state"]:
            return False
    return True


class _Seen:
    """The files found in one folder."""

    __slots__ = ("_ctimes", "_inodes", "_mtimes", "_odd", "_sizes", "directory", "names")

    def __init__(self) -> None:
        self.names: list[str] = []
        self.directory = ""  # in its spelling on disk, with "/" at its end; "" without a plain file
        self._sizes, self._mtimes, self._ctimes = array("q"), array("q"), array("q")
        self._inodes = array("Q")
        self._odd = hashlib.blake2b(digest_size=16)

    def add(self, name: str, found: Sighting) -> None:
        plain = _plain(name, found)
        if plain is None:
            self.add_odd(len(self.names), found)
        else:
            self.directory = found.path[: -len(name)]
            self.add_plain([plain])
        self.names.append(name)

    def add_plain(self, files: list[_State]) -> None:
        """Add the states of files found under their exact names."""
        if files:
            sizes, mtimes, ctimes, inodes = zip(*files, strict=True)
            self._sizes.extend(sizes)
            self._mtimes.extend(mtimes)
            self._ctimes.extend(ctimes)
            self._inodes.extend(inodes)

    def add_odd(self, number: int, found: Sighting) -> None:
        """Add any other result; `number` is the index of the name in the folder."""
        self._odd.update(repr((number, found)).encode("utf-8", "backslashreplace"))

    def state(self) -> bytes:
        """Return a digest of all results."""
        state = hashlib.blake2b(self._odd.digest(), digest_size=16)
        state.update(self.directory.encode("utf-8", "backslashreplace"))
        for column in (self._sizes, self._mtimes, self._ctimes, self._inodes):
            state.update(column)
        return state.digest()


def _find(presence: Presence, folder: FolderPath, names: list[str]) -> _Seen:
    seen = _Seen()
    directory, listing = _listing(presence, folder)
    keeps = presence.change_times.are_kept_on
    plain: list[_State] = []
    for number, name in enumerate(names):
        entry = listing.get(name)
        found = None if entry is None else _status(entry)
        if found is not None:
            ctime_ns = found.st_ctime_ns if keeps(found.st_dev) else 0
            plain.append((found.st_size, found.st_mtime_ns, ctime_ns, found.st_ino))
            continue
        sighting = presence.sight(folder, name)
        after_all = _plain(name, sighting)  # a link to a file inside the root folder
        if after_all is None:
            seen.add_odd(number, sighting)
        else:
            plain.append(after_all)
    if plain:
        seen.directory = directory
        seen.add_plain(plain)
    return seen


def _plain(name: str, found: Sighting) -> _State | None:
    """Return the state of a file found under its exact name."""
    if found.availability is not Availability.ONLINE or not found.path.endswith(f"/{name}"):
        return None
    if found.size is None or found.mtime_ns is None:
        return None
    return found.size, found.mtime_ns, found.ctime_ns or 0, found.inode or 0


def _status(entry: "os.DirEntry[str]") -> os.stat_result | None:
    try:
        is_plain = entry.is_file(follow_symlinks=False)
        return entry.stat(follow_symlinks=False) if is_plain else None
    except OSError:
        return None


def _listing(presence: Presence, folder: FolderPath) -> "tuple[str, dict[str, os.DirEntry[str]]]":
    """Return a folder in its spelling on disk, with its entries by name; None for special cases."""
    directory = presence.directory(folder)
    if isinstance(directory, Availability):
        return "", {}
    try:
        with os.scandir(directory) as entries:
            return directory.rstrip("/") + "/", {entry.name: entry for entry in entries}
    except OSError:
        return "", {}
