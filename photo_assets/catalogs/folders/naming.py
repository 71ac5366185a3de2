"""What file names say about relations: the conventions of cameras, iPhones and icloudpd.

Names only; whether a file exists, and what is in it, is looked up elsewhere. Sources: DCF 2.0 for
RAW+JPEG, Apple's IMG_E and live-photo names, icloudpd 1.32 (`-<size>`, `_HEVC`, `-adjusted` …).
"""

import re
import unicodedata

from photo_assets.model.vocabulary import LinkKind

_ICLOUDPD_VERSION = re.compile(r"(?P<base>.+)-(?P<version>adjusted|medium|thumb)", re.DOTALL)
_ICLOUDPD_SIZE = re.compile(r"(?P<base>.+)-(?P<size>\d{3,12})", re.DOTALL | re.ASCII)
_APPLE_EDIT = re.compile(r"(?P<head>IMG_)[EO](?P<number>\d{4,5}.*)", re.DOTALL | re.ASCII)
_LIVE_SUFFIX = "_HEVC"
_DARKTABLE_DUPLICATE = re.compile(r"(?P<base>.+)_\d{2,3}(?P<dot_ext>\.[^.]+)", re.DOTALL | re.ASCII)

LIVE_VIDEOS = frozenset({"mov", "mp4", "mp", "mv"})
LIVE_STILLS = frozenset({"heic", "heif", "hif", "jpg", "jpeg", "png", "avif", "dng"})
PAIRED_WITH_RAW = frozenset({"jpg", "jpeg", "jpe", "heic", "heif", "hif"})
HEIC = frozenset({"heic", "heif", "hif"})
JPEG = frozenset({"jpg", "jpeg", "jpe"})


def stem(name: str) -> str:
    """Return the name without its extension."""
    head, dot, _ = name.rpartition(".")
    return head if dot and head else name


def folded(name: str) -> str:
    """Return a key equal for names that differ in case or in Unicode composition alone."""
    return unicodedata.normalize("NFC", name).casefold()


def live_still_stem(video_stem: str) -> str:
    """Return the stem of the still that a live video of this stem would belong to."""
    return video_stem.removesuffix(_LIVE_SUFFIX)


def without_size(name_stem: str, size: int) -> str | None:
    """Return the stem before icloudpd's `-<size>`, when the number is the file's own size.

    icloudpd adds it to a second, different photo of the same name: it marks no relation.
    """
    match = _ICLOUDPD_SIZE.fullmatch(name_stem)
    return match["base"] if match and int(match["size"]) == size else None


def rendition_of(name_stem: str) -> tuple[LinkKind, str] | None:
    """Return the relation and the original's stem for `IMG_E1234` and icloudpd's versions."""
    match = _ICLOUDPD_VERSION.fullmatch(name_stem)
    if match:
        is_edit = match["version"] == "adjusted"
        return (LinkKind.EDIT_OF if is_edit else LinkKind.DERIVED_FROM), match["base"]
    match = _APPLE_EDIT.fullmatch(name_stem)
    return (LinkKind.EDIT_OF, match["head"] + match["number"]) if match else None


def adjusted_stem(aae_stem: str) -> str:
    """Return the stem of the photo an `.AAE` belongs to; `IMG_O1234.AAE` belongs to `IMG_1234`."""
    match = _APPLE_EDIT.fullmatch(aae_stem)
    return match["head"] + match["number"] if match else aae_stem


def duplicate_of(sidecar_base: str) -> str | None:
    """Return the photo's name for darktable's further versions, `IMG_01.CR2` of `IMG.CR2.xmp`."""
    match = _DARKTABLE_DUPLICATE.fullmatch(sidecar_base)
    return match["base"] + match["dot_ext"] if match else None
