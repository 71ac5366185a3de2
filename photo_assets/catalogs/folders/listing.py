"""The listing of one directory: names, sizes, times and inodes, and digests over them.

A scan without changes runs only this code, so a regular picture takes a few instructions beyond the
listing itself: plain tuples, and one digest per directory. Entries and events are created on
demand.
"""

import hashlib
import os
import stat
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from photo_assets.catalogs.folders.entry import FileEntry
from photo_assets.catalogs.folders.exclude import Exclusion
from photo_assets.catalogs.folders.naming import Notes, is_of_picasa, notes_kind
from photo_assets.model.events import Discarded, Failed, ScanEvent
from photo_assets.model.media import SIDECAR_EXTENSIONS, extension, is_media
from photo_assets.model.names import to_text
from photo_assets.system.file_state import ChangeTimes

STILL_WRITTEN = "still being written"
_VANISHED = "vanished"
_UNFINISHED = frozenset({"part", "partial", "crdownload", "download", "tmp", "filepart"})
_MOST_ENDINGS = 4096
_HIDDEN = ".*"  # the default exclude pattern for hidden files

# The classification of a name. Plain integers: enum members would take a tenth of a walk's time.
_MEDIA, _SIDECAR, _LOOK_CLOSER = 0, 1, 2


class Rules:
    """The settings that affect a walk. `now` is in Unix seconds."""

    def __init__(self, exclude: tuple[str, ...], settle_seconds: float, now: float) -> None:
        self.excluded = Exclusion(exclude)
        self.excluded_by_name = Exclusion([pattern for pattern in exclude if pattern != _HIDDEN])
        self.settle_ns = int(settle_seconds * 1e9)
        self.now_ns = int(now * 1e9)
        self.endings = _Endings(self.excluded)
        self.change_times = ChangeTimes()


class _Endings(dict[str, int]):
    """The classification of names by extension, dot included; cached."""

    def __init__(self, excluded: Exclusion) -> None:
        self._excluded = excluded

    def __missing__(self, ending: str) -> int:
        name = f"x{ending}"
        if ending in self._excluded.endings or not ending.startswith("."):
            sort = _LOOK_CLOSER
        elif is_media(name):
            sort = _MEDIA
        elif extension(name) in SIDECAR_EXTENSIONS:
            sort = _SIDECAR
        else:
            sort = _LOOK_CLOSER
        if len(self) < _MOST_ENDINGS:
            self[ending] = sort
        return sort


@dataclass(slots=True)
class Listing:
    """The content of one directory. `files`: (name, size, mtime, ctime in ns, inode), by name."""

    files: list[tuple[str, int, int, int, int]] = field(default_factory=list)
    has_change_times: bool = (
        True  # False: the ctimes are 0, because the file system does not record them
    )
    sidecars: int = 0  # number of sidecars in `files`, including notes files
    notes: set[Notes] = field(default_factory=set)  # kinds of notes files, by name
    size: int = 0  # total of `files`, bytes
    folders: list[str] = field(default_factory=list)
    aside: list[tuple[str, str]] = field(default_factory=list)  # name and reason of discards
    refused: list[tuple[str, str]] = field(
        default_factory=list
    )  # name and the system's error message
    unsettled: frozenset[str] = frozenset()  # names in `files` that may still be being written
    digest: bytes = b""
    """Equal whenever a scan would find the same pictures and sidecars, settled or not."""

    @property
    def state(self) -> bytes | None:
        """Digest of all that a scan of it depends on; None when time alone may change that."""
        if self.unsettled or self.refused or any(why == _VANISHED for _, why in self.aside):
            return None
        state = hashlib.blake2b(self.digest, digest_size=16)
        for name, why in self.aside:
            state.update(_encoded(name, why, ""))
        return state.digest()

    def entries(self) -> list[FileEntry]:
        """Return the pictures, sidecars and notes in byte order of their names."""
        return [
            FileEntry(
                name,
                to_text(name),
                size,
                mtime_ns,
                ctime_ns if self.has_change_times else None,
                inode,
                name not in self.unsettled,
            )
            for name, size, mtime_ns, ctime_ns, inode in sorted(
                self.files, key=lambda file: os.fsencode(file[0])
            )
        ]

    def events(self, prefix: str) -> Iterator[ScanEvent]:
        """Yield discards and failures, in byte order; native ids start with `prefix`."""
        both = [(*one, False) for one in self.aside] + [(*one, True) for one in self.refused]
        for name, why, failed in sorted(both, key=lambda one: os.fsencode(one[0])):
            ref = prefix + to_text(name)
            if failed:
                detail = f"The file's size and time cannot be read: {why}."
                yield Failed(ref, "not readable", detail, native_id=ref)
            else:
                yield Discarded(ref, why)


def list_directory(handle: int, rules: Rules, called: str = "") -> Listing:
    """List a directory completely: a partial listing would give wrong pairs and sidecars.

    Its name (`called`) determines the possible kinds of some files. Raises `OSError` when it cannot
    be listed.
    """
    keeps = rules.change_times.are_kept_on(os.fstat(handle).st_dev)
    listing = Listing(has_change_times=keeps)
    endings, firsts = rules.endings, rules.excluded.firsts
    sidecars, closer = 0, _LOOK_CLOSER
    add = listing.files.append
    with os.scandir(handle) as entries:
        for entry in entries:
            name = entry.name
            dot = name.rfind(".")
            sort = endings[name[dot:]] if dot > 0 else closer
            if (
                sort == closer
                or firsts is None
                or name[0] in firsts
                or not entry.is_file(follow_symlinks=False)
            ):
                sort = _closer(entry, rules, listing, called)
                if sort == closer:
                    continue
            try:
                found = entry.stat(follow_symlinks=False)
            except OSError as error:
                _refused(name, error, listing)
                continue
            sidecars += sort
            ctime_ns = found.st_ctime_ns if keeps else 0
            add((name, found.st_size, found.st_mtime_ns, ctime_ns, found.st_ino))
    listing.files.sort()
    listing.sidecars = sidecars
    listing.folders.sort(key=os.fsencode)
    listing.aside.sort()
    _digest(listing, rules)
    return listing


def _closer(entry: "os.DirEntry[str]", rules: Rules, listing: Listing, called: str) -> int:
    """Classify an entry that is not obviously a picture; return its classification."""
    name = entry.name
    excluded = rules.excluded_by_name if is_of_picasa(name) else rules.excluded
    if excluded.covers(name):
        listing.aside.append((name, "excluded"))
        return _LOOK_CLOSER
    if entry.is_dir(follow_symlinks=False):
        listing.folders.append(name)
        return _LOOK_CLOSER
    ending = extension(name)
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except OSError as error:
        _refused(name, error, listing)
        return _LOOK_CLOSER
    if stat.S_ISLNK(mode):
        listing.aside.append((name, "symbolic link"))
    elif not stat.S_ISREG(mode):
        listing.aside.append((name, "not a regular file"))
    elif ending in _UNFINISHED:
        listing.aside.append((name, STILL_WRITTEN))
    elif is_media(name):
        return _MEDIA
    elif ending in SIDECAR_EXTENSIONS:
        return _SIDECAR
    elif kind := notes_kind(name, called):
        listing.notes.add(kind)
        return _SIDECAR
    else:
        listing.aside.append((name, "not a picture"))
    return _LOOK_CLOSER


def _refused(name: str, error: OSError, listing: Listing) -> None:
    if isinstance(error, FileNotFoundError):
        listing.aside.append((name, _VANISHED))
    else:
        listing.refused.append((name, str(error.strerror)))


def _digest(listing: Listing, rules: Rules) -> None:
    state = hashlib.blake2b(digest_size=16)
    if listing.files:
        names, sizes, mtimes, ctimes, inodes = zip(*listing.files, strict=True)
        listing.size = sum(sizes)
        state.update(_encoded(*names))
        for column in (sizes, mtimes, ctimes):
            state.update(array("q", column))
        state.update(array("Q", inodes))
        # A clock may be slightly ahead; a time far in the future is a wrong time.
        if max(mtimes) > rules.now_ns - rules.settle_ns:
            listing.unsettled = frozenset(
                name
                for name, mtime_ns in zip(names, mtimes, strict=True)
                if abs(rules.now_ns - mtime_ns) < rules.settle_ns
            )
            state.update(_encoded("", *sorted(listing.unsettled)))
    for name, why in sorted(listing.refused):
        state.update(_encoded("", name, why))
    listing.digest = state.digest()


def _encoded(*names: str) -> bytes:
    return os.fsencode("\0".join(names))
