"""Opening a file on disk so that nothing put in its place can be opened instead."""

import os
import stat
from io import BufferedReader

from photo_assets.model.names import to_path


def open_regular(path: str) -> BufferedReader:
    """Open a regular file for reading; never a link, a pipe or a device put in its place.

    `path` is bytes-safe text (`model.names`). Raises `OSError`.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    descriptor = os.open(to_path(path), flags)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, "is not a regular file")
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise
