"""Files that belong together whatever their names, and files of one name that do not."""

from dataclasses import replace
from datetime import datetime, timedelta

from photo_assets.model.vocabulary import LinkKind
from photo_assets.sample.formats.exif import Exposure, exif_block
from photo_assets.sample.formats.heic import can_write_heic, heic
from photo_assets.sample.formats.jpeg import jpeg, with_metadata
from photo_assets.sample.formats.png import png
from photo_assets.sample.ids import Ids
from photo_assets.sample.picture_files import QUALITY, warmer
from photo_assets.sample.specimens.specimen import Painter, Specimen, exposure
from photo_assets.sample.specimens.times import clip

_CEST = timedelta(hours=2)


def pairs(painter: Painter, ids: Ids) -> tuple[Specimen, ...]:
    """Return the files; pairs state their relation."""
    return (
        *_live_photo(painter, ids),
        *_equal_name_years_apart(painter),
        *_logos(painter),
        *_edited_still(painter, 25, "IMG_4179", "_edited.jpeg"),
        *_edited_still(painter, 26, "IMG_4180", " (edited).jpg"),
        *_edited_movie(painter),
        *(_edited_on_the_phone(painter) if can_write_heic() else ()),
    )


def _live_photo(painter: Painter, ids: Ids) -> tuple[Specimen, ...]:
    """Still and movie as in a library of Apple Photos: one identifier, two names."""
    taken, identifier = datetime(2022, 5, 1, 15, 20), ids.uuid("live", "specimen")
    picture, stem = painter.picture("fern", 20), f"From Jonas/{ids.uuid('apple photos')}"
    stated = replace(_iphone(taken, 120), content_identifier=identifier)
    return (
        Specimen(
            path=f"{stem}.jpeg",
            picture="apple-photos jpeg",
            content=with_metadata(jpeg(picture, QUALITY), exif_block(stated)),
            written=taken - _CEST,
        ),
        Specimen(
            path=f"{stem}_3.mov",
            picture="apple-photos movie",
            content=clip(picture, taken - _CEST, content_identifier=identifier),
            written=taken - _CEST,
            relates=(LinkKind.LIVE_VIDEO_OF, "apple-photos"),
        ),
    )


def _equal_name_years_apart(painter: Painter) -> tuple[Specimen, ...]:
    """A camera's counter restarted: two pictures with only the name in common."""
    taken, filmed = datetime(2019, 8, 4, 11, 0), datetime(2023, 4, 16, 9, 0)
    stated = exposure("Canon", "Canon PowerShot G7 X", taken)
    return (
        Specimen(
            path="From Astrid/IMG_0042.JPG",
            picture="counter-2019 jpeg",
            content=with_metadata(painter.jpeg("portrait", 21), exif_block(stated)),
            written=taken,
        ),
        Specimen(
            path="From Astrid/IMG_0042.MOV",
            picture="counter-2023 movie",
            content=clip(painter.picture("sea", 22), filmed),
            written=filmed,
        ),
    )


def _logos(painter: Painter) -> tuple[Specimen, ...]:
    """A still and a movie with the same name without a shot number, and without times."""
    picture, written = painter.picture("bokeh", 23).resize((160, 160)), datetime(2020, 9, 28, 9, 0)
    undated = {"capture_time": None}
    return (
        Specimen(
            path="Website/logo.png",
            picture="logo png",
            content=png(picture),
            written=written,
            states=undated,
        ),
        Specimen(
            path="Website/logo.mp4",
            picture="logo-film movie",
            content=clip(picture, None, brand=b"mp42"),
            written=written,
            states=undated,
        ),
    )


def _edited_still(painter: Painter, number: int, stem: str, ending: str) -> tuple[Specimen, ...]:
    """A picture and its edited version, named as by programs that export from Photos."""
    key = stem.lower().replace("_", "-")
    stated = exif_block(_iphone(datetime(2024, 7, 14, 19, number), 120))
    picture = painter.picture("mountains", number)
    return _versions(
        Specimen(
            path=f"From Elif/{stem}.JPG",
            picture=f"{key} jpeg",
            content=with_metadata(jpeg(picture, QUALITY), stated),
            written=datetime(2024, 7, 14, 17, number),
        ),
        f"From Elif/{stem}{ending}",
        with_metadata(jpeg(warmer(picture), QUALITY), stated),
    )


def _edited_movie(painter: Painter) -> tuple[Specimen, ...]:
    filmed, picture = datetime(2024, 7, 14, 17, 40), painter.picture("aurora", 27)
    return _versions(
        Specimen(
            path="From Elif/IMG_4181.MP4",
            picture="img-4181 movie",
            content=clip(picture, filmed, brand=b"mp42"),
            written=filmed,
        ),
        "From Elif/IMG_4181-edited.MP4",
        clip(warmer(picture), filmed, brand=b"mp42"),
    )


def _edited_on_the_phone(painter: Painter) -> tuple[Specimen, ...]:
    """An edited picture in icloudpd: the HEIC, and beside it the edit as JPEG."""
    taken, picture = datetime(2024, 2, 24, 10, 5), painter.picture("stairs", 28)
    stated = exif_block(_iphone(taken, 0))
    return _versions(
        Specimen(
            path="iCloud/IMG_7001.HEIC",
            picture="icloud heic",
            content=heic(picture, stated),
            written=taken,
        ),
        "iCloud/IMG_7001.JPG",
        with_metadata(jpeg(warmer(picture), QUALITY), stated),
    )


def _iphone(taken: datetime, offset_min: int) -> Exposure:
    return replace(exposure("Apple", "iPhone 11", taken), offset_min=offset_min)


def _versions(original: Specimen, path: str, edited: bytes) -> tuple[Specimen, ...]:
    """Return a picture and its edited version."""
    version = Specimen(
        path=path,
        picture=f"{original.key} edited",
        content=edited,
        written=original.written + timedelta(days=1),
        relates=(LinkKind.EDIT_OF, original.key),
    )
    return original, version
