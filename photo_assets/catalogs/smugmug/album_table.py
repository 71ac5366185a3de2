"""`catalog/smugmug_albums`: the albums of all accounts, one row each.

Passwords are not in it: they are never requested.
"""

from typing import Any, Final

import pyarrow as pa

from photo_assets.catalogs.online.service import Record
from photo_assets.catalogs.online.state import FEED, read_state
from photo_assets.catalogs.smugmug.albums import path_of
from photo_assets.catalogs.smugmug.fields import ALBUMS, IMAGES, PLACE
from photo_assets.catalogs.smugmug.values import moment, text
from photo_assets.catalogs.smugmug.visibility import visibility_of
from photo_assets.catalogs.spec import FurtherTable
from photo_assets.model.schema import UTC, Column, build_schema
from photo_assets.model.tables import TableKind

COLUMNS: Final = (
    Column("catalog", pa.string(), "the catalog's key in photosync.yaml", nullable=False),
    Column("album_key", pa.string(), "SmugMug's stable id of the album", "", "AlbumKey", False),
    Column("node_id", pa.string(), "its node in the tree of folders", "", "NodeID"),
    Column("name", pa.string(), "the album's name", "", "Name"),
    Column(
        "path",
        pa.list_(pa.string()),
        "names from the outermost folder to the album itself",
        "",
        "Node, ParentNodes",
        False,
    ),
    Column("url_path", pa.string(), "path in the account's address", "", "UrlPath"),
    Column("description", pa.string(), "description", "", "Description"),
    Column("keywords", pa.string(), "keywords, one text", "", "Keywords"),
    Column("privacy", pa.string(), "the album's own setting: Public, Unlisted or Private"),
    Column(
        "visibility",
        pa.string(),
        "who sees it, with the settings of the folders around it; unknown where these are not "
        "stated",
        "private … public",
        "EffectivePrivacy, EffectiveSecurityType",
        False,
    ),
    Column(
        "has_password",
        pa.bool_(),
        "visitors are asked for a password, for the album or a folder around it",
        "",
        "EffectiveSecurityType",
        False,
    ),
    Column(
        "has_download_password",
        pa.bool_(),
        "downloads need a password of their own",
        "",
        "HasDownloadPassword",
    ),
    Column("image_count", pa.int64(), "images, as the service counts them", "", "ImageCount"),
    Column(
        "images_listed",
        pa.int64(),
        "images at the last listing; null: not listed yet",
        "",
        "the album's pages",
    ),
    Column("created_time", UTC, "when it was created", "UTC", "Date"),
    Column("updated_time", UTC, "when its settings last changed", "UTC", "LastUpdated"),
    Column(
        "images_updated_time",
        UTC,
        "when images were last added, removed or rearranged",
        "UTC",
        "ImagesLastUpdated",
    ),
    Column("sort_method", pa.string(), "order of its images", "", "SortMethod"),
    Column("sort_direction", pa.string(), "Ascending or Descending", "", "SortDirection"),
)
KIND: Final = TableKind("smugmug_albums", 1, build_schema(COLUMNS))


def album_rows(catalog: str, record: pa.Table) -> pa.Table:
    """Return the rows of one account, ordered by path, from the record of its last scan."""
    albums = read_state(record).tables.get(ALBUMS, {})
    rows = [_row(catalog, key, album) for key, album in albums.items()]
    rows.sort(key=lambda row: (row["path"], row["album_key"]))
    return pa.Table.from_pylist(rows, schema=KIND.schema)


def _row(catalog: str, key: str, album: Record) -> dict[str, Any]:
    security = {album.get("SecurityType"), (album.get(PLACE) or {}).get("EffectiveSecurityType")}
    count, images = album.get("ImageCount"), album.get(IMAGES)
    return {
        "catalog": catalog,
        "album_key": key,
        "node_id": text(album.get("NodeID")),
        "name": text(album.get("Name")),
        "path": list(path_of(album)),
        "url_path": text(album.get("UrlPath")),
        "description": text(album.get("Description")),
        "keywords": text(album.get("Keywords")),
        "privacy": text(album.get("Privacy")),
        "visibility": visibility_of(album).level,
        "has_password": "Password" in security,
        "has_download_password": album.get("HasDownloadPassword") is True,
        "image_count": count if isinstance(count, int) else None,
        "images_listed": None if images is None else len(images),
        "created_time": moment(album.get("Date")),
        "updated_time": moment(album.get("LastUpdated")),
        "images_updated_time": moment(album.get("ImagesLastUpdated")),
        "sort_method": text(album.get("SortMethod")),
        "sort_direction": text(album.get("SortDirection")),
    }


TABLE: Final = FurtherTable(
    kind=KIND,
    columns=COLUMNS,
    unique=("catalog", "album_key"),
    summary="One row per album of the SmugMug accounts, from the same scan as their images.",
    memory_kind=FEED,
    rows=album_rows,
)
