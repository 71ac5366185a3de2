"""Everything stored about one photo, read for its page.

How values are written for people belongs to `values_shown`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_table
from photo_assets.lake.stored import AssetPath
from photo_assets.ledger.decisions import Decision, Decisions
from photo_assets.metadata.fields import FACTS, SET_NAMES
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

_ITEM_COLUMNS: Final = (
    *("source", "catalog", "native_id", "path", "member", "url", "file_name", "media_type"),
    *("media_kind", "width", "height", "added_time", "modified_time"),
    *(column for fact in FACTS for column in fact.columns),
    *SET_NAMES,
)
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
    unified = _rows(lake, UNIFIED_ASSET, UNIFIED, month, "photo_id", [photo])
    members = _rows(lake, photo_table(MEMBERS), MEMBERS, month, "photo_id", [photo])
    conflicts = _rows(lake, _CONFLICTS, CONFLICTS, month, "photo_id", [photo])
    months = sorted({month, *library.collection.months_pointing_at(photo)})
    return PhotoView(
        month,
        tile,
        unified[0] if unified else {},
        _items(lake, members),
        _exif(lake, members),
        conflicts,
        _decisions(library, conflicts, unified),
        _rows(lake, photo_table(EDGES), EDGES, month, "photo_id", [photo]),
        _pairs(lake, photo_table(RELATIONS), RELATIONS, months, photo),
        _pairs(lake, _LOOKALIKES, LOOKALIKES, [LOOKALIKES.name], photo),
        _copies(lake, members),
    )


def _rows(
    lake: Lake,
    asset: AssetPath,
    kind: TableKind,
    month: str,
    column: str,
    values: Sequence[object],
    columns: Sequence[str] | None = None,
) -> list[Row]:
    """Return the rows of a month that have one of `values` in a column."""
    table = lake.read(asset, month, kind, columns)
    wanted = pa.array(values, kind.schema.field(column).type)
    rows: list[Row] = table.filter(pc.is_in(table[column], wanted)).to_pylist()
    return rows


def _pairs(
    lake: Lake, asset: AssetPath, kind: TableKind, months: Iterable[str], photo: str
) -> list[Row]:
    """Return the rows that have the photo in one of the two columns that name photos."""
    one, other = (name for name in kind.schema.names if name.endswith("photo_id"))
    found: list[Row] = []
    for month in months:
        found += _rows(lake, asset, kind, month, one, [photo])
        found += _rows(lake, asset, kind, month, other, [photo])
    return [{**row, "other": row[other] if row[one] == photo else row[one]} for row in found]


def _items(lake: Lake, members: Sequence[Row]) -> list[Row]:
    """Return the stored item of each member, with the member's own values."""
    by_table: dict[tuple[str, str], list[str]] = defaultdict(list)
    for member in members:
        by_table[member["source"], member["month"]].append(member["native_id"])
    found: dict[ItemKey, Row] = {}
    for (source, month), ids in by_table.items():
        asset = ("catalog", source)
        rows = _rows(lake, asset, ITEMS, month, "native_id", ids, _ITEM_COLUMNS)
        found |= {item_key(row): row for row in rows}
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


def _copies(lake: Lake, members: Sequence[Row]) -> list[Row]:
    """Return the rows of the photo's originals, each once."""
    blobs = [*{member["sha256"] for member in members if member["sha256"]}]
    asset = ("vault", ORIGINALS.name)
    rows = [
        row
        for month in sorted({member["month"] for member in members})
        for row in _rows(lake, asset, ORIGINALS, month, "sha256", blobs)
    ]
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
