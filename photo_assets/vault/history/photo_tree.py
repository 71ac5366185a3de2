"""Looking up the records of many photos in one tree of the history."""

from typing import Any

import orjson

from photo_assets.model.errors import StorageError
from photo_assets.vault.history.records import photo_path
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets.vault.history.trees import Entries, entries_of, find


class PhotoTree:
    """The photos in the tree of one commit; None: no photos. Fast for ids in their order."""

    def __init__(self, repository: HistoryRepository, tree: bytes | None) -> None:
        self._repository = repository
        self._tree = tree
        self._upper: tuple[tuple[bytes, ...], Entries] = ((), {})

    def file(self, path: tuple[bytes, ...]) -> bytes | None:
        """Return the content of a file, None if it is not there. Raises `StorageError`."""
        blob = find(self._repository, self._tree, path)
        return self._repository.blob(blob) if blob else None

    def blob_of(self, photo_id: str) -> bytes | None:
        """Return the name of a photo's record, None if it has none. Raises `StorageError`."""
        top, upper, lower, name = photo_path(photo_id)
        if self._upper[0] != (top, upper):
            above = find(self._repository, self._tree, (top, upper))
            entries = entries_of(self._repository.tree(above)) if above else {}
            self._upper = ((top, upper), entries)
        folder = self._upper[1].get(lower, (0, None))[1]
        return find(self._repository, folder, (name,))

    def record(self, blob: bytes) -> dict[str, Any]:
        """Return a record by its name. Raises `StorageError`, also if another program wrote it."""
        content = self._repository.blob(blob)
        try:
            record = orjson.loads(content)
        except ValueError:
            record = None
        if not isinstance(record, dict):
            raise StorageError(
                f"A photo's file in the history ({blob.decode()}) is not a JSON object.",
                hint=f"`git -C {self._repository.folder} log --find-object={blob.decode()}` names "
                "the commit that wrote it; revert that commit.",
            )
        return record
