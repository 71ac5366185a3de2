"""Recognizing Lightroom Classic catalogs among the files of a directory."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from photo_assets.catalogs.lightroom.upgrades import SUFFIX, CatalogFile, families, newest
from photo_assets.catalogs.recognition import Finding, FoundCatalog, LeftOut, Listing
from photo_assets.model.wording import size

_SQLITE = b"SQLite format 3\x00"
_BACKUP_FOLDERS = frozenset({"backups", "old lightroom catalogs"})
_OLD = re.compile(r"(?i)[-_ ]old$")


def recognize(listing: Listing) -> Iterator[Finding]:
    """Yield the current file of every catalog, and its other files as left out."""
    usable: list[CatalogFile] = []
    for entry in listing.files:
        if not entry.name.lower().endswith(SUFFIX):
            continue
        reason = _why_left_out(entry, listing.path)
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
        yield FoundCatalog(
            source="lightroom",
            path=current.path,
            summary=summary,
            stem=current.name[: -len(SUFFIX)],
        )


def _why_left_out(entry: os.DirEntry[str], folder: str) -> str | None:
    if any(part.lower() in _BACKUP_FOLDERS for part in Path(folder).parts):
        return "a backup of a Lightroom catalog"
    if _OLD.search(entry.name[: -len(SUFFIX)]):
        return "the copy that Lightroom keeps of a catalog before an upgrade"
    if _first_bytes(entry.path) != _SQLITE:
        return "named like a Lightroom catalog, but not readable as one"
    return None


def _first_bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read(len(_SQLITE))
    except OSError:
        return b""
