"""The complete state of a directory tree, for checking that reading it changed nothing."""

import hashlib
import os
import shutil
import stat
from pathlib import Path

Entry = tuple[str, int, int, int, int, int, str]


def manifest(root: Path) -> dict[str, Entry]:
    """Return every entry below `root` with kind, mode, size, mtime, ctime, inode and content.

    Access times are left out: reading may change them, which is not a change of the source.
    """
    found = {".": _entry(os.fspath(root))}
    for folder, directories, files in os.walk(root):
        for name in directories + files:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, root)] = _entry(path)
    return found


def copy_in_reverse(source: Path, target: Path) -> None:
    """Copy a file or tree with times and modes, creating entries in the opposite order."""
    if source.is_symlink() or not source.is_dir():
        shutil.copy2(source, target, follow_symlinks=False)
        return
    target.mkdir()
    for name in sorted(os.listdir(source), reverse=True):
        if stat.S_ISFIFO((source / name).lstat().st_mode):
            os.mkfifo(target / name)
        else:
            copy_in_reverse(source / name, target / name)
    shutil.copystat(source, target)


def set_writable(root: Path, writable: bool) -> None:
    """Give or take the owner's permission to write, in every directory and file below `root`."""
    for folder, directories, files in os.walk(root):
        for name in [".", *directories, *files]:
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            if not stat.S_ISLNK(mode):
                Path(path).chmod(mode | stat.S_IWUSR if writable else mode & ~0o222)


def _entry(path: str) -> Entry:
    found = os.lstat(path)
    content = ""
    if stat.S_ISLNK(found.st_mode):
        content = os.readlink(path)
    elif stat.S_ISREG(found.st_mode) and os.access(path, os.R_OK):
        content = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    return (
        stat.filemode(found.st_mode),
        found.st_size,
        found.st_mtime_ns,
        found.st_ctime_ns,
        found.st_ino,
        found.st_nlink,
        content,
    )
