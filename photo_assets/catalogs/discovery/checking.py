"""What the checks on a catalog find: its months in the lake against what discovery staged, its age.

Which check fails by it, and what a person reads then, is decided elsewhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from photo_assets.catalogs.discovery.discover import catalog_folder
from photo_assets.catalogs.discovery.manifest import Held, Manifest, load_held, load_state
from photo_assets.catalogs.discovery.months import StagedMonths, pending_months
from photo_assets.lake import Lake
from photo_assets.lake.views import stored_rows
from photo_assets.model.schema import ITEM_SCHEMA
from photo_assets.model.wording import duration

_DOING = "The months of a catalog could not be checked"


@dataclass(frozen=True, slots=True)
class StoredRows:
    """The rows of the months that do not wait: how many, of how many ids, in which months wrong."""

    rows: int
    ids: int
    wrong: tuple[str, ...]
    waiting: int


def balances(manifest: Manifest) -> bool:
    """Say whether the last scan's items are accounted for: found = written + discarded + failed."""
    count = manifest.accounting
    return bool(count["found"] == count["written"] + count["discarded"] + count["failed"])


def count_stored(staged: StagedMonths, lake: Lake) -> StoredRows:
    """Count the stored rows against those staged. Raises `StorageError`."""
    waiting = set(pending_months(staged, lake))
    months = [month for month in staged.months() if month not in waiting]
    files = [lake.path(("catalog", staged.source), month) for month in months]
    stored: dict[str, int] = {}
    ids = 0
    if files:
        rows = stored_rows(files, named=True)
        by_month = f"SELECT parse_filename(filename, true), count(*) FROM {rows} GROUP BY 1"  # noqa: S608
        distinct = f"SELECT count(*) FROM (SELECT DISTINCT catalog, native_id FROM {rows})"  # noqa: S608
        with lake.query("counts", _DOING) as connection:
            stored = dict(connection.execute(by_month).fetchall())
            ((ids,),) = connection.execute(distinct).fetchall()
    expected = {m: sum(part.rows for part in staged.parts(m).values()) for m in months}
    wrong = tuple(month for month in months if stored.get(month, 0) != expected[month])
    return StoredRows(sum(stored.values()), ids, wrong, len(waiting))


def months_of_other_columns(lake: Lake, source: str) -> list[str]:
    """Return the months whose columns are not the documented ones, in order, with their types.

    A month written before there was a quality has none.
    """
    schemas = (ITEM_SCHEMA, ITEM_SCHEMA.remove(ITEM_SCHEMA.get_field_index("quality")))
    return [
        path.stem
        for path in lake.files(("catalog", source))
        if not any(pq.read_schema(path).equals(one, check_metadata=False) for one in schemas)
    ]


@dataclass(frozen=True, slots=True)
class Ages:
    """Hours since each catalog was read, and a clause for people on each that is stale or away.

    `figures`: for each catalog of a service, the calls, waits and limits of its last read.
    """

    hours: Mapping[str, float]
    stale: tuple[str, ...]
    figures: Mapping[str, Mapping[str, int | float | str]]


def read_ages(
    staging: Path, source: str, stale_after_hours: Mapping[str, float], now: datetime
) -> Ages:
    """Return how long ago the catalogs named in `stale_after_hours` were read."""
    stale: list[str] = []
    ages: dict[str, float] = {}
    figures: dict[str, Mapping[str, int | float | str]] = {}
    for name, most in stale_after_hours.items():
        state = load_state(catalog_folder(staging, source, name))
        if state is not None and state.figures:
            figures[name] = state.figures
        because = f": {state.reason}" if state is not None and state.reason else ""
        if state is None or state.last_read_at is None:
            stale.append(f"{name} was never read{because}")
            continue
        age = now - datetime.fromisoformat(state.last_read_at)
        ages[name] = round(age / timedelta(hours=1), 1)
        if not state.online:
            since = state.since.replace("T", " ")[:16]
            stale.append(f"{name} is unavailable since {since} UTC; its rows are kept{because}")
        elif age > timedelta(hours=most):
            stale.append(f"{name} was last read {duration(age.total_seconds())} ago{because}")
    return Ages(ages, tuple(stale), figures)


def read_held(staging: Path, source: str, names: Iterable[str]) -> dict[str, Held]:
    """Return the scans that wait for a person, by catalog."""
    held = {name: load_held(catalog_folder(staging, source, name)) for name in names}
    return {name: found for name, found in held.items() if found is not None}


def read_away(staging: Path, source: str, names: Iterable[str]) -> set[str]:
    """Return the catalogs that could not be reached when they were looked for last."""
    states = {name: load_state(catalog_folder(staging, source, name)) for name in names}
    return {name for name, state in states.items() if state is not None and not state.online}
