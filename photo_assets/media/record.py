"""The metadata of a picture from one carrier: a file, its IPTC block, an XMP packet, a sidecar.

Plain values, normalized once: aperture is an f-number, exposure is in seconds, positions are in
decimal degrees, regions are fractions of the upright picture. Values not stated are None or empty.
`merged` decides which of several carriers takes precedence for a field, `reconcile` which block of
one file.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from photo_assets.model.item import ITEM_FIELD_NAMES, Keyword, Person
from photo_assets.model.vocabulary import CaptureKind, Precision


class Moment(IntEnum):
    """The event that a stated time belongs to, in order of precedence."""

    SHUTTER = 1  # when the picture was taken
    DIGITAL = (
        2  # when the digital file was created: decades later for a scan, often the same for a movie
    )
    LAST = 3  # when the file was changed, or of a GPS fix: the last resort


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureTime:
    """A possible capture time, and the field that states it."""

    time: datetime
    source: str  # "exif:DateTimeOriginal", "sidecar:xmp:CreateDate" …
    offset_min: int | None = None
    precision: Precision = Precision.SECOND
    kind: CaptureKind = CaptureKind.WALL
    moment: Moment = Moment.SHUTTER

    def apart_s(self, other: "CaptureTime") -> float | None:
        """Return the seconds between two times, None where they cannot be compared.

        Instants compare as instants and wall clocks as wall clocks; between a wall clock without
        offset and an instant, the difference that a time zone (whole quarters of an hour, up to 14
        hours) can explain is subtracted. A day, month or year has distance 0 to every time that
        some time zone places in it.
        """
        if self.kind.is_guess or other.kind.is_guess:
            return None
        if self.precision in _COARSE or other.precision in _COARSE:
            (start, end), (others_start, others_end) = self._span(), other._span()
            gap = max(start - others_end, others_start - end) - _FURTHEST_ZONE_S
            return gap if gap > 0 else None
        mine, theirs = self._instant(), other._instant()
        if mine is not None and theirs is not None:
            return abs((mine - theirs).total_seconds())
        apart = (self.time - other.time).total_seconds()
        if CaptureKind.UTC not in {self.kind, other.kind}:
            return abs(apart)
        zone = min(max(round(apart / _QUARTER_S) * _QUARTER_S, -_FURTHEST_ZONE_S), _FURTHEST_ZONE_S)
        return abs(apart - zone)

    def _span(self) -> tuple[float, float]:
        """Return the earliest and latest possible time, in seconds."""
        start = (self.time - _EPOCH).total_seconds()
        return start, start + _LONGEST_DAYS.get(self.precision, 0) * 86_400

    def _instant(self) -> datetime | None:
        if self.kind is CaptureKind.UTC:
            return self.time
        offset = self.offset_min
        return None if offset is None else self.time - timedelta(minutes=offset)

    def contains(self, other: "CaptureTime") -> bool:
        """Return whether `other` is a more precise time in the same day, month or year."""
        if self.precision not in _COARSE or self.kind is not other.kind:
            return False
        length = _COARSE[self.precision]
        return self.time.timetuple()[:length] == other.time.timetuple()[:length]


_EPOCH = datetime(1970, 1, 1)
_QUARTER_S, _FURTHEST_ZONE_S = 900.0, 14 * 3600.0
_COARSE = {Precision.YEAR: 1, Precision.MONTH: 2, Precision.DAY: 3}
_LONGEST_DAYS = {Precision.YEAR: 366, Precision.MONTH: 31, Precision.DAY: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class GpsPosition:
    """Degrees north and east (WGS 84), meters above sea level, and the field that states them."""

    latitude: float
    longitude: float
    altitude_m: float | None = None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRecord:
    """The values of one carrier. Names and units are those of `model.item.Item`."""

    width: int | None = None
    height: int | None = None
    orientation: int | None = None
    duration_s: float | None = None
    captures: tuple[CaptureTime, ...] = ()  # in order of precedence
    position: GpsPosition | None = None
    rating: int | None = None
    pick: int | None = None
    favourite: bool | None = None
    hidden: bool | None = None
    label: str | None = None
    title: str | None = None
    headline: str | None = None
    caption: str | None = None
    keywords: tuple[Keyword, ...] = ()
    people: tuple[Person, ...] = ()
    sublocation: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    country_code: str | None = None
    creator: str | None = None
    copyright: str | None = None
    camera_make: str | None = None
    camera_model: str | None = None
    camera_serial: str | None = None
    lens: str | None = None
    aperture: float | None = None
    exposure_time_s: float | None = None
    iso: int | None = None
    focal_length_mm: float | None = None
    content_identifier: str | None = None  # Apple's id shared by the two parts of a live photo
    document_id: str | None = None  # xmpMM:DocumentID
    original_document_id: str | None = None  # xmpMM:OriginalDocumentID
    derived_from: str | None = None  # xmpMM:DerivedFrom's document id
    producer: str | None = None  # the program that wrote the packet
    problems: tuple[str, ...] = ()  # blocks that could not be read

    @property
    def capture(self) -> CaptureTime | None:
        """The first capture time, completed by more precise statements of the same time."""
        if not self.captures:
            return None
        best = min(self.captures, key=lambda capture: capture.moment)
        for other in self.captures:
            if other.moment is best.moment and best.contains(other):
                best = other
        for other in self.captures:
            if best.offset_min is None and other.offset_min is not None and _same(best, other):
                best = dataclasses.replace(best, offset_min=other.offset_min)
        return best

    def item_values(self) -> dict[str, Any]:
        """Return the values as fields of `model.item.Item`."""
        values = {name: getattr(self, name) for name in _OF_ITEMS}
        return {**values, **capture_values(self.capture), **position_values(self.position)}


def capture_values(capture: CaptureTime | None) -> dict[str, Any]:
    """Return a capture time as the five fields of an item, all None without one."""
    if capture is None:
        return dict.fromkeys(("capture_time", *(f"capture_{part}" for part in _CAPTURE_PARTS)))
    parts = {f"capture_{part}": getattr(capture, part) for part in _CAPTURE_PARTS}
    return {"capture_time": capture.time, **parts}


def position_values(position: GpsPosition | None) -> dict[str, Any]:
    """Return a position as the four fields of an item, all None without one."""
    return {
        f"gps_{part}": None if position is None else getattr(position, part)
        for part in ("latitude", "longitude", "altitude_m", "source")
    }


def _same(one: CaptureTime, other: CaptureTime) -> bool:
    return one.kind is other.kind and abs(one.time - other.time) < timedelta(seconds=1)


_CAPTURE_PARTS = ("offset_min", "kind", "precision", "source")
_OF_ITEMS = tuple(
    field.name for field in dataclasses.fields(MediaRecord) if field.name in ITEM_FIELD_NAMES
)
_JOINED = frozenset({"captures", "keywords", "people", "problems", "position", "rating", "pick"})
_PLAIN = tuple(f.name for f in dataclasses.fields(MediaRecord) if f.name not in _JOINED)


def merged(records: Sequence[MediaRecord]) -> MediaRecord:
    """Return the merged values of several carriers, given in order of precedence.

    A single value is the first stated one; keywords and people are united, because a carrier that
    names some does not deny the others; a position and its altitude come from the same carrier, and
    so do stars and flag.
    """
    values: dict[str, Any] = {
        name: next((v for record in records if (v := getattr(record, name)) is not None), None)
        for name in _PLAIN
    }
    rated = next((r for r in records if r.rating is not None or r.pick == -1), MediaRecord())
    flags = (record.pick for record in records if record.pick is not None)
    return MediaRecord(
        **values,
        rating=rated.rating,
        pick=rated.pick if rated.pick is not None else next(flags, None),
        captures=tuple(capture for record in records for capture in record.captures),
        position=next((r.position for r in records if r.position is not None), None),
        keywords=united_keywords(word for record in records for word in record.keywords),
        people=_united_people(record.people for record in records),
        problems=tuple(problem for record in records for problem in record.problems),
    )


def united_keywords(keywords: Iterable[Keyword]) -> tuple[Keyword, ...]:
    """Return each keyword once; a flat one that is part of a hierarchical one is dropped."""
    found: dict[tuple[str, ...], Keyword] = {}
    for keyword in keywords:
        found.setdefault(keyword.path, keyword)
    in_hierarchy = {part for path in found if len(path) > 1 for part in path}
    return tuple(
        keyword for path, keyword in found.items() if len(path) > 1 or path[0] not in in_hierarchy
    )


def _united_people(lists: Iterable[tuple[Person, ...]]) -> tuple[Person, ...]:
    """Return each name once, from the first carrier with its region, or else with its name."""
    found: dict[str, list[Person]] = {}
    for people in lists:
        stated: dict[str, list[Person]] = {}
        for person in people:
            stated.setdefault(person.name, []).append(person)
        for name, marks in stated.items():
            known = found.get(name)
            is_marked = known is not None and any(person.region for person in known)
            if known is None or (not is_marked and any(person.region for person in marks)):
                found[name] = marks
    return tuple(person for marks in found.values() for person in marks)
