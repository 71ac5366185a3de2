"""Exports of chosen photos: a table, JSON, or their originals in one archive.

An export leaves the machine, so `model.disclosure` decides what is in it, as for a sink.
"""

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.model.disclosure import Disclosure, DisclosurePolicy
from photo_assets.model.disclosure.columns import Treatment
from photo_assets.model.tables import UNIFIED
from photo_assets.sinks.disclosing.collection import Collection as Disclosed
from photo_assets.sinks.disclosing.joined import Joined
from photo_assets.web.collection import UNIFIED_ASSET
from photo_assets.web.opened import Library
from photo_assets.web.originals import open_original
from photo_assets.web.photo_view import read_photo

COLUMNS: Final = (
    *("photo_id", "month", "file_name", "media_kind", "media_type", "width", "height"),
    *("capture_time", "capture_offset_min", "rating", "pick", "favourite", "label", "title"),
    *("caption", "keywords", "people", "albums", "gps_latitude", "gps_longitude", "sublocation"),
    *("city", "state", "country", "country_code", "creator", "copyright", "camera_make"),
    *("camera_model", "lens", "aperture", "exposure_time_s", "iso", "focal_length_mm"),
    *("visibility", "archived", "availability", "item_count", "sources", "conflict_count"),
)
_PIECE: Final = 1 << 18
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet may take for the beginning of a formula."""

Row = dict[str, Any]


class Sharing:
    """What may leave of one library under one policy, at one moment. Raises `StorageError`."""

    def __init__(self, library: Library, policy: DisclosurePolicy) -> None:
        self._library = library
        self._disclosed = Disclosed(Joined.of(library.workspace))
        self._disclosure = Disclosure(policy, self._disclosed.known)

    def show(self, row: Mapping[str, Any]) -> Row | None:
        """Return what may leave of a row that has its own visibility; None if nothing may."""
        return self._disclosure.show(row)

    def shows_album(self, path: Sequence[str]) -> bool:
        """Return whether an album may be named."""
        treatments = {"album_id": Treatment.PLAIN}
        return self._disclosure.show({"album_id": "", "path": path}, treatments) is not None

    def locked(self, month: str) -> frozenset[str]:
        """Return the photos of a month that are locked for any reason."""
        known = month in self._disclosed.months
        return frozenset(self._disclosed.locked(month)) if known else frozenset()

    def rows(self, photo_ids: Iterable[str]) -> Iterator[Row]:
        """Yield the unified rows of photos as far as they may leave, by month."""
        by_month: dict[str, list[str]] = defaultdict(list)
        for photo_id in dict.fromkeys(photo_ids):
            found = self._library.collection.find(photo_id)
            if found is not None:
                by_month[found[0]].append(photo_id)
        lake = self._library.workspace.lake
        needed = [*dict.fromkeys((*COLUMNS, "marked_keywords", "guessed_people"))]
        for month in sorted(by_month):
            table = lake.read(UNIFIED_ASSET, month, UNIFIED, needed)
            wanted = pa.array(by_month[month])
            locked = self.locked(month)
            for row in table.filter(pc.is_in(table["photo_id"], wanted)).to_pylist():
                shown = None if row["photo_id"] in locked else self.show(row)
                if shown is not None:
                    yield {name: shown.get(name) for name in COLUMNS}


def json_pieces(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield rows as one JSON array."""
    yield b"["
    for number, row in enumerate(rows):
        yield (b",\n" if number else b"\n") + orjson.dumps(row, option=orjson.OPT_NAIVE_UTC)
    yield b"\n]\n"


def csv_pieces(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield rows as CSV with a header. No cell is a formula for a spreadsheet."""
    yield _line(COLUMNS)
    for row in rows:
        yield _line([_cell(row[name]) for name in COLUMNS])


def _line(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> str:
    if isinstance(value, list):
        value = "; ".join(" > ".join(one) if isinstance(one, list) else str(one) for one in value)
    text = "" if value is None else str(value)
    is_text = not isinstance(value, int | float)
    return f"'{text}" if is_text and text.startswith(_FORMULA) else text


class _Written(io.RawIOBase):
    """What was written since it was last taken; it cannot seek, so the archive is a stream."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def zip_pieces(
    library: Library, rows: Iterable[Row], report: Callable[[str], None]
) -> Iterator[bytes]:
    """Yield the originals of photos as a ZIP archive without compression.

    `missing.txt` in it names those that no catalog and no store has online; `report` is called with
    each.
    """
    written, names, missing = _Written(), set[str](), list[str]()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for row in rows:
            name = _unique(row["file_name"] or row["photo_id"], row["photo_id"], names)
            found = library.collection.find(row["photo_id"])
            with ExitStack() as opened:
                items = read_photo(library, *found).items if found else []
                original = open_original(library, items, opened) if items else None
                if original is None:
                    missing.append(f"{row['photo_id']} {name}")
                    report(row["photo_id"])
                    continue
                with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as entry:
                    while piece := original[0].read(_PIECE):
                        entry.write(piece)
                        yield written.take()
        if missing:
            archive.writestr(zipfile.ZipInfo("missing.txt"), "\n".join(missing) + "\n")
    yield written.take()


def _unique(name: str, photo_id: str, taken: set[str]) -> str:
    """Return a name of an entry that is no path, and that no other entry has."""
    plain = "".join("_" if c in '/\\:*?"<>|' or ord(c) < 32 else c for c in name).strip(". ")
    plain = plain.encode("utf-8", "replace").decode()[:150] or photo_id
    stem, dot, ending = plain.rpartition(".")
    chosen = plain
    if chosen.casefold() in taken or chosen == "missing.txt":
        chosen = f"{stem}-{photo_id}{dot}{ending}" if dot else f"{plain}-{photo_id}"
    taken.add(chosen.casefold())
    return chosen
