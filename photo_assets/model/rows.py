"""Items to Arrow rows and back. Pure conversion; the schema is `schema.ITEM_SCHEMA`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date
from typing import Any, Final

import pyarrow as pa

from photo_assets.model.item import Album, Item, Keyword, Link, Person, Region
from photo_assets.model.months import partition_month
from photo_assets.model.schema import ITEM_SCHEMA
from photo_assets.model.vocabulary import (
    AlbumKind,
    Availability,
    CaptureKind,
    LinkKind,
    MediaKind,
    Precision,
    Quality,
    Visibility,
)

OUTSIDE_ITEMS: Final = ("month", "month_basis", "visibility_since")
"""The columns of a row that its item does not have; the digest does not cover them."""

_PLAIN = frozenset(
    name
    for name in ITEM_SCHEMA.names
    if name not in {"keywords", "people", "albums", "links", "item_digest", *OUTSIDE_ITEMS}
)

_ROWS_AT_ONCE = 1_000  # a row takes kilobytes as Python objects
_WORDS = {
    "media_kind": MediaKind,
    "availability": Availability,
    "quality": Quality,
    "capture_kind": CaptureKind,
    "capture_precision": Precision,
    "visibility": Visibility,
}
_INSTANTS = frozenset({"added_time", "modified_time"})

_FIELDS = {
    kind: tuple(field.name for field in fields(kind))
    for kind in (Keyword, Person, Region, Album, Link)
}


def item_to_row(item: Item, today: date) -> dict[str, Any]:
    """Return the item as a row of `ITEM_SCHEMA`, its digest and partition included."""
    month, basis = partition_month(item, today)
    return {**item_columns(item), "month": month, "month_basis": basis.value}


def item_columns(item: Item) -> dict[str, Any]:
    """Return the columns of an item's row without its partition."""
    row: dict[str, Any] = {name: getattr(item, name) for name in _PLAIN}
    row["keywords"] = [_struct(keyword) for keyword in item.keywords]
    row["people"] = [_person_struct(person) for person in item.people]
    row["albums"] = [_struct(album) for album in item.albums]
    row["links"] = [_struct(link) for link in item.links]
    row["item_digest"] = item.digest()
    return row


def _struct(value: Keyword | Person | Region | Album | Link) -> dict[str, Any]:
    """Return one level of a record; `dataclasses.asdict` copies deeply and is ten times slower."""
    return {name: getattr(value, name) for name in _FIELDS[type(value)]}


def _person_struct(person: Person) -> dict[str, Any]:
    region = None if person.region is None else _struct(person.region)
    return {**_struct(person), "region": region}


def rows_to_table(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Return rows of `item_to_row` as one table."""
    return pa.Table.from_pylist(list(rows), schema=ITEM_SCHEMA)


def items_to_table(items: Iterable[Item], today: date) -> pa.Table:
    """Return items as one table of `ITEM_SCHEMA`."""
    return rows_to_table([item_to_row(item, today) for item in items])


def stored_value(name: str, value: Any) -> Any:
    """Return a field's value as an item has it, from its column (`pa.Table.to_pylist`)."""
    if name in _RECORDS:
        return tuple(_RECORDS[name](record) for record in value or ())
    if value is None:
        return None
    if name in _INSTANTS:
        return value.astimezone(UTC)
    return _WORDS[name](value) if name in _WORDS else value


def row_to_item(row: dict[str, Any]) -> Item:
    """Return the item of a row read back from a table (`pa.Table.to_pylist`)."""
    return Item(**{name: stored_value(name, row[name]) for name in (*_PLAIN, *_RECORDS)})


def changed_rows(
    table: pa.Table, change: Callable[[dict[str, Any]], Mapping[str, Any]]
) -> pa.Table:
    """Return rows with the changes that `change` returns to their items, with new digests."""
    changed = (
        rows_to_table([_changed(row, change(row)) for row in batch.to_pylist()])
        for batch in table.to_batches(max_chunksize=_ROWS_AT_ONCE)
    )
    return pa.concat_tables([ITEM_SCHEMA.empty_table(), *changed])


def _changed(row: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    outside = {name: row[name] for name in OUTSIDE_ITEMS}
    return {**item_columns(row_to_item({**row, **changes})), **outside}


def row_to_keyword(row: dict[str, Any]) -> Keyword:
    """Return a keyword of an item's row; marks that an older row lacks are unset."""
    return Keyword(
        path=tuple(row["path"]),
        person=bool(row["person"]),
        synonyms=tuple(row["synonyms"] or ()),
        private=bool(row["private"]),
        private_from=row["private_from"] or 0,
        exported_from=row["exported_from"] or 0,
        private_synonyms=tuple(row["private_synonyms"] or ()),
    )


def _person(row: dict[str, Any]) -> Person:
    region = Region(**row["region"]) if row["region"] else None
    return Person(name=row["name"], region=region, confirmed=row["confirmed"])


def _album(row: dict[str, Any]) -> Album:
    return Album(
        id=row["id"],
        path=tuple(row["path"]),
        kind=AlbumKind(row["kind"]),
        position=row["position"],
    )


def _link(row: dict[str, Any]) -> Link:
    return Link(kind=LinkKind(row["kind"]), target=row["target"], detail=row["detail"])


_RECORDS: dict[str, Callable[[dict[str, Any]], object]] = {
    "keywords": row_to_keyword,
    "people": _person,
    "albums": _album,
    "links": _link,
}
