"""Distinguishing moved or renamed files from new ones by their stat. Reads no content.

A file keeps inode, size and time when it is renamed within its file system, and also its name when
a folder is renamed or a disk is mounted elsewhere. A record with the same values under another path
therefore belongs to this file, if nothing else explains the match. Its bytes may still have
changed: renaming a file changes its change time, renaming its folder does not.
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

    The values of `unknown` are the current stat of the files (of an entry's archive). A file with a
    different extension would be decoded differently; it counts as new.
    """
    places = _Places()
    moved: dict[ContentKey, Fingerprint] = {}
    for key, found in cache.find_elsewhere(key for key in unknown if key.inode).items():
        for path, record in found:
            is_named_alike = os.path.basename(path) == os.path.basename(key.path)
            # FAT and some network shares keep whole seconds, which many files may share.
            is_telling = is_named_alike or key.file_mtime_ns % _SECOND_NS != 0
            same_ending = key.member is not None or extension(path) == extension(key.path)
            if not (is_telling and same_ending):
                continue
            if places.has_left(path, unknown[key], elsewhere=is_named_alike):
                moved[key] = record
                break
    return moved


class _Places:
    """The current state of the old paths; each folder is checked once."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, int, int, bool], bool] = {}
        self._devices: dict[str, int | None] = {}

    def has_left(self, old: str, present: os.stat_result, *, elsewhere: bool) -> bool:
        """Return whether the file `present` was at `old` and is no longer there.

        `elsewhere`: if the path does not exist, its file system may have been mounted there.
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
                return False  # a hard link, or the same path written in another way
        return self._device(os.path.dirname(path)) == present.st_dev

    def _device(self, folder: str) -> int | None:
        """Return the file system of the nearest existing folder: inodes are unique within it."""
        if folder not in self._devices:
            try:
                self._devices[folder] = os.stat(folder).st_dev
            except (FileNotFoundError, NotADirectoryError):
                above = os.path.dirname(folder)
                self._devices[folder] = self._device(above) if above != folder else None
            except OSError:
                self._devices[folder] = None
        return self._devices[folder]
