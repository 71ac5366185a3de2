"""How many copies each photo and each original needs, and has as far as the tables tell.

An original needs `vault.copies`, or more if a rule of `vault.more_copies` matches its photo.
Reading the copies belongs to the module `copies`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from photo_assets.configuration.vault import MoreCopies, VaultSettings
from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_files
from photo_assets.lake.views import view_stored
from photo_assets.model.tables import EDGES, ITEMS, MEMBERS, ORIGINALS, UNIFIED

_DOING = "The copies could not be counted"

_MATCHES = {
    "album": "len(list_filter(albums, lambda one: lower(one) = {value}"
    " OR starts_with(lower(one), concat({value}, ' / ')))) > 0",
    "keyword": "list_contains(list_transform(flatten(keywords), lambda one: lower(one)), {value})",
    "label": "lower(label) = {value}",
}

_SHORT = """
WITH stored AS (
    SELECT sha256, max(len(list_intersect(stores, $stores))) AS copies FROM original GROUP BY sha256
), counted AS (
    SELECT photo_id, count(DISTINCT sha256) AS originals,
        min(coalesce(copies, 0)) FILTER (sha256 IS NOT NULL) AS copies
    FROM member LEFT JOIN stored USING (sha256) GROUP BY photo_id
)
SELECT photo_id, coalesce(file_name, ''), originals, coalesce(copies, 0), coalesce(needed, usual)
FROM counted LEFT JOIN need USING (photo_id), (SELECT $copies AS usual)
WHERE coalesce(copies, 0) < coalesce(needed, usual)
ORDER BY file_name, photo_id
"""

_ITEMS = """
SELECT member.native_id, coalesce(item.file_name, ''), item.path IS NOT NULL, member.sha256,
    photo_id, coalesce(needed, $copies)
FROM member JOIN item USING (source, catalog, native_id) LEFT JOIN need USING (photo_id)
WHERE member.source = $source AND member.catalog = $catalog AND item.availability <> 'missing'
ORDER BY ALL
"""

_SAME_BYTES = """
SELECT photo_id, a_source, a_catalog, a_native_id, b_source, b_catalog, b_native_id
FROM edge WHERE step = 1 AND photo_id IN (SELECT unnest($photos))
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
    sha256: bytes | None
    needed: int


def short_photos(
    lake: Lake, settings: VaultSettings, stores: Sequence[str]
) -> tuple[int, list[ShortPhoto]]:
    """Return the number of photos, and those with too few copies by the tables of the last runs.

    `stores`: the stores that count. Raises `StorageError`.
    """
    with _tables(lake, settings) as connection:
        view_stored(connection, "original", ORIGINALS, lake.files(("vault", "originals")))
        values = {"stores": list(stores), "copies": settings.copies}
        rows = connection.execute(_SHORT, values).fetchall()
        ((photos,),) = connection.execute("SELECT count(DISTINCT photo_id) FROM member").fetchall()
    return photos, [ShortPhoto(*row) for row in rows]


def needed_by_original(lake: Lake, settings: VaultSettings) -> dict[bytes, int]:
    """Return the copies that originals need, where it is more than `vault.copies`."""
    if not settings.more_copies:
        return {}
    query = "SELECT sha256, max(needed) FROM member JOIN need USING (photo_id) "
    with _tables(lake, settings) as connection:
        rows = connection.execute(query + "WHERE sha256 IS NOT NULL GROUP BY sha256").fetchall()
    return {bytes(sha256): needed for sha256, needed in rows if needed > settings.copies}


def items_of(lake: Lake, settings: VaultSettings, source: str, catalog: str) -> list[CatalogItem]:
    """Return the items of a catalog that it had at its last scan. Raises `StorageError`.

    An item has the original that the catalog's checksum names, or that of an item with equal bytes.
    """
    with _tables(lake, settings) as connection:
        view_stored(connection, "item", ITEMS, lake.files(("catalog", source)))
        view_stored(connection, "edge", EDGES, photo_files(lake, EDGES))
        values = {"source": source, "catalog": catalog, "copies": settings.copies}
        rows = connection.execute(_ITEMS, values).fetchall()
        unknown = sorted({str(row[4]) for row in rows if row[3] is None})
        same = _originals_by_item(connection, unknown)
    return [
        CatalogItem(
            native_id,
            name,
            is_local,
            bytes(sha256) if sha256 else same.get((source, catalog, native_id)),
            needed,
        )
        for native_id, name, is_local, sha256, _, needed in rows
    ]


_Item = tuple[str, str, str]


def _originals_by_item(
    connection: duckdb.DuckDBPyConnection, photos: Sequence[str]
) -> dict[_Item, bytes]:
    """Return the original of each item of these photos whose bytes equal those of a read file."""
    neighbours: dict[_Item, set[_Item]] = defaultdict(set)
    for _, *ends in connection.execute(_SAME_BYTES, {"photos": list(photos)}).fetchall():
        one, other = (ends[0], ends[1], ends[2]), (ends[3], ends[4], ends[5])
        neighbours[one].add(other)
        neighbours[other].add(one)
    read = connection.execute(
        "SELECT source, catalog, native_id, sha256 FROM member "
        "WHERE sha256 IS NOT NULL AND photo_id IN (SELECT unnest($photos))",
        {"photos": list(photos)},
    ).fetchall()
    found: dict[_Item, bytes] = {}
    for source, catalog, native_id, sha256 in read:
        waiting = [(source, catalog, native_id)]
        while waiting:
            item = waiting.pop()
            if item not in found:
                found[item] = bytes(sha256)
                waiting += neighbours[item]
    return found


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
