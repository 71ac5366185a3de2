"""Files that share their data on the disk until one of them is written to (reflink).

Btrfs, XFS and some others can do so, within one file system. Only Linux's call is used: that of
macOS makes the file itself, under a name.
"""

import fcntl  # noqa: TID251  # no lock
import sys
from typing import BinaryIO, Final

_FICLONE: Final = getattr(fcntl, "FICLONE", 0x40049409)
"""The number of the call, ioctl_ficlone(2); from Python 3.12 on it has a name."""


def clone_data(source: BinaryIO, target: BinaryIO) -> bool:
    """Give an empty file all data of another one; return False if that is not possible.

    The files have different inodes. `source` is read from its beginning, wherever it stands. What
    `target` holds then has to be compared by whoever needs to know: a file can change meanwhile.
    """
    if sys.platform != "linux":
        return False
    try:
        fcntl.ioctl(target.fileno(), _FICLONE, source.fileno())
    except (OSError, AttributeError):  # of another file system, or no file on a disk
        return False
    return True
