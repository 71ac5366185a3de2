"""The record of one photo in the history: which values it holds, and in which form. Pure.

A record holds what is known of a photo and its items and would be lost with the services and the
lake, in one deterministic JSON text. Left out is what changes without the photo (tokens and states
of readers and file systems), what can be derived again, and addresses, which may carry access.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from photo_assets.model.canonical import canonical_document
from photo_assets.model.schema import ITEM_SCHEMA
from photo_assets.model.tables import FINGERPRINTS, UNIFIED
from photo_assets.vault.history.values import (
    exif_value,
    extras_value,
    stated,
    without_addresses,
    without_nulls,
)

RECORD_VERSION: Final = 3
"""Raised when a record has other fields, or the same fields another meaning."""

RECIPE: Final = 2
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

MERGED: Final = "merged"
"""The state of a photo that is a part of another one."""

PHOTOS: Final = b"photos"
"""The folder of the records."""

ITEM_KEY: Final = ("source", "catalog", "native_id")
_OWN: Final = (*ITEM_KEY, "file_name", "quality", "availability", "extras", *LEFT_OUT)
ROW: Final = tuple(name for name in ITEM_SCHEMA.names if name not in _OWN)
"""The columns of an item that are in the `row` of its instance."""

OF_ATTEMPTS: Final = frozenset({"unread_reason", "unread_detail"})
"""The columns of fingerprints that are not in records: why the last attempt to read failed."""

FINGERPRINT: Final = tuple(
    name
    for name in FINGERPRINTS.schema.names
    if name not in {*ITEM_KEY, "month", "path", "member", *OF_ATTEMPTS}
)
"""The columns of an item's fingerprint in its instance; the others are the item's."""

_NO_METADATA: Final = frozenset(
    {
        *("photo_id", "uii", "month", "item_count", "sources", "conflict_count", "provenance"),
        *("visibility", "availability", "ai_approval"),
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


def completed(record: Record, earlier: Record) -> Record:
    """Return a record with what only the last one knows, after ledger or lake were lost.

    When the photo was first seen, the sizes of contents that it had, and the digests of catalogs'
    records that restored rows lack.
    """
    since, found = earlier.get("created_at"), dict(record)
    if isinstance(since, str) and since < str(record["created_at"]):
        found["created_at"] = since
    known = {_key(one): one.get("raw_sha256") for one in earlier.get("instances", ())}
    if "instances" in record:
        found["instances"] = [
            without_nulls({"raw_sha256": known.get(_key(one)), **one})
            for one in record["instances"]
        ]
    sizes = {one["digest"]: one.get("size") for one in earlier.get("blobs", ())}
    if "blobs" in record:
        found["blobs"] = [
            without_nulls({"size": sizes.get(one["digest"]), **one}) for one in record["blobs"]
        ]
    return found


def gone_record(photo_id: str, before: Record, ledger: LedgerFacts | None) -> Record:
    """Return the record of a photo that is in no catalog any more: what was last known of it.

    `before`: its last record, empty if there is none; without that, `ledger` is needed. What it was
    as a part of another photo is not its own.
    """
    if ledger is not None and before.get("state") == MERGED:
        before = {}
    if ledger is None:
        instances = [{**one, "presence": "gone"} for one in before.get("instances", ())]
        return {**before, "state": "gone", "instances": instances}
    if not before:
        return {**_identity(photo_id, ledger, {}), "state": "gone"}
    instances = [{**one, "presence": "gone"} for one in before.get("instances", ())]
    known = _identity(photo_id, ledger, {})
    return completed({**before, **known, "state": "gone", "instances": instances}, before)


def alias_record(alias: Row, ledger: LedgerFacts) -> Record:
    """Return the record of a photo that was merged into another one: where it is now.

    If a person decided it, the photo keeps its keys, by which it is found when that ends.
    """
    own = {"keys": _sorted_keys(ledger)} if alias["decided"] else {}
    return {
        **own,
        "schema_version": RECORD_VERSION,
        "photo_id": alias["old_id"],
        "state": MERGED,
        "merged_into": alias["photo_id"],
        "merged_at": alias["since"],
        "reason": alias["why"],
        "anchor": ledger.anchor,
        "created_at": ledger.created_at,
    }


def _identity(photo_id: str, ledger: LedgerFacts, sizes: Mapping[str, int | None]) -> Record:
    """Return what the ledger knows of a photo. Its blobs are those that any item ever had."""
    keys = _sorted_keys(ledger)
    digests = {key for row in keys if (key := str(row["key"])).startswith("sha256:")}
    return {
        "schema_version": RECORD_VERSION,
        "photo_id": photo_id,
        "anchor": ledger.anchor,
        "created_at": ledger.created_at,
        "keys": keys,
        "aliases": sorted(str(alias["old_id"]) for alias in ledger.aliases),
        "blobs": [
            without_nulls({"digest": digest, "size": sizes.get(digest)})
            for digest in sorted(digests | sizes.keys())
        ],
    }


def _sorted_keys(ledger: LedgerFacts) -> list[Record]:
    return sorted((without_nulls(row) for row in ledger.keys), key=lambda row: str(row["key"]))


def _instance(item: Row) -> Record:
    found = {
        **{name: item[name] for name in ITEM_KEY},
        "presence": item["availability"],
        "quality": item["quality"],
        "file_name": item["file_name"],
        "blob": f"sha256:{item['blob'].hex()}" if item["blob"] else None,
        "size": item["blob_size"],
        "joined_by": item["step"],
        "extras": extras_value(item["extras"]) if item["extras"] else None,
        "raw_sha256": item["raw_sha256"],
        "listed": None if item["listed"] else False,
        "fingerprint": _fingerprint(item["file"]),
        "row": {**_row(item), "links": without_addresses(stated(item["links"] or []))},
    }
    return without_nulls(found) if found["blob"] else without_nulls({**found, "size": None})


def _row(item: Row) -> Record:
    return {name: stated(item[name]) for name in ROW if item[name] is not None}


def _fingerprint(file: Row | None) -> Record | None:
    if file is None or file["status"] is None:
        return None
    found = without_nulls({name: file[name] for name in FINGERPRINT})
    return {**found, "exif": exif_value(found["exif"])} if "exif" in found else found


def _metadata(unified: Row) -> Record:
    origins: dict[str, list[Record]] = {}
    for one in unified["provenance"] or ():
        origin = without_nulls({name: value for name, value in one.items() if name != "field"})
        origins.setdefault(one["field"], []).append(origin)
    return {
        name: {
            "value": stated(unified[name]),
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
    return without_nulls(
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
    values = [without_nulls(value) for value in row["values"] or ()]
    return without_nulls(
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
