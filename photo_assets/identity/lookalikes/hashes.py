"""From the hashes of pictures to the pairs of hashes to list, including turned ones.

Works on distinct hash values; the photos that have them are joined afterwards.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from photo_assets.identity.lookalikes.close_pairs import close_pairs
from photo_assets.identity.lookalikes.crowds import CrowdSieve, ListedPairs
from photo_assets.identity.lookalikes.inputs import LookalikeOptions
from photo_assets.identity.lookalikes.plan import Hashes
from photo_assets.identity.lookalikes.turns import TURNS, Turn, turned_pairs


@dataclass(frozen=True, slots=True)
class HashValues:
    """The distinct hashes, sorted, and the number of photos with each."""

    hashes: Hashes
    photos: npt.NDArray[np.int64]


def hash_values(connection: duckdb.DuckDBPyConnection) -> HashValues:
    """Return the hashes of the table `picture`."""
    found = connection.execute(
        "SELECT phash, count(DISTINCT p) AS photos FROM picture GROUP BY phash ORDER BY phash"
    ).fetchnumpy()
    return HashValues(
        np.asarray(found["phash"], dtype=np.uint64), np.asarray(found["photos"], dtype=np.int64)
    )


def find_pairs(values: HashValues, options: LookalikeOptions, threads: int) -> ListedPairs:
    """Return all pairs of plain hashes to list, and the crowds."""
    sieve = CrowdSieve(values.photos, options.crowd)
    for portion in close_pairs(values.hashes, options.distance, threads):
        sieve.add(portion)
    return sieve.finish()


def register_hashes(
    connection: duckdb.DuckDBPyConnection,
    values: HashValues,
    listed: ListedPairs,
    options: LookalikeOptions,
    threads: int,
) -> None:
    """Create the tables `hash` (phash, v, crowd) and `close` (first, second, distance, turn)."""
    count = len(values.hashes)
    table = pa.table(
        {
            "phash": values.hashes,
            "v": np.arange(count, dtype=np.int32),
            "crowd": listed.crowd,
        }
    )
    _make(connection, "hash", table)
    alone = np.flatnonzero((values.photos > 1) & (listed.crowd < 0)).astype(np.int32)
    parts = [
        _close(listed.first, listed.second, listed.distance, Turn.NONE),
        _close(alone, alone, np.zeros(len(alone), np.uint8), Turn.NONE),
    ]
    for turn in TURNS if options.mirrored_and_rotated else ():
        for first, second, distance in turned_pairs(values.hashes, turn, options.distance, threads):
            listable = (listed.crowd[first] < 0) | (listed.crowd[second] < 0)
            parts.append(_close(first[listable], second[listable], distance[listable], turn))
    _make(connection, "close", pa.concat_tables(parts))


def _close(
    first: npt.NDArray[np.int32],
    second: npt.NDArray[np.int32],
    distance: npt.NDArray[np.uint8],
    turn: Turn,
) -> pa.Table:
    words = pa.repeat(pa.scalar(str(turn), pa.string()), len(first))
    return pa.table({"first": first, "second": second, "distance": distance, "turn": words})


def _make(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register("arriving", table)
    connection.execute(f"CREATE TEMP TABLE {name} AS FROM arriving").fetchall()
    connection.unregister("arriving")
