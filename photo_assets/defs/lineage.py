"""Column lineage: the upstream columns from which each column of an asset is made.

It is derived from the documented columns and from the facts that are joined, so new columns are
included automatically. Columns that are measured, counted or stored in the ledger have no lineage.
"""

from collections.abc import Iterable, Mapping

import dagster as dg

from photo_assets.defs.keys import (
    CATALOGS,
    CONFLICTS,
    FINGERPRINTS,
    HISTORY,
    LOOKALIKES,
    ORIGINALS,
    PHOTOS,
    SINK_PLANS,
    THUMBNAILS,
    UNIFIED,
    VISIBILITY,
)
from photo_assets.identity.fingerprints.entries import ITEM_COLUMNS
from photo_assets.metadata.fields import FACTS, FILE_FACTS, SET_NAMES, ExifRole
from photo_assets.model.schema import ITEM_FIELDS
from photo_assets.model.tables import PHOTO_FIELDS
from photo_assets.sinks.registry import spec_of

Deps = list[dg.TableColumnDep]

_MASTER = "master_"
_ITEM_NAMES = [column.name for column in ITEM_FIELDS]


def column_lineage(key: dg.AssetKey) -> dg.TableColumnLineage | None:
    """Return an asset's column lineage, or None if its columns come from no other asset."""
    found = _LINEAGE.get(key)
    return dg.TableColumnLineage(deps_by_column=found) if found else None


def _from(keys: Iterable[dg.AssetKey], *columns: str) -> Deps:
    return [dg.TableColumnDep(asset_key=key, column_name=name) for key in keys for name in columns]


def _same(keys: Iterable[dg.AssetKey], names: Iterable[str]) -> dict[str, Deps]:
    """Return columns that have the same name as their source column."""
    return {name: _from(keys, name) for name in names}


def _photos() -> dict[str, Deps]:
    content = [*_from([FINGERPRINTS], "sha256"), *_from(CATALOGS, "sha256")]
    masters = [c.name for c in PHOTO_FIELDS if c.name.removeprefix(_MASTER) in _ITEM_NAMES]
    return {
        **{name: _from(CATALOGS, name.removeprefix(_MASTER)) for name in masters},
        "sha256": content,
        "uii": content,
    }


def _lookalikes() -> dict[str, Deps]:
    shape = _from([FINGERPRINTS], "width", "height")
    return {
        **{f"{side}_photo_id": _from([PHOTOS], "photo_id") for side in "ab"},
        **{f"{side}_sha256": _from([FINGERPRINTS], "sha256") for side in "ab"},
        **dict.fromkeys(("a_aspect", "b_aspect", "aspect_difference"), shape),
        "distance": _from([FINGERPRINTS], "phash"),
        "dhash_distance": _from([FINGERPRINTS], "dhash"),
    }


def _unified() -> dict[str, Deps]:
    exif = _from([FINGERPRINTS], "exif")
    facts = {
        name: [*_from(CATALOGS, name), *(exif if fact.exif is not ExifRole.NONE else [])]
        for fact in FACTS
        for name in fact.columns
    }
    return {
        **facts,
        **_same(CATALOGS, [*SET_NAMES, *FILE_FACTS["file"], "availability"]),
        **_same([PHOTOS], ["photo_id", "uii", "month", "media_kind"]),
        **{
            name: [*_from([FINGERPRINTS], name), *exif, *_from(CATALOGS, name)]
            for name in FILE_FACTS["dimensions"]
        },
        "marked_keywords": _from(CATALOGS, "keywords"),
        "guessed_people": _from(CATALOGS, "people"),
        "sources": _from(CATALOGS, "source", "catalog"),
    }


def _visibility() -> dict[str, Deps]:
    stated = _from(CATALOGS, "visibility", "visibility_stated", "visibility_since")
    levels = dict.fromkeys(("effective", "highest", "highest_at"), _from(CATALOGS, "visibility"))
    lists = dict.fromkeys(("items", "discrepancies"), stated)
    return {**_same([PHOTOS], ["photo_id", "month"]), **levels, **lists}


def _plan(sink: str) -> dict[str, Deps]:
    sent = _from([UNIFIED], *spec_of(sink).columns)
    return {**_same([UNIFIED], ["photo_id", "month"]), "after": sent}


_LINEAGE: Mapping[dg.AssetKey, dict[str, Deps]] = {
    FINGERPRINTS: _same(CATALOGS, ITEM_COLUMNS),
    THUMBNAILS: _same([FINGERPRINTS], ["sha256", "month"]),
    HISTORY: _same([PHOTOS], ["photo_id", "month"]),
    ORIGINALS: _same([FINGERPRINTS], ["sha256", "month"]),
    PHOTOS: _photos(),
    LOOKALIKES: _lookalikes(),
    UNIFIED: _unified(),
    CONFLICTS: _same([PHOTOS], ["photo_id", "month"]),
    VISIBILITY: _visibility(),
    **{key: _plan(sink) for sink, key in SINK_PLANS.items()},
}
