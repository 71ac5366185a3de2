"""Generating the files of a shot: original, with rewritten tags, smaller, and others.

Renders each picture once and caches the JPEG bytes during one run.
"""

import dataclasses
import io
from datetime import UTC

import numpy as np
from PIL import Image, ImageOps

from photo_assets.sample import plan
from photo_assets.sample.formats.dng import dng
from photo_assets.sample.formats.exif import exif_block
from photo_assets.sample.formats.heic import can_write_heic, heic
from photo_assets.sample.formats.jpeg import jpeg, with_metadata
from photo_assets.sample.formats.mov import mov
from photo_assets.sample.formats.xmp import Packet, xmp
from photo_assets.sample.scenes import paint
from photo_assets.sample.shots import Shot
from photo_assets.sample.story import PHOTOGRAPHER

# The operations from the upright picture to the stored one, by EXIF orientation (EXIF tag 0x0112).
_STORE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
QUALITY = 86
EXTENSIONS = {"jpeg": "JPG", "heic": "HEIC"}
"""What the files are called that `taken` returns."""
RAW_SIZE = (960, 640)
"""Width and height of the sample's RAW files: small, because their pixels are not compressed."""


class PictureFiles:
    """Generates files of shots; the same shot gives the same bytes."""

    def __init__(self) -> None:
        self._encoded: dict[str, bytes] = {}
        self._heif: dict[str, bytes] = {}
        self._painted: tuple[str, Image.Image] | None = None

    def picture(self, shot: Shot) -> Image.Image:
        """Return the upright picture. The last one is cached: a movie follows its still."""
        if self._painted is None or self._painted[0] != shot.key:
            self._painted = (shot.key, paint(shot.scene, shot.seed, *shot.size))
        return self._painted[1]

    def bare(self, shot: Shot) -> bytes:
        """Return its JPEG without metadata, in the stored orientation."""
        if shot.key not in self._encoded:
            picture = self.picture(shot)
            if shot.orientation in _STORE:
                picture = picture.transpose(_STORE[shot.orientation])
            self._encoded[shot.key] = jpeg(picture, QUALITY)
        return self._encoded[shot.key]

    def original(self, shot: Shot) -> bytes:
        """Return the JPEG of the camera."""
        return with_metadata(self.bare(shot), exif_block(shot.exposure))

    def taken(self, shot: Shot, content_identifier: str | None = None) -> tuple[str, bytes]:
        """Return the form ("jpeg", "heic") and bytes as the phone or camera wrote them.

        `content_identifier` is that of a live photo.
        """
        if shot.key in plan.HEIC_SHOTS and can_write_heic():
            return "heic", self.heic(shot, content_identifier)
        if content_identifier is not None:
            return "jpeg", self.still(shot, content_identifier)
        return "jpeg", self.original(shot)

    def undated(self, shot: Shot) -> bytes:
        """Return the same JPEG without metadata."""
        return self.bare(shot)

    def retagged(self, shot: Shot, packet: Packet | None = None) -> bytes:
        """Return the JPEG with rewritten tags: other bytes, the same image data."""
        stated = dataclasses.replace(shot.exposure, artist=PHOTOGRAPHER, description=shot.caption)
        return with_metadata(self.bare(shot), exif_block(stated), xmp(packet or tags(shot)))

    def smaller(self, shot: Shot) -> bytes:
        """Return a re-encoded, smaller rendition ("Storage saver"): similar, but not equal."""
        with Image.open(io.BytesIO(self.bare(shot))) as picture:
            size = (picture.width * 3 // 4, picture.height * 3 // 4)
            small = picture.resize(size, Image.Resampling.LANCZOS)
        return with_metadata(jpeg(small, 72), exif_block(shot.exposure))

    def published(self, shot: Shot) -> bytes:
        """Return Lightroom's export for the web: upright, re-encoded, without place."""
        stated = dataclasses.replace(
            shot.exposure, orientation=1, place=None, size=shot.size, description=shot.caption
        )
        return with_metadata(jpeg(self._decoded(shot), 80), exif_block(stated))

    def forwarded(self, shot: Shot) -> bytes:
        """Return what a messenger makes of it: half as wide, without metadata."""
        picture = self._decoded(shot)
        return jpeg(picture.resize((picture.width // 2, picture.height // 2)), 65)

    def _decoded(self, shot: Shot) -> Image.Image:
        with Image.open(io.BytesIO(self.original(shot))) as picture:
            return ImageOps.exif_transpose(picture)

    def edited(self, shot: Shot) -> bytes:
        """Return a warmer, brighter version, like an edit saved by Google Photos."""
        with Image.open(io.BytesIO(self.bare(shot))) as picture:
            warm = warmer(picture)
        return with_metadata(jpeg(warm, QUALITY), exif_block(shot.exposure))

    def raw(self, shot: Shot) -> bytes:
        """Return the DNG that belongs to the JPEG."""
        stated = dataclasses.replace(shot.exposure, orientation=1)
        picture = self.picture(shot).resize(RAW_SIZE, Image.Resampling.LANCZOS)
        return dng(picture, dataclasses.replace(stated, size=RAW_SIZE))

    def heic(self, shot: Shot, content_identifier: str | None = None) -> bytes:
        """Return the picture as HEIC, upright, like those of an iPhone."""
        if shot.key not in self._heif:
            stated = dataclasses.replace(
                shot.exposure, orientation=1, size=shot.size, content_identifier=content_identifier
            )
            self._heif[shot.key] = heic(self.picture(shot), exif_block(stated))
        return self._heif[shot.key]

    def still(self, shot: Shot, content_identifier: str) -> bytes:
        """Return the JPEG part of a live photo."""
        stated = dataclasses.replace(shot.exposure, content_identifier=content_identifier)
        return with_metadata(self.bare(shot), exif_block(stated))

    def movie(self, shot: Shot, content_identifier: str | None = None) -> bytes:
        """Return a second of slow zoom into the picture, as a QuickTime movie."""
        frames, size = zoomed(self.picture(shot), 400, 10)
        created = shot.taken_utc.replace(tzinfo=UTC)
        return mov(frames, size, 10, created, content_identifier)


def tags(shot: Shot) -> Packet:
    """Return the tags that the photographer's program writes into files and sidecars of `shot`."""
    return Packet(
        rating=shot.rating,
        title=shot.title,
        caption=shot.caption,
        keywords=shot.keywords,
        city=shot.trip.place.name,
        country=shot.trip.place.country,
        creator=PHOTOGRAPHER,
        faces=shot.faces,
        size=shot.size,
    )


def warmer(picture: Image.Image) -> Image.Image:
    """Return a warmer, brighter version of a picture."""
    values = np.asarray(picture, np.float32) * np.asarray([1.12, 1.02, 0.86], np.float32)
    return Image.fromarray(np.clip(values + 6, 0, 255).astype(np.uint8))


def zoomed(picture: Image.Image, width: int, count: int) -> tuple[list[bytes], tuple[int, int]]:
    """Return `count` JPEG frames of a slow zoom into a picture, and their size."""
    size = (width, width * picture.height // picture.width // 2 * 2)
    frames = []
    for step in range(count):
        dx, dy = picture.width * step // 200, picture.height * step // 200
        view = picture.crop((dx, dy, picture.width - dx, picture.height - dy))
        frames.append(jpeg(view.resize(size), 70))
    return frames, size
