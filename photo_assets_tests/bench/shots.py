"""The pictures of a synthetic collection: when, where, what keywords, and a small real JPEG.

Everything follows from catalog and number. Catalogs of as many files that share a picture hold the
same bytes; Lightroom's has fewer files than rows (virtual copies), so that its copy of a shared
picture has the same image data and another capture time: joined by that data, and a conflict.
"""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from PIL import Image

from photo_assets.sample.formats.exif import Exposure, exif_block

FIRST = datetime(1995, 1, 1, 9, 0, 0)
SPAN = timedelta(days=365.25 * 30)
SHARED_EVERY = 5
"""Every fifth picture of a catalog is in the other three as well: 20 % of the items."""

_SIZE = (64, 48)
_SUBJECTS = 400
_CAMERAS = (("Canon", "Canon EOS 5D"), ("NIKON CORPORATION", "NIKON D800"), ("Apple", "iPhone 13"))
_WORDS = "harbour ridge market attic orchard ferry glacier carnival bridge loom terrace delta"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture. `key` is equal wherever the picture is the same."""

    key: str
    number: int
    taken: datetime
    place: tuple[float, float]
    keywords: tuple[tuple[str, ...], ...]
    rating: int
    caption: str
    camera: tuple[str, str]

    @property
    def name(self) -> str:
        """Its file name, unique in its catalog."""
        return f"IMG_{self.number:07d}.jpg"

    def jpeg(self) -> bytes:
        """Return its file, about 1.2 KB: noise of its own and EXIF of its own."""
        noise = random.Random(self.key).randbytes(16 * 12)
        picture = Image.frombytes("L", (16, 12), noise).resize(_SIZE, Image.Resampling.BILINEAR)
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=50, exif=b"Exif\0\0" + exif_block(self.exposure()))
        return stream.getvalue()

    def exposure(self) -> Exposure:
        """Return what its EXIF says."""
        return Exposure(
            make=self.camera[0],
            model=self.camera[1],
            lens="50mm f/1.8",
            serial="0042",
            f_number=2.8,
            exposure_s=0.01,
            iso=200,
            focal_mm=50.0,
            taken=self.taken,
            place=self.place,
            size=_SIZE,
        )


def shot(catalog: str, number: int, count: int) -> Shot:
    """Return the picture with this number (from 0) in a catalog of `count` pictures."""
    key = f"shared-{number}" if number % SHARED_EVERY == 0 else f"{catalog}-{number}"
    chance = random.Random(f"about {key}")
    words = _WORDS.split()
    subjects = {chance.randrange(_SUBJECTS) for _ in range(chance.randrange(1, 7))}
    return Shot(
        key=key,
        number=number,
        taken=FIRST + timedelta(seconds=int(SPAN.total_seconds() * number / count)),
        place=(round(chance.uniform(-60, 70), 5), round(chance.uniform(-180, 180), 5)),
        keywords=tuple(
            ("Subjects", words[s % 12], f"{words[s % 7]} {s}") for s in sorted(subjects)
        ),
        rating=chance.randrange(6),
        caption=" ".join(chance.choices(words, k=chance.randrange(12))),
        camera=chance.choice(_CAMERAS),
    )


def shots(catalog: str, count: int) -> Iterator[Shot]:
    """Yield the pictures of a catalog of `count` pictures."""
    return (shot(catalog, number, count) for number in range(count))
