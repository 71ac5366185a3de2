"""The rows of ledger, catalogs and fingerprints that a record states. Pure; reverses `records`.

Functions raise `ValueError`, `TypeError`, `KeyError` or `AttributeError` for values that a person
changed into what no row can hold.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import orjson
import pyarrow as pa

from photo_assets.model.canonical import canonical
from photo_assets.model.rows import item_columns, row_to_item
from photo_assets.model.schema import ITEM_SCHEMA
from photo_assets.model.tables import FINGERPRINTS
from photo_assets.model.vocabulary import GONE, HashBasis, MonthBasis
from photo_assets.vault.history.records import FINGERPRINT, ITEM_KEY, MERGED, ROW, Record, Row
from photo_assets.vault.history.values import column_value, exif_text

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}-01")
_STATUSES: Final = frozenset({"ok", "undecodable", "unavailable", "failed"})
"""The closed set of `FINGERPRINTS`, column `status`."""
_KEY_COLUMNS: Final = ("key", "blob", "capture")


@dataclass(frozen=True, slots=True)
class RecordRows:
    """What one record states: its photo, the photo's keys, or an alias; items and fingerprints.

    `items` and `fingerprints` are rows of `model.tables`, of the items that catalogs had then.
    """

    photo: Row
    keys: list[Row]
    alias: Row | None
    items: list[dict[str, Any]]
    fingerprints: list[dict[str, Any]]


def rows_of(record: Record, photo_id: str) -> RecordRows:
    """Return the rows of the record that is stored for a photo."""
    if record["photo_id"] != _photo_id(photo_id):
        raise ValueError("its photo_id is not the name of the file")
    gone = record["state"] in (MERGED, "gone")
    there = [] if gone else record["instances"]
    items = [_item(one) for one in there]
    files = [_known_of_file(one, record) for one in there]
    return RecordRows(
        photo={
            "photo_id": photo_id,
            "anchor": _text(record["anchor"]),
            "created_at": _time(record["created_at"]),
        },
        keys=[*_keys(record)],
        alias=_alias(record) if record["state"] == MERGED else None,
        items=items,
        fingerprints=[
            _fingerprint(known, item) for known, item in zip(files, items, strict=True) if known
        ],
    )


def _keys(record: Record) -> Iterator[Row]:
    for one in record.get("keys", ()):
        texts = {name: _text(one[name]) if name in one else None for name in _KEY_COLUMNS}
        yield {**texts, "key": _text(one["key"]), "photo_id": record["photo_id"]}


def _alias(record: Record) -> Row:
    return {
        "old_id": record["photo_id"],
        "photo_id": _photo_id(record["merged_into"]),
        "since": _time(record["merged_at"]),
        "why": _text(record["reason"]),
        "decided": int("keys" in record),
    }


def _item(instance: Record) -> dict[str, Any]:
    """Return the row of an item; `records.LEFT_OUT` is null, its digest is that of this row."""
    stated = instance["row"]
    values = {name: column_value(ITEM_SCHEMA.field(name).type, stated.get(name)) for name in ROW}
    extras = instance.get("extras")
    row = {
        **dict.fromkeys(ITEM_SCHEMA.names),
        **{name: values[name] or [] for name in ("keywords", "people", "albums", "links")},
        **{name: value for name, value in values.items() if value is not None},
        **{name: _text(instance[name]) for name in ITEM_KEY},
        **{
            name: column_value(pa.string(), instance.get(name)) for name in ("file_name", "quality")
        },
        "availability": _text(instance["presence"]),
        "extras": None if extras is None else canonical(extras),
        "change_token": GONE if instance.get("listed") is False else None,
    }
    complete = item_columns(row_to_item(row))
    return {
        **complete,
        "month": _month(values["month"]),
        "month_basis": MonthBasis(values["month_basis"]).value,
    }


def _known_of_file(instance: Record, record: Record) -> Record | None:
    """Return the columns of its fingerprint; the first version has no more than the content."""
    found: Record | None = instance.get("fingerprint")
    if found is not None or record["schema_version"] > 1 or "blob" not in instance:
        return found
    sizes = {one["digest"]: one.get("size") for one in record["blobs"]}
    digest = instance["blob"]
    return {"status": "ok", "sha256": digest.removeprefix("sha256:"), "file_size": sizes[digest]}


def _fingerprint(stated: Record, item: Row) -> dict[str, Any]:
    schema = FINGERPRINTS.schema
    known = {**stated, "exif": exif_text(stated["exif"])} if "exif" in stated else stated
    if "exif" in known and not isinstance(orjson.loads(known["exif"]), dict):
        raise ValueError("its EXIF values are no object")
    if known["status"] not in _STATUSES:
        raise ValueError("the status of its fingerprint is unknown")
    if known.get("hash_basis") is not None:
        HashBasis(known["hash_basis"])
    return {
        **dict.fromkeys(schema.names),
        **{name: item[name] for name in (*ITEM_KEY, "month", "path", "member")},
        **{name: column_value(schema.field(name).type, known.get(name)) for name in FINGERPRINT},
    }


def _month(value: Any) -> str:
    if not _MONTH.fullmatch(_text(value)):
        raise ValueError("its month has another form")
    return date.fromisoformat(value).isoformat()


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"a {type(value).__name__} is in the place of a text")
    return value


def _photo_id(value: Any) -> str:
    if not _UUID.fullmatch(_text(value)):
        raise ValueError("a text that is no UUID is in the place of a photo id")
    return str(value)


def _time(value: Any) -> str:
    if not _TIME.fullmatch(_text(value)):
        raise ValueError("a time has another form")
    datetime.fromisoformat(value)
    return str(value)
