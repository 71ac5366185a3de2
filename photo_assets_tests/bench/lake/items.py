"""A month of one source's catalogs as a table of `model.schema.ITEM_SCHEMA`."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from photo_assets.model.schema import ITEM_SCHEMA, UTC
from photo_assets_tests.bench.lake import vocabulary as known
from photo_assets_tests.bench.lake.columns import (
    digests,
    either,
    hexadecimal,
    joined,
    moments,
    numbered,
    table,
    where,
    words,
)
from photo_assets_tests.bench.lake.draws import Ints
from photo_assets_tests.bench.lake.facts import Facts
from photo_assets_tests.bench.lake.links import Links
from photo_assets_tests.bench.lake.native import native_ids, paths
from photo_assets_tests.bench.lake.plan import (
    CATALOG_NAMES,
    EAGLE,
    FOLDERS,
    LIGHTROOM,
    SECOND_LIGHTROOM,
    SOURCES,
    TAKEOUT,
    Items,
)
from photo_assets_tests.bench.lake.statements import Statements

Columns = dict[str, pa.Array | str]
_DAY = 86_400_000_000


def item_table(source: int, items: Items) -> pa.Table:
    """Return the items, all of them of `source`, sorted by catalog and native id."""
    facts, said = Facts(items), Statements(items)
    native = native_ids(source, items, facts)
    columns: Columns = {
        "source": SOURCES[source],
        "catalog": catalog_names(source, items),
        "native_id": native,
        **_file(source, items, facts, native),
        **_picture(facts),
        **_SAID[source](facts, said),
        **_partition(source, items, facts),
        "links": Links(items, facts).build(source),
    }
    # The digest of the catalog's rows, drawn from what a revision changes instead of the row.
    edited = items.item * np.uint64(4) + items.rated_anew + items.written_anew * np.uint64(2)
    columns["item_digest"] = digests(items.draws.octets("row", edited, 32))
    columns["change_token"] = hexadecimal(items.draws.octets("token", edited, 16))
    columns["reader_version"] = pa.repeat(1, len(items))
    made = table(ITEM_SCHEMA, len(items), columns)
    return made.sort_by([("catalog", "ascending"), ("native_id", "ascending")])


def catalog_names(source: int, items: Items) -> pa.Array:
    """Return the catalog of each item of `source`."""
    return either(items.on_laptop, SECOND_LIGHTROOM, CATALOG_NAMES[source])


def _file(source: int, items: Items, facts: Facts, native: pa.Array) -> Columns:
    columns: Columns = {
        "path": paths(source, native, facts),
        "file_name": facts.name,
        "media_type": words(known.MEDIA_TYPES, items.format),
        "media_kind": words(known.MEDIA_KINDS, items.format),
        "file_size": pa.array(facts.size),
        "file_mtime_ns": pa.array(facts.mtime_ns),
        "file_inode": pa.array(items.item),
        "availability": _availability(source, items),
    }
    if source == TAKEOUT:  # in an archive, an entry has neither time nor inode of its own
        return columns | {"member": native} | dict.fromkeys(("file_mtime_ns", "file_inode"))
    return columns


def _availability(source: int, items: Items) -> pa.Array:
    gone = "offline" if source == LIGHTROOM else "missing"
    thrown = items.draws.chosen("trashed", items.item, 0.01 * (source in (EAGLE, TAKEOUT)))
    return either(items.unavailable, gone, either(thrown, "trashed", "online"))


def _picture(facts: Facts) -> Columns:
    """Return what a file says of itself and readers repeat."""
    timed, located = facts.timed, facts.located
    width, height = facts.sides
    return {
        "width": pa.array(width),
        "height": pa.array(height),
        "orientation": pa.array(facts.orientation),
        "duration_s": pa.array(np.where(facts.video, 2.5, np.nan), from_pandas=True),
        "capture_time": facts.capture_time,
        "capture_kind": where(timed, "wall"),
        "capture_precision": where(timed, "second"),
        "capture_source": where(timed, "exif:DateTimeOriginal"),
        "gps_latitude": where(located, pa.array(facts.degrees("latitude", 70.0))),
        "gps_longitude": where(located, pa.array(facts.degrees("longitude", 180.0))),
        "gps_source": where(located, "exif:GPSLatitude"),
        "camera_make": facts.make,
        "camera_model": facts.model,
        "camera_serial": facts.serial,
        "lens": facts.lens,
        "aperture": pa.array(facts.exposure("aperture", known.APERTURES)),
        "exposure_time_s": pa.array(facts.exposure("exposure", known.EXPOSURES)),
        "iso": pa.array(facts.iso),
        "focal_length_mm": pa.array(facts.exposure("focal", known.FOCAL_LENGTHS)),
    }


def _partition(source: int, items: Items, facts: Facts) -> Columns:
    basis = "file" if source == FOLDERS else "added"
    return {
        "month": items.plan.month(items.month),
        "month_basis": either(facts.timed, "capture", basis),
    }


def _lightroom(facts: Facts, said: Statements) -> Columns:
    month = facts.items.plan.month(facts.items.month)
    placed = facts.items.draws.chosen("placed", facts.items.photo, 0.3)
    names = pa.repeat(f"Month {month[:7]}", len(facts.items))
    columns: Columns = {
        **_added(facts, 3600_000_000),
        **_words(said),
        "rating": pa.array(said.rating),
        "pick": pa.array(said.pick),
        "label": said.label,
        "title": said.title,
        "keywords": said.keywords(known.KEYWORDS),
        "people": said.people(regions=True),
        "albums": said.albums("collection", 0.5, names, joined("c-", names)),
        "creator": "Mara Holm",
        "copyright": "(c) Mara Holm",
        "extras": joined('{"file_format":"JPG","original_file_name":"', facts.name, '"}'),
        "raw": _record("Adobe_images", facts),
    }
    for name, vocabulary, divisor in (
        ("city", known.CITIES, 1),
        ("state", known.STATES, 7),
        ("country", known.COUNTRIES, 10),
        ("country_code", known.COUNTRY_CODES, 10),
    ):
        columns[name] = where(placed, words(vocabulary, facts.place // divisor))
    return columns


def _folders(facts: Facts, said: Statements) -> Columns:
    sidecar = facts.items.draws.chosen("sidecar", facts.items.photo, 0.5)
    return {
        **_words(said),
        "rating": where(sidecar, pa.array(said.rating)),
        "keywords": said.keywords(known.KEYWORDS),
        "albums": said.albums("folder", 1.0, facts.year_month, facts.year_month),
        "modified_time": moments(facts.mtime_ns // 1000, UTC),
        "raw": joined('{"exif":', facts.exif, ',"sidecars":{}}'),
    }


def _takeout(facts: Facts, said: Statements) -> Columns:
    items = facts.items
    trip = numbered(items.photo // 100)
    return {
        **_added(facts, 2 * _DAY),
        **_words(said),
        "favourite": pa.array(items.draws.chosen("favourite", items.photo, 0.05)),
        "people": said.people(regions=False),
        "albums": said.albums("album", 0.3, joined("Trip ", trip), joined("Takeout/Trip ", trip)),
        "url": joined("https://photos.google.com/photo/", numbered(items.photo, 12)),
        "raw": _record("googlePhotosOrigin", facts),
    }


def _eagle(facts: Facts, said: Statements) -> Columns:
    board = facts.items.draws.below("board", facts.items.photo, len(known.BOARDS))
    names = words(known.BOARDS, board)
    return {
        **_added(facts, 30 * _DAY),
        **_words(said),
        "rating": pa.array(said.rating),
        "keywords": said.keywords(known.FLAT_KEYWORDS),
        "albums": said.albums("album", 0.7, names, joined("LB", numbered(board, 11))),
        "extras": joined('{"palettes":[],"btime":', numbered(facts.taken // 1000), "}"),
    }


def _words(said: Statements) -> Columns:
    return {"caption": said.caption}


def _added(facts: Facts, later: int) -> Columns:
    added: Ints = facts.taken + later
    # Without a capture time the month is that of adding, so it must not be a later one.
    added = np.where(facts.timed, added, facts.taken)
    return {"added_time": moments(added, UTC), "modified_time": moments(added + _DAY, UTC)}


def _record(name: str, facts: Facts) -> pa.Array:
    number, photo = numbered(facts.items.shot), numbered(facts.items.photo)
    return joined(
        f'{{"{name}":{{"id":', photo, ',"file":"', facts.name, '","time":', number,
        ',"flags":[0,0,1],"history":"imported, developed, exported","stack":null}}',
    )  # fmt: skip


_SAID: dict[int, Callable[[Facts, Statements], Columns]] = {
    LIGHTROOM: _lightroom,
    FOLDERS: _folders,
    TAKEOUT: _takeout,
    EAGLE: _eagle,
}
