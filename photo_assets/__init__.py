"""photo_assets: one deduplicated collection of the photos of several catalogs.

The version and the function for notebooks belong here; each subpackage is described in its
`__init__`.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__version__ = "0.2.0"


def load(
    table: str, *, months: str | Iterable[str] | None = None, config: Path | None = None
) -> "pd.DataFrame":
    """Return a table of the lake, such as "metadata/unified", as a data frame of Arrow types.

    `months` is one partition such as "2024-07" or several; None loads all. The project is in
    $DAGSTER_HOME, or else in the current folder. The configuration is `config`, or else the same as
    for `photosync` ($PHOTOSYNC_CONFIG, or else the project's photosync.yaml). docs/tables.md
    describes the columns. Nothing is computed or written.

    Raises `ConfigurationError` for an unknown table, an invalid month or an invalid
    photosync.yaml, and `StorageError` for a damaged table.
    """
    from photo_assets.dataframes import load_frame

    return load_frame(table, months, config)
