"""Looking up the records of many photos in one tree of the history."""

from collections.abc import Iterator
from typing import Any

import orjson

from photo_assets.vault.history.record_form import is_record
from photo_assets.vault.history.records import PHOTOS, photo_id_of, photo_path
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets.vault.history.trees import (
    Entries,
    entries_of,
    file_in,
    files,
    tree_in,
)


class PhotoTree:
    """The photos in the tree of one commit; None: no photos. Fast for ids in their order."""

    def __init__(self, repository: HistoryRepository, tree: bytes | None) -> None:
        self._repository = repository
        self._tree = tree
        self._upper: tuple[tuple[bytes, ...], Entries] = ((), {})

    def file(self, path: tuple[bytes, ...]) -> bytes | None:
        """Return the content of a file, None if it is not there. Raises `StorageError`."""
        above = self._tree
        for name in path[:-1]:
            above = tree_in(self._entries(above), name)
        blob = file_in(self._entries(above), path[-1])
        return self._repository.blob(blob) if blob else None

    def blob_of(self, photo_id: str) -> bytes | None:
        """Return the name of a photo's record, None if it has none. Raises `StorageError`."""
        top, upper, lower, name = photo_path(photo_id)
        if self._upper[0] != (top, upper):
            root = self._entries(self._tree)
            above = tree_in(self._entries(tree_in(root, top)), upper)
            self._upper = ((top, upper), self._entries(above))
        return file_in(self._entries(tree_in(self._upper[1], lower)), name)

    def photo_ids(self) -> Iterator[str]:
        """Yield the photos that have a record, in order. Raises `StorageError`."""
        photos = tree_in(self._entries(self._tree), PHOTOS)
        for path, _ in files(self._repository, photos, (PHOTOS,)):
            if (photo_id := photo_id_of(path)) is not None:
                yield photo_id

    def record(self, blob: bytes) -> dict[str, Any]:
        """Return a record by its name, an empty one if a person wrote something else there.

        Raises `StorageError`.
        """
        try:
            found = orjson.loads(self._repository.blob(blob))
        except ValueError:
            return {}
        return found if is_record(found) else {}

    def _entries(self, tree: bytes | None) -> Entries:
        return entries_of(self._repository.tree(tree)) if tree else {}
