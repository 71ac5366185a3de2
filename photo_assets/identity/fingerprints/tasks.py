"""The tasks of a run and their outcomes. Values only."""

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
    """The file's stat before reading; None if it could not be checked."""
    known: Fingerprint | None = None
    """The known record; parts that are not computed are taken from it."""
    doubted: bool = False
    """Whether `known` may be of other bytes: it is used only if the digests are equal."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why nothing could be computed."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a task: a key and a fingerprint, or a failure."""

    task: Task
    key: ContentKey | None = None
    fingerprint: Fingerprint | None = None
    failure: Failure | None = None
    bytes_read: int = field(default=0, compare=False)


def key_of(ref: ContentRef, state: FileState) -> ContentKey:
    """Return the key of a content whose file, or archive, has this state."""
    return ContentKey(ref.path, ref.member, state.size, state.mtime_ns, state.inode, state.ctime_ns)
