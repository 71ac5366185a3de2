"""Searching folders for catalogs, limited in depth and time, without following links.

The search is breadth first, so that catalogs near the root are found before time runs out.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from photo_assets.catalogs.recognition import (
    Finding,
    FoundCatalog,
    LeftOut,
    Listing,
    list_directory,
)
from photo_assets.catalogs.registry import FOR_LOOSE_PHOTOS, SPECS
from photo_assets.model.wording import counted

# fmt: off
PHOTO_SUFFIXES = frozenset({
    ".jpg", ".jpeg", ".jpe", ".heic", ".heif", ".png", ".tif", ".tiff", ".webp", ".avif",
    ".dng", ".nef", ".nrw", ".cr2", ".cr3", ".crw", ".arw", ".sr2", ".raf", ".orf", ".rw2",
    ".pef", ".srw", ".x3f", ".3fr", ".iiq", ".gpr",
    ".mov", ".mp4", ".m4v",
})
# fmt: on
_SKIPPED = frozenset(
    {
        "node_modules",
        "__pycache__",
        "lost+found",
        "system volume information",
        "$recycle.bin",
        "#recycle",
        "@eadir",
    }
)
_BUNDLES = (".app", ".lrdata", ".photoslibrary", ".photolibrary", ".aplibrary", ".lrcat-data")

ENOUGH_PHOTOS = 20
"""The minimum number of photos for proposing a folder that was not named."""


@dataclass(frozen=True, slots=True)
class Root:
    """A folder to search. `named`: given by the person, so that any photo in it counts.

    `folders` is False where loose pictures are not a collection (downloads, the home folder).
    """

    path: str
    depth: int
    named: bool = False
    folders: bool = True


@dataclass(slots=True)
class _Tree:
    """The folders of photos found in one root."""

    root: Root
    photos: dict[str, int] = field(default_factory=dict)  # directory -> photos directly in it
    cameras: list[str] = field(default_factory=list)  # DCIM folders
    whole: list[str] = field(default_factory=list)  # directories that are a catalog
    # Directories that a catalog is part of, and the names of the folders that belong to it.
    shared: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Search:
    """One search. `on_folder` is called for every directory; `cut`: roots where time ran out."""

    deadline: float
    on_folder: Callable[[str], None] = lambda _path: None
    cut: list[str] = field(default_factory=list)
    folders: int = 0
    _seen: set[tuple[int, int]] = field(default_factory=set)

    def run(self, roots: Sequence[Root]) -> Iterator[Finding]:
        """Yield findings as they are found."""
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
            try:
                listing = list_directory(path)
                findings = [one for spec in SPECS for one in spec.recognize(listing)]
            except OSError as error:
                yield LeftOut(path, f"cannot be listed: {error.strerror}")
                continue
            yield from findings
            found = [one for one in findings if isinstance(one, FoundCatalog)]
            if any(one.whole for one in found):
                tree.whole.append(path)
                continue
            self.folders += 1
            self.on_folder(path)
            _note_photos(listing, tree)
            beside = [one for one in found if one.path == path]
            inside = tuple(name for one in beside for name in one.inside)
            if beside:
                tree.shared[path] = inside
            if depth < root.depth:
                queue += [
                    (entry.path, depth + 1)
                    for entry in listing.folders
                    if _is_worth_entering(entry.name) and entry.name not in inside
                ]
        if root.folders:
            yield from _photo_folders(tree)

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


def _note_photos(listing: Listing, tree: _Tree) -> None:
    if os.path.basename(listing.path).upper() == "DCIM":
        tree.cameras.append(listing.path)
    photos = sum(os.path.splitext(f.name)[1].lower() in PHOTO_SUFFIXES for f in listing.files)
    if photos:
        tree.photos[listing.path] = photos


def _is_worth_entering(name: str) -> bool:
    """Return whether a folder of this name may contain a person's photos."""
    lower = name.lower()
    return not (name.startswith(".") or lower in _SKIPPED or lower.endswith(_BUNDLES))


def _photo_folders(tree: _Tree) -> Iterator[Finding]:
    """Yield the folders to propose: DCIM folders of cameras, otherwise the outermost useful ones.

    Pictures beside exports are downloads and not a collection.
    """
    photos = {path: count for path, count in tree.photos.items() if path not in tree.shared}
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
    if left := total - sum(large.values()):
        few = counted(left, "photo or video", "photos and videos")
        yield LeftOut(
            root,
            f"{few} in folders with fewer than {ENOUGH_PHOTOS}; to add the whole folder, name it "
            "with --path",
        )


def _others(tree: _Tree, path: str) -> list[str]:
    """Return the names of the folders in `path` that belong to another catalog."""
    names = {os.path.basename(whole) for whole in tree.whole if _is_in(whole, path)}
    for folder, inside in tree.shared.items():
        if not _is_in(folder, path):
            continue
        holds_more = any(_is_in(other, folder) for other in tree.photos if other != folder)
        names |= set(inside) if holds_more or folder == path else {os.path.basename(folder)}
    return sorted(names)


def _proposal(path: str, photos: int, stem: str, exclude: Sequence[str] = ()) -> FoundCatalog:
    return FoundCatalog(
        source=FOR_LOOSE_PHOTOS,
        path=path,
        summary=f"at least {counted(photos, 'photo or video', 'photos and videos')}",
        stem=stem,
        exclude=tuple(exclude),
    )


def _child(root: str, path: str) -> str:
    """Return the direct child of `root` that contains `path`, or `root` itself."""
    inner = os.path.relpath(path, root)
    return root if inner == os.curdir else os.path.join(root, Path(inner).parts[0])


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
