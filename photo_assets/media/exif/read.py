"""What the EXIF directories and the container of a file state, as records; no pixel is decoded.

Its other blocks (IPTC, XMP) are read by `media.read`, which puts all of them in order.
"""

from photo_assets.media.exif import fields
from photo_assets.media.exif.parts import Movie, Parts
from photo_assets.media.exif.times import captures
from photo_assets.media.record import CaptureTime, GpsPosition, MediaRecord, Moment
from photo_assets.model.plausible import stated_altitude, stated_place
from photo_assets.model.vocabulary import CaptureKind

_MAX_SIDE = 2**31 - 1


def exif_record(parts: Parts) -> MediaRecord:
    """Return what the EXIF directories state, with the size and turn of the picture itself."""
    found = parts.directories
    return MediaRecord(
        width=_side(parts.width),
        height=_side(parts.height),
        orientation=parts.orientation or fields.orientation(found.main),
        captures=captures(found),
        position=fields.position(found.gps),
        rating=fields.rating(found.main),
        title=fields.title(found.main),
        caption=fields.caption(found.main),
        keywords=fields.keywords(found.main),
        creator=fields.creator(found.main),
        copyright=found.main.text(0x8298) if found.main else None,
        camera_make=fields.make(found),
        camera_model=fields.model(found),
        camera_serial=found.exif.text(0xA431) if found.exif else None,
        lens=fields.lens(found),
        aperture=fields.aperture(found.exif),
        exposure_time_s=fields.exposure_time(found.exif),
        iso=fields.iso(found.exif),
        focal_length_mm=fields.focal_length(found.exif),
        content_identifier=fields.content_identifier(found.exif),
    )


def movie_record(movie: Movie) -> MediaRecord:
    """Return what a movie's boxes state."""
    times: tuple[CaptureTime, ...] = ()
    if movie.created is not None:
        times = (
            CaptureTime(
                time=movie.created.time,
                source=movie.created_source or "quicktime",
                offset_min=movie.created.offset_min,
                precision=movie.created.precision,
                kind=CaptureKind.UTC if movie.created_is_utc else CaptureKind.WALL,
                moment=Moment.DIGITAL if movie.created_is_utc else Moment.SHUTTER,
            ),
        )
    return MediaRecord(
        duration_s=movie.duration_s,
        captures=times,
        position=_movie_position(movie),
        camera_make=movie.make,
        camera_model=movie.model,
        content_identifier=movie.content_identifier,
    )


def _movie_position(movie: Movie) -> GpsPosition | None:
    place = stated_place(*movie.place) if movie.place else None
    if place is None:
        return None
    return GpsPosition(
        latitude=place[0],
        longitude=place[1],
        altitude_m=stated_altitude(movie.altitude_m),
        source="quicktime:location",
    )


def _side(pixels: int | None) -> int | None:
    return pixels if pixels is not None and 0 < pixels <= _MAX_SIDE else None
