"""Contents with the same bytes as a known one: only their digests are computed, without decoding.

The same photo is often in several catalogs. Everything other than the digests depends only on the
bytes and on the file name's extension, which selects the decoder.
"""

import threading

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.conditions import Conditions
from photo_assets.identity.fingerprints.findings import Findings
from photo_assets.identity.fingerprints.record import Fingerprint
from photo_assets.media.content import ContentRef
from photo_assets.model.media import extension


class SameBytes:
    """Results of this run and earlier ones by SHA-256. Shared by the threads of a run."""

    def __init__(self, cache: FingerprintCache, conditions: Conditions) -> None:
        self._cache = cache
        self._conditions = conditions
        self._found: dict[tuple[bytes, str], Fingerprint] = {}
        self._lock = threading.Lock()

    def note(self, ref: ContentRef, fingerprint: Fingerprint) -> None:
        """Store a new result."""
        with self._lock:
            self._found[fingerprint.sha256, _ending(ref.path, ref.member)] = fingerprint

    def fill(self, findings: Findings) -> None:
        """Fill `findings`, whose digests were just added, with known results of the same bytes."""
        task, sha256 = findings.task, findings.sha256
        assert sha256 is not None
        known = task.known
        if known is None or known.sha256 != sha256:
            known = self._known(sha256, _ending(task.ref.path, task.ref.member))
        if known is not None:
            findings.adopt(known, self._conditions.missing_parts(known, findings.task.parts))

    def _known(self, sha256: bytes, ending: str) -> Fingerprint | None:
        with self._lock:
            found = self._found.get((sha256, ending))
        if found is not None:
            return found
        stored = self._cache.find_same(sha256)
        return next((known for p, m, known in stored if _ending(p, m) == ending), None)


def _ending(path: str, member: str | None) -> str:
    return extension(path if member is None else member)
