"""Writing drawn thumbnails into their tree. Runs in workers; the run makes them durable.

A file appears complete under its name, by a rename from a separate folder, and is not synced: a
crash may lose or empty it. So a run syncs the file system once before it records a batch of
fingerprints: thumbnails recorded as drawn are on disk, and all others are drawn again.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree


class UnwritableError(Exception):
    """The disk refused a thumbnail: full, read-only, no permission. Not a fault of the photo."""


def write_thumbnails(
    encoded: Mapping[ThumbnailSize, bytes], tree: ThumbnailTree, sha256: bytes
) -> Mapping[str, int]:
    """Write the three files of a blob; return the size of each, bytes. Raises `UnwritableError`."""
    sizes = {}
    for size in ThumbnailSize:
        content = encoded[size]
        try:
            _place(content, tree.incoming, tree.path(size, sha256))
        except OSError as error:
            raise UnwritableError(f"{error.strerror or error}") from error
        sizes[size.value] = len(content)
    return sizes


def _place(content: bytes, incoming: Path, target: Path) -> None:
    temporary = incoming / f".{os.getpid()}-{secrets.token_hex(4)}.tmp"
    try:
        _write(temporary, content)
        try:
            temporary.replace(target)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _write(path: Path, content: bytes) -> None:
    try:
        stream = path.open("xb", buffering=0)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("xb", buffering=0)
    with stream:
        written = stream.write(content)
        while written < len(content):
            written += stream.write(content[written:])
