"""Contents with the same bytes as one that is known: they are read for their digests, not decoded.

The same photo lies in several catalogs; that is what this program is for. Everything but the
digests follows from the bytes and from how the file's name has them decoded.
"""

import threading

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.conditions import Conditions
from photo_assets.identity.fingerprints.findings import Findings
from photo_assets.identity.fingerprints.record import Fingerprint
from photo_assets.media.content import ContentRef
from photo_assets.model.media import extension


class SameBytes:
    """What this run and earlier ones know, by SHA-256. Shared by the threads of a run."""

    def __init__(self, cache: FingerprintCache, conditions: Conditions) -> None:
        self._cache = cache
        self._conditions = conditions
        self._found: dict[tuple[bytes, str], Fingerprint] = {}
        self._lock = threading.Lock()

    def note(self, ref: ContentRef, fingerprint: Fingerprint) -> None:
        """Remember what was worked out."""
        with self._lock:
            self._found[fingerprint.sha256, _ending(ref.path, ref.member)] = fingerprint

    def fill(self, findings: Findings) -> None:
        """Give `findings`, whose digests have just come in, what is known of the same bytes."""
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
