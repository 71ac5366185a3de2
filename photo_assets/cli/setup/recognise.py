"""What one directory is, told from its listing: a catalog, a folder of photos, or neither.

Nothing here walks; `search` does. Of a file at most its first sixteen bytes are read.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from photo_assets.catalogs.google_takeout.part_names import TAKEOUT, export_stamp
from photo_assets.catalogs.google_takeout.product_names import is_google_photos
from photo_assets.catalogs.lightroom.upgrades import SUFFIX, CatalogFile, families, newest
from photo_assets.cli.setup.found import Finding, FoundCatalog, LeftOut
from photo_assets.cli.terminal import size
from photo_assets.model.wording import counted
from photo_assets.store.archives.names import is_archive

# fmt: off
PHOTO_SUFFIXES = frozenset({
    ".jpg", ".jpeg", ".jpe", ".heic", ".heif", ".png", ".tif", ".tiff", ".webp", ".avif",
    ".dng", ".nef", ".nrw", ".cr2", ".cr3", ".crw", ".arw", ".sr2", ".raf", ".orf", ".rw2",
    ".pef", ".srw", ".x3f", ".3fr", ".iiq", ".gpr",
    ".mov", ".mp4", ".m4v",
})
# fmt: on
_SQLITE = b"SQLite format 3\x00"
_BACKUP_FOLDERS = frozenset({"backups", "old lightroom catalogs"})
_OLD = re.compile(r"(?i)[-_ ]old$")
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


@dataclass(slots=True)
class Listing:
    """The entries of one directory. Symbolic links are in neither list."""

    path: str
    files: list[os.DirEntry[str]] = field(default_factory=list)
    folders: list[os.DirEntry[str]] = field(default_factory=list)

    @property
    def photos(self) -> int:
        """How many files have the suffix of a photo or a video."""
        return sum(os.path.splitext(f.name)[1].lower() in PHOTO_SUFFIXES for f in self.files)


def list_directory(path: str) -> Listing:
    """Return the entries of `path`. Raises `OSError`."""
    listing = Listing(path)
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                listing.folders.append(entry)
            elif entry.is_file(follow_symlinks=False):
                listing.files.append(entry)
    listing.files.sort(key=lambda entry: entry.name)
    listing.folders.sort(key=lambda entry: entry.name)
    return listing


def catalogs_in(listing: Listing) -> Iterator[Finding]:
    """Yield the catalogs that lie in a directory as files, and those left out."""
    yield from _lightroom_catalogs(listing)
    parts = [f for f in listing.files if is_archive(f.name) and export_stamp(f.name)]
    unpacked = unpacked_exports(listing)
    if parts or unpacked:
        summary = _takeout_summary(parts, len(unpacked))
        if len(parts) + len(unpacked) < len(listing.files) + len(listing.folders):
            summary += "; what else is in the folder is none of it"
        stem = os.path.basename(listing.path)
        yield FoundCatalog("google_takeout", listing.path, summary, stem)


def unpacked_exports(listing: Listing) -> list[str]:
    """Return the names of the folders in a directory that are unpacked Takeout exports."""
    return [folder.name for folder in listing.folders if _is_unpacked(folder)]


def is_backup_folder(name: str) -> bool:
    """Say whether Lightroom keeps copies of catalogs in a folder of this name."""
    return name.lower() in _BACKUP_FOLDERS


def eagle_library(path: str) -> FoundCatalog | None:
    """Return the Eagle library at `path`, None when it is something else."""
    if not path.lower().endswith(".library"):
        return None
    has_index = os.path.isfile(os.path.join(path, "metadata.json"))
    images = os.path.join(path, "images")
    if not has_index or not os.path.isdir(images) or os.path.islink(images):
        return None
    with os.scandir(images) as entries:
        count = sum(entry.name.endswith(".info") for entry in entries)
    stem = os.path.basename(path).rsplit(".", 1)[0]
    return FoundCatalog("eagle", path, counted(count, "item"), stem)


def is_worth_entering(name: str) -> bool:
    """Say whether photos of a person may lie below a folder of this name."""
    lower = name.lower()
    return not (name.startswith(".") or lower in _SKIPPED or lower.endswith(_BUNDLES))


def _lightroom_catalogs(listing: Listing) -> Iterator[Finding]:
    """Yield of every catalog the file that Lightroom uses now, and the others as left out."""
    usable: list[CatalogFile] = []
    for entry in listing.files:
        if not entry.name.lower().endswith(SUFFIX):
            continue
        reason = _why_no_catalog(entry, listing.path)
        if reason is None:
            usable.append(CatalogFile(entry.path, entry.stat().st_mtime_ns))
        else:
            yield LeftOut(entry.path, reason)
    for family in families(usable):
        current = newest(family)
        for file in family:
            if file is not current:
                yield LeftOut(file.path, f"an older version of {current.name}")
        summary = size(os.stat(current.path).st_size)
        yield FoundCatalog("lightroom", current.path, summary, current.name[: -len(SUFFIX)])


def _why_no_catalog(entry: os.DirEntry[str], folder: str) -> str | None:
    if any(is_backup_folder(part) for part in Path(folder).parts):
        return "a backup of a Lightroom catalog"
    if _OLD.search(entry.name[: -len(SUFFIX)]):
        return "the copy Lightroom keeps from before an upgrade"
    if _first_bytes(entry.path) != _SQLITE:
        return "named like a Lightroom catalog and not a readable one"
    return None


def _first_bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read(len(_SQLITE))
    except OSError:
        return b""


def _is_unpacked(entry: os.DirEntry[str]) -> bool:
    """Say whether a folder is an unpacked export: Takeout/, or takeout-2024…-001/Takeout/."""
    if entry.name != TAKEOUT and export_stamp(entry.name) is None:
        return False
    inner = _folder_names(entry.path)
    if entry.name != TAKEOUT and TAKEOUT in inner:
        inner = _folder_names(os.path.join(entry.path, TAKEOUT))
    return any(map(is_google_photos, inner))


def _folder_names(path: str) -> list[str]:
    try:
        with os.scandir(path) as entries:
            return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _takeout_summary(parts: Sequence[os.DirEntry[str]], unpacked: int) -> str:
    texts = []
    if parts:
        total = sum(part.stat().st_size for part in parts)
        texts.append(f"{len(parts):,} archive{'s' if len(parts) > 1 else ''}, {size(total)}")
    if unpacked:
        texts.append("unpacked")
    return ", ".join(texts)
