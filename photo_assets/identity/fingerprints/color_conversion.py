"""Converting the colors of any file to eight-bit sRGB, which every screen shows."""

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

from photo_assets.identity.fingerprints.rgb_spaces import RgbSpace, shown_in_srgb
from photo_assets.identity.fingerprints.samples import eight_bits

_PERCEPTUAL = ImageCms.Intent.PERCEPTUAL
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_PROBE = Image.fromarray(
    np.stack(np.meshgrid(*[np.arange(0, 256, 51, dtype=np.uint8)] * 3), axis=-1).reshape(6, 36, 3)
)
_WITH_ALPHA = frozenset({"RGBA", "LA", "PA", "La", "RGBa"})
_PROFILED = frozenset({"L", "RGB", "CMYK"})


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return `image` in mode RGB and sRGB; transparent pixels are shown on white.

    A profile that is damaged, or of another kind of picture, is ignored.
    """
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        image = _on_white(image.convert("RGBA"))
    elif image.mode not in _PROFILED:
        image = _eight_bits(image)
    transform = _transform(profile, image.mode) if profile else None
    if transform is None:
        return image.convert("RGB")
    return transform.apply(image)


def with_space(image: Image.Image, space: RgbSpace) -> Image.Image:
    """Return `image`, whose colors are in `space`, in sRGB: mode RGB, or RGBA if it has alpha."""
    if image.mode not in _WITH_ALPHA and "transparency" not in image.info:
        return Image.fromarray(shown_in_srgb(np.asarray(_eight_bits(image).convert("RGB")), space))
    pixels = np.array(image.convert("RGBA"))
    pixels[:, :, :3] = shown_in_srgb(pixels[:, :, :3], space)
    return Image.fromarray(pixels, "RGBA")


def to_gray(image: Image.Image) -> Image.Image:
    """Return `image` in mode L; 16-bit levels are scaled, where Pillow's convert would clip."""
    if image.mode == "P" and "transparency" in image.info:
        return image.convert("RGBA").convert("L")  # the same levels, without Pillow's warning
    if not image.mode.startswith("I;16"):
        return image.convert("L")
    return Image.fromarray(eight_bits(np.asarray(image), 16))


def _on_white(image: Image.Image) -> Image.Image:
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    return to_gray(image) if image.mode.startswith("I;16") else image.convert("RGB")


@lru_cache(maxsize=64)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the transform from `profile` to sRGB; None if none is needed or possible."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        found = ImageCms.ImageCmsTransform(source, _SRGB, mode, "RGB", _PERCEPTUAL)
        return None if _changes_nothing(found, mode) else found
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Return whether it maps sRGB to sRGB. Names are ignored: linear profiles share them."""
    if mode == "CMYK":
        return False
    changed = np.asarray(transform.apply(_PROBE.convert(mode)), dtype=np.int16)
    return bool(np.abs(changed - np.asarray(_PROBE.convert(mode).convert("RGB"))).max() <= 2)
