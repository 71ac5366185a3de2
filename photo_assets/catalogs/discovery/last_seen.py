"""Values of files that are unavailable now, taken from the last accepted rows.

A reader states nothing about the content of a missing file. Its size, times and embedded metadata
are still known from the last scan that read it, and are kept until the file is read again.
"""

import dataclasses
import unicodedata
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from photo_assets.catalogs.discovery.manifest import Manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.media.record import united_keywords
from photo_assets.model.canonical import canonical_json
from photo_assets.model.events import Found
from photo_assets.model.item import Item
from photo_assets.model.rows import stored_value

_EXTRAS = "extras."
_PLACE = frozenset({"path", "file_name"})
_ALWAYS = frozenset({"native_id", "path", "file_size"})


class LastSeen:
    """The rows of the accepted `manifest`; read when the first unavailable file is found."""

    def __init__(self, folder: Path, manifest: Manifest | None) -> None:
        self._folder = folder
        self._parts = () if manifest is None else tuple(manifest.months.values())
        self._rows = pa.table({})
        self._numbers: dict[str, int] = {}

    def complete(self, found: Found) -> Item:
        """Return the item, with unseen fields filled in from its last row.

        A row without a size is of a file that no scan has read yet; it is ignored.
        """
        item, unseen = found.item, found.unseen
        last = self._row(item.native_id, unseen) if unseen and self._parts else None
        if last is None or last["file_size"] is None:
            return item
        if item.path is not None and not _same_place(item.path, last["path"]):
            unseen -= _PLACE
        values = {name: last[name] for name in unseen if not name.startswith(_EXTRAS)}
        if "keywords" in unseen:  # keywords of the entry and of its file
            values["keywords"] = united_keywords((*item.keywords, *last["keywords"]))
        keys = [name.removeprefix(_EXTRAS) for name in unseen if name.startswith(_EXTRAS)]
        if keys:
            values["extras"] = _extras(item.extras, last["extras"], keys)
        return dataclasses.replace(item, **values)

    def _row(self, native_id: str, unseen: frozenset[str]) -> dict[str, Any] | None:
        columns = {name.partition(".")[0] for name in unseen} | _ALWAYS
        if not columns <= set(self._rows.column_names):
            self._read(columns)
        number = self._numbers.get(native_id)
        if number is None:
            return None
        (row,) = self._rows.slice(number, 1).to_pylist()
        return {name: stored_value(name, value) for name, value in row.items()}

    def _read(self, columns: set[str]) -> None:
        """Read only the requested columns: texts of a row may be long."""
        names = sorted(columns | set(self._rows.column_names))
        self._rows = pa.concat_tables(
            [read_part(self._folder, part, names) for part in self._parts]
        )
        ids: list[str] = self._rows["native_id"].to_pylist()
        self._numbers = {native_id: number for number, native_id in enumerate(ids)}


def _same_place(one: str, other: str | None) -> bool:
    """Return whether two paths are equal apart from case and Unicode composition."""
    return other is not None and _folded(one) == _folded(other)


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _extras(now: str | None, before: str | None, keys: list[str]) -> str | None:
    """Return the current extras, with missing `keys` added from the earlier ones."""
    stated = orjson.loads(now or "{}")
    known = orjson.loads(before or "{}")
    kept = {key: known[key] for key in keys if key in known and key not in stated}
    return canonical_json({**kept, **stated}).decode() if kept else now
