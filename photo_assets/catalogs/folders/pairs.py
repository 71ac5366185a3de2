"""Checking the relations that names suggest against the metadata in the files.

Stated identifiers and times take precedence over names: two files that state different ones do not
belong together, whatever their names. A name counts only where nothing contradicts it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from photo_assets.catalogs.companions import LONGEST_LIVE_VIDEO_S
from photo_assets.catalogs.folders import naming
from photo_assets.catalogs.folders.entry import FileEntry
from photo_assets.catalogs.folders.group import Member
from photo_assets.media.record import CaptureTime, MediaRecord, Moment
from photo_assets.model.media import extension
from photo_assets.model.vocabulary import LinkKind, MediaKind

_SAME_MOMENT_S = 10.0
"""A live video begins up to three seconds before its still, and both times are rounded."""
BY_NAME, BY_IDENTIFIER = "file name", "content identifier"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence in a file for a relation to another file."""

    identifier: str | None = None
    capture: CaptureTime | None = None
    duration_s: float | None = None

    @classmethod
    def of(cls, record: MediaRecord) -> "Evidence":
        """Return the evidence in a file's record."""
        return cls(record.content_identifier, record.capture, record.duration_s)


@dataclass(slots=True)
class Peers:
    """The files of one directory, each read once, when a name suggests a relation.

    `read` returns the metadata of a file, an empty record where it cannot be read.
    """

    read: Callable[[FileEntry], MediaRecord]
    stills: list[FileEntry] = field(default_factory=list)
    _stated: dict[str, Evidence] = field(default_factory=dict)

    def note(self, entry: FileEntry, record: MediaRecord) -> None:
        """Add the metadata of a file that was already read."""
        self._stated[entry.name] = Evidence.of(record)

    def stated(self, entry: FileEntry) -> Evidence:
        """Return the evidence in a file."""
        if entry.name not in self._stated:
            self._stated[entry.name] = Evidence.of(self.read(entry))
        return self._stated[entry.name]


@dataclass(frozen=True, slots=True)
class Related:
    """The confirmed relations of one file: kind, other file, evidence.

    `by_any_still`: the still of the video may be any file of the directory.
    """

    links: tuple[tuple[LinkKind, FileEntry, str], ...] = ()
    by_any_still: bool = False


def relate(member: Member, record: MediaRecord, peers: Peers) -> Related:
    """Return the confirmed relations of a member; `record` is the metadata of its file."""
    peers.note(member.file, record)
    mine = Evidence.of(record)
    links = [
        (kind, other, BY_NAME)
        for kind, other in member.relations
        if not _shutters_differ(mine.capture, peers.stated(other).capture)
    ]
    still = _live_still(member, mine, peers) if _is_live_video(member) else None
    if still is not None:
        links.append((LinkKind.LIVE_VIDEO_OF, *still))
    paired = still is not None and still[0] in member.live_stills and still[1] is BY_IDENTIFIER
    return Related(
        tuple(links), _is_live_video(member) and mine.identifier is not None and not paired
    )


def stills_of(members: Iterable[Member]) -> list[FileEntry]:
    """Return the files that can be the still of a live photo."""
    return [m.file for m in members if extension(m.file.name) in naming.LIVE_STILLS]


def _is_live_video(member: Member) -> bool:
    return member.kind is MediaKind.VIDEO and extension(member.file.name) in naming.LIVE_VIDEOS


def _live_still(member: Member, mine: Evidence, peers: Peers) -> tuple[FileEntry, str] | None:
    """Return the still of a live photo's video, and the evidence.

    Apple writes one identifier into both parts: where the video has one, its still is the file of
    the directory with the same identifier, whatever its name. Otherwise the name must match, and
    nothing may contradict it.
    """
    by_name = member.live_stills
    if mine.identifier is not None:
        for still in (*by_name, *(s for s in peers.stills if s not in by_name)):
            if peers.stated(still).identifier == mine.identifier:
                return still, BY_IDENTIFIER
    for still in by_name:
        if _may_be_live(peers.stated(still), mine, still):
            return still, BY_NAME
    return None


def _may_be_live(theirs: Evidence, mine: Evidence, still: FileEntry) -> bool:
    if mine.duration_s is not None and mine.duration_s > LONGEST_LIVE_VIDEO_S:
        return False
    if mine.identifier is not None and theirs.identifier is not None:
        return False  # different identifiers
    if mine.capture is None and theirs.capture is None:
        return naming.is_numbered(naming.stem(still.text))
    apart = _apart(mine.capture, theirs.capture)
    return apart is None or apart <= _SAME_MOMENT_S


def _shutters_differ(one: CaptureTime | None, other: CaptureTime | None) -> bool:
    """Return whether both state the time of the shutter, and the times differ.

    Times of digitization or change are ignored: editing changes them.
    """
    stated = [t for t in (one, other) if t is not None and t.moment is Moment.SHUTTER]
    apart = _apart(*stated) if len(stated) == 2 else None
    return apart is not None and apart > _SAME_MOMENT_S


def _apart(one: CaptureTime | None, other: CaptureTime | None) -> float | None:
    return None if one is None or other is None else one.apart_s(other)
