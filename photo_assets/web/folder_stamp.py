"""Whether a folder of stored tables may have changed, by one look at the folder itself.

A table is replaced by renaming a file, which changes the time of its folder. Which tables differ is
told by their digests.
"""

import os
import time
from pathlib import Path

from photo_assets.lake.footer import SETTLED_NS


def folder_stamp(folder: Path) -> int | None:
    """Return a number that stays the same while no table in a folder is replaced.

    None while the folder is missing or changed too recently to tell it from a later change.
    """
    try:
        changed = os.stat(folder).st_mtime_ns
    except OSError:
        return None
    return changed if time.time_ns() - changed > SETTLED_NS else None
