"""The counts of all stored photos after a narrowed join, for reports and checks.

Only changed months are counted: the others' counts are kept in files of derived data.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from photo_assets.identity.photos.inputs import PhotoSummary, UiiCollision
from photo_assets.lake import Lake, Snapshot
from photo_assets.lake.facts_cache import Facts, FactsCache, facts_digest
from photo_assets.lake.inputs import photo_files, photo_table
from photo_assets.lake.views import view_stored
from photo_assets.model.tables import EDGES, MEMBERS, RELATIONS
from photo_assets.system.checked_json import read_json, write_json

_KINDS = (MEMBERS, EDGES, RELATIONS)
_RECIPE = 1  # raised when the same tables give other counts
# A photo, with all its rows, is in one month.
_COUNTS: Mapping[str, str] = {
    "items": "source, month, step, count(*) FROM counted_members",
    "photos": "step, count(DISTINCT photo_id) FROM counted_edges",
    "relations": "kind, count(*) FROM counted_relations",
}
_COLLISIONS = """
SELECT uii, list(DISTINCT lower(hex(sha256)) ORDER BY lower(hex(sha256)))
FROM (SELECT lower(hex(sha256[1:8])) AS uii, sha256 FROM counted_members) {among}
WHERE sha256 IS NOT NULL GROUP BY uii HAVING min(sha256) <> max(sha256) ORDER BY uii
"""


def with_totals(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    folder: Path,
    before: Mapping[str, str],
    arrived: pa.Array,
    photos: int,
    summary: PhotoSummary,
) -> PhotoSummary:
    """Return the counts of a narrowed join, replaced by counts over all tables where possible.

    `folder` is of the join's record. `before`: month -> digest of the members before this join;
    `arrived`: the blobs of its items that these items did not have before.
    """
    facts = _by_month(connection, lake, folder / "totals")
    items_by_step: dict[int, int] = {}
    items_by_month: dict[str, dict[str, int]] = {}
    for source, month, step, items in _sums(facts, "items"):
        items_by_step[step] = items_by_step.get(step, 0) + items
        months = items_by_month.setdefault(source, {})
        months[month] = months.get(month, 0) + items
    return replace(
        summary,
        items=sum(items_by_step.values()),
        photos=photos,
        items_by_step=items_by_step,
        photos_by_step=dict(_sums(facts, "photos")),
        uii_collisions=_collisions(connection, lake, folder / "collisions", before, arrived),
        relations=dict(_sums(facts, "relations")),
        items_by_month=items_by_month,
    )


def _by_month(connection: duckdb.DuckDBPyConnection, lake: Lake, file: Path) -> Collection[Facts]:
    tables = Snapshot.of(lake)
    assets = [photo_table(kind) for kind in _KINDS]
    months = sorted({month for asset in assets for month in tables.names(asset)})

    def count(due: Sequence[str]) -> Mapping[str, Facts]:
        for kind in _KINDS:
            files = [lake.path(photo_table(kind), month) for month in due]
            there = [path for path in files if path.exists()]
            view_stored(connection, f"counted_{kind.name}", kind, there, partitioned=True)
        found: dict[str, dict[str, list[object]]] = {m: {n: [] for n in _COUNTS} for m in due}
        for name, query in _COUNTS.items():
            counted = connection.execute(f"SELECT partition, {query} GROUP BY ALL")
            for partition, *values in counted.fetchall():
                found[partition][name].append(values)
        for kind in _KINDS:
            connection.execute(f"DROP VIEW counted_{kind.name}")
        return found

    digests = {
        month: facts_digest(_RECIPE, [tables.digest(asset, month) for asset in assets])
        for month in months
    }
    return FactsCache(file).of(digests, count).values()


def _sums(facts: Collection[Facts], name: str) -> list[tuple[Any, ...]]:
    """Return the sums over all months, by everything but the number, in order."""
    sums: dict[tuple[Any, ...], int] = {}
    for one in facts:
        for *key, number in one[name]:
            sums[tuple(key)] = sums.get(tuple(key), 0) + number
    return [(*key, number) for key, number in sorted(sums.items())]


def _collisions(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    file: Path,
    before: Mapping[str, str],
    arrived: pa.Array,
) -> tuple[UiiCollision, ...]:
    """Return the short names of several blobs.

    A new one has a blob that arrived. Where those of the last join are not known, all blobs are
    compared.
    """
    kept, tables = read_json(file), Snapshot.of(lake)
    asset = photo_table(MEMBERS)
    found, among = kept.get("found", []), ""
    if kept.get("before") == before:
        names = {uii for uii, _ in found} | {blob[:8].hex() for blob in arrived.to_pylist()}
        among = "SEMI JOIN asked USING (uii)"
        connection.register("asked", pa.table({"uii": pa.array(sorted(names), pa.string())}))
    if not among or names:
        view_stored(connection, "counted_members", MEMBERS, photo_files(lake, MEMBERS))
        found = connection.execute(_COLLISIONS.format(among=among)).fetchall()
        connection.execute("DROP VIEW counted_members")
    digests = {month: tables.digest(asset, month) for month in tables.names(asset)}
    write_json(file, {"before": digests, "found": found})
    return tuple(UiiCollision(uii, tuple(blobs)) for uii, blobs in found)
