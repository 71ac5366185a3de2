"""The wanted rows, stored by partition, and rebuilt where they can differ.

They are derived data and contain only content that may be sent. The sink makes their content.
"""

from collections.abc import Mapping
from itertools import groupby
from typing import Final

import pyarrow as pa

from photo_assets.lake import Snapshot
from photo_assets.lake.currency import is_current
from photo_assets.model.plans import DESIRED, WANTED, content_digest
from photo_assets.sinks.engine.sink_tables import desired_asset
from photo_assets.sinks.protocol import Sink
from photo_assets.workspace import Workspace

_MADE_FROM: Final = "made_from"


def store_desired_rows(
    workspace: Workspace, sink: Sink
) -> tuple[Mapping[str, str], frozenset[str]]:
    """Bring the partitions up to date; return their digests, and which were rebuilt.

    A partition with an unchanged digest (`Sink.partitions`) is not rebuilt. Raises
    `StorageError`.
    """
    lake, asset, sources = workspace.lake, desired_asset(sink.name), sink.partitions()
    before = Snapshot.of(lake)
    stale = [
        name
        for name, source in sources.items()
        if not is_current(before, asset, name, WANTED, source, key=_MADE_FROM)
    ]
    made: set[str] = set()
    if stale:
        for name, tables in groupby(sink.desired(stale), key=lambda pair: pair[0]):
            if name in made:
                raise ValueError(f"The tables of {name} are not consecutive.")
            made.add(name)
            rows = (_digested(table) for _, table in tables)
            lake.write(asset, name, WANTED, rows, extra={_MADE_FROM: sources[name]})
    for name in stale:
        if name not in made:
            nothing = WANTED.schema.empty_table()
            lake.write(asset, name, WANTED, nothing, extra={_MADE_FROM: sources[name]})
    lake.retain(asset, sources)
    after = Snapshot.of(lake)
    return {name: after.digest(asset, name) or "" for name in sources}, frozenset(stale)


def _digested(table: pa.Table) -> pa.Table:
    digests = [content_digest(text.as_py()) for text in table["content"]]
    return table.cast(DESIRED.schema).append_column("digest", pa.array(digests, pa.string()))
