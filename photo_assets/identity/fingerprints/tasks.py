"""What has to be worked out in a run, and what came of it. Values only."""

from dataclasses import dataclass, field

from photo_assets.identity.fingerprints.parts import Part
from photo_assets.identity.fingerprints.reasons import Reason
from photo_assets.identity.fingerprints.record import ContentKey, Fingerprint
from photo_assets.media.content import ContentRef
from photo_assets.system.file_state import FileState


@dataclass(frozen=True, slots=True)
class Task:
    """One content and the parts of its fingerprint that are missing or out of date."""

    ref: ContentRef
    kind: str
    parts: frozenset[Part]
    key: ContentKey | None
    """What stat said before; None where the file could not be looked at."""
    known: Fingerprint | None = None
    """What is known already; the other parts are taken from it."""
    doubted: bool = False
    """Whether `known` may be of other bytes: it counts only if the digests turn out the same."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why nothing could be worked out."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task: a key and a fingerprint, or a failure."""

    task: Task
    key: ContentKey | None = None
    fingerprint: Fingerprint | None = None
    failure: Failure | None = None
    bytes_read: int = field(default=0, compare=False)


def key_of(ref: ContentRef, state: FileState) -> ContentKey:
    """Return the key of a content whose file, or archive, is in this state."""
    return ContentKey(ref.path, ref.member, state.size, state.mtime_ns, state.inode, state.ctime_ns)
