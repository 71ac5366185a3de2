"""The partitions of the graph: capture months, from the library's first to the current one."""

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
    """Return the months from `first` on; `end_offset` includes the current one."""
    return dg.MonthlyPartitionsDefinition(start_date=first, end_offset=1)


MONTHS = months_from(month_key(FIRST_MONTH))
"""The partitions with which assets are declared; `load` replaces them by the library's months."""


def first_month(workspace: Workspace) -> str:
    """Return the first month with staged or stored files, or the current month if there are none.

    A month whose rows are all gone counts too: tables made from it must be rebuilt without them.
    """
    months = {path.stem for path in workspace.lake.root.glob(_MONTH_FILES)}
    for source in SOURCES:
        with suppress(StorageError):  # the asset that reads the damaged manifest reports it
            months.update(load_staged(workspace.staging, source).months())
    known = [month for month in months if month >= month_key(FIRST_MONTH)]
    return min(known, default=month_key(datetime.now(UTC).date()))


def month_keys(workspace: Workspace) -> list[str]:
    """Return all months of the current library, oldest first."""
    return [*months_from(first_month(workspace)).get_partition_keys()]
