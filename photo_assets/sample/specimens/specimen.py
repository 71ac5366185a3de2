"""The definition of a specimen, and the small pictures of specimens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from PIL import Image

from photo_assets.sample.formats.exif import Exposure
from photo_assets.sample.formats.jpeg import jpeg
from photo_assets.sample.picture_files import QUALITY
from photo_assets.sample.scenes import paint

_SIZE = (480, 320)
_FIRST_SEED = 300  # of a thousand per story; its shots and scans use the ones below


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """One file on the NAS, with its sidecar and its expected values.

    `states` are fields of `model.item.Item`; keywords are paths. `relates` is the kind of a
    relation and the key of the related picture. `damage` is as in `Entry`.
    """

    path: str
    picture: str  # its key and version, as in `Entry`
    content: bytes
    written: datetime  # the file's modification time, UTC
    states: Mapping[str, object] = field(default_factory=dict)
    sidecar: bytes | None = None
    relates: tuple[str, str] | None = None
    damage: str | None = None

    @property
    def key(self) -> str:
        """Its name in the manifest."""
        return self.picture.partition(" ")[0]

    @property
    def file_name(self) -> str:
        """Return the last component of its path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Painter:
    """Paints small pictures; the same scene and number give the same one."""

    seed: int

    def picture(self, scene: str, number: int) -> Image.Image:
        """Return a picture. `number` is 0..99, a different one for each specimen."""
        return paint(scene, self.seed * 1000 + _FIRST_SEED + number, *_SIZE)

    def jpeg(self, scene: str, number: int) -> bytes:
        """Return a picture as JPEG without metadata."""
        return jpeg(self.picture(scene, number), QUALITY)


def exposure(make: str, model: str, taken: datetime) -> Exposure:
    """Return the EXIF values of a small picture. `taken` is the camera's time."""
    return Exposure(
        make=make,
        model=model,
        lens=f"{model} lens",
        serial=None,
        f_number=2.8,
        exposure_s=1 / 200,
        iso=100,
        focal_mm=6.0,
        taken=taken,
        size=_SIZE,
    )
