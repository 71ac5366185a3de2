"""Walking the tree by directory handles: never through a symbolic link, one folder at a time.

Opening each directory relative to its parent's handle means that a link put in place of a directory
while the walk runs leads nowhere, and that paths longer than the system's limit can be read.
"""

import errno
import fnmatch
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

from photo_assets.catalogs.folders.entry import FileEntry
from photo_assets.model.errors import CatalogUnavailableError, CatalogUnreadableError
from photo_assets.model.events import Discarded, Failed, ScanEvent
from photo_assets.model.media import SIDECAR_EXTENSIONS, extension, is_media
from photo_assets.model.names import to_text

MAX_DEPTH = 200
STILL_WRITTEN = "still being written"
_UNFINISHED = frozenset({"part", "partial", "crdownload", "download", "tmp", "filepart"})
_OPEN_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say about a walk. `now` is Unix seconds."""

    exclude: tuple[str, ...]
    settle_seconds: float
    now: float


@dataclass(slots=True)
class Folder:
    """One directory: its handle (open while it is yielded), pictures and sidecars, and the rest."""

    path: str  # relative to the root, "" for the root itself, "/" between names
    handle: int
    files: list[FileEntry] = field(default_factory=list)
    set_aside: list[ScanEvent] = field(default_factory=list)

    def id_of(self, text: str) -> str:
        """Return the native id of a name in this directory."""
        return f"{self.path}/{text}" if self.path else text


@dataclass(slots=True)
class _Level:
    folder: Folder
    identity: tuple[int, int]
    children: list[str]  # names still to be entered, in reverse order


def walk(root: str, rules: Rules) -> Iterator[Folder]:
    """Yield every directory below `root`, parents first, names in byte order.

    Raises `CatalogUnavailableError` when the root is not there, `CatalogUnreadableError` when it is
    not a directory. A directory that cannot be listed is a folder with one `Failed`.
    """
    skip = _matcher(rules.exclude)
    levels = [_root_level(root, rules, skip)]
    try:
        yield levels[0].folder
        while levels:
            level = levels[-1]
            if not level.children:
                os.close(levels.pop().folder.handle)
                continue
            name = level.children.pop()
            path = level.folder.id_of(to_text(name))
            entered = _enter(name, path, levels, rules, skip)
            if isinstance(entered, _Level):
                levels.append(entered)
                yield entered.folder
            else:
                yield Folder(path, -1, set_aside=[entered])
    finally:
        for level in levels:
            os.close(level.folder.handle)


def _root_level(root: str, rules: Rules, skip: re.Pattern[str] | None) -> _Level:
    try:
        handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            return _listed(Folder("", handle), rules, skip)
        except OSError:
            os.close(handle)
            raise
    except NotADirectoryError as error:
        raise CatalogUnreadableError(
            f"{to_text(root)} is not a folder.", hint="Set `path` to the folder with the photos."
        ) from error
    except OSError as error:
        raise CatalogUnavailableError(
            f"The folder {to_text(root)} cannot be read: {error.strerror}.",
            hint="Connect or mount it; its rows are kept until then.",
        ) from error


def _enter(
    name: str, path: str, levels: list[_Level], rules: Rules, skip: re.Pattern[str] | None
) -> _Level | ScanEvent:
    if len(levels) > MAX_DEPTH:
        detail = f"Folders deeper than {MAX_DEPTH} levels are not read."
        return Failed(path, "too deep", detail, native_prefix=f"{path}/")
    try:
        handle = os.open(name, _OPEN_DIRECTORY, dir_fd=levels[-1].folder.handle)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENOENT, errno.ENOTDIR}:
            return Discarded(path, "vanished", "It was a folder a moment ago.")
        return _unlistable(path, error)
    try:
        level = _listed(Folder(path, handle), rules, skip)
    except OSError as error:
        os.close(handle)
        return _unlistable(path, error)
    if any(level.identity == above.identity for above in levels):
        os.close(handle)
        return Discarded(path, "folder loop", "It is mounted inside itself.")
    return level


def _unlistable(path: str, error: OSError) -> Failed:
    return Failed(
        path,
        "folder not readable",
        f"The folder cannot be listed: {error.strerror}. What is in it keeps its rows.",
        native_prefix=f"{path}/",
    )


def _listed(folder: Folder, rules: Rules, skip: re.Pattern[str] | None) -> _Level:
    """List a directory whole, so that no pair or sidecar is judged by half a listing."""
    found = os.fstat(folder.handle)
    children: list[str] = []
    with os.scandir(folder.handle) as listing:
        entries = sorted(listing, key=lambda entry: os.fsencode(entry.name))
    for entry in entries:
        text = to_text(entry.name)
        if skip is not None and skip.match(entry.name):
            folder.set_aside.append(Discarded(folder.id_of(text), "excluded"))
        elif entry.is_dir(follow_symlinks=False):
            children.append(entry.name)
        else:
            _file(folder, entry, text, rules)
    children.reverse()
    return _Level(folder, (found.st_dev, found.st_ino), children)


def _file(folder: Folder, entry: "os.DirEntry[str]", text: str, rules: Rules) -> None:
    ref = folder.id_of(text)
    try:
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        folder.set_aside.append(Discarded(ref, "vanished"))
        return
    except OSError as error:
        detail = f"The file's size and time cannot be read: {error.strerror}."
        folder.set_aside.append(Failed(ref, "not readable", detail, native_id=ref))
        return
    ending = extension(entry.name)
    if stat.S_ISLNK(found.st_mode):
        folder.set_aside.append(Discarded(ref, "symbolic link"))
    elif not stat.S_ISREG(found.st_mode):
        folder.set_aside.append(Discarded(ref, "not a regular file"))
    elif ending in _UNFINISHED:
        folder.set_aside.append(Discarded(ref, STILL_WRITTEN))
    elif not is_media(entry.name) and ending not in SIDECAR_EXTENSIONS:
        folder.set_aside.append(Discarded(ref, "not a picture"))
    else:
        # A clock may be a little ahead; a time far in the future is just a wrong time.
        settled = abs(rules.now - found.st_mtime_ns / 1e9) >= rules.settle_seconds
        folder.files.append(
            FileEntry(entry.name, text, found.st_size, found.st_mtime_ns, found.st_ino, settled)
        )


def _matcher(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(fnmatch.translate, patterns))) if patterns else None
