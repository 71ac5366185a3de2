"""Folders, shared drives and shortcuts: where a file is, by ids resolved to names.

Names are not unique in Drive, so an album is a folder by its id. A file has one folder; files of
before 2020 may have several. A shortcut is no copy and no entry of its own: it puts its target into
one more folder. A shortcut to a folder adds no path, as it may lead to a folder above itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from photo_assets.catalogs.google_drive.records import FOLDER, SHORTCUT, Record
from photo_assets.catalogs.online import google_values as values
from photo_assets.model.item import Album
from photo_assets.model.vocabulary import AlbumKind


class FolderTree:
    """All folders and shortcuts of an account by id; the roots of drives are folders too."""

    def __init__(self, table: Mapping[str, Record]) -> None:
        self._table = table

    def albums(self, record: Record) -> tuple[Album, ...]:
        """Return the folders of a file, of shortcuts to it too; ordered by path and id."""
        folders = [*values.texts(record, "parents"), *self._shortcuts.get(record["id"], ())]
        made = [
            Album(id=folder, path=self._path(folder), kind=AlbumKind.FOLDER)
            for folder in dict.fromkeys(folders)
            if folder in self._table
        ]
        return tuple(sorted(made, key=lambda album: (album.path, album.id)))

    def is_trashed(self, record: Record) -> bool:
        """Return whether a file, or every folder of it, is in the trash.

        Drive's change feed may name a folder that comes into the trash, or from there, without the
        files below it, whose records then state what was.
        """
        folders = [one for one in values.texts(record, "parents") if one in self._table]
        if not folders:
            return record.get("trashed") is True
        return _is_in_trash_itself(record) or all(
            any(_is_in_trash_itself(self._table[one]) for one in self._upwards(folder))
            for folder in folders
        )

    def is_below(self, record: Record, chosen: Iterable[str]) -> bool:
        """Return whether a file is in one of the folders `chosen`, at any depth."""
        wanted = set(chosen)
        folders = values.texts(record, "parents")
        return any(wanted.intersection((one, *self._upwards(one))) for one in folders)

    def affected_by(self, later: "FolderTree") -> set[str]:
        """Return the ids of what the difference of two tables may put elsewhere.

        All folders that changed and those below them, and the files that changed shortcuts, or
        shortcuts in such folders, point to. Other files are affected by their parents.
        """
        tables = (self._table, later._table)
        keys = {one for table in tables for one in table}
        pending = [one for one in keys if tables[0].get(one) != tables[1].get(one)]
        children = [_children(table) for table in tables]
        affected: set[str] = set()
        while pending:
            one = pending.pop()
            if one not in affected:
                affected.add(one)
                pending += [below for table in children for below in table.get(one, ())]
        return affected | {
            target for table in tables for one in affected if (target := _target(table.get(one)))
        }

    def _path(self, folder: str) -> tuple[str, ...]:
        named = [values.text(self._table[one].get("name")) or one for one in self._upwards(folder)]
        return tuple(reversed(named))

    def _upwards(self, folder: str) -> Iterator[str]:
        """Yield a folder and those above it, by their first parents, as far as they are known."""
        seen: set[str] = set()
        at: str | None = folder
        while at is not None and at in self._table and at not in seen:
            seen.add(at)
            yield at
            at = next(iter(values.texts(self._table[at], "parents")), None)

    @cached_property
    def _shortcuts(self) -> dict[str, list[str]]:
        """Target -> the folders of shortcuts to it that are not in the trash."""
        found: dict[str, list[str]] = {}
        for record in self._table.values():
            target = _target(record)
            if target is not None and not self.is_trashed(record):
                found.setdefault(target, []).extend(values.texts(record, "parents"))
        return found


def root_folder(folder_id: str, name: str) -> dict[str, Any]:
    """Return the record of the root of My Drive or of a shared drive."""
    return {"id": folder_id, "name": name, "mimeType": FOLDER}


def _is_in_trash_itself(record: Record) -> bool:
    return record.get("explicitlyTrashed", record.get("trashed")) is True


def _target(record: Record | None) -> str | None:
    """Return the id that a shortcut points to."""
    if record is None or record.get("mimeType") != SHORTCUT:
        return None
    return values.text(values.part(record, "shortcutDetails").get("targetId"))


def _children(table: Mapping[str, Record]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, record in table.items():
        for parent in values.texts(record, "parents"):
            found.setdefault(parent, []).append(key)
    return found
