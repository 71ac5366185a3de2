"""Comparing several files byte by byte in one pass: each is read once, however many there are.

This is faster than hashing and exact. Failures are passed to `failed` and their files omitted.
"""

from collections.abc import Callable, Iterable

from photo_assets.identity.duplicates.content import ChangedError, Reading, content_digest
from photo_assets.identity.duplicates.walk import FoundFile

MOST_OPEN = 32
"""Files compared at once; larger groups of one size with equal ends are compared by SHA-256."""

Failed = Callable[[FoundFile, Exception], None]


def equal_groups(files: list[FoundFile], failed: Failed) -> list[list[FoundFile]]:
    """Return the groups of two or more files with equal content.

    `files` have the same size; their order is kept.
    """
    if len(files) > MOST_OPEN:
        return _by_digest(files, failed)
    readings = _open(files, failed)
    try:
        groups = [list(readings)]
        done: list[list[FoundFile]] = []
        while groups := [group for group in groups if len(group) > 1]:
            groups = [part for group in groups for part in _advance(group, failed, done)]
        return [group for group in done if len(group) > 1]
    finally:
        for reading in readings:
            reading.close()


def _open(files: list[FoundFile], failed: Failed) -> list[Reading]:
    readings = []
    for file in files:
        try:
            readings.append(Reading(file))
        except (OSError, ChangedError) as error:
            failed(file, error)
    return readings


def _advance(
    group: list[Reading], failed: Failed, done: list[list[FoundFile]]
) -> list[list[Reading]]:
    """Read a chunk of each file; return the still equal groups; ended files go to `done`."""
    parts: list[list[Reading]] = []
    ended: list[FoundFile] = []
    for reading in group:
        try:
            if not reading.advance():
                reading.finish()
                ended.append(reading.file)
                continue
        except (OSError, ChangedError) as error:
            failed(reading.file, error)
            continue
        for part in parts:
            if part[0].chunk == reading.chunk:
                part.append(reading)
                break
        else:
            parts.append([reading])
    done.append(ended)
    return parts


def _by_digest(files: Iterable[FoundFile], failed: Failed) -> list[list[FoundFile]]:
    groups: dict[bytes, list[FoundFile]] = {}
    for file in files:
        try:
            groups.setdefault(content_digest(file), []).append(file)
        except (OSError, ChangedError) as error:
            failed(file, error)
    return [group for group in groups.values() if len(group) > 1]
