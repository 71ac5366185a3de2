"""Months of `ai/embeddings`: computing the vectors that are missing or outdated, and storing them.

A vector is kept while the model, the photo's master and its thumbnail are the same.
"""

import hashlib
import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.ai.embeddings.encoder import Encoder, NoVectorError
from photo_assets.ai.embeddings.model import EmbeddingModel
from photo_assets.ai.embeddings.vectors import Vector, column_of
from photo_assets.ai.picture import NoPictureError, thumbnail_of
from photo_assets.lake import Lake, StoredTables, Written
from photo_assets.lake.currency import INPUTS, intact_footer, is_current
from photo_assets.lake.inputs import photo_table
from photo_assets.model.canonical import inputs_digest
from photo_assets.model.embedding_table import EMBEDDINGS
from photo_assets.model.tables import PHOTOS
from photo_assets.system.job_threads import JobThreads
from photo_assets.thumbnails.months import ASSET as THUMBNAILS
from photo_assets.thumbnails.tree import ThumbnailSize
from photo_assets.workspace import Workspace

ASSET: Final = ("ai", "embeddings")

_TOGETHER: Final = 256
"""Photos that are looked at together."""

_STORED_AFTER: Final = 2_000
"""The table is stored after this many new vectors: a killed run loses no more."""

_TRY_AGAIN: Final = {"timeout", "worker_died", "out_of_memory"}
"""Reasons that are not of the picture alone: another run may have more luck."""

_PHOTOS: Final = photo_table(PHOTOS)
_NOT_REACHED: Final = "not_reached"

Progress = Callable[[int, int], None]
"""Called with the number of photos looked at, and of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthEmbedded:
    """One month: the stored table, its photos by status, and how many vectors are new."""

    written: Written
    counts: Mapping[str, int]
    computed: int


def all_months(tables: StoredTables) -> list[str]:
    """Return the months that have photos, or embeddings, oldest first."""
    return sorted({*tables.names(_PHOTOS), *tables.names(ASSET)})


def input_digest(workspace: Workspace, model: EmbeddingModel, month: str) -> str:
    """Return the digest of what a month's vectors are made from."""
    digests = [workspace.lake.digest(asset, month) for asset in (_PHOTOS, THUMBNAILS)]
    return inputs_digest([model.id, str(workspace.thumbnails.root), *digests])


def due_months(workspace: Workspace, model: EmbeddingModel) -> list[str]:
    """Return the months whose photos, thumbnails or model changed, oldest first."""
    lake = workspace.lake
    return [
        month
        for month in all_months(lake)
        if not is_current(lake, ASSET, month, EMBEDDINGS, input_digest(workspace, model, month))
    ]


def months_to_embed(workspace: Workspace, model: EmbeddingModel) -> list[str]:
    """Return the due months and those in which a missing vector can be had now, oldest first.

    Looks at the file of each photo that waits for its thumbnail, which may be in another month's
    table of thumbnails.
    """
    due = {*due_months(workspace, model)}
    others = [month for month in workspace.lake.names(ASSET) if month not in due]
    return sorted([*due, *(month for month in others if _can_go_on(workspace, month))])


def _can_go_on(workspace: Workspace, month: str) -> bool:
    rows = workspace.lake.read(ASSET, month, EMBEDDINGS, ("sha256", "status", "reason"))
    open_rows = rows.filter(pc.not_equal(rows["status"], "embedded")).to_pylist()
    return any(
        row["reason"] in _TRY_AGAIN
        or (row["reason"] == "no_thumbnail" and _has_thumbnail(workspace, row["sha256"]))
        for row in open_rows
    )


def _has_thumbnail(workspace: Workspace, sha256: bytes) -> bool:
    return workspace.thumbnails.path(ThumbnailSize.SMALL, sha256).exists()


def count_statuses(lake: Lake) -> Counter[str]:
    """Return the number of stored photos by status, over all months. Raises `StorageError`."""
    return Counter(lake.read_all(ASSET, EMBEDDINGS, ("status",))["status"].to_pylist())


@dataclass
class Embedding:
    """The months of one run. Use as a context: its workers end with it."""

    workspace: Workspace
    model: EmbeddingModel
    workers: int
    _stack: ExitStack = field(default_factory=ExitStack)
    _free: "queue.Queue[Encoder]" = field(default_factory=queue.Queue)

    def __enter__(self) -> Self:
        for _ in range(self.workers):
            self._free.put(self._stack.enter_context(Encoder(self.model)))
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def month(self, month: str, progress: Progress = lambda _done, _total: None) -> MonthEmbedded:
        """Compute the missing vectors of a month and store its table.

        Raises `ConfigurationError` if the model cannot be used, and `StorageError`.
        """
        inputs = input_digest(self.workspace, self.model, month)
        computed = 0
        while True:
            part = _MonthPart(self, month, progress)
            written = self.workspace.lake.write(
                ASSET, month, EMBEDDINGS, part.tables(), extra=partial(part.footer, inputs)
            )
            computed += part.computed
            if not part.cut:
                return MonthEmbedded(written=written, counts=part.counts, computed=computed)

    def vectors(self, pictures: Mapping[int, bytes]) -> dict[int, Vector | str]:
        """Return the vector of each picture, or the reason why there is none."""
        found: dict[int, Vector | str] = {}
        stopped = threading.Event()

        def embed(one: int) -> None:
            encoder = self._free.get()
            try:
                found[one] = encoder.picture(pictures[one])
            except NoVectorError as error:
                found[one] = str(error)
            finally:
                self._free.put(encoder)

        threads = JobThreads("embeddings", embed, stopped, stopped.set)
        threads.run_all(pictures, min(self.workers, len(pictures)))
        return found


class _MonthPart:
    """One pass over a month, which computes at most `_STORED_AFTER` vectors; `cut` if not all."""

    def __init__(self, run: Embedding, month: str, progress: Progress) -> None:
        self._run = run
        self._month = month
        self._progress = progress
        self.cut = False
        self.computed = 0
        self.counts: Counter[str] = Counter()

    def footer(self, inputs: str) -> dict[str, str]:
        """Return what marks the stored table as complete, after its last row."""
        return {} if self.cut else {INPUTS: inputs}

    def tables(self) -> Iterator[pa.Table]:
        """Yield the rows of the month by photo."""
        photos = self._run.workspace.lake.read(
            _PHOTOS, self._month, PHOTOS, ("photo_id", "sha256")
        ).sort_by("photo_id")
        before = _Previous(self._run.workspace, self._month)
        for done in range(0, photos.num_rows, _TOGETHER):
            self._progress(done, photos.num_rows)
            rows = photos.slice(done, _TOGETHER).to_pylist()
            yield self._table([self._row(row, before) for row in rows])
        self._progress(photos.num_rows, photos.num_rows)

    def _row(self, photo: Mapping[str, Any], before: "_Previous") -> dict[str, Any]:
        """Return the row of a photo; its `content` is the picture if the model has to see it."""
        row = {**photo, "month": self._month, "status": "waiting", "vector": None}
        if row["sha256"] is None:
            return {**row, "reason": "no_file"}
        try:
            tree = self._run.workspace.thumbnails
            content = thumbnail_of(tree, row["sha256"], ThumbnailSize.SMALL)
        except NoPictureError as error:
            return {**row, "reason": str(error)}
        row |= {"picture": hashlib.sha256(content).digest(), "model": self._run.model.id}
        known = before.row(row["photo_id"])
        if known is not None and all(
            known[name] == row[name] for name in ("sha256", "picture", "model")
        ):
            return {**row, **known}
        return {**row, "content": content}

    def _table(self, rows: list[dict[str, Any]]) -> pa.Table:
        wanted = {at: row["content"] for at, row in enumerate(rows) if "content" in row}
        if self.computed >= _STORED_AFTER and wanted:
            self.cut = True
            found: Mapping[int, Vector | str] = dict.fromkeys(wanted, _NOT_REACHED)
        else:
            found = self._run.vectors(wanted) if wanted else {}
            self.computed += len(found)
        for at, one in found.items():
            if isinstance(one, str):
                status = "waiting" if one == _NOT_REACHED else "failed"
                rows[at] |= {"status": status, "reason": one}
            else:
                rows[at] |= {"status": "embedded", "dimension": len(one), "vector": one}
        self.counts.update(row["status"] for row in rows)
        vectors = column_of([row.pop("vector") for row in rows])
        table = pa.Table.from_pylist(rows, schema=_WITHOUT_VECTOR)
        return table.append_column(EMBEDDINGS.schema.field("vector"), vectors)


_WITHOUT_VECTOR: Final = pa.schema([one for one in EMBEDDINGS.schema if one.name != "vector"])


class _Previous:
    """The rows that are stored, read along with the photos: both are in the order of ids.

    A damaged table has no rows: it is derived data. Rows that wait are looked at again.
    """

    def __init__(self, workspace: Workspace, month: str) -> None:
        lake = workspace.lake
        whole = intact_footer(lake, ASSET, month) is not None
        self._rows = _kept(lake.pieces(ASSET, month, EMBEDDINGS)) if whole else iter(())
        self._next: dict[str, Any] | None = next(self._rows, None)

    def row(self, photo_id: str) -> dict[str, Any] | None:
        """Return the row of a photo. The ids asked for must ascend."""
        while self._next is not None and self._next["photo_id"] < photo_id:
            self._next = next(self._rows, None)
        found = self._next
        return found if found is not None and found["photo_id"] == photo_id else None


def _kept(pieces: Iterator[pa.Table]) -> Iterator[dict[str, Any]]:
    for piece in pieces:
        vectors = piece["vector"].combine_chunks()
        for at, row in enumerate(piece.drop_columns(["vector"]).to_pylist()):
            if row["status"] == "waiting" or row["reason"] in _TRY_AGAIN:
                continue
            vector = vectors[at].values
            yield {**row, "vector": None if vector is None else vector.to_numpy()}
