"""Items joined by edges become components. Adds the table `component` (idx, comp).

`comp` is the number of the component's first item, so it depends on the items alone.
"""

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa


def build_components(connection: duckdb.DuckDBPyConnection, items: int) -> None:
    """Make the table `component` for `items` items from the table `edge`."""
    pairs = connection.execute("SELECT DISTINCT a, b FROM edge").fetchnumpy()
    labels = component_labels(np.asarray(pairs["a"]), np.asarray(pairs["b"]), items)
    connection.register(
        "labels", pa.table({"idx": np.arange(items, dtype=np.int32), "comp": labels})
    )
    connection.execute("CREATE TEMP TABLE component AS SELECT idx, comp FROM labels")
    connection.unregister("labels")


def component_labels(
    a: npt.NDArray[np.int32], b: npt.NDArray[np.int32], items: int
) -> npt.NDArray[np.int32]:
    """Return for each item the smallest item it is connected with."""
    if items == 0 or len(a) == 0:
        return np.arange(items, dtype=np.int32)
    # Loading them takes longer than commands that join nothing.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(items, items))
    _, labels = connected_components(graph, directed=False)
    _, first = np.unique(labels, return_index=True)
    smallest: npt.NDArray[np.int32] = first[labels].astype(np.int32)
    return smallest
