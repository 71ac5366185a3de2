"""Walking likely places for catalogs: bounded in depth and time, never out through a link.

Breadth first, so that what lies near the surface is found before the time is up.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from photo_assets.cli.setup.found import Finding, FoundCatalog, LeftOut
from photo_assets.cli.setup.recognise import (
    Listing,
    catalogs_in,
    eagle_library,
    is_worth_entering,
    list_directory,
    unpacked_exports,
)
from photo_assets.model.wording import counted

ENOUGH_PHOTOS = 20
"""A folder that nobody named is proposed from this many photos on."""


@dataclass(frozen=True, slots=True)
class Root:
    """Where to look. `named`: the person gave it, so that any photo in it counts.

    `folders` is False where loose pictures are no collection (downloads, the home folder itself).
    """

    path: str
    depth: int
    named: bool = False
    folders: bool = True


@dataclass(slots=True)
class _Tree:
    """What the walk of one root learned about folders of photos."""

    root: Root
    photos: dict[str, int] = field(default_factory=dict)  # directory -> photos right in it
    cameras: list[str] = field(default_factory=list)  # DCIM folders
    libraries: list[str] = field(default_factory=list)  # directories that are a catalog
    # Directories with Takeout exports, and the names of those that were unpacked there.
    exports: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Search:
    """One search. `on_folder` hears of every directory entered; `cut` says where time ran out."""

    deadline: float
    on_folder: Callable[[str], None] = lambda _path: None
    cut: list[str] = field(default_factory=list)
    folders: int = 0
    _seen: set[tuple[int, int]] = field(default_factory=set)

    def run(self, roots: Sequence[Root]) -> Iterator[Finding]:
        """Yield what is found, as it is found."""
        for root in roots:
            yield from self._walk(root)

    def _walk(self, root: Root) -> Iterator[Finding]:
        tree = _Tree(root)
        queue: deque[tuple[str, int]] = deque([(root.path, 0)])
        while queue:
            if time.monotonic() > self.deadline:
                self.cut.append(root.path)
                break
            path, depth = queue.popleft()
            if not self._is_new(path):
                continue
            library = eagle_library(path)
            if library is not None:
                tree.libraries.append(path)
                yield library
                continue
            try:
                listing = list_directory(path)
            except OSError as error:
                yield LeftOut(path, f"cannot be listed: {error.strerror}")
                continue
            self.folders += 1
            self.on_folder(path)
            yield from self._look(listing, tree)
            if depth < root.depth:
                unpacked = tree.exports.get(path, ())
                queue += [
                    (entry.path, depth + 1)
                    for entry in listing.folders
                    if is_worth_entering(entry.name) and entry.name not in unpacked
                ]
        if root.folders:
            yield from _photo_folders(tree)

    def _look(self, listing: Listing, tree: _Tree) -> Iterator[Finding]:
        for finding in catalogs_in(listing):
            if isinstance(finding, FoundCatalog) and finding.source == "google_takeout":
                tree.exports[listing.path] = unpacked_exports(listing)
            yield finding
        if os.path.basename(listing.path).upper() == "DCIM":
            tree.cameras.append(listing.path)
        if listing.photos:
            tree.photos[listing.path] = listing.photos

    def _is_new(self, path: str) -> bool:
        try:
            stat = os.lstat(path)
        except OSError:
            return False
        identity = (stat.st_dev, stat.st_ino)
        if identity in self._seen:
            return False
        self._seen.add(identity)
        return True


def _photo_folders(tree: _Tree) -> Iterator[FoundCatalog]:
    """Yield the folders to propose: cameras' DCIM, and else the outermost that make sense.

    Pictures right beside exports are what people download, and no collection.
    """
    photos = {path: count for path, count in tree.photos.items() if path not in tree.exports}
    for camera in tree.cameras:
        inside = {path: count for path, count in photos.items() if _is_in(path, camera)}
        if inside:
            volume = os.path.basename(os.path.dirname(camera)) or "camera"
            yield _proposal(camera, sum(inside.values()), f"{volume} dcim")
        photos = {path: count for path, count in photos.items() if path not in inside}
    root = tree.root.path
    by_child: dict[str, int] = {}
    for path, count in photos.items():
        by_child[_child(root, path)] = by_child.get(_child(root, path), 0) + count
    large = {child: count for child, count in by_child.items() if count >= ENOUGH_PHOTOS}
    total = sum(by_child.values())
    if (tree.root.named and total) or root in large or len(large) > 3:
        large = {root: total}
    for path, count in sorted(large.items()):
        yield _proposal(path, count, os.path.basename(path) or "photos", _others(tree, path))


def _others(tree: _Tree, path: str) -> list[str]:
    """Return the names of the folders in `path` that belong to another catalog."""
    names = {os.path.basename(library) for library in tree.libraries if _is_in(library, path)}
    for folder, unpacked in tree.exports.items():
        if not _is_in(folder, path):
            continue
        holds_more = any(_is_in(other, folder) for other in tree.photos if other != folder)
        names |= set(unpacked) if holds_more or folder == path else {os.path.basename(folder)}
    return sorted(names)


def _proposal(path: str, photos: int, stem: str, inside: Sequence[str] = ()) -> FoundCatalog:
    summary = f"at least {counted(photos, 'photo or video', 'photos and videos')}"
    # Eagle libraries are left out by the default patterns.
    exclude = tuple(name for name in inside if not name.lower().endswith(".library"))
    return FoundCatalog("folders", path, summary, stem, exclude)


def _child(root: str, path: str) -> str:
    """Return the folder right below `root` that holds `path`, or `root` itself."""
    inner = os.path.relpath(path, root)
    return root if inner == os.curdir else os.path.join(root, Path(inner).parts[0])


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
