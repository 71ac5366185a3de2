"""One content to be computed: its missing parts, the parts received so far, and the result.

Also the messages to the workers, and distributing the contents of a run to several threads, with
each archive read only once.
"""

import dataclasses
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypedDict

from photo_assets.identity.fingerprints.reasons import Reason, UnreadableError
from photo_assets.identity.fingerprints.record import (
    EXIF_RECIPE,
    IMAGE_DATA_RECIPE,
    PICTURE_RECIPE,
    THUMBNAIL_RECIPE,
    ContentKey,
    Fingerprint,
    Part,
    decode_digests,
)
from photo_assets.media.content import (
    ContentError,
    ContentRef,
    RemoteContent,
    iterate_contents,
)
from photo_assets.thumbnails.tree import ThumbnailSize

Fields = dict[str, Any]
"""Some fields of `identity.fingerprints.record.Fingerprint`; digests are sent in hex."""

THUMBNAIL_BYTES = tuple(f"{size}_bytes" for size in ThumbnailSize)
"""The fields with the size of each thumbnail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The limits of a worker, and its programs and folders."""

    max_pixels: int
    max_seconds: float
    max_memory_bytes: int
    exiftool: str | None
    thumbnails: str | None = None
    """The root of the tree to draw thumbnails into; None draws none."""


class Job(TypedDict):
    """One content. `path` None: the bytes are sent in pieces."""

    path: str | None
    name: str
    kind: str
    parts: list[Part]
    sha256: str | None
    """The digest, in hex, if it is already known and not among the parts."""
    draws: bool
    """Whether thumbnails are drawn, if the worker has a tree for them."""
    shared: bool
    """Whether the worker, after sending the digests, waits for the list of remaining parts."""


def image_data_seconds(max_seconds: float, size: int) -> float:
    """Return the time limit of exiftool for `size` bytes, all of which it reads, seconds."""
    return max_seconds + size / 20e6


def no_picture(reason: Reason, detail: str) -> Fields:
    """Return the fields of a content that was tried and cannot be decoded."""
    return {
        "phash": None,
        "dhash": None,
        "flat": None,
        "indexed": None,
        "decoder": None,
        "width": None,
        "height": None,
        **dict.fromkeys(THUMBNAIL_BYTES),
        "thumbnail_recipe": THUMBNAIL_RECIPE,
        "picture_reason": str(reason),
        "picture_detail": detail,
        "picture_recipe": PICTURE_RECIPE,
    }


@dataclass(slots=True, eq=False)
class Task:
    """One content and the parts of its fingerprint that are missing or out of date.

    When the task is done, it has either a `fingerprint` or a `failure`.
    """

    ref: ContentRef
    kind: str
    parts: frozenset[Part]
    key: ContentKey | None
    """The file's stat before reading, then that of the opened file; None if it is unknown."""
    known: Fingerprint | None = None
    """The known record; parts that are not computed are taken from it."""
    content: RemoteContent | None = None
    """The original or preview at an online service; None: it is on this machine."""
    doubted: bool = False
    """Whether `known` may be of other bytes: it is used only if the digests are equal."""
    bytes_read: int = 0
    bytes_fetched: int = 0
    file: str = field(init=False)
    """The path of the file with the content, or of its archive."""
    fingerprint: Fingerprint | None = None
    failure: UnreadableError | None = None
    left: set[Part] = field(init=False)
    size: int = field(init=False)
    _values: Fields = field(init=False, default_factory=dict)
    _began: bool = field(init=False)

    def __post_init__(self) -> None:
        self.file = self.ref.path
        self.left = set(self.parts)
        self.size = self.known.content_size if self.known else 0
        self._began = self.known is not None and not self.doubted

    @property
    def is_of_preview(self) -> bool:
        """Whether it reads a picture that a service made from an original."""
        return self.content is not None and self.content.is_preview

    @property
    def sha256(self) -> bytes | None:
        """The digest, once it was received or if it is not in doubt."""
        settled = None if self.known is None or self.doubted else self.known.sha256
        digest: bytes | None = self._values.get("sha256", settled)
        return digest

    @property
    def next_part(self) -> Part:
        """The part the worker is computing."""
        return next((part for part in Part if part in self.left), Part.DIGESTS)

    def take(self, part: Part, fields: Fields) -> None:
        """Add a worker's result for one part."""
        self._values.update(decode_digests(fields))
        self._began = True
        self.left.discard(part)
        if "image_data_recipe" in fields:  # a JPEG's comes with the digests
            self.left.discard(Part.IMAGE_DATA)
        if part is Part.DIGESTS:
            self.size = int(fields["content_size"])
            self.bytes_read += self.size

    def adopt(self, record: Fingerprint, left: frozenset[Part]) -> None:
        """Adopt the known values of the same bytes; only `left` remains to be computed."""
        known = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
        self._values = {**known, **self._values}
        self.left &= left

    def opened(self, state: list[int | None]) -> None:
        """Record the `size, mtime, inode, ctime` of the file that the worker opened.

        Raises `UnreadableError` if parts of two contents would be mixed.
        """
        size, mtime_ns, inode, ctime_ns = state
        if self.content is not None:  # the file is a temporary one
            self.size = size or 0
            return
        key = ContentKey(self.ref.path, self.ref.member, size or 0, mtime_ns or 0, inode, ctime_ns)
        if self._began and self.key is not None and not _same_state(key, self.key):
            detail = "The file changed while it was read; the next run reads it again."
            raise UnreadableError(Reason.CHANGED_WHILE_READING, detail)
        self.key = key
        self.size = key.file_size

    def give_up(self, part: Part, reason: Reason, detail: str) -> None:
        """Give up a part that kills every worker."""
        self.left.discard(part)
        match part:
            case Part.EXIF:
                self._values.update(exif=None, exif_recipe=EXIF_RECIPE)
            case Part.PICTURE:
                self._values.update(no_picture(reason, detail))
            case Part.IMAGE_DATA:
                self._values.update(
                    image_data_sha256=None,
                    image_data_method=None,
                    image_data_recipe=IMAGE_DATA_RECIPE,
                )
            case Part.DIGESTS:
                raise UnreadableError(reason, detail)

    def finish(self, picture_conditions: str, image_data_tool: str | None) -> Fingerprint:
        """Set and return the fingerprint: the known values of these bytes with the new ones."""
        self._set_change_time()
        if "picture_recipe" in self._values:
            self._values["picture_conditions"] = picture_conditions
        if "image_data_recipe" in self._values:
            self._values["image_data_tool"] = image_data_tool
        if self.known is not None and self._is_known:
            self.fingerprint = dataclasses.replace(self.known, **self._values)
        else:
            self.fingerprint = Fingerprint(**self._values)
        return self.fingerprint

    @property
    def _is_known(self) -> bool:
        """Whether the bytes are the known ones."""
        return self.known is not None and self.known.sha256 == self.sha256

    def _set_change_time(self) -> None:
        """Set the change time of the read file, and how often it changed without new bytes."""
        known, ctime_ns, rereads = self.known, self.key.ctime_ns if self.key else None, 0
        if known is not None and self._is_known:
            if not self.doubted:
                ctime_ns, rereads = known.ctime_ns, known.rereads
            else:
                idle = known.ctime_ns is not None and known.ctime_ns != ctime_ns
                rereads = known.rereads + idle
        self._values.update(ctime_ns=ctime_ns, rereads=rereads)


def _same_state(one: ContentKey, other: ContentKey) -> bool:
    """Return whether two keys of one content have the same state; unknown values match any."""
    if None not in (one.ctime_ns, other.ctime_ns) and one.ctime_ns != other.ctime_ns:
        return False
    return (one.file_size, one.file_mtime_ns, one.inode or 0) == (
        other.file_size,
        other.file_mtime_ns,
        other.inode or 0,
    )


Take = Callable[[Task, BinaryIO | ContentError | None, Callable[[], None]], None]
"""Called with a task, the stream of an archive's entry (or its error; None for a plain file), and a
function to call when that stream is no longer needed."""


class TaskQueue:
    """Plain files in a queue, and archives, each read by one thread at a time."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._files: deque[Task] = deque()
        by_archive: dict[str, list[Task]] = {}
        for task in tasks:
            if task.ref.member is None:
                self._files.append(task)
            else:
                by_archive.setdefault(task.ref.path, []).append(task)
        self._archives = [_Archive(entries) for entries in by_archive.values()]

    def serve(self, take: Take, stopped: Callable[[], bool]) -> None:
        """Call `take` with each task until none is left for this thread."""
        while not stopped():
            if any(archive.advance(take, wait=False) for archive in self._archives):
                continue
            try:
                task = self._files.popleft()
            except IndexError:
                break
            take(task, None, lambda: None)
        while not stopped() and any(a.advance(take, wait=True) for a in self._archives):
            pass


class _Archive:
    """The needed entries of one archive, in the archive's order."""

    def __init__(self, entries: list[Task]) -> None:
        self._lock = threading.Lock()
        self._tasks = {task.ref: task for task in entries}
        self._contents = iterate_contents(list(self._tasks))
        self._exhausted = False

    def advance(self, take: Take, *, wait: bool) -> bool:
        """Process the next entry; False if there is none, or if it is locked and not `wait`."""
        if self._exhausted or not self._lock.acquire(blocking=wait):
            return False
        held = _Held(self._lock)
        try:
            if self._exhausted:
                return False
            ref, content = next(self._contents, (None, None))
            if ref is None:
                self._exhausted = True
                return False
            take(self._tasks[ref], content, held.release)
            return True
        finally:
            held.release()


class _Held:
    """A held lock that may be released more than once."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock: threading.Lock | None = lock

    def release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None
