"""Putting drawn thumbnails into their tree. Runs in workers; what makes them durable is the run's.

A file appears whole under its name, by a rename from a folder of its own, and is not synced: a
crash may lose or empty it. That is why a run syncs the file system once before it records a batch
of fingerprints: what is recorded as drawn is on the disk, and what is not is drawn again.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree


class UnwritableError(Exception):
    """The disk refused a thumbnail: full, read-only, no permission. No matter of the photo."""


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
