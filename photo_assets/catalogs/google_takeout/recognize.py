"""Recognizing Google Takeout exports in a directory: archives or unpacked folders."""

import os
from collections.abc import Iterator, Sequence

from photo_assets.catalogs.google_takeout.part_names import TAKEOUT, export_stamp
from photo_assets.catalogs.google_takeout.product_names import is_google_photos
from photo_assets.catalogs.recognition import Finding, FoundCatalog, Listing
from photo_assets.media.archives.names import is_archive
from photo_assets.model.wording import counted, size


def recognize(listing: Listing) -> Iterator[Finding]:
    """Yield the directory as one catalog if it contains exports."""
    parts = [f for f in listing.files if is_archive(f.name) and export_stamp(f.name)]
    unpacked = tuple(folder.name for folder in listing.folders if _is_unpacked(folder))
    if parts or unpacked:
        summary = _summary(parts, len(unpacked))
        if len(parts) + len(unpacked) < len(listing.files) + len(listing.folders):
            summary += "; other files in the folder do not belong to it"
        yield FoundCatalog(
            source="google_takeout",
            path=listing.path,
            summary=summary,
            stem=os.path.basename(listing.path),
            inside=unpacked,
        )


def _is_unpacked(entry: os.DirEntry[str]) -> bool:
    """Return whether a folder is an unpacked export: Takeout/, or takeout-2024…-001/Takeout/."""
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


def _summary(parts: Sequence[os.DirEntry[str]], unpacked: int) -> str:
    texts = []
    if parts:
        total = sum(part.stat().st_size for part in parts)
        texts.append(f"{counted(len(parts), 'archive')}, {size(total)}")
    if unpacked:
        texts.append("unpacked")
    return ", ".join(texts)
