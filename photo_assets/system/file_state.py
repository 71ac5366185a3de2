"""What the system says of a file that must be equal for the file to count as unchanged.

Size, modification time and inode, and the change time (ctime), which no program can set: an edit
that restores the modification time still moves it. So do a new name, new permissions and a further
link, so a change time that differs means "look again" and never "another file". Nothing is opened
here.
"""

import os
from dataclasses import dataclass
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_KEEPERS = frozenset(
    {
        *("ext2", "ext3", "ext4", "xfs", "btrfs", "bcachefs", "zfs", "f2fs", "jfs", "nilfs2"),
        *("reiserfs", "ufs", "apfs", "hfs", "hfsplus", "tmpfs", "ramfs", "overlay", "nfs", "nfs4"),
    }
)
"""File systems that store a change time of their own. The others make one up: from the modification
time (FAT, sshfs), or again at every mount or look (some FUSE file systems; SMB, by its server)."""


@dataclass(frozen=True, slots=True)
class FileState:
    """Size in bytes, times in ns since 1970. None: the file system keeps none to be relied on."""

    size: int
    mtime_ns: int
    ctime_ns: int | None
    inode: int | None

    @property
    def stamp(self) -> str:
        """The state as text, equal where it is."""
        return f"{self.size}:{self.mtime_ns}:{self.ctime_ns}:{self.inode}"


class ChangeTimes:
    """Tells whether a file's change time means anything; one object for each pass over files.

    A file system that would give another time at each look would have every file read again each
    time, so only those known to keep one are believed. A device that the table of mounts does not
    list is believed too: Btrfs numbers its subvolumes so, and elsewhere than on Linux there is no
    such table.
    """

    def __init__(self, mounts: Path = _MOUNTS) -> None:
        self._mounts = mounts
        self._kept: dict[int, bool] = {}

    def are_kept_on(self, device: int) -> bool:
        """Say whether the file system with this number (`st_dev`) keeps change times."""
        if device not in self._kept:
            kinds = _mounted(self._mounts)
            self._kept[device] = device not in kinds or kinds[device] in _KEEPERS
        return self._kept[device]

    def of(self, found: os.stat_result) -> int | None:
        """Return the change time to compare, None where it means nothing."""
        return found.st_ctime_ns if self.are_kept_on(found.st_dev) else None

    def state(self, found: os.stat_result) -> FileState:
        """Return the state of the file that `found` is the stat of."""
        return FileState(found.st_size, found.st_mtime_ns, self.of(found), found.st_ino or None)


def _mounted(table: Path) -> dict[int, str]:
    """Return the kind of each mounted file system by device number (proc(5), mountinfo)."""
    try:
        lines = table.read_text(errors="replace").splitlines()
    except OSError:
        return {}
    kinds: dict[int, str] = {}
    for line in lines:
        fields, _, rest = line.partition(" - ")
        numbers = fields.split()[2:3]
        if numbers and rest:
            major, _, minor = numbers[0].partition(":")
            kinds[os.makedev(int(major), int(minor))] = rest.split()[0]
    return kinds
