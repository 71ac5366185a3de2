"""The one partitioning of the graph: capture months, from the library's first to this one."""

from contextlib import suppress
from datetime import UTC, datetime

import dagster as dg

from photo_assets.catalogs.discovery.months import load_staged
from photo_assets.catalogs.registry import SOURCES
from photo_assets.model.errors import StorageError
from photo_assets.model.months import FIRST_MONTH, month_key
from photo_assets.workspace import Workspace

_MONTH_FILES = "*/*/[0-9][0-9][0-9][0-9]-[0-9][0-9]-01.parquet"


def months_from(first: str) -> dg.MonthlyPartitionsDefinition:
    """Return the months from `first` on; `end_offset` includes the one that has not ended."""
    return dg.MonthlyPartitionsDefinition(start_date=first, end_offset=1)


MONTHS = months_from(month_key(FIRST_MONTH))
"""What assets are declared with. `load` puts the library's own months in their place."""


def first_month(workspace: Workspace) -> str:
    """Return the first month of which anything is staged or stored, the current one if none is.

    Also where nothing is left in it: what was made from it has to be rebuilt without it.
    """
    months = {path.stem for path in workspace.lake.root.glob(_MONTH_FILES)}
    for source in SOURCES:
        with suppress(StorageError):  # what reads the damaged manifest says so; the rest is loaded
            months.update(load_staged(workspace.staging, source).months())
    known = [month for month in months if month >= month_key(FIRST_MONTH)]
    return min(known, default=month_key(datetime.now(UTC).date()))


def month_keys(workspace: Workspace) -> list[str]:
    """Return all months of the library as it is now, oldest first."""
    return [*months_from(first_month(workspace)).get_partition_keys()]
