"""Rewrite partitions of the last written rows from a table of keys and row numbers.

The caller's table determines the partition of each row.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.lake import Lake
from photo_assets.lake.by_month import write_by_month
from photo_assets.lake.query_engine import Database
from photo_assets.lake.stored import AssetPath
from photo_assets.model.plans import WRITTEN
from photo_assets.sinks.engine.ordering import TextsOf, in_order

_HOME: Final = "home"


def rewrite_parts(
    opened: Database,
    lake: Lake,
    asset: AssetPath,
    relation: str,
    texts: Sequence[TextsOf],
    parts: Iterable[str],
) -> None:
    """Write the rows of a table to their `home` partitions, one partition at a time.

    `parts` without rows become empty. The texts (`said` takes precedence over `kept`) are read
    before the first partition is replaced. Raises `StorageError`.
    """
    rows = _with_content(opened, relation, texts)
    stored = write_by_month(lake, asset, WRITTEN, rows, by=_HOME)
    for name in parts:
        if name not in stored:
            lake.write(asset, name, WRITTEN, WRITTEN.schema.empty_table())


def _with_content(opened: Database, relation: str, texts: Sequence[TextsOf]) -> Iterator[pa.Table]:
    for rows in in_order(opened, relation, (_HOME, "target"), texts):
        said = [rows[name] for text in texts for name in text.columns.values()]
        whole = rows.append_column("content", pc.coalesce(*said))
        yield whole.select([*WRITTEN.schema.names, _HOME]).cast(
            pa.schema([*WRITTEN.schema, pa.field(_HOME, pa.string())])
        )
