"""Computing digests, image data hashes, EXIF and perceptual hashes from a photo's bytes.

This module has only the version of the package: each of its modules imports this one first.
"""

import hashlib
from pathlib import Path


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
