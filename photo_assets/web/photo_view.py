"""Everything stored about one photo, read for its page.

How values are written for people belongs to `values_shown`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import orjson

from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_table
from photo_assets.lake.stored import AssetPath
from photo_assets.lake.views import view_stored
from photo_assets.ledger.decisions import Decision, Decisions
from photo_assets.metadata.provenance import HUMAN_SOURCE
from photo_assets.model.tables import (
    CONFLICTS,
    EDGES,
    FINGERPRINTS,
    ITEMS,
    LOOKALIKES,
    MEMBERS,
    ORIGINALS,
    RELATIONS,
    THUMBNAILS,
    UNIFIED,
    TableKind,
)
from photo_assets.web.collection import UNIFIED_ASSET, Tile
from photo_assets.web.opened import Library

Row = dict[str, Any]
ItemKey = tuple[str, str, str]
"""(source, catalog, native id)."""

_DOING = "The photo could not be read"
_LOOKALIKES: Final = ("identity", LOOKALIKES.name)
_CONFLICTS: Final = ("metadata", CONFLICTS.name)


@dataclass(frozen=True, slots=True)
class PhotoView:
    """The rows about one photo.

    `items`: its entries in catalogs with what they state, master first. `exif`: what the file of an
    item states. `relations` and `lookalikes` have the id of the other photo as `other`. `copies`:
    the rows of its originals.
    """

    month: str
    tile: Tile
    unified: Row
    items: list[Row]
    exif: dict[ItemKey, Row]
    conflicts: list[Row]
    decisions: list[Decision]
    edges: list[Row]
    relations: list[Row]
    lookalikes: list[Row]
    copies: list[Row]


def item_key(row: Mapping[str, Any]) -> ItemKey:
    """Return the key of the item that a row is about."""
    return row["source"], row["catalog"], row["native_id"]


def read_photo(library: Library, month: str, tile: Tile) -> PhotoView:
    """Return what is stored about a photo of a month. Raises `StorageError`."""
    lake, photo = library.workspace.lake, tile.photo_id
    with lake.query("counts", _DOING) as connection:
        of_photo = _Reader(lake, connection, photo)
        unified = of_photo.rows(UNIFIED_ASSET, UNIFIED, [month])
        members = of_photo.rows(photo_table(MEMBERS), MEMBERS, [month])
        items = _items(lake, connection, members)
        conflicts = of_photo.rows(_CONFLICTS, CONFLICTS, [month])
        edges = of_photo.rows(photo_table(EDGES), EDGES, [month])
        pointing = library.collection.months_pointing_at(photo)
        relations = of_photo.pairs(
            photo_table(RELATIONS),
            RELATIONS,
            sorted({month, *pointing}),
            "from_photo_id",
            "to_photo_id",
        )
        lookalikes = of_photo.pairs(
            _LOOKALIKES, LOOKALIKES, [LOOKALIKES.name], "a_photo_id", "b_photo_id"
        )
        copies = _copies(lake, connection, members)
    return PhotoView(
        month,
        tile,
        unified[0] if unified else {},
        items,
        _exif(lake, members),
        conflicts,
        _decisions(library, conflicts, unified),
        edges,
        relations,
        lookalikes,
        copies,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    lake: Lake
    connection: duckdb.DuckDBPyConnection
    photo_id: str

    def rows(self, asset: AssetPath, kind: TableKind, months: Sequence[str]) -> list[Row]:
        """Return the rows of the photo."""
        _view(self.lake, self.connection, asset, kind, months)
        return _fetched(self.connection, f"FROM {kind.name} WHERE photo_id = $1", [self.photo_id])

    def pairs(
        self, asset: AssetPath, kind: TableKind, months: Sequence[str], one: str, other: str
    ) -> list[Row]:
        """Return the rows that have the photo in the column `one` or `other`."""
        _view(self.lake, self.connection, asset, kind, months)
        query = (
            f"SELECT *, if({one} = $1, {other}, {one}) AS other FROM {kind.name} "  # noqa: S608
            f"WHERE {one} = $1 OR {other} = $1 ORDER BY ALL"
        )
        return _fetched(self.connection, query, [self.photo_id])


def _view(
    lake: Lake,
    connection: duckdb.DuckDBPyConnection,
    asset: AssetPath,
    kind: TableKind,
    names: Iterable[str],
) -> None:
    files = [path for name in names if (path := lake.path(asset, name)).is_file()]
    view_stored(connection, kind.name, kind, files)


def _fetched(connection: duckdb.DuckDBPyConnection, query: str, values: list[object]) -> list[Row]:
    rows: list[Row] = connection.sql(query, params=values).to_arrow_table().to_pylist()
    return rows


def _items(lake: Lake, connection: duckdb.DuckDBPyConnection, members: Sequence[Row]) -> list[Row]:
    """Return the stored item of each member, with the member's own values."""
    by_table: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for member in members:
        by_table[member["source"], member["month"]].append(member)
    found: dict[ItemKey, Row] = {}
    for (source, month), wanted in by_table.items():
        connection.execute(f"DROP VIEW IF EXISTS {ITEMS.name}")
        _view(lake, connection, ("catalog", source), ITEMS, [month])
        ids = [member["native_id"] for member in wanted]
        query = f"SELECT * EXCLUDE (raw) FROM {ITEMS.name} WHERE list_contains($1, native_id)"  # noqa: S608
        found |= {item_key(row): row for row in _fetched(connection, query, [ids])}
    joined = [{**found.get(item_key(member), {}), **member} for member in members]
    return sorted(joined, key=lambda row: (not row["is_master"], item_key(row)))


def _exif(lake: Lake, members: Sequence[Row]) -> dict[ItemKey, Row]:
    """Return what the files of the members state, by item."""
    wanted = {item_key(member) for member in members}
    found = {}
    for month in {member["month"] for member in members}:
        rows = lake.read(
            ("identity", FINGERPRINTS.name),
            month,
            FINGERPRINTS,
            ["source", "catalog", "native_id", "exif"],
        )
        keys = zip(*(rows[name].to_pylist() for name in rows.schema.names[:3]), strict=True)
        for at, key in enumerate(keys):
            text = rows["exif"][at].as_py() if key in wanted else None
            if text:
                found[key] = orjson.loads(text)
    return found


def _copies(lake: Lake, connection: duckdb.DuckDBPyConnection, members: Sequence[Row]) -> list[Row]:
    """Return the rows of the photo's originals, each once."""
    blobs = {member["sha256"] for member in members if member["sha256"]}
    _view(lake, connection, ("vault", ORIGINALS.name), ORIGINALS, {m["month"] for m in members})
    query = f"FROM {ORIGINALS.name} WHERE list_contains($1, sha256) ORDER BY sha256, month"
    rows = _fetched(connection, query, [[*blobs]]) if blobs else []
    return [*{row["sha256"]: row for row in rows}.values()]


def _decisions(library: Library, conflicts: list[Row], unified: list[Row]) -> list[Decision]:
    """Return every decision about the photo's open and answered conflicts, oldest first."""
    entries = unified[0]["provenance"] if unified else []
    answered = {one["native_id"] for one in entries if one["source"] == HUMAN_SOURCE}
    questions = {row["conflict_id"] for row in conflicts} | answered
    decisions = Decisions(library.workspace.ledger)
    found = [one for question in sorted(questions) for one in decisions.history(question)]
    return sorted(found, key=lambda one: one.decision_id or 0)


def thumbnail_reason(lake: Lake, month: str, blob: bytes) -> str | None:
    """Return the code for why a blob has no thumbnails, None if no row says it."""
    rows = lake.read(("vault", THUMBNAILS.name), month, THUMBNAILS, ["sha256", "status", "reason"])
    for row in rows.to_pylist():
        if row["sha256"] == blob:
            reason: str | None = row["reason"] or row["status"]
            return reason
    return None
