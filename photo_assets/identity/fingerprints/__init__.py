"""Computing digests, image data hashes, EXIF and perceptual hashes from a photo's bytes.

Names are loaded on first use, so that the worker processes, which also import this package, do not
load Arrow.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photo_assets.identity.fingerprints.exiftool import exiftool_status
    from photo_assets.identity.fingerprints.options import (
        FingerprintOptions,
        FingerprintProgress,
        FingerprintRun,
    )
    from photo_assets.identity.fingerprints.run import fingerprint_items

__all__ = [
    "FingerprintOptions",
    "FingerprintProgress",
    "FingerprintRun",
    "exiftool_status",
    "fingerprint_items",
]

_HOMES = {
    "FingerprintOptions": "options",
    "FingerprintProgress": "options",
    "FingerprintRun": "options",
    "exiftool_status": "exiftool",
    "fingerprint_items": "run",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
