"""Random collections in which catalogs agree, disagree, state nothing or state odd values."""

import random
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

from photo_assets.media.exif.record import ExifRecord
from photo_assets.model.item import Album, Item, Keyword, Person
from photo_assets.model.vocabulary import (
    AlbumKind,
    Availability,
    CaptureKind,
    Precision,
    Visibility,
)
from photo_assets_tests.metadata.collection import Collection, item

_REASONS = ("decode_error", "unknown_format", "empty", "no_decoder")
_SOURCES = ("lightroom", "eagle", "folders", "google_takeout", "flickr", "smugmug", "unheard_of")
_TEXTS = ("Café", unicodedata.normalize("NFD", "Café"), " Café\r\n", "café", "海", "a\nb", "a\r\nb")
_TAGS = ("Berlin", "Places|Berlin", "berlin", "Anna", "Family|Anna", "x", "Café", _TEXTS[1])
_START = datetime(2019, 8, 4, 12, 0, 0)


def _capture(pick: random.Random) -> dict[str, Any]:
    shift = pick.choice((0, 1, 3, 900, 3600, 7200, -25200, 86400, 40_000_000))
    return {
        "capture_time": _START + timedelta(seconds=shift, microseconds=pick.choice((0, 340000))),
        "capture_offset_min": pick.choice((None, None, 0, 120, -420)),
        "capture_kind": pick.choice((CaptureKind.WALL, *CaptureKind)),
        "capture_precision": pick.choice(list(Precision)),
        "capture_corrected_from": pick.choice((None, None, None, _START)),
    }


def _values(pick: random.Random) -> dict[str, Any]:
    values: dict[str, Any] = {
        "rating": pick.randint(0, 5),
        "pick": pick.randint(-1, 1),
        "favourite": pick.choice((True, False)),
        "label": pick.choice(("Red", "Rot", "Blue", "To Do")),
        "title": pick.choice(_TEXTS),
        "caption": pick.choice(_TEXTS),
        "city": pick.choice(("Paris", "PARIS", "Rome")),
        "country": pick.choice(("France", "Italy")),
        "creator": pick.choice(_TEXTS),
        "copyright": pick.choice(_TEXTS),
        "camera_make": pick.choice(("NIKON CORPORATION", "Nikon", "Canon")),
        "camera_model": pick.choice(("NIKON D40", "D40", "EOS 5D")),
        "lens": pick.choice(("EF 50mm", "EF50mm", "18-55")),
        "aperture": pick.choice((2.8, 2.83, 4.0)),
        "exposure_time_s": pick.choice((0.01, 0.0101, 1 / 60)),
        "iso": pick.choice((100, 200)),
        "focal_length_mm": pick.choice((50.0, 35.0)),
        "visibility": pick.choice(list(Visibility)),
        "modified_time": datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=pick.randint(0, 9)),
        "width": pick.choice((4000, 1024)),
        "height": pick.choice((3000, 768)),
    }
    kept = {name: value for name, value in values.items() if pick.random() < 0.5}
    if pick.random() < 0.7:
        kept |= _capture(pick)
    if pick.random() < 0.5:
        kept["gps_latitude"] = pick.choice((0.0, 52.5, 52.5001, 60.0, -90.0))
        kept["gps_longitude"] = pick.choice((13.4, 179.9999, -179.9999))
    return kept


def _sets(pick: random.Random) -> dict[str, Any]:
    tags = pick.sample(_TAGS, pick.randint(0, 4))
    names = pick.sample(("Anna", "Bob", "Zoë"), pick.randint(0, 2))
    albums = pick.sample(("Best", "Trips|2019"), pick.randint(0, 2))
    return {
        "keywords": tuple(
            Keyword(path=tuple(tag.split("|")), person=tag.endswith("Anna")) for tag in tags
        ),
        "people": tuple(
            Person(name=name, confirmed=pick.choice((None, True, False))) for name in names
        ),
        "albums": tuple(
            Album(id=name, path=tuple(name.split("|")), kind=AlbumKind.ALBUM) for name in albums
        ),
    }


def _item(pick: random.Random, number: int) -> Item:
    weights = (6, 2, 1, 2)
    return item(
        pick.choice(_SOURCES),
        f"{number}",
        catalog=pick.choice(("main", "main", "old")),
        availability=pick.choices(list(Availability), weights)[0],
        **_values(pick),
        **_sets(pick),
    )


def _exif(pick: random.Random) -> ExifRecord:
    values = {k: v for k, v in _values(pick).items() if k in ExifRecord.__dataclass_fields__}
    return ExifRecord(**values)


def random_collection(seed: int, items: int) -> Collection:
    """Return a collection of about `items` items, the same for the same seed."""
    pick = random.Random(seed)
    photos: list[list[Item]] = []
    number = 0
    while number < items:
        size = pick.choice((1, 1, 2, 2, 3, 4, 6))
        photos.append([_item(pick, number + n) for n in range(size)])
        number += size
    every = [each for photo in photos for each in photo]
    chosen = pick.sample(every, len(every) // 3)
    keys = [(each.source, each.catalog, each.native_id) for each in chosen]
    return Collection(
        photos,
        exif={key: _exif(pick) for key in keys},
        sizes=dict.fromkeys(keys[::2], (4000, 3000)),
        faults={
            key: {"status": "undecodable", "reason": pick.choice(_REASONS), "path": f"/{key[2]}"}
            for key in keys[::5]
        },
    )
