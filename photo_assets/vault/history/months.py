"""Which months of the history are out of date, decided by the footers of stored tables alone.

The table `vault/history` names the record of every photo by month. A file beside it names the
commit that it describes, and is written last: a repository with another commit was put back, made
again or changed by another program, and is compared in full. A commit's name is a digest of all its
files, so that no other repository has the same.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photo_assets.lake import Lake, Snapshot, StoredTables
from photo_assets.lake.currency import is_current
from photo_assets.ledger import Ledger
from photo_assets.model.canonical import inputs_digest
from photo_assets.model.tables import CONFLICTS, HISTORY, UNIFIED
from photo_assets.system.checked_json import read_json, write_json
from photo_assets.vault.history.records import RECIPE, RECORD_VERSION
from photo_assets.vault.history.repository import HistoryRepository

ASSET = ("vault", "history")


@dataclass(frozen=True, slots=True)
class HistoryMonth:
    """A month of photos: the version of everything known of them, and the months of their items."""

    version: str
    items: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySources:
    """Where the history comes from. `author`: `name <address>`.

    `configuration`: the values of photosync.yaml, without secrets; None: there is no such file. The
    months in `waiting` keep their records: their metadata is not up to date with their photos.
    """

    lake: Lake
    ledger: Ledger
    repository: HistoryRepository
    months: Mapping[str, HistoryMonth]
    author: str
    waiting: Collection[str] = ()
    configuration: str | None = None

    @property
    def ready(self) -> list[str]:
        """The months that can be written, oldest first."""
        return sorted(self.months.keys() - {*self.waiting})


def due_months(sources: HistorySources) -> list[str]:
    """Return the months whose records may have changed since they were written, oldest first."""
    if not is_trusted(sources):
        return sources.ready
    tables = Snapshot.of(sources.lake)
    left = {*tables.names(ASSET)} - sources.months.keys()
    changed = [
        month
        for month in sources.ready
        if not is_current(tables, ASSET, month, HISTORY, input_digest(tables, sources, month))
    ]
    return sorted([*changed, *left])


def input_digest(tables: StoredTables, sources: HistorySources, month: str) -> str:
    """Return the digest of the inputs of a month's records."""
    metadata = [tables.digest(("metadata", kind.name), month) for kind in (UNIFIED, CONFLICTS)]
    return inputs_digest([RECIPE, RECORD_VERSION, sources.months[month].version, metadata])


def is_trusted(sources: HistorySources) -> bool:
    """Return whether the stored tables describe the last commit of the repository."""
    head = sources.repository.head()
    return (
        head is not None and read_json(_described_file(sources.lake)).get("commit") == head.decode()
    )


def described_extents(sources: HistorySources) -> Mapping[str, Any]:
    """Return the extents of the ledger's tables whose rows are all in the last commit, by table."""
    extents = read_json(_described_file(sources.lake)).get("extents", {})
    return extents if is_trusted(sources) else {}


def describe(lake: Lake, commit: bytes, extents: Mapping[str, Any]) -> None:
    """Record that the stored tables describe a commit, and up to where it has the ledger's rows.

    `extents` are those of `Keeping.extent`, by table. Raises `StorageError`.
    """
    described = {"commit": commit.decode(), "extents": dict(extents)}
    if read_json(_described_file(lake)) != described:
        write_json(_described_file(lake), described)


def _described_file(lake: Lake) -> Path:
    return lake.root.joinpath(*ASSET, "described.json")
