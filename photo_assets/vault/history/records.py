"""The record of one photo in the history: which values it holds, and in which form. Pure.

A record holds what is known of a photo and its items and would be lost with the services and the
lake, in one deterministic JSON text. Left out is what changes without the photo (tokens and states
of readers and file systems), what can be derived again, and addresses, which may carry access.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from photo_assets.model.canonical import canonical_document
from photo_assets.model.schema import ITEM_SCHEMA
from photo_assets.model.tables import UNIFIED

RECORD_VERSION: Final = 1
"""Raised when a record has other fields, or the same fields another meaning."""

RECIPE: Final = 1
"""Raised when the same rows give other records."""

LEFT_OUT: Final[Mapping[str, str]] = {
    "raw": "the catalog's whole record may hold addresses that carry access; its SHA-256 is kept",
    "url": "an address may carry access",
    "change_token": "state of the reader",
    "file_ctime_ns": "state of the file system",
    "file_inode": "state of the file system",
    "item_digest": "digest of the row with the columns above",
}
"""The columns of `catalog/*` that are not in records, each with the reason."""

PHOTOS: Final = b"photos"
"""The folder of the records."""

ITEM_KEY: Final = ("source", "catalog", "native_id")
_OWN: Final = (*ITEM_KEY, "file_name", "quality", "availability", "extras", *LEFT_OUT)
ROW: Final = tuple(name for name in ITEM_SCHEMA.names if name not in _OWN)
"""The columns of an item that are in the `row` of its instance."""

_NO_METADATA: Final = frozenset(
    {
        *("photo_id", "uii", "month", "item_count", "sources", "conflict_count", "provenance"),
        *("visibility", "availability"),
    }
)
FIELDS: Final = tuple(name for name in UNIFIED.schema.names if name not in _NO_METADATA)
"""The columns of `metadata/unified` that are metadata of the photo."""

_STATED_AS: Final = {
    **dict.fromkeys(("capture_kind", "capture_precision", "capture_offset_min"), "capture_time"),
    **dict.fromkeys(("width", "height"), "dimensions"),
    **dict.fromkeys(("file_name", "media_type", "media_kind"), "file"),
    **dict.fromkeys(("gps_latitude", "gps_longitude"), "gps"),
    "marked_keywords": "keywords",
}
"""The name of a column's value in the provenance, where that is not the column's."""

_COUNTS: Final = frozenset({"image_views", "views"})
"""Extras that change whenever somebody looks at the photo."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S*")

Row = Mapping[str, Any]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LedgerFacts:
    """What the ledger knows of one photo: its row, its keys, and the photos merged into it."""

    anchor: str
    created_at: str
    keys: Sequence[Row] = field(default_factory=tuple)
    aliases: Sequence[Row] = field(default_factory=tuple)


def photo_path(photo_id: str) -> tuple[bytes, ...]:
    """Return the path of a photo's record: two levels of folders, as few files change per tree."""
    name = photo_id.encode()
    return (PHOTOS, name[:2], name[2:4], name + b".json")


def photo_id_of(path: tuple[bytes, ...]) -> str | None:
    """Return the photo whose record is at a path, None if it is no path of a record."""
    photo_id = path[-1].decode(errors="replace").removesuffix(".json")
    return photo_id if photo_path(photo_id) == path else None


def is_record(value: Any) -> bool:
    """Return whether a JSON value has the form of a record; what its fields say is not checked."""
    if not isinstance(value, dict) or not isinstance(value.get("state"), str):
        return False
    metadata, instances = value.get("metadata", {}), value.get("instances", [])
    return (
        isinstance(metadata, dict)
        and all(isinstance(one, dict) for one in metadata.values())
        and _are_rows([o for one in metadata.values() for o in _listed(one.get("from", []))])
        and _are_rows(instances)
        and all(isinstance(one.get("row"), dict) and _has_key(one) for one in instances)
        and all(
            _has_key(o) for one in metadata.values() for o in one.get("from", ()) if "source" in o
        )
        and isinstance(value.get("visibility", {}), dict)
        and _are_rows(value.get("blobs", []))
        and all("digest" in one for one in value.get("blobs", []))
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _has_key(row: Row) -> bool:
    return all(name in row for name in ITEM_KEY)


def text_of(record: Record) -> bytes:
    """Return the one text of a record."""
    return canonical_document(record)


def photo_record(row: Row, ledger: LedgerFacts) -> Record:
    """Return the record of a photo that has items. `row`: one of `rows.read_part`.

    The order of its lists does not matter.
    """
    unified, photo_id = row["unified"], str(row["photo_id"])
    instances = sorted((_instance(item) for item in row["items"]), key=_key)
    sizes = {one["blob"]: one.pop("size") for one in instances if "blob" in one}
    open_conflicts = sorted(
        (_conflict(one) for one in row["conflicts"] or ()), key=lambda c: c["conflict_id"]
    )
    return {
        **_identity(photo_id, ledger, sizes),
        "state": "conflicted" if open_conflicts else "resolved",
        "canonical_source": {name: row[f"master_{name}"] for name in ITEM_KEY},
        "instances": instances,
        "metadata": _metadata(unified),
        "visibility": _visibility(unified["visibility"], instances),
        "conflicts": open_conflicts,
        "relations": sorted(
            (
                {"kind": one["kind"], "photo_id": one["to_photo_id"]}
                for one in row["relations"] or ()
            ),
            key=lambda one: (one["kind"], one["photo_id"]),
        ),
    }


def gone_record(photo_id: str, before: Record, ledger: LedgerFacts | None) -> Record:
    """Return the record of a photo that is in no catalog any more: what was last known of it.

    `before`: its last record, empty if there is none; without that, `ledger` is needed.
    """
    if ledger is None:
        instances = [{**one, "presence": "gone"} for one in before.get("instances", ())]
        return {**before, "state": "gone", "instances": instances}
    if not before:
        return {**_identity(photo_id, ledger, {}), "state": "gone"}
    sizes = {one["digest"]: one.get("size") for one in before.get("blobs", ())}
    instances = [{**one, "presence": "gone"} for one in before.get("instances", ())]
    known = _identity(photo_id, ledger, sizes)
    return {**before, **known, "state": "gone", "instances": instances}


def alias_record(alias: Row, ledger: LedgerFacts) -> Record:
    """Return the record of a photo that was merged into another one: where it is now."""
    return {
        "schema_version": RECORD_VERSION,
        "photo_id": alias["old_id"],
        "state": "merged",
        "merged_into": alias["photo_id"],
        "merged_at": alias["since"],
        "reason": alias["why"],
        "anchor": ledger.anchor,
        "created_at": ledger.created_at,
    }


def _identity(photo_id: str, ledger: LedgerFacts, sizes: Mapping[str, int | None]) -> Record:
    """Return what the ledger knows of a photo. Its blobs are those that any item ever had."""
    keys = sorted((_without_nulls(row) for row in ledger.keys), key=lambda row: str(row["key"]))
    digests = {key for row in keys if (key := str(row["key"])).startswith("sha256:")}
    return {
        "schema_version": RECORD_VERSION,
        "photo_id": photo_id,
        "anchor": ledger.anchor,
        "created_at": ledger.created_at,
        "keys": keys,
        "aliases": sorted(str(alias["old_id"]) for alias in ledger.aliases),
        "blobs": [
            _without_nulls({"digest": digest, "size": sizes.get(digest)})
            for digest in sorted(digests | sizes.keys())
        ],
    }


def _instance(item: Row) -> Record:
    found = {
        **{name: item[name] for name in ITEM_KEY},
        "presence": item["availability"],
        "quality": item["quality"],
        "file_name": item["file_name"],
        "blob": f"sha256:{item['blob'].hex()}" if item["blob"] else None,
        "size": item["blob_size"],
        "joined_by": item["step"],
        "extras": _extras(item["extras"]) if item["extras"] else None,
        "raw_sha256": item["raw_sha256"],
        "row": {**_row(item), "links": _without_addresses(_stated(item["links"] or []))},
    }
    return _without_nulls(found) if found["blob"] else _without_nulls({**found, "size": None})


def _row(item: Row) -> Record:
    return {name: _stated(item[name]) for name in ROW if item[name] is not None}


def _stated(value: Any) -> Any:
    """Return a value without the fields of structs in it that are null."""
    if isinstance(value, dict):
        return {name: _stated(one) for name, one in value.items() if one is not None}
    return [_stated(one) for one in value] if isinstance(value, list) else value


def _metadata(unified: Row) -> Record:
    origins: dict[str, list[Record]] = {}
    for one in unified["provenance"] or ():
        origin = _without_nulls({name: value for name, value in one.items() if name != "field"})
        origins.setdefault(one["field"], []).append(origin)
    return {
        name: {
            "value": _stated(unified[name]),
            "from": sorted(origins.get(_STATED_AS.get(name, name), ()), key=_place),
        }
        for name in FIELDS
        if unified[name] is not None and unified[name] != []
    }


def _visibility(effective: str | None, instances: Sequence[Record]) -> Record:
    stated: dict[str, set[str]] = {}
    for one in instances:
        if (visibility := one["row"].get("visibility")) is not None:
            stated.setdefault(f"{one['source']}/{one['catalog']}", set()).add(visibility)
    return _without_nulls(
        {
            "effective": effective,
            "per_catalog": {name: sorted(values) for name, values in stated.items()},
            "discrepancies": [
                {"catalog": name, "stated": value, "effective": effective}
                for name, values in sorted(stated.items())
                for value in sorted(values)
                if value != effective
            ],
        }
    )


def _conflict(row: Row) -> Record:
    values = [_without_nulls(value) for value in row["values"] or ()]
    return _without_nulls(
        {
            "conflict_id": row["conflict_id"],
            "type": row["kind"],
            "field": row["field"],
            "description": row["detail"],
            "values": sorted(values, key=_place),
            "proposal": row["proposal"],
            "rule": row["rule"],
            "evidence_digest": row["evidence_digest"],
        }
    )


def _key(instance: Record) -> tuple[str, ...]:
    return tuple(instance[name] for name in ITEM_KEY)


def _place(stated: Row) -> list[str]:
    """Return what the order of statements is by; none of its parts is always there."""
    return [str(stated.get(name)) for name in (*ITEM_KEY, "rule", "value", "stated_at")]


def _without_nulls(row: Row) -> Record:
    return {name: value for name, value in row.items() if value is not None}


def _extras(text: str) -> Any:
    """Return the values without a column: no addresses, and no counts of views."""
    found = orjson.loads(text)
    kept = {name: one for name, one in found.items() if name not in _COUNTS}
    return _without_addresses(kept)


def _without_addresses(value: Any) -> Any:
    """Return a JSON value; each address in its texts is cut out."""
    if isinstance(value, dict):
        return {name: _without_addresses(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_without_addresses(one) for one in value]
    return _ADDRESS.sub("", value).rstrip() if isinstance(value, str) else value
