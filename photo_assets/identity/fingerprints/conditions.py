"""What a run's results depend on besides the bytes: limits, libraries, optional programs.

Recorded with failed results, so that they are retried when the conditions change.
"""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from photo_assets.identity.fingerprints.exiftool import exiftool_status, find_exiftool
from photo_assets.identity.fingerprints.optional_decoders import (
    PILLOW_HEIF_ABSENT,
    PREVIEW_DECODER,
    PYLIBJXL_ABSENT,
    RAWPY_ABSENT,
    is_installed,
)
from photo_assets.identity.fingerprints.options import FingerprintOptions
from photo_assets.identity.fingerprints.parts import (
    DIGEST_RECIPE,
    EXIF_RECIPE,
    IMAGE_DATA_RECIPE,
    PICTURE_RECIPE,
    THUMBNAIL_RECIPE,
    Part,
)
from photo_assets.identity.fingerprints.record import Fingerprint

_LIBRARIES = ("pillow", "simplejpeg", "pillow-heif", "pyvips-binary", "rawpy", "pylibjxl")


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of one run."""

    picture: str
    exiftool: Path | None
    image_data_tool: str | None
    notes: tuple[str, ...]
    thumbnails: bool = False
    redraw: bool = False

    @classmethod
    def of(cls, options: FingerprintOptions) -> "Conditions":
        """Detect what is installed."""
        exiftool = find_exiftool(options.exiftool)
        status = exiftool_status(options.exiftool)
        notes = [status] if exiftool is None else []
        absent = {
            "pillow_heif": PILLOW_HEIF_ABSENT,
            "rawpy": RAWPY_ABSENT,
            "pylibjxl": PYLIBJXL_ABSENT,
        }
        notes += [note for name, note in absent.items() if not is_installed(name)]
        libraries = " ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
        limits = f"{options.max_pixels}px {options.max_seconds:g}s {options.max_memory_bytes}B"
        return cls(
            f"{limits} {libraries}",
            exiftool,
            status if exiftool is not None else None,
            tuple(notes),
            options.thumbnails is not None,
            options.redraw,
        )

    def missing_parts(self, known: Fingerprint, wanted: frozenset[Part]) -> frozenset[Part]:
        """Return those of the `wanted` parts that must be computed again."""
        if known.digest_recipe != DIGEST_RECIPE:
            return wanted
        stale = {
            Part.EXIF: known.exif_recipe != EXIF_RECIPE,
            Part.PICTURE: self._picture_is_stale(known),
            Part.IMAGE_DATA: self._image_data_is_stale(known),
        }
        return frozenset(part for part in wanted if stale.get(part, False))

    def _picture_is_stale(self, known: Fingerprint) -> bool:
        if known.picture_recipe != PICTURE_RECIPE:
            return True
        if self.thumbnails and (self.redraw or known.thumbnail_recipe != THUMBNAIL_RECIPE):
            return True
        could_be_better = known.picture_reason is not None or known.decoder == PREVIEW_DECODER
        return could_be_better and known.picture_conditions != self.picture

    def _image_data_is_stale(self, known: Fingerprint) -> bool:
        if known.image_data_recipe != IMAGE_DATA_RECIPE:
            return True
        return (
            known.image_data_sha256 is None
            and self.image_data_tool is not None
            and known.image_data_tool != self.image_data_tool
        )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
