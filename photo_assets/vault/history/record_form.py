"""Whether a JSON value has the form of a record; what its fields say is not checked here. Pure."""

from typing import Any

from photo_assets.vault.history.records import ITEM_KEY, Row


def is_record(value: Any) -> bool:
    """Return whether a JSON value has the form of a record."""
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
