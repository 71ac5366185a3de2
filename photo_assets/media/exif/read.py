"""Converting the EXIF directories and container values of a file to records.

Its other blocks (IPTC, XMP) are read by `media.read`, which reconciles all blocks.
"""

from photo_assets.media.exif import fields
from photo_assets.media.exif.parts import Movie, Parts, StatedTime
from photo_assets.media.exif.times import captures
from photo_assets.media.record import CaptureTime, GpsPosition, MediaRecord, Moment
from photo_assets.model.item import Keyword
from photo_assets.model.plausible import stated_altitude, stated_place, stated_text
from photo_assets.model.vocabulary import CaptureKind

_MAX_SIDE = 2**31 - 1
# Field -> its names in the texts of containers, in lowercase.
_TEXT_FIELDS = {
    "title": {"title", "inam"},
    "description": {"description", "comment", "icmt"},
    "author": {"author", "iart"},
    "copyright": {"copyright", "icop"},
    "keywords": {"keywords", "ikey"},
}


def exif_record(parts: Parts) -> MediaRecord:
    """Return the values of the EXIF directories, with the picture's size and orientation."""
    found = parts.directories
    return MediaRecord(
        width=_side(parts.width),
        height=_side(parts.height),
        orientation=exif_orientation(parts),
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


def exif_orientation(parts: Parts) -> int | None:
    """Return the container's orientation, otherwise EXIF's."""
    return parts.orientation or fields.orientation(parts.directories.main)


def container_record(parts: Parts) -> MediaRecord:
    """Return the container's own values, such as those of a movie's boxes or PNG texts.

    A wall clock is the time of the recording; an instant in UTC is the time when a program wrote
    the file.
    """
    movie, camera = parts.movie or Movie(), parts.camera
    texts = {name: _text(parts, name) for name in _TEXT_FIELDS}
    words = dict.fromkeys(word.strip() for word in (texts["keywords"] or "").split(","))
    return MediaRecord(
        duration_s=movie.duration_s,
        captures=tuple(_stated(time) for time in parts.times),
        position=_movie_position(movie),
        title=stated_text(texts["title"]),
        caption=stated_text(texts["description"]),
        creator=texts["author"],
        copyright=texts["copyright"],
        keywords=tuple(Keyword(path=(word,)) for word in words if word),
        camera_make=movie.make or camera.make,
        camera_model=movie.model or camera.model,
        camera_serial=camera.serial,
        aperture=camera.aperture,
        exposure_time_s=camera.exposure_time_s,
        iso=camera.iso,
        focal_length_mm=camera.focal_length_mm,
        content_identifier=movie.content_identifier,
        problems=(*parts.problems, *((parts.not_read,) if parts.not_read else ())),
    )


def user_comment_record(parts: Parts) -> MediaRecord:
    """Return EXIF's UserComment as a caption: the last resort, and only for files of a camera."""
    named = fields.make(parts.directories) or fields.model(parts.directories)
    texts = (text.value for text in parts.texts if text.origin == "exif:UserComment")
    return MediaRecord(caption=stated_text(next(texts, None)) if named else None)


def _text(parts: Parts, field: str) -> str | None:
    for text in parts.texts:
        if text.origin.rpartition(":")[2].lower() in _TEXT_FIELDS[field]:
            return text.value
    return None


def _stated(time: StatedTime) -> CaptureTime:
    return CaptureTime(
        time=time.time.time,
        source=time.source,
        offset_min=time.time.offset_min,
        precision=time.time.precision,
        kind=time.kind,
        moment=Moment.DIGITAL if time.kind is CaptureKind.UTC else Moment.SHUTTER,
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
