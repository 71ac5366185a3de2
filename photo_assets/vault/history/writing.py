"""Writing the history: the records of months that changed, the ledger's rows, and one commit.

Which values a record has is decided by `records`, which months are read by `months`.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.lake.currency import INPUTS, intact_footer
from photo_assets.lake.inputs import photo_table
from photo_assets.ledger.keeping import BY_TIME, Keeping
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import HISTORY, PHOTOS
from photo_assets.vault.history.committing import HistoryWriter, committing
from photo_assets.vault.history.ledger_files import ledger_files
from photo_assets.vault.history.months import (
    ASSET,
    HistorySources,
    describe,
    described_extents,
    due_months,
    input_digest,
    is_trusted,
)
from photo_assets.vault.history.packs import BLOB
from photo_assets.vault.history.photo_tree import PhotoTree
from photo_assets.vault.history.published import CONFIGURATION, published_files
from photo_assets.vault.history.record_writer import RecordWriter
from photo_assets.vault.history.records import (
    LedgerFacts,
    alias_record,
    gone_record,
    photo_record,
)
from photo_assets.vault.history.rows import PHOTOS_AT_ONCE, parts_of, read_part
from photo_assets.vault.history.summary import HistoryWritten
from photo_assets.vault.history.trees import Change


def has_new_rows(sources: HistorySources) -> bool:
    """Return whether the history lacks rows of `BY_TIME`, or has another configuration."""
    repository = sources.repository
    tree = PhotoTree(repository, repository.tree_of(repository.head()))
    configuration = sources.configuration
    if configuration is not None and tree.file(CONFIGURATION) != configuration.encode():
        return True
    with sources.ledger.reading() as connection:
        files = ledger_files(Keeping(connection), tree.file, described_extents(sources))
        return next(files, None) is not None


def write_history(
    sources: HistorySources, seconds: int, *, everything: bool = False
) -> HistoryWritten:
    """Write what changed and commit it, if anything did. `seconds`: the time since 1970.

    `everything`: also months whose inputs did not change. Raises `StorageError`; then the history
    has its old state, or the new one.
    """
    with committing(sources.repository) as writer, sources.ledger.reading() as connection:
        return _Writing(sources, writer, Keeping(connection), everything=everything).run(seconds)


class _Writing:
    """One run, with the repository locked and one state of the ledger."""

    def __init__(
        self, sources: HistorySources, writer: HistoryWriter, keeping: Keeping, *, everything: bool
    ) -> None:
        self._sources = sources
        self._writer = writer
        self._keeping = keeping
        self._trusted = is_trusted(sources)
        self._everything = everything or not self._trusted
        self._head = sources.repository.head()
        self._root = sources.repository.tree_of(self._head)
        self._tree = PhotoTree(sources.repository, self._root)
        self._result = HistoryWritten()
        self._records = RecordWriter(writer, self._tree, self._result)

    def run(self, seconds: int) -> HistoryWritten:
        sources, result = self._sources, self._result
        due = sources.ready if self._everything else due_months(sources)
        read = {month: sources.months[month].items for month in due if month in sources.months}
        inputs = {month: input_digest(sources.lake, sources, month) for month in read}
        before = self._stored(due)
        after = self._write_months(read)
        self._write_absent(before, after["photo_id"])
        tree = self._writer.updated(self._root, self._changes())
        assert tree is not None  # it has a README
        head = self._head
        if head is None or tree != self._root:
            head = self._writer.commit(tree, sources.author, seconds, result.message())
            result.committed = True
        self._store(after, inputs)
        if self._trusted or not sources.waiting:  # tables of months that wait may be of other trees
            extents = {str(table.name): self._keeping.extent(table) for table in BY_TIME}
            describe(sources.lake, head, extents)
        result.commit, result.bytes_written = head.decode(), self._writer.bytes_written
        result.photos = after.num_rows
        return result

    def _stored(self, months: Sequence[str]) -> pa.ChunkedArray:
        """Return the photos that these months had, if `vault/history` describes the repository."""
        lake = self._sources.lake
        usable = [m for m in months if self._trusted and intact_footer(lake, ASSET, m) is not None]
        columns = [lake.read(ASSET, month, HISTORY, ("photo_id",))["photo_id"] for month in usable]
        chunks = [chunk for column in columns for chunk in column.chunks]
        return pa.chunked_array(chunks, pa.string())

    def _write_months(self, months: Mapping[str, Sequence[str]]) -> pa.Table:
        """Write the records of the photos of `months`; return the rows of `vault/history`."""
        made = [HISTORY.schema.empty_table()]
        for part in parts_of(self._sources.lake, months):
            facts = self._facts(part.photo_ids.to_pylist())
            rows = []
            for row in read_part(self._sources.lake, part):
                photo_id = row["photo_id"]
                blob = self._records.put(photo_id, photo_record(row, facts[photo_id]))
                record = bytes.fromhex(blob.decode())
                rows.append({"photo_id": photo_id, "month": row["month"], "record": record})
            made.append(pa.Table.from_pylist(rows, HISTORY.schema))
        return pa.concat_tables(made)

    def _write_absent(self, before: pa.ChunkedArray, after: pa.ChunkedArray) -> None:
        """Mark the records of photos that are in no catalog any more."""
        if self._everything:
            # The ledger may be a new one, which does not know all photos of the history.
            ids = chain(self._keeping.all_photos(), self._tree.photo_ids())
            before = pa.chunked_array([pa.array(ids, pa.string())]).unique()
            before = pa.chunked_array([before])
        absent = _without(before, after)
        if len(absent):  # one may be in a month that is not due
            lake = self._sources.lake
            photos = lake.read_all(photo_table(PHOTOS), PHOTOS, ("photo_id",))
            absent = _without(absent, photos["photo_id"])
        for start in range(0, len(absent), PHOTOS_AT_ONCE):
            some = sorted(absent.slice(start, PHOTOS_AT_ONCE).to_pylist())
            merged = self._keeping.merged(some)
            gone = [photo_id for photo_id in some if photo_id not in merged]
            facts = self._facts([*self._keeping.photos(gone)])
            for photo_id in gone:
                blob = self._tree.blob_of(photo_id)
                last = self._tree.record(blob) if blob else {}
                if photo_id in facts or last.get("state", "merged") != "merged":
                    record = gone_record(photo_id, last, facts.get(photo_id))
                    self._records.put(photo_id, record)

    def _facts(self, photo_ids: Sequence[str]) -> dict[str, LedgerFacts]:
        """Return what the ledger knows of each photo, and write the records of its aliases."""
        aliases = self._keeping.aliases(photo_ids)
        merged = [str(one["old_id"]) for some in aliases.values() for one in some]
        keys = self._keeping.keys([*photo_ids, *merged])
        photos = self._keeping.photos([*photo_ids, *merged])
        if missing := {*photo_ids} - photos.keys():
            raise StorageError(
                f"The ledger does not know {len(missing):,} of the photos in the lake.",
                hint="Run: photosync discover --full-scan",
            )

        def facts(photo_id: str) -> LedgerFacts:
            row, own = photos[photo_id], (keys.get(photo_id, ()), aliases.get(photo_id, ()))
            return LedgerFacts(str(row["anchor"]), str(row["created_at"]), *own)

        for some in aliases.values():
            for alias in some:
                old_id = str(alias["old_id"])
                self._records.put(old_id, alias_record(alias, facts(old_id)))
        return {photo_id: facts(photo_id) for photo_id in photo_ids}

    def _changes(self) -> Iterator[Change]:
        """Yield the changes of the whole tree, sorted by path."""
        published = [*published_files(self._sources.configuration)]
        yield from self._added(one for one in published if one[0] < (b"ledger",))
        yield from self._added(self._ledger_rows())
        yield from self._records.changes()
        yield from self._added(one for one in published if one[0] > (b"photos",))

    def _ledger_rows(self) -> Iterator[tuple[tuple[bytes, ...], bytes]]:
        known = {} if self._everything else described_extents(self._sources)
        for path, content, added in ledger_files(self._keeping, self._tree.file, known):
            self._result.rows[path[1].decode()] += added
            yield path, content

    def _added(self, files: Iterator[tuple[tuple[bytes, ...], bytes]]) -> Iterator[Change]:
        for path, content in sorted(files):
            yield path, self._writer.add(BLOB, content)

    def _store(self, rows: pa.Table, inputs: Mapping[str, str]) -> None:
        lake = self._sources.lake
        with lake.together() as together:
            for month, digest in inputs.items():
                found = rows.filter(pc.equal(rows["month"], month)).sort_by("photo_id")
                together.write(ASSET, month, HISTORY, found, extra={INPUTS: digest})
        lake.retain(ASSET, self._sources.months)


def _without(ids: pa.ChunkedArray, others: pa.ChunkedArray) -> pa.ChunkedArray:
    return ids.filter(pc.invert(pc.is_in(ids, value_set=others.combine_chunks())))
