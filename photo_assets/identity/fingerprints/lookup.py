"""Finding items in the cache, and determining what remains to be computed. Opens no content.

An item is looked up by its catalog's record of the file (path, size, times, inode), which needs no
disk access. Only on a miss is the file checked with stat; on another miss it may be known under an
earlier path. For an archive entry the key is the archive's stat, taken once per archive.

A record with another change time is not trusted: the file may have been edited with size and time
restored. It is reread for its digests, and if they are equal, everything else is kept. Permissions,
names and links also change the change time. So after a few unnecessary rereads a file is
trusted by size, time and inode: a program that touches it every day must not cause it to be read
every day.
"""

import os
import stat
from collections.abc import Iterable, Mapping, Sequence

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.entries import AWAY, Entry, is_of
from photo_assets.identity.fingerprints.options import Conditions, Recall, Remote, Row
from photo_assets.identity.fingerprints.reasons import Reason, UnreadableError
from photo_assets.identity.fingerprints.record import ContentKey, Fingerprint, Part, wanted_parts
from photo_assets.identity.fingerprints.remote_lookup import is_of_others, look_up
from photo_assets.identity.fingerprints.tasks import Task
from photo_assets.media.content import ContentRef
from photo_assets.model.media import extension
from photo_assets.model.names import to_path
from photo_assets.model.vocabulary import Availability, MediaKind
from photo_assets.system.file_state import ChangeTimes

_SECOND_NS = 1_000_000_000


class Lookup:
    """The cache lookup of the items of one run."""

    def __init__(
        self,
        cache: FingerprintCache,
        conditions: Conditions,
        remote: Remote | None = None,
        *,
        reread: bool = False,
    ) -> None:
        self._cache = cache
        self._remote = remote
        self._conditions = conditions
        self._reread = reread
        self._keys: dict[ContentRef, ContentKey | UnreadableError] = {}
        self._archives: dict[str, os.stat_result | UnreadableError] = {}
        self._change_times = ChangeTimes()

    def entries(self, items: Iterable[Row]) -> list[Entry]:
        """Return one entry per item, with its known record or the reason for its absence."""
        entries = [Entry(item, wanted_parts(item["media_kind"])) for item in items]
        with_path = [entry for entry in entries if entry.item["path"] is not None]
        look_up(self._cache, self._remote, [e for e in entries if e.item["path"] is None])
        self._by_recorded_state([entry for entry in with_path if entry.item["member"] is None])
        incomplete = [entry for entry in with_path if self._incomplete(entry)]
        self._by_present_state([entry for entry in incomplete if not entry.is_away])
        self._by_identity([e for e in incomplete if e.known is None and e.doubted is None])
        for entry in incomplete:
            self._settle(entry)
        return entries

    def tasks(self, entries: Sequence[Entry]) -> list[Task]:
        """Return one task per content to be read, even if items share it."""
        by_ref: dict[ContentRef, list[Entry]] = {}
        for entry in entries:
            if entry.needs_reading:
                by_ref.setdefault(entry.ref, []).append(entry)
        return [self._task(ref, sharing) for ref, sharing in sorted(by_ref.items(), key=_by_path)]

    def remember(self, entries: Sequence[Entry], recall: Recall | None) -> None:
        """Fill in the last known content of entries whose content is unavailable."""
        left = [entry for entry in entries if entry.known is None]
        if recall is not None and left:
            rows = recall([entry.item for entry in left])
            for entry in left:
                last = rows.get(entry.identity)
                entry.last = None if last is None or is_of_others(last, entry) else last
        for entry in left:
            if entry.last is None:
                entry.known = entry.doubted
        self._by_name([e for e in left if e.last is None and e.known is None and e.is_away])

    def _incomplete(self, entry: Entry) -> bool:
        if entry.known is None:
            return True
        return bool(self._conditions.missing_parts(entry.known, entry.parts))

    def _by_recorded_state(self, entries: Sequence[Entry]) -> None:
        keys = [_recorded_key(entry.item) for entry in entries]
        found = self._cache.get({key for key in keys if key is not None})
        for entry, key in zip(entries, keys, strict=True):
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
            if isinstance(present, UnreadableError):
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
        moved = _find_moved(self._cache, unknown)
        if not moved:
            return
        self._cache.put({key: record for key, record in moved.items() if is_of(record, key)})
        for entry in entries:
            if entry.key is not None and entry.key in moved:
                entry.found(entry.key, moved[entry.key], reread=self._reread)
                entry.moved = True

    def _by_name(self, entries: Sequence[Entry]) -> None:
        """Find the records of archive entries whose archive is unavailable."""
        entries = [entry for entry in entries if entry.item["member"] is not None]
        if not entries:
            return
        found = self._cache.get_latest({(e.item["path"], e.item["member"]) for e in entries})
        for entry in entries:
            known = found.get(ContentKey(entry.ref.path, entry.ref.member, 0, 0, None))
            size = entry.item["file_size"]
            if known is not None and size in {None, known.content_size}:
                entry.known = known

    def _settle(self, entry: Entry) -> None:
        """Decide whether the entry's content must be read, or which record is used instead."""
        if entry.is_away:
            reason, detail = AWAY[Availability(entry.item["availability"])]
            entry.failure = UnreadableError(reason, detail)
        elif entry.failure is None and self._incomplete(entry):
            entry.needs_reading = True

    def _task(self, ref: ContentRef, sharing: Sequence[Entry]) -> Task:
        first = sharing[0]
        wanted = frozenset[Part]().union(*(entry.parts for entry in sharing))
        known, parts = first.known, wanted
        if known is not None:
            parts = self._conditions.missing_parts(known, wanted)
        # The kind with the most parts decides how it is decoded; kinds follow the extension, so
        # they agree.
        kind = max(sharing, key=lambda entry: len(entry.parts)).item["media_kind"]
        if first.content is not None and first.content.is_preview:
            kind = MediaKind.IMAGE
        if known is None or Part.IMAGE_DATA in parts:
            # It is read completely: then the digests show whether the record is of these bytes.
            before = known or first.doubted
            task = Task(ref, kind, wanted, first.key, before, first.content, doubted=True)
        else:
            task = Task(ref, kind, parts, first.key, known)
        for entry in sharing:
            entry.task = task
        return task

    def _present_key(self, ref: ContentRef) -> ContentKey | UnreadableError:
        state = self._archives.get(ref.path)
        if state is None:
            state = _look(ref.path)
            self._archives[ref.path] = state
        if isinstance(state, UnreadableError):
            return state
        return ContentKey(
            ref.path,
            ref.member,
            state.st_size,
            state.st_mtime_ns,
            state.st_ino or None,
            self._change_times.of(state),
        )


def _look(path: str) -> os.stat_result | UnreadableError:
    try:
        found = os.stat(to_path(path), follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return UnreadableError(
            Reason.NOT_FOUND, "The file has disappeared since the catalog was read."
        )
    except PermissionError as error:
        return UnreadableError(Reason.PERMISSION_DENIED, f"{error.strerror}.")
    except (OSError, ValueError) as error:
        return UnreadableError(Reason.READ_ERROR, f"{error}.")
    if not stat.S_ISREG(found.st_mode):
        return UnreadableError(Reason.NOT_A_FILE, "Not a regular file.")
    return found


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


def _by_path(pair: tuple[ContentRef, list[Entry]]) -> tuple[bool, str, str]:
    """Return a key for sorting: what is on this machine does not wait for downloads."""
    ref, entries = pair
    return entries[0].content is not None, ref.path, ref.member or ""


def _find_moved(
    cache: FingerprintCache, unknown: Mapping[ContentKey, os.stat_result]
) -> dict[ContentKey, Fingerprint]:
    """Return the records of those `unknown` contents whose file is known under another path.

    A file keeps inode, size and time when it is renamed within its file system, and also its name
    when a folder is renamed or a disk is mounted elsewhere. A record with the same values under
    another path therefore belongs to this file, if nothing else explains the match. Its bytes may
    still have changed: renaming a file changes its change time, renaming its folder does not.

    The values of `unknown` are the current stat of the files (of an entry's archive). A file with a
    different extension would be decoded differently; it counts as new.
    """
    old_paths = _OldPaths()
    moved: dict[ContentKey, Fingerprint] = {}
    for key, found in cache.find_elsewhere(key for key in unknown if key.inode).items():
        for path, record in found:
            is_named_alike = os.path.basename(path) == os.path.basename(key.path)
            # FAT and some network shares keep whole seconds, which many files may share.
            is_telling = is_named_alike or key.file_mtime_ns % _SECOND_NS != 0
            same_ending = key.member is not None or extension(path) == extension(key.path)
            if not (is_telling and same_ending):
                continue
            if old_paths.has_left(path, unknown[key], elsewhere=is_named_alike):
                moved[key] = record
                break
    return moved


class _OldPaths:
    """The current state of the old paths; each folder is checked once."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, int, int, bool], bool] = {}
        self._devices: dict[str, int | None] = {}

    def has_left(self, old: str, present: os.stat_result, *, elsewhere: bool) -> bool:
        """Return whether the file `present` was at `old` and is no longer there.

        `elsewhere`: if the path does not exist, its file system may have been mounted there.
        """
        asked = (old, present.st_dev, present.st_ino, elsewhere)
        if asked not in self._left:  # thousands of entries share an archive
            self._left[asked] = self._look(old, present, elsewhere)
        return self._left[asked]

    def _look(self, old: str, present: os.stat_result, elsewhere: bool) -> bool:
        try:
            path = to_path(old)
            there = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            if elsewhere:
                return True
        except (OSError, ValueError):
            return False
        else:
            if (there.st_dev, there.st_ino) == (present.st_dev, present.st_ino):
                return False  # a hard link, or the same path written in another way
        return self._device(os.path.dirname(path)) == present.st_dev

    def _device(self, folder: str) -> int | None:
        """Return the file system of the nearest existing folder: inodes are unique within it."""
        if folder not in self._devices:
            try:
                self._devices[folder] = os.stat(folder).st_dev
            except (FileNotFoundError, NotADirectoryError):
                above = os.path.dirname(folder)
                self._devices[folder] = self._device(above) if above != folder else None
            except OSError:
                self._devices[folder] = None
        return self._devices[folder]
