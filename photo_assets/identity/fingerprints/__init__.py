"""Computing digests, image data hashes, EXIF and perceptual hashes from a photo's bytes.

Names are loaded on first use, so that the worker processes, which also import this package, do not
load Arrow.
"""

import hashlib
from pathlib import Path
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


def protocol_on_disk() -> str:
    """Return the digest of this package's source as it is now."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        source = path.read_bytes()
        digest.update(b"%s %d " % (path.name.encode(), len(source)) + source)
    return digest.hexdigest()


PROTOCOL = protocol_on_disk()
"""The version of the messages between a run and its workers: the digest of this package's source
before any other module of it is imported.

The package may be updated while a run uses it; the next worker is then of the new version. Every
change of the source counts, so that no change of a message can be forgotten.
"""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
