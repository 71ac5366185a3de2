"""What an image file says about itself, as plain values.

Values are normalised once, here: aperture is an f-number, exposure is seconds, places are decimal
degrees with (0, 0) read as no place, times are the camera's wall clock.
"""

from dataclasses import dataclass
from datetime import datetime

from photo_assets.model.vocabulary import CaptureKind, Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class ExifRecord:
    """EXIF of one file; None where the file does not say, or says something impossible."""

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
    caption: str | None = None  # EXIF ImageDescription, unless it is a camera's boilerplate
    rating: int | None = None  # EXIF Rating 0x4746
    content_identifier: str | None = None  # Apple's id shared by the two parts of a live photo
