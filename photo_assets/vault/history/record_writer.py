"""Adding the records of photos that differ from the history's, and the changes of its tree."""

from collections.abc import Iterator
from typing import Final

import orjson
import pyarrow as pa

from photo_assets.vault.history.changes import changes_between, count_fields
from photo_assets.vault.history.committing import HistoryWriter
from photo_assets.vault.history.packs import BLOB, object_id
from photo_assets.vault.history.photo_tree import PhotoTree
from photo_assets.vault.history.records import Record, completed, photo_path, text_of
from photo_assets.vault.history.summary import HistoryWritten
from photo_assets.vault.history.trees import Change

_SCHEMA: Final = pa.schema([("photo_id", pa.string()), ("record", pa.binary(20))])
_AT_ONCE = 10_000


class RecordWriter:
    """Collects changed records. A million of them are held as 56 bytes each, not as objects."""

    def __init__(self, writer: HistoryWriter, tree: PhotoTree, result: HistoryWritten) -> None:
        self._writer = writer
        self._tree = tree
        self._result = result
        self._tables = [_SCHEMA.empty_table()]
        self._pending: dict[str, bytes] = {}

    def put(self, photo_id: str, record: Record) -> bytes:
        """Add a record if the history has another one; return its name. Raises `StorageError`."""
        text = text_of(record)
        blob = object_id(BLOB, text)
        if blob == (before := self._tree.blob_of(photo_id)):
            return blob
        earlier = self._tree.record(before) if before else {}
        text = text_of(record := completed(record, earlier))
        if (blob := object_id(BLOB, text)) == before:
            return blob
        self._writer.add(BLOB, text)
        # Both as JSON has them: a time is text there.
        fields = count_fields(changes_between(earlier, orjson.loads(text))) if before else None
        self._result.count(record, earlier, fields)
        self._pending[photo_id] = blob
        if len(self._pending) >= _AT_ONCE:
            self._settle()
        return blob

    def changes(self) -> Iterator[Change]:
        """Yield the changes of the tree, sorted by path."""
        self._settle()
        table = pa.concat_tables(self._tables).sort_by("photo_id")
        for batch in table.to_batches(_AT_ONCE):
            for photo_id, blob in zip(*(c.to_pylist() for c in batch.columns), strict=True):
                yield photo_path(photo_id), blob.hex().encode()

    def _settle(self) -> None:
        blobs = [bytes.fromhex(blob.decode()) for blob in self._pending.values()]
        columns = [pa.array([*self._pending], pa.string()), pa.array(blobs, pa.binary(20))]
        self._tables.append(pa.table(columns, schema=_SCHEMA))
        self._pending.clear()
