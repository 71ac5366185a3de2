"""How many copies each photo and each original needs, and has as far as the tables tell.

An original needs `vault.copies`, or more if a rule of `vault.more_copies` matches its photo.
Reading the copies belongs to the module `copies`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from photo_assets.configuration.vault import MoreCopies, VaultSettings
from photo_assets.lake import Lake
from photo_assets.lake.inputs import fingerprint_files, photo_files
from photo_assets.lake.views import view_stored
from photo_assets.model.tables import (
    FINGERPRINTS,
    ITEMS,
    MEMBERS,
    ORIGINALS,
    PHOTOS,
    UNIFIED,
)
from photo_assets.vault.months import stores_by_name

_DOING = "The copies could not be counted"

_MATCHES = {
    "album": "len(list_filter(albums, lambda one: lower(one) = {value}"
    " OR starts_with(lower(one), concat({value}, ' / ')))) > 0",
    "keyword": "list_contains(list_transform(flatten(keywords), lambda one: lower(one)), {value})",
    "label": "lower(label) = {value}",
}

_SHORT = """
WITH held AS (
    SELECT DISTINCT sha256, store
    FROM (SELECT sha256, partition, unnest(stores) AS stated FROM original)
    JOIN counted USING (partition, stated)
    ANTI JOIN lost USING (store, sha256)
), stored AS (
    SELECT sha256, count(*) AS copies FROM held GROUP BY sha256
), of_photo AS (
    SELECT photo_id, count(DISTINCT sha256) AS originals,
        min(coalesce(copies, 0)) FILTER (sha256 IS NOT NULL) AS copies
    FROM member LEFT JOIN stored USING (sha256) GROUP BY photo_id
), known AS (
    SELECT photo_id, if(photo.sha256 IS NULL, 0, originals) AS originals,
        if(photo.sha256 IS NULL, 0, coalesce(copies, 0)) AS copies
    FROM of_photo LEFT JOIN photo USING (photo_id)
)
SELECT photo_id, coalesce(file_name, ''), originals, copies, coalesce(needed, $most)
FROM known LEFT JOIN need USING (photo_id)
WHERE copies < coalesce(needed, $most) ORDER BY file_name, photo_id
"""

_ITEMS = """
WITH file AS (
    SELECT DISTINCT sha256, md5, sha1, file_size FROM fingerprint WHERE sha256 IS NOT NULL
), stated AS (
    SELECT native_id, coalesce(item.file_name, '') AS name, item.path IS NOT NULL AS is_local,
        item.month, coalesce(needed, $most) AS needed, item.sha256, item.md5, item.sha1,
        item.file_size
    FROM item
    LEFT JOIN member USING (source, catalog, native_id)
    LEFT JOIN need USING (photo_id)
    WHERE source = $source AND catalog = $catalog AND item.availability <> 'missing'
), checked AS (
    SELECT native_id, name, is_local, month, needed,
        CASE
            WHEN sha256 IS NOT NULL THEN sha256
            WHEN md5 IS NOT NULL AND file_size IS NOT NULL THEN (
                SELECT max(file.sha256) FROM file
                WHERE file.md5 = stated.md5 AND file.file_size = stated.file_size
            )
            WHEN sha1 IS NOT NULL AND $by_sha1 THEN (
                SELECT max(file.sha256) FROM file WHERE file.sha1 = stated.sha1
            )
        END AS sha256
    FROM stated
)
SELECT native_id, name, is_local, month, sha256, needed FROM checked ORDER BY native_id
"""


@dataclass(frozen=True, slots=True)
class ShortPhoto:
    """A photo with too few copies. `copies`: of the original with the fewest; 0 without one."""

    photo_id: str
    file_name: str
    originals: int
    copies: int
    needed: int


@dataclass(frozen=True, slots=True)
class CatalogItem:
    """An item of a catalog, and the original with its bytes, if one is known."""

    native_id: str
    file_name: str
    is_local: bool
    month: str
    sha256: bytes | None
    needed: int


def short_photos(
    lake: Lake,
    settings: VaultSettings,
    ids: Mapping[str, str | None],
    lost: Mapping[str, Collection[bytes]],
) -> tuple[int, list[ShortPhoto]]:
    """Return the number of photos, and those with too few copies by the tables of the last runs.

    `ids`: the id of each store that counts by its name, None while it is not connected. `lost`: the
    copies that a check found to be none, by store. A photo whose master's bytes are not known has
    none. Raises `StorageError`.
    """
    with _tables(lake, settings) as connection:
        files = lake.files(("vault", "originals"))
        view_stored(connection, "original", ORIGINALS, files, partitioned=True)
        view_stored(connection, "photo", PHOTOS, photo_files(lake, PHOTOS))
        connection.execute("CREATE TABLE counted (partition TEXT, stated TEXT, store TEXT)")
        connection.execute("CREATE TABLE lost (store TEXT, sha256 BLOB)")
        for table, rows in (("counted", [*_counted(lake, ids)]), ("lost", [*_pairs(lost)])):
            marks = ", ".join("?" * (3 if table == "counted" else 2))
            if rows:
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
        found = connection.execute(_SHORT, {"most": _most(settings)}).fetchall()
        ((photos,),) = connection.execute("SELECT count(DISTINCT photo_id) FROM member").fetchall()
    return photos, [ShortPhoto(*row) for row in found]


def _counted(lake: Lake, ids: Mapping[str, str | None]) -> Iterator[tuple[str, str, str]]:
    """Yield month, the name that it states, and the name now, of each store that is the same."""
    names = {one: name for name, one in ids.items() if one is not None}
    for month in lake.names(("vault", "originals")):
        for stated, one in stores_by_name(lake, month).items():
            now = names.get(one) or (stated if ids.get(stated, "") is None else None)
            if now is not None:
                yield month, stated, now


def _pairs(lost: Mapping[str, Collection[bytes]]) -> Iterator[tuple[str, bytes]]:
    return ((store, sha256) for store, blobs in lost.items() for sha256 in sorted(blobs))


def needed_by_original(lake: Lake, settings: VaultSettings) -> dict[bytes, int]:
    """Return the copies that originals need, where it is more than `vault.copies`."""
    if not settings.more_copies:
        return {}
    query = (
        "SELECT sha256, max(coalesce(needed, $most)) FROM member LEFT JOIN need USING (photo_id) "
        "WHERE sha256 IS NOT NULL GROUP BY sha256"
    )
    with _tables(lake, settings) as connection:
        rows = connection.execute(query, {"most": _most(settings)}).fetchall()
    return {bytes(sha256): needed for sha256, needed in rows if needed > settings.copies}


def items_of(
    lake: Lake, settings: VaultSettings, source: str, catalog: str, *, by_sha1: bool
) -> list[CatalogItem]:
    """Return the items of a catalog that it had at its last scan. Raises `StorageError`.

    An item has the original that the checksum of the catalog names: SHA-256, MD5 with the size, or,
    `by_sha1`, SHA-1. One without a checksum has none: it may have changed since it was downloaded.
    """
    with _tables(lake, settings) as connection:
        view_stored(connection, "item", ITEMS, lake.files(("catalog", source)))
        view_stored(connection, "fingerprint", FINGERPRINTS, fingerprint_files(lake))
        values = {"source": source, "catalog": catalog, "by_sha1": by_sha1}
        rows = connection.execute(_ITEMS, {**values, "most": _most(settings)}).fetchall()
    return [
        CatalogItem(native_id, name, is_local, month, bytes(sha256) if sha256 else None, needed)
        for native_id, name, is_local, month, sha256, needed in rows
    ]


def _most(settings: VaultSettings) -> int:
    """Return the copies that a photo needs whose albums, keywords and label are not known."""
    return max(settings.copies, *(rule.copies for rule in settings.more_copies), 1)


@contextmanager
def _tables(lake: Lake, settings: VaultSettings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the members, and the copies that each photo needs."""
    with lake.query("counts", _DOING) as connection:
        view_stored(connection, "member", MEMBERS, photo_files(lake, MEMBERS))
        view_stored(connection, "unified", UNIFIED, lake.files(("metadata", "unified")))
        rules = [_needed(rule, number) for number, rule in enumerate(settings.more_copies)]
        connection.execute(
            "CREATE TABLE need AS SELECT photo_id, file_name, "  # noqa: S608  # no text of a user
            f"greatest({', '.join(['$copies', *rules])}) AS needed FROM unified",
            {"copies": settings.copies, **_values(settings.more_copies)},
        )
        yield connection


def _needed(rule: MoreCopies, number: int) -> str:
    matches = [_MATCHES[kind].format(value=f"${kind}{number}") for kind in rule.named()]
    return f"CASE WHEN {' AND '.join(matches)} THEN {rule.copies} ELSE 0 END"


def _values(rules: Sequence[MoreCopies]) -> Mapping[str, str]:
    return {
        f"{kind}{number}": text.lower()
        for number, rule in enumerate(rules)
        for kind, text in rule.named().items()
    }
