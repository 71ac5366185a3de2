"""Which catalog has which photo, as which file, and what the catalogs disagree on. No files.

Everything follows from the number of a photo. Its file names, in every catalog, contain that number
and nothing else in digits: what an item really shows is read from its name, which identity does not
look at.
"""

import dataclasses
import io
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from PIL import Image

from photo_assets.sample.formats.exif import Exposure, exif_block
from photo_assets_tests.bench.shots import Shot, shot

_SIZE = (64, 48)
_DENSITY = 18_000  # photos in the thirty years of `shots`: 50 a month
_BURST_EVERY = 10  # such a photo looks nearly like the one before it, and is of the same second


class Form(StrEnum):
    """The file of a copy. Equal forms of a photo are equal bytes."""

    CAMERA = "camera"
    RETAGGED = "retagged"  # the same image data
    REENCODED = "reencoded"
    FORWARDED = "forwarded"  # re-encoded, smaller, without metadata


@dataclass(frozen=True, slots=True)
class Copy(Shot):
    """A photo in one catalog, with what that catalog states of it.

    `known` False: nothing tells what the bytes are. The file is gone (Lightroom), or the service
    states no checksum. `published`: Lightroom made it, under this id. `tagged`: Flickr's machine tag
    states a checksum. `hours_off`: the catalog's time is later than the file's.
    """

    photo: int = 0
    form: Form = Form.CAMERA
    known: bool = True
    renamed: bool = False
    published: str | None = None
    tagged: bool = False
    hours_off: int = 0

    @property
    def name(self) -> str:
        """Its file name in the catalog."""
        return f"{'copy_of_' if self.renamed else 'IMG_'}{self.photo:07d}.jpg"

    def exposure(self) -> Exposure:
        """Return what its EXIF says, where it has any."""
        stated = Shot.exposure(self)  # super() knows no class with slots
        return dataclasses.replace(stated, taken=self.taken - timedelta(hours=self.hours_off))

    def jpeg(self) -> bytes:
        """Return its file, about 1 KB; of forms that are re-encoded, of other pixels."""
        picture = _picture(self.photo)
        quality, size = 50, _SIZE
        if self.form is Form.REENCODED:
            quality = 30
        elif self.form is Form.FORWARDED:
            quality, size = 30, (_SIZE[0] // 2, _SIZE[1] // 2)
        stated = self.exposure()
        if self.form is Form.RETAGGED:
            stated = dataclasses.replace(stated, artist="Mara Holm")
        exif = b"" if self.form is Form.FORWARDED else b"Exif\0\0" + exif_block(stated)
        stream = io.BytesIO()
        picture.resize(size, Image.Resampling.BILINEAR).save(
            stream, "JPEG", quality=quality, exif=exif
        )
        return stream.getvalue()


def photo_of(name: str) -> int:
    """Return the number of the photo that a file of this name shows."""
    (number,) = re.findall(r"\d{7}", name)
    return int(number)


def copies(photos: int) -> Iterator[tuple[str, Copy]]:
    """Yield every copy of `photos` photos, with the source that has it."""
    for number in range(photos):
        yield from _of_photo(number)


def _picture(number: int) -> Image.Image:
    """Return its pixels, before they are resized: noise, or that of the burst's first photo."""
    is_second = number % _BURST_EVERY == 1
    noise = bytearray(random.Random(f"noise {number - is_second}").randbytes(16 * 12))
    if is_second:
        noise[:3] = bytes(255 - value for value in noise[:3])
    return Image.frombytes("L", (16, 12), bytes(noise))


def _of_photo(number: int) -> Iterator[tuple[str, Copy]]:
    chance = random.Random(f"copies {number}")
    made = shot("all", number - (number % _BURST_EVERY == 1), _DENSITY)
    values = {field.name: getattr(made, field.name) for field in dataclasses.fields(Shot)}
    original = Copy(**values | {"key": f"all-{number}", "number": number}, photo=number)
    found: dict[str, Copy] = {}
    for source, share, forms in _SOURCES:
        if chance.random() < share:
            form = chance.choices(list(forms), list(forms.values()))[0]
            found[source] = _stated(dataclasses.replace(original, form=form), source, chance)
    if "lightroom" in found and "flickr" in found and chance.random() < 0.5:
        remote = str(60_000_000_000 + number)
        found["lightroom"] = dataclasses.replace(found["lightroom"], published=remote)
        found["flickr"] = dataclasses.replace(
            found["flickr"], published=remote, form=Form.REENCODED, tagged=False
        )
    yield from (found or {"folders": original}).items()


_Forms = dict[Form, int]
_SOURCES: tuple[tuple[str, float, _Forms], ...] = (
    ("lightroom", 0.45, {Form.CAMERA: 1}),
    ("eagle", 0.15, {Form.CAMERA: 7, Form.RETAGGED: 3}),
    ("folders", 0.4, {Form.CAMERA: 7, Form.RETAGGED: 2, Form.REENCODED: 1}),
    ("google_takeout", 0.3, {Form.CAMERA: 6, Form.REENCODED: 4}),
    ("google_drive", 0.3, {Form.CAMERA: 7, Form.RETAGGED: 2, Form.FORWARDED: 1}),
    ("flickr", 0.2, {Form.CAMERA: 1}),
    ("smugmug", 0.25, {Form.CAMERA: 7, Form.RETAGGED: 2, Form.REENCODED: 1}),
    ("immich", 0.35, {Form.CAMERA: 7, Form.RETAGGED: 2, Form.REENCODED: 1}),
    ("google_photos", 0.1, {Form.CAMERA: 1}),
)
"""Source, the share of the photos that it has, and the weights of their forms."""


def _stated(copy: Copy, source: str, chance: random.Random) -> Copy:
    """Return the copy with what this catalog lacks, and what it states otherwise."""
    changed: dict[str, object] = {}
    if chance.random() < 0.1:
        changed["rating"] = chance.randrange(6)
    if chance.random() < 0.1:
        changed["caption"] = f"another caption from {source}"
    if source == "google_takeout" and chance.random() < 0.1:
        changed |= {"taken": copy.taken + timedelta(hours=1), "hours_off": 1}
    if source == "google_photos":
        changed["known"] = False
    elif source == "flickr":
        changed |= {"known": False, "tagged": chance.random() < 0.2}
    elif source in ("lightroom", "google_drive", "smugmug", "immich"):
        changed["known"] = chance.random() >= 0.1
    changed["renamed"] = source in ("folders", "google_drive") and chance.random() < 0.1
    return dataclasses.replace(copy, **changed)  # type: ignore[arg-type]
