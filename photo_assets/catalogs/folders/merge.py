"""One value per field out of several records: sidecar over embedded XMP over the file's header.

Which source won is said where the model has a place for it (capture time, position).
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from photo_assets.media.exif.record import ExifRecord
from photo_assets.media.xmp.record import XmpRecord
from photo_assets.model.vocabulary import CaptureKind, Precision

T = TypeVar("T")

_SIDECAR, _EMBEDDED = "sidecar:", "xmp:"
# Fields that say when the shutter opened; the others say when the digital file came to be, which
# for a scan is decades later, so they rank below every one of these.
_SHUTTER_FIELDS = (
    "exif:DateTimeOriginal",
    "photoshop:DateCreated",
    "quicktime:creationdate",
)


@dataclass(frozen=True, slots=True)
class Capture:
    """When a picture was taken, and who says so."""

    time: datetime
    offset_min: int | None
    precision: Precision | None
    kind: CaptureKind
    source: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a picture was taken, and who says so."""

    latitude: float
    longitude: float
    altitude_m: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Stars:
    """Rating, flag and favourite, kept apart."""

    rating: int | None = None
    pick: int | None = None
    favourite: bool | None = None
    hidden: bool | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """The records of one photo, the one to believe first, first."""

    sidecars: tuple[XmpRecord, ...]
    embedded: XmpRecord | None
    exif: ExifRecord

    @property
    def packets(self) -> tuple[XmpRecord, ...]:
        """Return all XMP records in order."""
        return (*self.sidecars, self.embedded) if self.embedded else self.sidecars

    def first(self, pick: Callable[[XmpRecord], T | None]) -> T | None:
        """Return the first value that a packet states."""
        return next((value for packet in self.packets if (value := pick(packet))), None)


def capture(sources: Sources) -> Capture | None:
    """Return the capture time to believe.

    An offset from a lower source is taken over where it states the same second.
    """
    stated = _captures(sources)
    ranked = [c for c in stated if c.source.endswith(_SHUTTER_FIELDS)] or stated
    if not ranked:
        return None
    best = ranked[0]
    for other in stated:
        same = abs(other.time - best.time) < timedelta(seconds=1) and other.kind is best.kind
        if best.offset_min is None and other.offset_min is not None and same:
            return dataclasses.replace(best, offset_min=other.offset_min)
    return best


def place(sources: Sources) -> Place | None:
    """Return the position to believe, its altitude from the same record."""
    field = "exif:GPSLatitude"
    for prefix, packet in _with_prefix(sources):
        if packet.gps_latitude is not None and packet.gps_longitude is not None:
            return Place(
                packet.gps_latitude, packet.gps_longitude, packet.gps_altitude_m, prefix + field
            )
    exif = sources.exif
    if exif.gps_latitude is None or exif.gps_longitude is None:
        return None
    is_movie = exif.duration_s is not None
    source = "quicktime:location" if is_movie else field
    return Place(exif.gps_latitude, exif.gps_longitude, exif.gps_altitude_m, source)


def stars(sources: Sources, five_is_favourite: bool) -> Stars:
    """Return rating, flag and favourite.

    icloudpd writes 5 for a heart and -1 for hidden, in sidecars of its own; the setting says that
    all sidecars are such. Everyone else's -1 is XMP's "rejected".
    """
    flag = next((p.pick for p in sources.packets if p.pick is not None), None)
    for number, packet in enumerate(sources.packets):
        if packet.rating is None:
            continue
        is_sidecar = number < len(sources.sidecars)
        is_icloudpd = (packet.producer or "").startswith("icloudpd")
        if is_sidecar and (five_is_favourite or is_icloudpd) and packet.rating in {5, -1}:
            heart = packet.rating == 5
            return Stars(pick=flag, favourite=heart or None, hidden=None if heart else True)
        if packet.rating == -1:
            return Stars(pick=-1 if flag is None else flag)
        return Stars(rating=int(packet.rating + 0.5), pick=flag)
    return Stars(rating=sources.exif.rating, pick=flag)


def _captures(sources: Sources) -> list[Capture]:
    found = [
        Capture(
            packet.capture_time,
            packet.capture_offset_min,
            packet.capture_precision,
            CaptureKind.WALL,
            prefix + (packet.capture_source or "").removeprefix("xmp:"),
        )
        for prefix, packet in _with_prefix(sources)
        if packet.capture_time is not None
    ]
    exif = sources.exif
    if exif.capture_time is not None:
        found.append(
            Capture(
                exif.capture_time,
                exif.capture_offset_min,
                exif.capture_precision,
                exif.capture_kind,
                exif.capture_source or "exif",
            )
        )
    return found


def _with_prefix(sources: Sources) -> list[tuple[str, XmpRecord]]:
    out = [(_SIDECAR, packet) for packet in sources.sidecars]
    return [*out, (_EMBEDDED, sources.embedded)] if sources.embedded else out
