"""photo_assets: one deduplicated view over every place that holds your photos.

The version and what notebooks use belong here; each room's own `__init__` says what lives in it.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__version__ = "0.1.0"


def load(
    table: str, *, months: str | Iterable[str] | None = None, config: Path | None = None
) -> "pd.DataFrame":
    """Return a table of the lake, such as "metadata/unified", as a data frame of Arrow types.

    `months` are partitions, "2024-07" or several; None: all. Months without rows give none. The
    project is $DAGSTER_HOME, else the current folder; its photosync.yaml is the one in force for
    `photosync` ($PHOTOSYNC_CONFIG comes first), or `config`. The columns are in docs/tables.md.
    Nothing is computed or written.

    Raises `ConfigurationError` for an unknown table, a month that is none and an invalid
    photosync.yaml, and `StorageError` for a damaged table.
    """
    from photo_assets.dataframes import load_frame

    return load_frame(table, months, config)
