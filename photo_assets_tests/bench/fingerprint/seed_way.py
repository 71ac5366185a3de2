"""The seed's way: the script this project began from, as its own documents give it.

`compute_image_fingerprint` reads 8 KiB at a time; `compute_perceptual_hash` is the average hash of
a freshly opened file; EXIF is read by Pillow from another; `generate_thumbnails` opens the file for
each size, because `Image.thumbnail` shrinks in place and one image for all three sizes, as first
written, gives the smallest three times. Every step opens and decodes for itself.

That script makes less: one digest, one hash that cannot tell flat pictures apart, thumbnails lying
on their side. `do_the_same_its_way` makes what a fingerprint owes in the same manner: every step
opens the file, decodes it and turns it for itself.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import imagehash
from PIL import Image, ImageOps

from photo_assets.thumbnails.tree import ThumbnailSize

_SIZES = {"tiny": (150, 150), "small": (500, 500), "medium": (1920, 1080)}
_CHUNK = 8192
_EXIF_IFD = 0x8769


def go_the_seeds_way(photos: Iterable[Path], thumbnails: Path) -> None:
    """Fingerprint every photo as the script would, its thumbnails below `thumbnails`."""
    for path in photos:
        sha256 = _compute_image_fingerprint(path)
        _compute_perceptual_hash(path)
        _exif(path)
        _generate_thumbnails(path, sha256, thumbnails)


def do_the_same_its_way(photos: Iterable[Path], thumbnails: Path) -> None:
    """Make three digests, EXIF, both hashes and upright thumbnails of every photo, step by step."""
    for path in photos:
        sha256 = _compute_image_fingerprint(path)
        for name in ("md5", "sha1"):
            _digest(path, name)
        _exif(path)
        imagehash.phash(_upright(path))
        imagehash.dhash(_upright(path))
        for size in ThumbnailSize:
            picture = _upright(path)
            scale = min(1.0, size.long_edge / max(picture.size))
            width, height = (max(1, round(side * scale)) for side in picture.size)
            thumb_path = thumbnails / size.value / sha256[:2] / f"{sha256}.jpg"
            thumb_path.parent.mkdir(parents=True, exist_ok=True)
            resized = picture.resize((width, height), Image.Resampling.LANCZOS)
            resized.convert("RGB").save(thumb_path, quality=85, optimize=True)


def _upright(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image)


def _digest(file_path: Path, name: str) -> str:
    digest = hashlib.new(name, usedforsecurity=False)
    with open(file_path, "rb") as f:
        while chunk := f.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _compute_image_fingerprint(file_path: Path) -> str:
    sha256 = hashlib.sha256()
    with open(file_path, "rb") as f:
        while chunk := f.read(_CHUNK):
            sha256.update(chunk)
    return sha256.hexdigest()


def _compute_perceptual_hash(file_path: Path) -> str:
    with Image.open(file_path) as img:
        return str(imagehash.average_hash(img))


def _exif(file_path: Path) -> dict[int, object]:
    with Image.open(file_path) as img:
        exif = img.getexif()
        return {**exif, **exif.get_ifd(_EXIF_IFD)}


def _generate_thumbnails(original_path: Path, sha256: str, root: Path) -> None:
    for size_name, size in _SIZES.items():
        with Image.open(original_path) as img:
            img.thumbnail(size, Image.Resampling.LANCZOS)
            thumb_path = root / size_name / sha256[:2] / f"{sha256}.jpg"
            thumb_path.parent.mkdir(parents=True, exist_ok=True)
            img.save(thumb_path, quality=85, optimize=True)
