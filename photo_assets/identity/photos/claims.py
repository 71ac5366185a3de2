"""Which known photos a component may continue: the table `claim` (comp, photo_id).

A firm claim is a registered key that cannot have been reused for another picture: a blob, image
data, an entry's id in its catalog, a virtual copy, or a path whose content was never read.

A path whose content was read is not a firm key: cameras and people reuse file names. It counts only
as a last resort, when no other key of the component is known, no other component has a firm claim
on that photo (so its earlier content is not found elsewhere), and either its content cannot be read
now or the EXIF time and camera are unchanged. A picture that reuses a file name thus becomes a
separate photo and inherits no rating, permission or decision.
"""

import duckdb

from photo_assets.identity.photos.engine import arrow, count
from photo_assets.identity.photos.key_copy import KeyCopy
from photo_assets.ledger.photos import LOOK_UP, RegistrySession

_FEW_KNOWN = """
CREATE TEMP TABLE known (key VARCHAR, photo_id UUID, blob BLOB, capture BLOB)
"""

# One row per key that is both held and known. `differs`: the ledger has another value.
_MET = """
CREATE TEMP TABLE met AS
SELECT h.rowid AS held, h.comp, h.kind, k.photo_id,
       h.kind <> 'path' OR k.blob IS NULL AS firm,
       i.blob IS NULL OR i.capture = k.capture AS same_picture,
       (i.blob IS NOT NULL AND i.blob IS DISTINCT FROM k.blob)
         OR (i.capture IS NOT NULL AND i.capture IS DISTINCT FROM k.capture) AS differs,
       CASE WHEN differs THEN k.blob END AS known_blob,
       CASE WHEN differs THEN k.capture END AS known_capture
FROM held h JOIN known k USING (key) LEFT JOIN item i ON i.idx = h.idx
"""

_CLAIM = """
CREATE TEMP TABLE claim AS
WITH firm AS (SELECT DISTINCT comp, photo_id FROM met WHERE firm)
SELECT comp, photo_id FROM firm
UNION ALL
SELECT DISTINCT comp, photo_id FROM met
WHERE NOT firm AND same_picture
  AND comp NOT IN (SELECT comp FROM firm) AND photo_id NOT IN (SELECT photo_id FROM firm)
"""


def build_claims(
    connection: duckdb.DuckDBPyConnection, session: RegistrySession, copy: KeyCopy
) -> None:
    """Create `known`, the ledger's rows for the keys in `held`, and from it `met` and `claim`."""
    if count(connection, "SELECT count(*) FROM held") <= LOOK_UP:
        _look_up(connection, session)
    else:
        copy.open(connection, session)
    connection.execute(_MET)
    connection.execute(_CLAIM)


def _look_up(connection: duckdb.DuckDBPyConnection, session: RegistrySession) -> None:
    connection.execute(_FEW_KNOWN)
    for batch in session.known(arrow(connection, "SELECT key FROM held")["key"]):
        connection.register("arrived", batch)
        connection.execute(
            "INSERT INTO known SELECT key, photo_id::UUID, unhex(blob), unhex(capture) FROM arrived"
        )
        connection.unregister("arrived")
