"""What a picture or video file says about itself, from its headers; no pixel is decoded."""

from typing import BinaryIO

from photo_assets.media.exif import fields
from photo_assets.media.exif.containers import take_apart
from photo_assets.media.exif.parts import Movie, Parts
from photo_assets.media.exif.record import ExifRecord
from photo_assets.media.exif.window import ExifError, Window
from photo_assets.model.vocabulary import CaptureKind

__all__ = ["ExifError", "embedded_xmp", "read_exif", "read_headers"]

_MAX_SIDE = 2**31 - 1


def read_exif(stream: BinaryIO, name: str) -> ExifRecord:
    """Return the EXIF of a seekable stream; an empty record where the file has none.

    `name` is for messages alone: the format is decided by the first bytes. Raises `ExifError` when
    the file is no picture or video that can be parsed, and `OSError` as the disk raises it.
    """
    return read_headers(stream, name)[0]


def embedded_xmp(stream: BinaryIO, name: str) -> bytes | None:
    """Return the XMP packet inside a file, or None. Raises like `read_exif`."""
    return read_headers(stream, name)[1]


def read_headers(stream: BinaryIO, name: str) -> tuple[ExifRecord, bytes | None]:
    """Return both in one pass over the headers. Raises like `read_exif`."""
    try:
        parts = take_apart(Window(stream))
        return _record(parts), parts.xmp
    except ExifError as error:
        raise ExifError(f"{name}: {error}") from error


def _record(parts: Parts) -> ExifRecord:
    found = parts.directories
    captured, capture_source = fields.captured(found)
    capture_kind = CaptureKind.WALL
    place = fields.position(found.gps)
    height = fields.altitude(found.gps) if place else None
    movie = parts.movie or Movie()
    if captured is None and movie.created is not None:
        captured, capture_source = movie.created, movie.created_source
        capture_kind = CaptureKind.UTC if movie.created_is_utc else CaptureKind.WALL
    if place is None:
        place, height = movie.place, movie.altitude_m
    return ExifRecord(
        width=_side(parts.width),
        height=_side(parts.height),
        orientation=parts.orientation or fields.orientation(found.main),
        duration_s=movie.duration_s,
        capture_time=captured.time if captured else None,
        capture_offset_min=captured.offset_min if captured else None,
        capture_precision=captured.precision if captured else None,
        capture_source=capture_source,
        capture_kind=capture_kind,
        gps_latitude=place[0] if place else None,
        gps_longitude=place[1] if place else None,
        gps_altitude_m=height,
        camera_make=fields.make(found) or movie.make,
        camera_model=fields.model(found) or movie.model,
        camera_serial=found.exif.text(0xA431) if found.exif else None,
        lens=fields.lens(found),
        aperture=fields.aperture(found.exif),
        exposure_time_s=fields.exposure_time(found.exif),
        iso=fields.iso(found.exif),
        focal_length_mm=fields.focal_length(found.exif),
        creator=found.main.text(0x013B) if found.main else None,
        copyright=found.main.text(0x8298) if found.main else None,
        caption=fields.caption(found.main),
        rating=fields.rating(found.main),
        content_identifier=fields.content_identifier(found.exif) or movie.content_identifier,
    )


def _side(pixels: int | None) -> int | None:
    return pixels if pixels is not None and 0 < pixels <= _MAX_SIDE else None
