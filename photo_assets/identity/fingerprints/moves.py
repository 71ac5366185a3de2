"""Telling a file that was moved or renamed from a new one, by what its stat proves. Reads nothing.

A file keeps inode, size and time when it is renamed within its file system, and its name as well
when a folder is renamed or a disk is mounted elsewhere. A record of the same under another path is
therefore this file's, if nothing else can explain the match. Whether its bytes are still the same
is another question: a new name moves the change time of the file, a new name of its folder does
not.
"""

import os
from collections.abc import Mapping

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.record import ContentKey, Fingerprint
from photo_assets.model.media import extension
from photo_assets.model.names import to_path

_SECOND_NS = 1_000_000_000


def find_moved(
    cache: FingerprintCache, unknown: Mapping[ContentKey, os.stat_result]
) -> dict[ContentKey, Fingerprint]:
    """Return the records of those `unknown` contents whose file is known under another path.

    The values of `unknown` are the present stat of the files (of an entry's archive). A file whose
    ending is another one now would be decoded otherwise; it counts as new.
    """
    places = _Places()
    moved: dict[ContentKey, Fingerprint] = {}
    for key, found in cache.find_elsewhere(key for key in unknown if key.inode).items():
        for path, record in found:
            is_named_alike = os.path.basename(path) == os.path.basename(key.path)
            # FAT and some network shares keep whole seconds, which many files may have.
            is_telling = is_named_alike or key.file_mtime_ns % _SECOND_NS != 0
            same_ending = key.member is not None or extension(path) == extension(key.path)
            if not (is_telling and same_ending):
                continue
            if places.has_left(path, unknown[key], elsewhere=is_named_alike):
                moved[key] = record
                break
    return moved


class _Places:
    """What is at the old paths now; folders are asked once."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, int, int, bool], bool] = {}
        self._devices: dict[str, int | None] = {}

    def has_left(self, old: str, present: os.stat_result, *, elsewhere: bool) -> bool:
        """Return whether the file that is `present` was at `old` and is not there any more.

        `elsewhere`: if nothing is there, its file system may have been mounted there.
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
                return False  # a second name of one file, or a path written in two ways
        return self._device(os.path.dirname(path)) == present.st_dev

    def _device(self, folder: str) -> int | None:
        """Return the file system of the nearest folder that is there: inodes are its own."""
        if folder not in self._devices:
            try:
                self._devices[folder] = os.stat(folder).st_dev
            except (FileNotFoundError, NotADirectoryError):
                above = os.path.dirname(folder)
                self._devices[folder] = self._device(above) if above != folder else None
            except OSError:
                self._devices[folder] = None
        return self._devices[folder]
