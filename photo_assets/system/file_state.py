"""The attributes that must be equal for a file to count as unchanged.

Size, modification time and inode, and the change time (ctime), which no program can set: an edit
that restores the modification time still changes it. So do a new name, new permissions and an
additional link, so a different change time means "check again" and not "another file". No file is
opened here.
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
"""File systems that store a change time. The others derive one: from the modification time (FAT,
sshfs), or at every mount or stat call (some FUSE file systems; SMB, depending on its server)."""


@dataclass(frozen=True, slots=True)
class FileState:
    """Size in bytes, times in ns since 1970. None: the file system keeps no reliable one."""

    size: int
    mtime_ns: int
    ctime_ns: int | None
    inode: int | None

    @property
    def stamp(self) -> str:
        """The state as text; equal states have equal text."""
        return f"{self.size}:{self.mtime_ns}:{self.ctime_ns}:{self.inode}"


class ChangeTimes:
    """Decides whether a file's change time is reliable; one object per pass over files.

    A file system that reports a different time at each stat call would cause every file to be read
    every time, so only file systems known to store one are trusted. A device missing from the mount
    table is trusted too: Btrfs subvolumes have such numbers, and systems other than Linux have no
    such table.
    """

    def __init__(self, mounts: Path = _MOUNTS) -> None:
        self._mounts = mounts
        self._kept: dict[int, bool] = {}

    def are_kept_on(self, device: int) -> bool:
        """Return whether the file system with this number (`st_dev`) keeps change times."""
        if device not in self._kept:
            kinds = _mounted(self._mounts)
            self._kept[device] = device not in kinds or kinds[device] in _KEEPERS
        return self._kept[device]

    def of(self, found: os.stat_result) -> int | None:
        """Return the change time to compare, None where it is not reliable."""
        return found.st_ctime_ns if self.are_kept_on(found.st_dev) else None

    def state(self, found: os.stat_result) -> FileState:
        """Return the state of the file whose stat result is `found`."""
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
