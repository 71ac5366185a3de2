"""Recognizing Eagle libraries: directories whose name ends in .library."""

import os
from collections.abc import Iterator

from photo_assets.catalogs.recognition import Finding, FoundCatalog, Listing
from photo_assets.model.wording import counted

_SUFFIX = ".library"


def recognize(listing: Listing) -> Iterator[Finding]:
    """Yield the directory if it is a library."""
    images = next((folder.path for folder in listing.folders if folder.name == "images"), None)
    has_index = any(file.name == "metadata.json" for file in listing.files)
    if not listing.path.lower().endswith(_SUFFIX) or not has_index or images is None:
        return
    with os.scandir(images) as entries:
        count = sum(entry.name.endswith(".info") for entry in entries)
    yield FoundCatalog(
        source="eagle",
        path=listing.path,
        summary=counted(count, "item"),
        stem=os.path.basename(listing.path)[: -len(_SUFFIX)],
        whole=True,
    )
