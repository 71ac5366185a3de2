"""Months of the assets in the layer `metadata`: which are due, and building them.

A month contains the photos whose masters are in it. It is built from the photo tables of that
month, and from the items and fingerprints of the months in which those photos have items.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import pyarrow as pa

from photo_assets.lake import Lake, Snapshot, StoredTables, Written
from photo_assets.lake.currency import INPUTS, intact_footer, is_current
from photo_assets.lake.inputs import photo_table
from photo_assets.lake.query_engine import join_memory_mib
from photo_assets.lake.stored import AssetPath
from photo_assets.metadata.answers import AnswersByMonth
from photo_assets.metadata.inputs import MetadataInputs
from photo_assets.model.canonical import footer_json, inputs_digest
from photo_assets.model.errors import PhotoAssetsError
from photo_assets.model.months import is_month_key
from photo_assets.model.tables import CONFLICTS, MEMBERS, PHOTOS, UNIFIED, TableKind

_SAME_QUESTIONS = (UNIFIED, CONFLICTS)
_RECIPE = 1  # raised when the same statements give a different view
_TOGETHER = 50_000  # items: fewer are not worth a separate query


@dataclass(frozen=True, slots=True)
class PhotoMonth:
    """A month of photos: the version of everything known of them, and the months of their items."""

    version: str
    items: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataSources:
    """The inputs shared by all months; `settings` identifies the rules."""

    lake: Lake
    photos: Mapping[str, PhotoMonth]
    settings: str
    answers: AnswersByMonth
    scratch: Path | None = None
    memory_mib: int = 0


class Summary(Protocol):
    """The counts of one month, complete once its tables were read."""

    @property
    def decided(self) -> set[str]:
        """The questions about photos of the month that were ever answered."""


S = TypeVar("S", bound=Summary)


S_co = TypeVar("S_co", bound=Summary, covariant=True)


class Stream(Protocol[S_co]):
    """Rows to write, month by month; the tables of a month must be read before the next month."""

    def months(self) -> Iterator[tuple[str, Iterable[pa.Table], S_co]]:
        """Yield every month that has photos, in order."""


@dataclass(frozen=True, slots=True)
class MonthMade(Generic[S]):
    """One month: the stored table and its counts."""

    written: Written
    summary: S


class MetadataMonths(Generic[S]):
    """The months of one asset. `build` builds its rows from inputs; `nothing`: the counts of none.

    Assets with the same questions find the same answers, whichever is built first.
    """

    def __init__(
        self,
        kind: TableKind,
        sources: MetadataSources,
        build: Callable[[MetadataInputs], Stream[S]],
        nothing: Callable[[], S],
    ) -> None:
        self._kind = kind
        self._sources = sources
        self._build = build
        self._nothing = nothing
        self._lake = sources.lake
        self._asset: AssetPath = ("metadata", kind.name)
        self._answers = sources.answers
        self._done: dict[str, MonthMade[S]] = {}

    def all(self) -> set[str]:
        """Return the months that have photos or a stored table."""
        stored = {name for name in self._lake.names(self._asset) if is_month_key(name)}
        return stored | set(self._sources.photos)

    def due(self) -> list[str]:
        """Return the months whose inputs have changed since they were built, oldest first."""
        tables, months = Snapshot.of(self._lake), sorted(self.all())
        known = {one for month in months for one in self._decided(tables, month)}
        asked = self._answers.concerned(tables, known)
        return [month for month in months if month in asked or self._is_due(tables, month)]

    def input_digest(self, month: str) -> str:
        """Return the digest of a month's inputs other than people's answers."""
        photos = self._sources.photos.get(month)
        return inputs_digest([_RECIPE, self._sources.settings, photos and photos.version])

    def make(self, month: str, ahead: Sequence[str]) -> MonthMade[S]:
        """Build `month`, together with months of `ahead` that have photos, up to a limit of items.

        If that fails, `month` is built alone. Raises `StorageError`.
        """
        if month not in self._done:
            batch = self._batch(month, ahead)
            try:
                self._done = self._make(batch)
            except PhotoAssetsError:
                if len(batch) == 1:
                    raise
                self._done = self._make([month])
        return self._done.pop(month)

    def clear(self) -> None:
        """Remove tables of older versions, which are not months of this asset."""
        self._lake.sweep(self._asset)
        names = self._lake.names(self._asset)
        self._lake.retain(self._asset, [name for name in names if is_month_key(name)])

    def _is_due(self, tables: StoredTables, month: str) -> bool:
        inputs, bare = self.input_digest(month), month not in self._sources.photos
        if not is_current(tables, self._asset, month, self._kind, inputs, may_lack=bare):
            return True
        footer = tables.footer(self._asset, month)
        if footer is None:
            return False
        decided = self._decided(tables, month)
        answers = self._answers.digest(decided)
        return footer.extra.get("answers") != answers or not decided.issuperset(
            self._decided_by_either(tables, month)
        )

    def _decided(self, tables: StoredTables, month: str) -> set[str]:
        """Return the questions of the stored month that were ever answered."""
        return _decided(tables, self._asset, month)

    def _decided_by_either(self, tables: StoredTables, month: str) -> set[str]:
        """Return the answered questions that an asset with the same ones found, of equal inputs.

        A conflict that one of them found answered is no longer open in any stored month.
        """
        kinds = _SAME_QUESTIONS if self._kind in _SAME_QUESTIONS else (self._kind,)
        assets = [("metadata", kind.name) for kind in kinds]
        inputs = self.input_digest(month)
        decided = {one for a in assets for one in _decided(tables, a, month, inputs)}
        return {one for one in decided if one in self._answers}

    def _make(self, months: Sequence[str]) -> dict[str, MonthMade[S]]:
        made: dict[str, MonthMade[S]] = {}
        with self._lake.together() as lake:
            for month, tables, summary in self._build(self._inputs(months)).months():
                made[month] = self._store(lake, month, tables, summary)
            for month in months:
                if month not in made:
                    made[month] = self._store(lake, month, (), self._nothing())
        return made

    def _store(
        self, lake: Lake, month: str, tables: Iterable[pa.Table], summary: S
    ) -> MonthMade[S]:
        def extra() -> dict[str, str]:
            return {
                INPUTS: self.input_digest(month),
                "decided": footer_json(sorted(summary.decided)),
                "answers": self._answers.digest(summary.decided),
            }

        written = lake.write(self._asset, month, self._kind, tables, extra=extra)
        return MonthMade(written, summary)

    def _inputs(self, months: Sequence[str]) -> MetadataInputs:
        photos = {m: self._sources.photos[m] for m in months if m in self._sources.photos}
        items = sorted({month for one in photos.values() for month in one.items})
        catalogs: list[AssetPath] = [("catalog", source) for source in self._lake.catalogs()]
        return MetadataInputs(
            items=self._files(catalogs, items),
            fingerprints=self._files([("identity", "fingerprints")], items),
            photos=self._files([photo_table(PHOTOS)], sorted(photos)),
            members=self._files([photo_table(MEMBERS)], sorted(photos)),
            scratch=self._sources.scratch,
            memory_mib=self._sources.memory_mib
            or join_memory_mib("metadata", sum(map(self._items, months))),
        )

    def _files(self, assets: Sequence[AssetPath], months: Sequence[str]) -> list[Path]:
        paths = (self._lake.path(asset, month) for asset in assets for month in months)
        return [path for path in paths if path.exists()]

    def _batch(self, month: str, ahead: Sequence[str]) -> list[str]:
        batch, items, there = [month], self._items(month), self.all()
        for following in (m for m in ahead if m > month and m in there):
            items += self._items(following)
            if items > _TOGETHER:
                break
            batch.append(following)
        return batch

    def _items(self, month: str) -> int:
        footer = self._lake.footer(photo_table(MEMBERS), month)
        return footer.rows if footer else 0


def _decided(
    tables: StoredTables, asset: AssetPath, month: str, inputs: str | None = None
) -> set[str]:
    """Return the answered questions that a stored month lists, if it was built from `inputs`."""
    footer = intact_footer(tables, asset, month)
    if footer is None or inputs not in (None, footer.extra.get(INPUTS)):
        return set()
    return set(json.loads(footer.extra.get("decided", "[]")))
