"""Stores that hold the files of a library, and checks of them."""

import random

from photo_assets.vault.folder import FolderStore
from photo_assets.vault.fsck import Fsck
from photo_assets.vault.months import make_month
from photo_assets_tests.vault.library import MONTH, VaultLibrary


class KilledError(Exception):
    """In place of a kill after a part was checked."""


def filled(library: VaultLibrary, count: int, *names: str) -> tuple[list[bytes], list[FolderStore]]:
    """Return the blobs of `count` files, and stores that hold them all."""
    for number in range(count):
        content = random.Random(number).randbytes(50)
        library.rows.append(row_of(library, f"{number}.jpg", content))
    library.write()
    stores = [library.store(name) for name in names]
    make_month(library.lake, stores, MONTH)
    return sorted(stores[0].list()), stores


def fsck(library: VaultLibrary, stores: list[FolderStore], *, repair: bool = False) -> Fsck:
    return Fsck(library.lake, stores, library.root / "positions", repair)


def row_of(library: VaultLibrary, name: str, content: bytes) -> dict[str, object]:
    rows, library.rows, write = library.rows, [], library.write
    library.write = lambda: None  # type: ignore[method-assign]
    library.add(name, content)
    (row,) = library.rows
    library.rows, library.write = rows, write  # type: ignore[method-assign]
    return row
