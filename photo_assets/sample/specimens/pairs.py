"""Files that belong together whatever they are called, and files of one name that do not."""

from dataclasses import replace
from datetime import datetime, timedelta

from photo_assets.model.vocabulary import LinkKind
from photo_assets.sample.darkroom import QUALITY, warmer
from photo_assets.sample.formats.exif import Exposure, exif_block
from photo_assets.sample.formats.heic import can_write_heic, heic
from photo_assets.sample.formats.jpeg import jpeg, with_metadata
from photo_assets.sample.formats.png import png
from photo_assets.sample.ids import Ids
from photo_assets.sample.specimens.specimen import Easel, Specimen, exposure
from photo_assets.sample.specimens.times import clip

_CEST = timedelta(hours=2)


def pairs(easel: Easel, ids: Ids) -> tuple[Specimen, ...]:
    """Return the files; those that are pairs name the relation."""
    return (
        *_live_photo(easel, ids),
        *_equal_name_years_apart(easel),
        *_logos(easel),
        *_edited_still(easel, 25, "IMG_4179", "_edited.jpeg"),
        *_edited_still(easel, 26, "IMG_4180", " (edited).jpg"),
        *_edited_movie(easel),
        *(_edited_on_the_phone(easel) if can_write_heic() else ()),
    )


def _live_photo(easel: Easel, ids: Ids) -> tuple[Specimen, ...]:
    """Still and movie as they lie in a library of Apple Photos: one identifier, two names."""
    taken, identifier = datetime(2022, 5, 1, 15, 20), ids.uuid("live", "specimen")
    picture, stem = easel.picture("fern", 20), f"From Jonas/{ids.uuid('apple photos')}"
    said = replace(_iphone(taken, 120), content_identifier=identifier)
    return (
        Specimen(
            path=f"{stem}.jpeg",
            picture="apple-photos jpeg",
            content=with_metadata(jpeg(picture, QUALITY), exif_block(said)),
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


def _equal_name_years_apart(easel: Easel) -> tuple[Specimen, ...]:
    """A camera's counter restarted: two pictures of one name and nothing else in common."""
    taken, filmed = datetime(2019, 8, 4, 11, 0), datetime(2023, 4, 16, 9, 0)
    said = exposure("Canon", "Canon PowerShot G7 X", taken)
    return (
        Specimen(
            path="From Astrid/IMG_0042.JPG",
            picture="counter-2019 jpeg",
            content=with_metadata(easel.jpeg("portrait", 21), exif_block(said)),
            written=taken,
        ),
        Specimen(
            path="From Astrid/IMG_0042.MOV",
            picture="counter-2023 movie",
            content=clip(easel.picture("sea", 22), filmed),
            written=filmed,
        ),
    )


def _logos(easel: Easel) -> tuple[Specimen, ...]:
    """A still and a movie of one name that counts no shots, and no time in either."""
    picture, written = easel.picture("bokeh", 23).resize((160, 160)), datetime(2020, 9, 28, 9, 0)
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


def _edited_still(easel: Easel, number: int, stem: str, ending: str) -> tuple[Specimen, ...]:
    """A picture and its edited version, called as programs that export from Photos do."""
    key = stem.lower().replace("_", "-")
    said = exif_block(_iphone(datetime(2024, 7, 14, 19, number), 120))
    picture = easel.picture("mountains", number)
    return _versions(
        Specimen(
            path=f"From Elif/{stem}.JPG",
            picture=f"{key} jpeg",
            content=with_metadata(jpeg(picture, QUALITY), said),
            written=datetime(2024, 7, 14, 17, number),
        ),
        f"From Elif/{stem}{ending}",
        with_metadata(jpeg(warmer(picture), QUALITY), said),
    )


def _edited_movie(easel: Easel) -> tuple[Specimen, ...]:
    filmed, picture = datetime(2024, 7, 14, 17, 40), easel.picture("aurora", 27)
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


def _edited_on_the_phone(easel: Easel) -> tuple[Specimen, ...]:
    """What icloudpd writes of an edited picture: the HEIC, and beside it the edit as JPEG."""
    taken, picture = datetime(2024, 2, 24, 10, 5), easel.picture("stairs", 28)
    said = exif_block(_iphone(taken, 0))
    return _versions(
        Specimen(
            path="iCloud/IMG_7001.HEIC",
            picture="icloud heic",
            content=heic(picture, said),
            written=taken,
        ),
        "iCloud/IMG_7001.JPG",
        with_metadata(jpeg(warmer(picture), QUALITY), said),
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
