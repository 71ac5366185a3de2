"""Makes `metadata/albums`: each album of each catalog, with its canonical name and its drift.

Albums are what people named: folders on disk and rules ("smart" albums) have no canonical name.
The names themselves are made in `canonical`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import pyarrow as pa

from photo_assets.albums.canonical import NameForm, canonical_name
from photo_assets.albums.capture_range import capture_range
from photo_assets.albums.choices import chosen_names
from photo_assets.albums.drift import drift
from photo_assets.albums.table import ALBUMS, ASSET, NAME
from photo_assets.catalogs.discovery.further import further_asset
from photo_assets.catalogs.smugmug.album_table import TABLE as SMUGMUG
from photo_assets.configuration.albums import AlbumSettings
from photo_assets.lake import Lake, Written
from photo_assets.lake.inputs import item_files, photo_files
from photo_assets.lake.views import view_stored
from photo_assets.model.canonical import canonical_digest
from photo_assets.model.tables import ITEMS, MEMBERS, UNIFIED
from photo_assets.model.vocabulary import AlbumKind, Availability, CaptureKind, Precision
from photo_assets.workspace import Workspace

_KINDS: Final = [AlbumKind.ALBUM, AlbumKind.COLLECTION, AlbumKind.PUBLISHED]
_GONE: Final = [Availability.MISSING, Availability.TRASHED]
_TRUSTED_KINDS: Final = [CaptureKind.WALL, CaptureKind.UTC]
_COARSE: Final = [Precision.YEAR, Precision.MONTH]
# A photo counts once in an album, whichever of its items are in it.
_LISTED: Final = """
WITH listed AS (
  SELECT source, catalog, native_id, unnest(albums) AS one FROM item
  WHERE availability NOT IN (SELECT unnest($gone::VARCHAR[]))
), photo AS (
  SELECT photo_id, any_value(capture_time) FILTER (
    capture_kind IN (SELECT unnest($kinds::VARCHAR[]))
    AND capture_precision NOT IN (SELECT unnest($coarse::VARCHAR[]))
  ) AS taken,
  any_value(CASE WHEN capture_kind = 'utc' THEN capture_offset_min END) AS shift
  FROM unified GROUP BY photo_id
), inside AS (
  SELECT source, catalog, one.id AS id, CASE WHEN one.id IS NULL THEN one.path END AS unnamed,
         max(one.path) AS path, max(one.kind) AS kind, photo_id
  FROM listed JOIN member USING (source, catalog, native_id)
  WHERE one.kind IN (SELECT unnest($albums::VARCHAR[]))
  GROUP BY ALL
)
SELECT source, catalog, id, max(path) AS path, max(kind) AS kind, count(*) AS photos,
       list({'at': taken, 'shift': shift} ORDER BY taken) FILTER (taken IS NOT NULL) AS taken
FROM inside LEFT JOIN photo USING (photo_id) GROUP BY source, catalog, id, unnamed
"""


def collect_albums(workspace: Workspace) -> Written:
    """Store the rows of all albums and return the outcome; an unchanged table stays as it is.

    Raises `StorageError`.
    """
    lake = workspace.lake
    rows = _rows(lake, name_form(workspace.settings.albums), chosen_names(workspace.ledger))
    ordered = sorted(rows, key=lambda row: str(row["album"]))
    table = pa.Table.from_pylist(ordered, schema=ALBUMS.schema)
    return lake.write(ASSET, NAME, ALBUMS, table)


def stored_albums(lake: Lake) -> list[dict[str, Any]]:
    """Return the rows of `metadata/albums`, ordered by album; none before it was made."""
    rows: list[dict[str, Any]] = lake.read(ASSET, NAME, ALBUMS).to_pylist()
    return rows


def name_form(settings: AlbumSettings) -> NameForm:
    """Return the form of names that the settings state."""
    return NameForm(settings.template, settings.language, settings.length, settings.years)


def _rows(lake: Lake, form: NameForm, chosen: dict[str, str]) -> Iterator[dict[str, Any]]:
    services = _service_albums(lake)
    listing = {key[:2] for key in services}
    for found in _found(lake):
        key = (found["source"], found["catalog"], found["id"])
        stated = services.pop(key, None)
        if stated is None and key[:2] in listing:
            continue  # the account no longer lists it
        yield _row(found | (stated or {}), form, chosen)
    for (source, catalog, album_id), stated in services.items():
        empty = {"kind": AlbumKind.ALBUM.value, "photos": 0, "taken": None}
        yield _row(
            {"source": source, "catalog": catalog, "id": album_id, **empty, **stated}, form, chosen
        )


def _row(found: dict[str, Any], form: NameForm, chosen: dict[str, str]) -> dict[str, Any]:
    path = [*(found["path"] or ())]
    key = found["id"] or f"path-{canonical_digest(path)[:16]}"
    album = f"{found['source']}/{found['catalog']}/{key}"
    name = found["name"] if "name" in found else (path[-1] if path else None)
    times = [*_times(found["taken"] or [])]
    days = capture_range(times, found["photos"])
    proposed = canonical_name(name, days, form, chosen.get(album))
    return {
        **{field: found[field] for field in ("source", "catalog", "kind", "photos")},
        "album": album,
        "album_key": found["id"],
        "path": path,
        "name": name,
        "canonical": proposed.name,
        "basis": proposed.basis.value,
        "drift": None if proposed.name is None else drift(name, proposed.name),
        "dated": len(times),
        "first_day": days.first if days else None,
        "last_day": days.last if days else None,
    }


def _times(taken: list[dict[str, Any]]) -> Iterator[datetime]:
    for one in taken:
        yield one["at"] + timedelta(minutes=one["shift"] or 0)


def _service_albums(lake: Lake) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return the albums that a service lists by itself, without images too, and nameless ones."""
    columns = ["catalog", "album_key", "name", "path"]
    rows = lake.read(further_asset(SMUGMUG), SMUGMUG.name, SMUGMUG.kind, columns).to_pylist()
    return {
        ("smugmug", row["catalog"], row["album_key"]): {"name": row["name"], "path": row["path"]}
        for row in rows
    }


def _found(lake: Lake) -> Iterator[dict[str, Any]]:
    values = {
        "gone": [one.value for one in _GONE],
        "kinds": [one.value for one in _TRUSTED_KINDS],
        "coarse": [one.value for one in _COARSE],
        "albums": [one.value for one in _KINDS],
    }
    with lake.query("counts", "The albums could not be read") as connection:
        view_stored(connection, "item", ITEMS, item_files(lake))
        view_stored(connection, "member", MEMBERS, photo_files(lake, MEMBERS))
        view_stored(connection, "unified", UNIFIED, lake.files(("metadata", "unified")))
        for batch in connection.sql(_LISTED, params=values).to_arrow_reader(1_000):
            yield from batch.to_pylist()
