"""Mapping Lightroom's folders to this machine: root folders, the root map, path separators.

Pure path arithmetic over the two folder tables; `presence` checks whether they exist.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from photo_assets.catalogs.lightroom.database import Database
from photo_assets.catalogs.lightroom.values import integer

_WINDOWS = re.compile(r"[A-Za-z]:([/\\]|$)|\\\\|//")


@dataclass(frozen=True, slots=True)
class FolderPath:
    """One folder: `directory`, and `anchor`, the part whose absence means a missing volume.

    Both are native paths of this machine, absolute where they are accessible.
    """

    anchor: str
    directory: str


class UnsafePathError(ValueError):
    """A catalog names a path that leaves its root folder; Lightroom never writes one."""


class Folders:
    """All folders of a catalog, resolved through the root map."""

    def __init__(self, database: Database, root_map: Mapping[str, Path]) -> None:
        roots = database.rows("SELECT id_local, absolutePath FROM AgLibraryRootFolder")
        folders = database.rows("SELECT id_local, pathFromRoot, rootFolder FROM AgLibraryFolder")
        self._roots: dict[int | None, str] = {
            integer(key): path for key, path in roots if isinstance(path, str) and path
        }
        self._folders: dict[int | None, tuple[int | None, str]] = {
            integer(key): (integer(root), path)
            for key, path, root in folders
            if isinstance(path, str)
        }
        self._map = RootMap(root_map)

    def folder_path(self, folder: int | None) -> FolderPath | None:
        """Return the path of a folder, None when the catalog does not have it.

        Raises `UnsafePathError` when its path would lead out of its root folder.
        """
        root_id, path = self._folders.get(folder, (None, ""))
        root = self._roots.get(root_id) if folder is not None and root_id is not None else None
        return None if root is None else self._map.folder_path(root, path)

    def anchors(self) -> tuple[str, ...]:
        """Return the root folders on this machine, sorted: the volumes the photos live on."""
        found = {self._map.folder_path(root, "").anchor for root in self._roots.values()}
        for root, path in self._folders.values():
            if root in self._roots and not _leaves(path):
                found.add(self._map.folder_path(self._roots[root], path).anchor)
        return tuple(sorted(found))


class RootMap:
    """The configured translation of Lightroom's paths to paths of this machine."""

    def __init__(self, root_map: Mapping[str, Path]) -> None:
        rules = [(_normalized(known), str(here)) for known, here in root_map.items()]
        self._rules = sorted(rules, key=lambda rule: (-len(rule[0]), rule[0]))

    def folder_path(self, root: str, path_from_root: str) -> FolderPath:
        """Return the path on this machine of `path_from_root` below Lightroom's `root`.

        The longest matching rule applies; it may name a folder inside the root folder. Windows
        paths match without regard to case and separator. Raises `UnsafePathError`.
        """
        if _leaves(path_from_root):
            raise UnsafePathError(path_from_root)
        root = _normalized(root)
        below = _separated(path_from_root, like=root).strip("/")
        full = f"{root}/{below}" if below else root
        for known, here in self._rules:
            if _starts_with(full, known):
                in_root = root[len(known) :] if len(root) >= len(known) else ""
                return FolderPath(_joined(here, in_root), _joined(here, full[len(known) :]))
        return FolderPath(root or "/", full or "/")


def _is_windows(path: str) -> bool:
    return _WINDOWS.match(path) is not None


def _separated(path: str, like: str) -> str:
    return path.replace("\\", "/") if _is_windows(like) else path


def _normalized(path: str) -> str:
    """Normalize separators, drop trailing ones; outside Windows a backslash is part of a name."""
    return _separated(path, like=path).rstrip("/")


def _starts_with(path: str, prefix: str) -> bool:
    if _is_windows(prefix):
        path, prefix = path.casefold(), prefix.casefold()
    return path == prefix or path.startswith(prefix + "/")


def _joined(here: str, rest: str) -> str:
    rest = rest.strip("/")
    return f"{here.rstrip('/')}/{rest}" if rest else here


def _leaves(path_from_root: str) -> bool:
    parts = path_from_root.replace("\\", "/").split("/")
    return ".." in parts or "\x00" in path_from_root
