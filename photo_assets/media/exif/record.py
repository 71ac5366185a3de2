"""The EXIF metadata of an image file, as plain values.

Values are normalized here: aperture is an f-number, exposure is in seconds, positions are in
decimal degrees with None for (0, 0), times are the camera's wall clock.
"""

from dataclasses import dataclass
from datetime import datetime

from photo_assets.model.vocabulary import CaptureKind, Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class ExifRecord:
    """EXIF of one file; None where a value is missing or invalid."""

    width: int | None = None
    height: int | None = None
    orientation: int | None = None
    duration_s: float | None = None  # of a video
    capture_time: datetime | None = None
    capture_offset_min: int | None = None
    capture_precision: Precision | None = None
    capture_source: str | None = None  # "exif:DateTimeOriginal" …
    capture_kind: CaptureKind = CaptureKind.WALL  # UTC: a video's movie header, by its standard
    gps_latitude: float | None = None
    gps_longitude: float | None = None
    gps_altitude_m: float | None = None
    camera_make: str | None = None
    camera_model: str | None = None
    camera_serial: str | None = None
    lens: str | None = None
    aperture: float | None = None
    exposure_time_s: float | None = None
    iso: int | None = None
    focal_length_mm: float | None = None
    creator: str | None = None
    copyright: str | None = None
    caption: str | None = None  # EXIF ImageDescription, unless it is a camera's default text
    rating: int | None = None  # EXIF Rating 0x4746
    content_identifier: str | None = None  # Apple's id shared by the two parts of a live photo
