"""Times and EXIF blocks in less common places: file names, texts, movies, PNG and HEIC."""

from dataclasses import replace
from datetime import UTC, datetime

from PIL import Image

from photo_assets.model.vocabulary import CaptureKind, Precision
from photo_assets.sample import plan
from photo_assets.sample.formats.exif import exif_block
from photo_assets.sample.formats.heic import can_write_heic, heic, with_exif_as_segment
from photo_assets.sample.formats.jpeg import with_metadata
from photo_assets.sample.formats.mov import mov
from photo_assets.sample.formats.png import png, with_raw_profile, with_text
from photo_assets.sample.picture_files import zoomed
from photo_assets.sample.specimens.specimen import Painter, Specimen, exposure


def dated_files(painter: Painter) -> tuple[Specimen, ...]:
    """Return the files, by location of their time."""
    return (
        _date_in_the_name(painter),
        _offset_in_the_text(painter),
        _movie_in_utc(painter),
        _movie_with_a_day(painter),
        _png_text(painter),
        _png_with_raw_profile(painter),
        *((_heic_with_segment(painter),) if can_write_heic() else ()),
    )


def clip(
    picture: Image.Image,
    created: datetime | None,
    *,
    content_identifier: str | None = None,
    brand: bytes = b"qt  ",
    day: str | None = None,
) -> bytes:
    """Return a movie of half a second. `created` is its header's time, UTC."""
    frames, size = zoomed(picture, 240, 5)
    instant = None if created is None else created.replace(tzinfo=UTC)
    return mov(frames, size, 10, instant, content_identifier, brand=brand, day=day)


def _date_in_the_name(painter: Painter) -> Specimen:
    """A messenger removes all metadata; only the day of sending remains, in the name."""
    return Specimen(
        path="WhatsApp Images/IMG-20220820-WA0007.jpg",
        picture="whatsapp jpeg",
        content=painter.jpeg("couple", 10),
        written=datetime(2022, 8, 22, 7, 0),
        states={
            "capture_time": datetime(2022, 8, 20),
            "capture_kind": CaptureKind.NAME,
            "capture_precision": Precision.DAY,
            "capture_source": "name",
        },
    )


def _offset_in_the_text(painter: Painter) -> Specimen:
    taken = datetime(2024, 7, 14, 18, 31, 30)
    stated = replace(exposure("Xiaomi", "2201117TG", taken), text_after_time="+02:00")
    return Specimen(
        path="From Elif/IMG_20240714_183130.jpg",
        picture="offset jpeg",
        content=with_metadata(painter.jpeg("pond", 11), exif_block(stated)),
        written=datetime(2024, 7, 14, 16, 31, 30),
        states={
            "capture_time": taken,
            "capture_offset_min": 120,
            "capture_source": "exif:DateTimeOriginal",
        },
    )


def _movie_in_utc(painter: Painter) -> Specimen:
    """02:30 on July 1 where it was taken, but still June in the header (UTC)."""
    created = datetime(2021, 6, 30, 23, 30)
    return Specimen(
        path="Films/VID_0042.MP4",
        picture=f"{plan.UTC_MOVIE} movie",
        content=clip(painter.picture("bokeh", 12), created, brand=b"mp42"),
        written=created,
        states={
            "capture_time": created,
            "capture_offset_min": None,
            "capture_kind": CaptureKind.UTC,
            "capture_source": "quicktime:mvhd",
        },
    )


def _movie_with_a_day(painter: Painter) -> Specimen:
    """A movie that was re-encoded years later; iTunes' list has the capture day."""
    content = clip(
        painter.picture("skyline", 13),
        datetime(2022, 5, 2, 19, 0),
        brand=b"M4V ",
        day="2018-10-20T15:21:07-0400",
    )
    return Specimen(
        path="Films/Staten Island Ferry.m4v",
        picture="ferry movie",
        content=content,
        written=datetime(2022, 5, 2, 19, 0),
        states={
            "capture_time": datetime(2018, 10, 20, 15, 21, 7),
            "capture_offset_min": -240,
            "capture_kind": CaptureKind.WALL,
            "capture_source": "quicktime:day",
        },
    )


def _png_text(painter: Painter) -> Specimen:
    bare = png(painter.picture("stairs", 14).resize((240, 160)))
    return Specimen(
        path="Scans/Brief an Mara.png",
        picture="letter png",
        content=with_text(bare, "Creation Time", "Sun, 12 Apr 2020 11:05:00 +0200"),
        written=datetime(2020, 4, 13, 8, 0),
        states={
            "capture_time": datetime(2020, 4, 12, 11, 5),
            "capture_offset_min": 120,
            "capture_source": "png:Creation Time",
        },
    )


def _png_with_raw_profile(painter: Painter) -> Specimen:
    """An export of a program from before 2018: its EXIF is a text of hexadecimal digits."""
    taken = datetime(2021, 6, 18, 5, 50)
    stated = exposure("NIKON CORPORATION", "NIKON D3300", taken)
    bare = png(painter.picture("balloons", 15).resize((240, 160)))
    return Specimen(
        path="From Elif/Kapadokya.png",
        picture="export png",
        content=with_raw_profile(bare, exif_block(stated)),
        written=datetime(2021, 6, 20, 8, 0),
        states={
            "capture_time": taken,
            "capture_source": "exif:DateTimeOriginal",
            "camera_model": stated.model,
        },
    )


def _heic_with_segment(painter: Painter) -> Specimen:
    """A phone's HEIC with an EXIF item in the form of a JPEG segment."""
    taken = datetime(2022, 5, 1, 13, 14, 15)
    place = (52.2712, 4.5467)
    camera = exposure("samsung", "SM-G991B", taken)
    stated = exif_block(replace(camera, offset_min=120, place=place))
    return Specimen(
        path="From Astrid/20220501_131415.heic",
        picture="segment heic",
        content=with_exif_as_segment(heic(painter.picture("lavender", 16), stated), stated),
        written=datetime(2022, 5, 1, 11, 14, 15),
        states={
            "capture_time": taken,
            "capture_offset_min": 120,
            "capture_source": "exif:DateTimeOriginal",
            "camera_make": "samsung",
            "gps_latitude": place[0],
            "gps_longitude": place[1],
        },
    )
