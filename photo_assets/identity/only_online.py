"""Items of online catalogs whose bytes no file of this machine has, by their checksums.

Only tables are read. Which catalogs' originals are downloaded is decided by whoever asks.
"""

from collections import defaultdict
from collections.abc import Mapping

from photo_assets.identity.fingerprints.options import ItemKey
from photo_assets.identity.fingerprints.reasons import Reason
from photo_assets.identity.last_known import ASSET
from photo_assets.identity.monthly import OnlineSince, due_months
from photo_assets.lake import Lake
from photo_assets.lake.currency import intact_footer
from photo_assets.lake.views import view_stored
from photo_assets.model.tables import FINGERPRINTS, ITEMS
from photo_assets.model.vocabulary import Availability

_DOING = "The items that only online services have could not be found"

_ONLY_THERE = """
WITH file AS (
    SELECT DISTINCT fingerprint.sha256, fingerprint.md5, fingerprint.sha1, fingerprint.file_size
    FROM fingerprint JOIN item USING (source, catalog, native_id)
    WHERE fingerprint.sha256 IS NOT NULL AND fingerprint.path IS NOT NULL
        AND availability <> $missing  -- one that is offline is there
), stated AS (
    SELECT item.* FROM item JOIN fingerprint USING (source, catalog, native_id)
    WHERE source = $source AND catalog = $catalog AND fingerprint.reason = $identified
), there AS (
    SELECT native_id FROM stated JOIN file USING (sha256)
    UNION ALL
    SELECT native_id FROM stated JOIN file USING (md5, file_size) WHERE stated.sha256 IS NULL
    UNION ALL
    SELECT native_id FROM stated JOIN file USING (sha1)
    WHERE $by_sha1 AND stated.sha256 IS NULL AND (stated.md5 IS NULL OR stated.file_size IS NULL)
)
SELECT month, native_id FROM stated ANTI JOIN there USING (native_id)
"""


def only_online(
    lake: Lake, catalogs: Mapping[tuple[str, str], bool], online_since: OnlineSince
) -> dict[str, set[ItemKey]]:
    """Return month -> items that a checksum identifies and that no file has, to be downloaded.

    `catalogs`: source and name -> whether its SHA-1 is the digest of the bytes; a SHA-1 that only
    people state proves nothing. None while a month is due, by `online_since`: only when the files
    of all months are known, it is known which originals they lack. Raises `StorageError`.
    """
    found: dict[str, set[ItemKey]] = defaultdict(set)
    if not catalogs or due_months(lake, online_since):
        return found
    months = [one for one in lake.names(ASSET) if intact_footer(lake, ASSET, one) is not None]
    with lake.query("counts", _DOING) as connection:
        files = [lake.path(ASSET, month) for month in months]
        view_stored(connection, "fingerprint", FINGERPRINTS, files)
        items = [file for one in lake.catalogs() for file in lake.files(("catalog", one))]
        view_stored(connection, "item", ITEMS, items)
        for (source, catalog), by_sha1 in catalogs.items():
            values = {
                "source": source,
                "catalog": catalog,
                "by_sha1": by_sha1,
                "identified": Reason.IDENTIFIED.value,
                "missing": Availability.MISSING.value,
            }
            for month, native_id in connection.execute(_ONLY_THERE, values).fetchall():
                found[month].add((source, catalog, native_id))
    return found
