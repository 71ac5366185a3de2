"""From whatever colours a file has to eight-bit sRGB, the one kind every screen understands."""

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

_PERCEPTUAL = ImageCms.Intent.PERCEPTUAL
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_WITH_ALPHA = frozenset({"RGBA", "LA", "PA", "La", "RGBa"})
_PROFILED = frozenset({"L", "RGB", "CMYK"})


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return `image` in mode RGB and sRGB; what is transparent is shown on white.

    A profile that is damaged, or is of another kind of picture, is passed over.
    """
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        image = _on_white(image.convert("RGBA"))
    elif image.mode not in _PROFILED:
        image = _eight_bits(image)
    transform = _transform(profile, image.mode) if profile else None
    if transform is None:
        return image.convert("RGB")
    return transform.apply(image)


def to_grey(image: Image.Image) -> Image.Image:
    """Return `image` in mode L; deeper levels are scaled where Pillow's convert would clip."""
    if image.mode not in {"I", "F"} and not image.mode.startswith("I;16"):
        return image.convert("L")
    levels = np.asarray(image, dtype=np.float32)
    highest = float(levels.max(initial=0))
    if image.mode.startswith("I;16") or highest > 255:
        top = 65535.0
    else:
        top = 1.0 if image.mode == "F" and highest <= 1 else 255.0
    return Image.fromarray(np.clip(levels * (255 / top), 0, 255).astype(np.uint8))


def _on_white(image: Image.Image) -> Image.Image:
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    deep = image.mode in {"I", "F"} or image.mode.startswith("I;16")
    return to_grey(image) if deep else image.convert("RGB")


@lru_cache(maxsize=64)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the way from `profile` to sRGB; None where there is none to go."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in (source.profile.profile_description or "").lower():
            return None
        return ImageCms.ImageCmsTransform(source, _SRGB, mode, "RGB", _PERCEPTUAL)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
