"""Listing all files of an account: one drive after the other, page by page.

A page token that Drive no longer accepts starts the listing of its drive again. Drive documents
that a listing may miss files if others are removed meanwhile: then it does not count as complete.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from photo_assets.catalogs.google_drive import refusals
from photo_assets.catalogs.google_drive.client import MY_DRIVE, DriveClient, Reply
from photo_assets.catalogs.google_drive.folder_tree import root_folder
from photo_assets.catalogs.google_drive.records import (
    FILE_FIELDS,
    FILES_QUERY,
    FOLDER,
    FOLDER_FIELDS,
    FOLDERS_QUERY,
    within,
)
from photo_assets.catalogs.online import google_values as values
from photo_assets.catalogs.online.service import ITEMS, CursorLostError, Page, Record, Tables
from photo_assets.model.canonical import canonical
from photo_assets.service_calls import PermanentServiceError

FOLDERS: Final = "places"  # their name in stored listings
"""The kind of folders, shortcuts and the roots of drives."""

_ASKED: Final = {FOLDERS: (FOLDERS_QUERY, FOLDER_FIELDS), ITEMS: (FILES_QUERY, FILE_FIELDS)}
_FOLDERS_TOGETHER: Final = 50
_RESTARTS: Final = 3
_NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True)
class Position:
    """Where a listing continues: the page `token` of a corpus, in its `attempt`.

    `start` is the position of the corpus's change feed when its listing began.
    """

    corpus: str
    start: str
    attempt: int = 0
    token: str | None = None

    def text(self) -> str:
        """Return the form that `Position(*json.loads(text))` reads."""
        return canonical([self.corpus, self.start, self.attempt, self.token])


class Listing:
    """The listings of one account, and where its change feeds stood when they began."""

    def __init__(self, client: DriveClient, *, shared_drives: bool) -> None:
        self._client = client
        self._shared_drives = shared_drives
        self._began: dict[str, str] = {}
        self._drives: list[Reply] | None = None

    def begin(self) -> dict[str, str]:
        """Return the present positions of all change feeds, by corpus."""
        self._drives = list(self._client.drives()) if self._shared_drives else []
        corpora = [MY_DRIVE, *(drive["id"] for drive in self._drives)]
        self._began = {one: self._client.start_token(one) for one in corpora}
        return dict(self._began)

    def pages(self, kind: str, after: str | None, tables: Tables) -> Iterator[Page]:
        """Yield the pages of one drive after the other."""
        if kind == FOLDERS and after is None:
            roots = self._roots()
            first = self.start(MY_DRIVE)
            yield Page(roots, kind=kind, next=first.text(), within="roots")
        else:
            roots = [one for one in tables.get(FOLDERS, {}).values() if _is_drive(one)]
            first = self.start(MY_DRIVE) if after is None else Position(*json.loads(after))
        drives = sorted(one["id"] for one in roots if _is_drive(one))
        corpora = [MY_DRIVE, *drives]
        left = corpora[corpora.index(first.corpus) :] if first.corpus in corpora else []
        for number, corpus in enumerate(left):
            position = first if number == 0 else self.start(corpus)
            following = left[number + 1] if number + 1 < len(left) else None
            yield from self.listed(kind, position, following, drives)

    def start(self, corpus: str) -> Position:
        """Return where the listing of a corpus begins."""
        if corpus not in self._began:
            self._began[corpus] = self._client.start_token(corpus)
        return Position(corpus, self._began[corpus])

    def listed(
        self, kind: str, position: Position, following: str | None, drives: Collection[str]
    ) -> Iterator[Page]:
        """Yield the pages of one drive from a position on; `following` is listed after it."""
        while True:
            try:
                reply = self._client.files(*_ASKED[kind], position.corpus, position.token)
            except PermanentServiceError as error:
                if error.fault.code == refusals.PAGE_TOKEN and position.attempt < _RESTARTS:
                    position = replace(position, attempt=position.attempt + 1, token=None)
                    continue
                if position.corpus == MY_DRIVE or error.fault.status != _NOT_FOUND:
                    raise
                # The account left the shared drive meanwhile.
                reply = {"files": [], "incompleteSearch": True}
            token = reply.get("nextPageToken")
            is_whole = reply.get("incompleteSearch") is not True
            if token is None and position.token is not None:
                is_whole = is_whole and not self._removed_since(position)
            upcoming = replace(position, token=token) if token is not None else None
            if upcoming is None and following is not None:
                upcoming = self.start(following)
            yield Page(
                [one for one in reply["files"] if belongs(one, position.corpus, drives)],
                kind=kind,
                next=None if upcoming is None else upcoming.text(),
                within=f"{position.corpus} {position.attempt}",
                joined=is_whole,
            )
            if token is None:
                return
            position = replace(position, token=token)

    def below(self, folders: Collection[str], corpus: str) -> Iterator[Page]:
        """Yield what is in some folders now, at any depth."""
        seen, level = set(folders), sorted(folders)
        while level:
            found = list(self._directly_in(FOLDERS, level, corpus))
            yield Page(found, kind=FOLDERS)
            yield Page(list(self._directly_in(ITEMS, level, corpus)))
            level = sorted({one["id"] for one in found if one["mimeType"] == FOLDER} - seen)
            seen.update(level)

    def _directly_in(self, kind: str, folders: list[str], corpus: str) -> Iterator[Record]:
        query, parts = _ASKED[kind]
        for first in range(0, len(folders), _FOLDERS_TOGETHER):
            some = within(query, folders[first : first + _FOLDERS_TOGETHER])
            token: str | None = None
            while True:
                reply = self._client.files(some, parts, corpus, token)
                yield from reply["files"]
                token = reply.get("nextPageToken")
                if token is None:
                    break

    def _roots(self) -> list[Record]:
        root = self._client.root()
        if self._drives is None:
            self._drives = list(self._client.drives()) if self._shared_drives else []
        drives = [drive_folder(drive) for drive in self._drives]
        return [root_folder(root["id"], values.text(root.get("name")) or "My Drive"), *drives]

    def _removed_since(self, position: Position) -> bool:
        """Return whether a file was removed from a corpus since its listing began."""
        token = position.start
        while True:
            try:
                reply = changes_from(self._client, position.corpus, token)
            except CursorLostError:
                return True
            if any(change.get("removed") is True for change in reply["changes"]):
                return True
            if "nextPageToken" not in reply:
                return False
            token = reply["nextPageToken"]


def changes_from(client: DriveClient, corpus: str, token: str) -> Reply:
    """Return a page of changes. Raises `CursorLostError` if Drive does not accept the token."""
    try:
        return client.changes(corpus, token)
    except PermanentServiceError as error:
        if error.fault.code == refusals.PAGE_TOKEN or error.fault.status in (_NOT_FOUND, 410):
            raise CursorLostError from error
        raise


def drive_folder(drive: Reply) -> Record:
    """Return the record of a shared drive among the folders."""
    name = values.text(drive.get("name")) or drive["id"]
    return {**root_folder(drive["id"], name), "driveId": drive["id"]}


def _is_drive(record: Record) -> bool:
    return values.text(record.get("driveId")) == str(record["id"])


def belongs(file: Record, corpus: str, drives: Collection[str]) -> bool:
    """Return whether a file is listed in this corpus, not in a shared drive's own."""
    drive = values.text(file.get("driveId")) or MY_DRIVE
    return drive == corpus or (corpus == MY_DRIVE and drive not in drives)
