"""The files of the history beside records and rows: README, JSON Schema, and configuration."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Final

import pyarrow as pa

from photo_assets.model.canonical import canonical_document
from photo_assets.model.schema import ITEM_FIELDS, Column
from photo_assets.model.tables import FINGERPRINT_FIELDS, UNIFIED_FIELDS
from photo_assets.vault.history.records import (
    FIELDS,
    FINGERPRINT,
    ITEM_KEY,
    MERGED,
    RECORD_VERSION,
    ROW,
)

_TEXT: Final = {"type": "string"}
_UUID: Final = {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}
_BLOB: Final = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
_SHA256: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_TIME: Final = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$"}
_KEYS: Final = dict.fromkeys(ITEM_KEY, _TEXT)

Schema = dict[str, Any]


CONFIGURATION: Final = (b"photosync.yaml",)


def published_files(configuration: str | None = None) -> Iterator[tuple[tuple[bytes, ...], bytes]]:
    """Yield path and content of each of the files, in no order."""
    if configuration is not None:
        yield CONFIGURATION, configuration.encode()
    yield (b"README.md",), files(__package__).joinpath("README.md").read_bytes()
    yield (b"schemas", b"photo.schema.json"), canonical_document(photo_schema())


def photo_schema() -> Schema:
    """Return the JSON Schema (2020-12) of a photo's record."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A photo in the history of photo_assets",
        "type": "object",
        "oneOf": [{"$ref": "#/$defs/photo"}, {"$ref": "#/$defs/merged"}],
        "$defs": {"photo": _photo(), "merged": _merged()},
    }


def _photo() -> Schema:
    return _closed(
        {
            **_identity(),
            "state": {"enum": ["resolved", "conflicted", "gone"], "description": "conflicted: "
                      "there are open conflicts; gone: the photo is in no catalog any more"},
            "keys": _key_list("the keys by which the ledger recognizes the photo"),
            "aliases": _list(_UUID, "photos that were merged into this one"),
            "blobs": _list(_closed({"digest": _BLOB, "size": {"type": "integer", "minimum": 0}},
                                   ["digest"]), "every file content that an item ever had"),
            "canonical_source": _closed(_KEYS, ITEM_KEY),
            "instances": _list(_instance(), "the entries of catalogs that show the photo"),
            "metadata": _closed({c.name: _field(c) for c in UNIFIED_FIELDS if c.name in FIELDS}),
            "visibility": _visibility(),
            "conflicts": _list(_conflict(), "values that disagree and that nobody decided yet"),
            "relations": _list(_closed({"kind": _TEXT, "photo_id": _UUID}, ["kind", "photo_id"]),
                               "photos that belong to this one without being it"),
        },
        ("schema_version", "photo_id", "anchor", "created_at", "state", "keys", "aliases", "blobs"),
    )  # fmt: skip


def _merged() -> Schema:
    own = {
        **_identity(),
        "state": {"const": MERGED},
        "merged_into": {**_UUID, "description": "the photo that it is now"},
        "merged_at": _TIME,
        "reason": _TEXT,
    }
    kept = "the keys of a photo that a person merged, by which it is found if that is undone"
    return _closed({**own, "keys": _key_list(kept)}, own)


def _key_list(description: str) -> Schema:
    key = _closed({"key": _TEXT, "blob": _SHA256, "capture": _TEXT}, ["key"])
    return _list(key, description)


def _identity() -> Schema:
    return {
        "schema_version": {"enum": [*range(1, RECORD_VERSION + 1)]},
        "photo_id": {**_UUID, "description": "the photo's permanent id, and the file's name"},
        "anchor": {**_TEXT, "description": "the key from which the id was derived"},
        "created_at": {**_TIME, "description": "when the photo was first seen"},
    }


def _instance() -> Schema:
    columns = {column.name: column for column in ITEM_FIELDS}
    files = {column.name: column for column in FINGERPRINT_FIELDS}
    return _closed(
        {
            **_KEYS,
            "presence": {"enum": ["online", "offline", "missing", "trashed", "gone"],
                         "description": "gone: its catalog does not list it any more"},
            "quality": _TEXT,
            "file_name": _TEXT,
            "blob": _BLOB,
            "joined_by": {"type": "integer", "description": "step of the ladder that joined it"},
            "extras": {"description": "values without a field of their own, without addresses"},
            "raw_sha256": {**_SHA256, "description": "SHA-256 of the catalog's own record"},
            "listed": {"const": False, "description": "its catalog does not list it any more"},
            "fingerprint": _closed({name: _described(files[name]) for name in FINGERPRINT}
                                   | {"exif": {"description": files["exif"].meaning}}),
            "row": _closed({name: _described(columns[name]) for name in ROW}),
        },
        (*ITEM_KEY, "presence", "row"),
    )  # fmt: skip


def _field(column: Column) -> Schema:
    origin = {**_KEYS, "stated_at": _TIME, "rule": _TEXT}
    return _closed({"value": _described(column), "from": _list(_closed(origin))}, ["value", "from"])


def _visibility() -> Schema:
    differing = _closed({"catalog": _TEXT, "stated": _TEXT, "effective": _TEXT})
    return _closed(
        {
            "effective": {**_TEXT, "description": "the most restrictive stated value"},
            "per_catalog": {"type": "object", "additionalProperties": _list(_TEXT)},
            "discrepancies": _list(differing, "stated values that differ from the effective one"),
        }
    )


def _conflict() -> Schema:
    value = {**_KEYS, "value": _TEXT, "stated_at": _TIME}
    texts = dict.fromkeys(
        ("conflict_id", "type", "field", "description", "proposal", "rule"), _TEXT
    )
    return _closed(
        {**texts, "values": _list(_closed(value)), "evidence_digest": _SHA256},
        ("conflict_id", "type", "description", "values", "evidence_digest"),
    )


def _described(column: Column) -> Schema:
    unit = f" ({column.unit})" if column.unit else ""
    return {**_of(column.type), "description": f"{column.meaning}{unit}"}


def _of(kind: pa.DataType) -> Schema:
    if pa.types.is_list(kind):
        return _list(_of(kind.value_type))
    if pa.types.is_struct(kind):
        fields = {kind.field(i).name: kind.field(i).type for i in range(kind.num_fields)}
        return _closed({name: _of(field) for name, field in fields.items()})
    if pa.types.is_fixed_size_binary(kind):
        return {"type": "string", "pattern": f"^[0-9a-f]{{{2 * kind.byte_width}}}$"}
    if pa.types.is_boolean(kind):
        return {"type": "boolean"}
    if pa.types.is_integer(kind):
        return {"type": "integer"}
    return {"type": "number"} if pa.types.is_floating(kind) else dict(_TEXT)


def _list(items: Schema, description: str = "") -> Schema:
    found: Schema = {"type": "array", "items": items}
    return {**found, "description": description} if description else found


def _closed(properties: Schema, required: Any = ()) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(required),
        "additionalProperties": False,
    }
