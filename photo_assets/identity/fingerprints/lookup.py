"""Finding items in the cache, and determining what remains to be computed. Opens no content.

An item is looked up by its catalog's record of the file (path, size, times, inode), which needs no
disk access. Only on a miss is the file checked with stat; on another miss it may be known under an
earlier path. For an archive entry the key is the archive's stat, taken once per archive.

A record with another change time is not trusted: the file may have been edited with size and time
restored. It is reread for its digests, and if they are equal, everything else is kept. Permissions,
names and links also change the change time. So after `_ENOUGH` unnecessary rereads a file is
trusted by size, time and inode: a program that touches it every day must not cause it to be read
every day.
"""

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.conditions import Conditions
from photo_assets.identity.fingerprints.moves import find_moved
from photo_assets.identity.fingerprints.options import ItemKey, Recall, Row
from photo_assets.identity.fingerprints.parts import Part, wanted_parts
from photo_assets.identity.fingerprints.reasons import Reason
from photo_assets.identity.fingerprints.record import ContentKey, Fingerprint
from photo_assets.identity.fingerprints.tasks import Failure, Task, key_of
from photo_assets.media.content import ContentRef
from photo_assets.model.names import to_path
from photo_assets.model.vocabulary import Availability
from photo_assets.system.file_state import ChangeTimes

_AWAY = {
    Availability.OFFLINE: (Reason.OFFLINE, "Its volume was not there when the catalog was read."),
    Availability.MISSING: (Reason.MISSING, "Its catalog lists it, and the file was not there."),
}
_ENOUGH = 3


@dataclass(slots=True)
class Entry:
    """One item while its row is being determined."""

    item: Row
    parts: frozenset[Part]
    key: ContentKey | None = None
    known: Fingerprint | None = None
    doubted: Fingerprint | None = None
    """The record of a file in a similar state; its digests will show whether it is valid."""
    last: Row | None = None
    """The item's last row with known content, if the content is unavailable now."""
    failure: Failure | None = None
    moved: bool = False
    """Whether it was known under another path with the same file according to stat."""
    task: ContentRef | None = None
    """The content to be read for it."""

    @property
    def ref(self) -> ContentRef:
        """The location of its content."""
        return ContentRef(self.item["path"], self.item["member"])

    @property
    def identity(self) -> ItemKey:
        """The item's key."""
        return self.item["source"], self.item["catalog"], self.item["native_id"]

    @property
    def is_away(self) -> bool:
        """Whether its file was unavailable to its catalog."""
        return self.item["availability"] in _AWAY

    def found(self, key: ContentKey, record: Fingerprint | None, *, reread: bool) -> None:
        """Use the cached record under `key`; with `reread`, only after reading the content."""
        self.key = key
        believed = record is not None and _is_of(record, key) and not reread
        self.known, self.doubted = (record, None) if believed else (None, record)


class Lookup:
    """The cache lookup of the items of one run."""

    def __init__(
        self, cache: FingerprintCache, conditions: Conditions, *, reread: bool = False
    ) -> None:
        self._cache = cache
        self._conditions = conditions
        self._reread = reread
        self._keys: dict[ContentRef, ContentKey | Failure] = {}
        self._archives: dict[str, os.stat_result | Failure] = {}
        self._change_times = ChangeTimes()

    def entries(self, items: Iterable[Row]) -> list[Entry]:
        """Return one entry per item, with its known record or the reason for its absence."""
        entries = [Entry(item, wanted_parts(item["media_kind"])) for item in items]
        placed = [entry for entry in entries if _has_path(entry)]
        self._by_recorded_state([entry for entry in placed if entry.item["member"] is None])
        unanswered = [entry for entry in placed if self._incomplete(entry)]
        self._by_present_state([entry for entry in unanswered if not entry.is_away])
        self._by_identity([e for e in unanswered if e.known is None and e.doubted is None])
        for entry in unanswered:
            self._settle(entry)
        return entries

    def tasks(self, entries: Sequence[Entry]) -> list[Task]:
        """Return one task per content to be read, even if items share it."""
        by_ref: dict[ContentRef, list[Entry]] = {}
        for entry in entries:
            if entry.task is not None:
                by_ref.setdefault(entry.task, []).append(entry)
        return [self._task(ref, sharing) for ref, sharing in sorted(by_ref.items(), key=_by_place)]

    def remember(self, entries: Sequence[Entry], recall: Recall | None) -> None:
        """Fill in the last known content of entries whose content is unavailable."""
        left = [entry for entry in entries if entry.known is None]
        if recall is not None and left:
            rows = recall([entry.item for entry in left])
            for entry in left:
                entry.last = rows.get(entry.identity)
        for entry in left:
            if entry.last is None:
                entry.known = entry.doubted
        self._by_name([e for e in left if e.last is None and e.known is None and e.is_away])

    def _incomplete(self, entry: Entry) -> bool:
        if entry.known is None:
            return True
        return bool(self._conditions.missing_parts(entry.known, entry.parts))

    def _by_recorded_state(self, entries: Sequence[Entry]) -> None:
        wanted = {id(entry): _recorded_key(entry.item) for entry in entries}
        found = self._cache.get({key for key in wanted.values() if key is not None})
        for entry in entries:
            key = wanted[id(entry)]
            if key is not None and key in found:
                entry.found(key, found[key], reread=self._reread and not entry.is_away)

    def _by_present_state(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if entry.ref not in self._keys:
                self._keys[entry.ref] = self._present_key(entry.ref)
        keys = {self._keys[entry.ref] for entry in entries}
        found = self._cache.get({key for key in keys if isinstance(key, ContentKey)})
        for entry in entries:
            present = self._keys[entry.ref]
            if isinstance(present, Failure):
                entry.failure = present
            else:
                entry.found(present, found.get(present), reread=self._reread)

    def _by_identity(self, entries: Sequence[Entry]) -> None:
        """Find the records of moved files under their earlier paths."""
        unknown: dict[ContentKey, os.stat_result] = {}
        for entry in entries:
            state = self._archives.get(entry.ref.path)
            if entry.key is not None and isinstance(state, os.stat_result):
                unknown[entry.key] = state
        moved = find_moved(self._cache, unknown)
        self._cache.put({key: record for key, record in moved.items() if _is_of(record, key)})
        for entry in entries:
            if entry.key is not None and entry.key in moved:
                entry.found(entry.key, moved[entry.key], reread=self._reread)
                entry.moved = True

    def _by_name(self, entries: Sequence[Entry]) -> None:
        """Find the records of archive entries whose archive is unavailable."""
        entries = [entry for entry in entries if entry.item["member"] is not None]
        found = self._cache.get_latest({(e.item["path"], e.item["member"]) for e in entries})
        for entry in entries:
            known = found.get(ContentKey(entry.ref.path, entry.ref.member, 0, 0, None))
            size = entry.item["file_size"]
            if known is not None and size in {None, known.content_size}:
                entry.known = known

    def _settle(self, entry: Entry) -> None:
        """Decide whether the entry's content must be read, or which record is used instead."""
        if entry.is_away:
            reason, detail = _AWAY[Availability(entry.item["availability"])]
            entry.failure = Failure(reason, detail)
        elif entry.failure is None and self._incomplete(entry):
            entry.task = entry.ref

    def _task(self, ref: ContentRef, sharing: Sequence[Entry]) -> Task:
        first = sharing[0]
        wanted = frozenset[Part]().union(*(entry.parts for entry in sharing))
        known, parts = first.known, wanted
        if known is not None:
            parts = self._conditions.missing_parts(known, wanted)
        # The kind with the most parts decides how it is decoded; kinds follow the extension, so
        # they agree.
        kind = max(sharing, key=lambda entry: len(entry.parts)).item["media_kind"]
        if known is None or Part.IMAGE_DATA in parts:
            # It is read completely: then the digests show whether the record is of these bytes.
            return Task(ref, kind, wanted, first.key, known or first.doubted, doubted=True)
        return Task(ref, kind, parts, first.key, known)

    def _present_key(self, ref: ContentRef) -> ContentKey | Failure:
        state = self._archives.get(ref.path)
        if state is None:
            state = _look(ref.path)
            self._archives[ref.path] = state
        return state if isinstance(state, Failure) else key_of(ref, self._change_times.state(state))


def _is_of(record: Fingerprint, key: ContentKey) -> bool:
    """Return whether a record found under `key` is of its bytes, judged by the change time."""
    if key.ctime_ns is None or record.rereads >= _ENOUGH:
        return True
    return record.ctime_ns == key.ctime_ns


def _look(path: str) -> os.stat_result | Failure:
    try:
        found = os.stat(to_path(path), follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return Failure(Reason.NOT_FOUND, "It was there when its catalog was read and is not now.")
    except PermissionError as error:
        return Failure(Reason.PERMISSION_DENIED, f"{error.strerror}.")
    except (OSError, ValueError) as error:
        return Failure(Reason.READ_ERROR, f"{error}.")
    if not stat.S_ISREG(found.st_mode):
        return Failure(Reason.NOT_A_FILE, "It is not a regular file.")
    return found


def _has_path(entry: Entry) -> bool:
    if entry.item["path"] is not None:
        return True
    entry.failure = Failure(Reason.NO_PATH, "Its catalog names no file.")
    return False


def _recorded_key(item: Row) -> ContentKey | None:
    if item["file_size"] is None or item["file_mtime_ns"] is None:
        return None
    return ContentKey(
        item["path"],
        None,
        item["file_size"],
        item["file_mtime_ns"],
        item["file_inode"] or None,
        item["file_ctime_ns"],
    )


def _by_place(pair: tuple[ContentRef, list[Entry]]) -> tuple[str, str]:
    return pair[0].path, pair[0].member or ""
