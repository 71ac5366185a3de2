"""Grouping items joined by edges into components. Adds the table `component` (idx, comp).

`comp` is the number of the component's first item, so it depends on the items alone.
"""

import duckdb
import numpy as np
import pyarrow as pa

from photo_assets.identity.connected import connected


def build_components(connection: duckdb.DuckDBPyConnection, items: int) -> None:
    """Create the table `component` for `items` items from the table `edge`."""
    pairs = connection.execute("SELECT DISTINCT a, b FROM edge").fetchnumpy()
    labels = connected(np.asarray(pairs["a"]), np.asarray(pairs["b"]), items)
    connection.register(
        "labels", pa.table({"idx": np.arange(items, dtype=np.int32), "comp": labels})
    )
    connection.execute("CREATE TEMP TABLE component AS SELECT idx, comp FROM labels")
    connection.unregister("labels")
