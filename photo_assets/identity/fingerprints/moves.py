"""Telling a file that was moved or renamed from a new one, by what its stat proves. Reads nothing.

A file keeps inode, size and time when it is renamed within its file system. A record of the same
three under another path is therefore this file's, if nothing else can explain the match. Whether
its bytes are still the same is another question: a new name moves the change time of the file,
a new name of its folder does not.
"""

import os
from collections.abc import Mapping

from photo_assets.model.media import extension
from photo_assets.model.names import to_path
from photo_assets.store.fingerprint_cache import FingerprintCache
from photo_assets.store.fingerprint_record import ContentKey, Fingerprint

_SECOND_NS = 1_000_000_000


def find_moved(
    cache: FingerprintCache, unknown: Mapping[ContentKey, os.stat_result]
) -> dict[ContentKey, Fingerprint]:
    """Return the records of those `unknown` contents whose file is known under another path.

    The values of `unknown` are the present stat of the files (of an entry's archive). A file whose
    ending is another one now would be decoded otherwise; it counts as new.
    """
    telling = [key for key in unknown if _tells(key)]
    places = _Places()
    moved: dict[ContentKey, Fingerprint] = {}
    for key, found in cache.find_elsewhere(telling).items():
        for path, record in found:
            same_ending = key.member is not None or extension(path) == extension(key.path)
            if same_ending and places.has_left(path, unknown[key]):
                moved[key] = record
                break
    return moved


def _tells(key: ContentKey) -> bool:
    """Say whether a match can prove anything: FAT and some network shares keep whole seconds."""
    return bool(key.inode) and key.file_mtime_ns % _SECOND_NS != 0


class _Places:
    """What is at the old paths now; folders are asked once."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, int, int], bool] = {}
        self._devices: dict[str, int | None] = {}

    def has_left(self, old: str, present: os.stat_result) -> bool:
        """Say whether the file that is `present` was at `old` and is not there any more."""
        asked = (old, present.st_dev, present.st_ino)
        if asked not in self._left:  # thousands of entries share an archive
            self._left[asked] = self._look(old, present)
        return self._left[asked]

    def _look(self, old: str, present: os.stat_result) -> bool:
        try:
            path = to_path(old)
            there = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            pass
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
