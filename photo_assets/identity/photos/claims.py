"""Which known photos a component may be: the table `claim` (comp, photo_id).

A firm claim is a key that is registered and cannot have come to mean another picture: a blob,
image data, an entry's id in its catalog, a virtual copy, or a path whose content nobody ever read.

A path whose content was read is no such key: cameras and people use file names again. It counts
only as the last resort, when nothing else of the component is known, nobody else firmly is that
photo (so its earlier content is not still seen elsewhere), and either its content cannot be read
now or the EXIF time and camera are still the same. A picture that took over a name thus becomes a
photo of its own, and with it no rating, no permission and no decision of the other.
"""

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from photo_assets.identity.photos.engine import arrow
from photo_assets.store.ledger.photos import KNOWN_KEYS, LOOK_UP, RegistrySession

_KNOWN = """
CREATE TEMP TABLE known (key VARCHAR, photo_id VARCHAR, blob VARCHAR, capture VARCHAR)
"""

_CLAIMS = """
CREATE TEMP TABLE met AS
SELECT h.comp, h.kind, k.photo_id,
       h.kind <> 'path' OR k.blob IS NULL AS firm,
       h.blob IS NULL OR h.capture = k.capture AS same_picture
FROM held h JOIN known k USING (key);

CREATE TEMP TABLE claim AS
WITH firm AS (SELECT DISTINCT comp, photo_id FROM met WHERE firm)
SELECT comp, photo_id FROM firm
UNION ALL
SELECT DISTINCT comp, photo_id FROM met
WHERE NOT firm AND same_picture
  AND comp NOT IN (SELECT comp FROM firm) AND photo_id NOT IN (SELECT photo_id FROM firm)
"""


def build_claims(connection: duckdb.DuckDBPyConnection, session: RegistrySession) -> None:
    """Read the ledger's rows of the keys in `held` into `known`, and make `met` and `claim`."""
    connection.execute(_KNOWN)
    keys = arrow(connection, "SELECT key FROM held LIMIT $n", n=LOOK_UP + 1)
    few = keys.num_rows <= LOOK_UP
    batches = session.known(keys["key"] if few else None)
    for table in _in_large_parts(batches):
        connection.register("arrived", table)
        connection.execute("INSERT INTO known FROM arrived SEMI JOIN held USING (key)")
        connection.unregister("arrived")
    connection.execute(_CLAIMS)


def _in_large_parts(batches: Iterator[pa.RecordBatch], rows: int = 500_000) -> Iterator[pa.Table]:
    """Gather batches, since each insertion with a join has a fixed price."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(part.num_rows for part in waiting) >= rows:
            yield pa.Table.from_batches(waiting, schema=KNOWN_KEYS)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting, schema=KNOWN_KEYS)
