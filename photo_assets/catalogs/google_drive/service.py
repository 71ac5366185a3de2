"""One account as a service: its change feeds, and which files a changed folder affects.

My Drive and each shared drive have a feed of their own. Listing everything is in `listing`.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Final

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.catalogs.google_drive.client import DriveClient, Reply
from photo_assets.catalogs.google_drive.folder_tree import FolderTree
from photo_assets.catalogs.google_drive.item import FileReader, gaps_of
from photo_assets.catalogs.google_drive.listing import (
    FOLDERS,
    Listing,
    belongs,
    changes_from,
    drive_folder,
)
from photo_assets.catalogs.google_drive.records import (
    FOLDER,
    folder_part,
    is_folder_or_shortcut,
    is_listed,
    revision_of,
)
from photo_assets.catalogs.online import google_values as values
from photo_assets.catalogs.online.service import (
    ITEMS,
    CursorLostError,
    OnlineService,
    Page,
    Record,
    Rows,
    Tables,
)
from photo_assets.catalogs.protocol import Figure
from photo_assets.media.content import Absence, RemoteContent, RemoteContentError
from photo_assets.model.canonical import canonical, canonical_digest
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.model.events import Found, ScanEvent
from photo_assets.service_calls import CallStatistics, ServiceError
from photo_assets.service_calls.download import Download
from photo_assets.sign_in.google import explain_refusal

_SEARCHED_TOGETHER: Final = 100
_DOCUMENTS: Final = "application/vnd.google-apps."


class DriveService(OnlineService):
    """One account: its files, and as tables its folders and shortcuts.

    `account` tells accounts apart: positions of one mean something else in another. `again`: how to
    give photosync other credentials, a sentence.
    """

    tables: ClassVar[tuple[str, ...]] = (FOLDERS,)

    def __init__(
        self,
        client: DriveClient,
        reader: FileReader,
        *,
        account: str,
        again: str,
        shared_drives: bool,
    ) -> None:
        self._client = client
        self._reader = reader
        self._account = canonical_digest(account)[:16]
        self._again = again
        self._shared_drives = shared_drives
        self._tree: tuple[Any, FolderTree] | None = None
        self._listing = Listing(client, shared_drives=shared_drives)
        self._gaps: Counter[str] = Counter()

    def cursor(self) -> str:
        """Return the positions of all change feeds."""
        return self._position(self._listing.begin())

    def pages(self, kind: str, after: str | None, tables: Tables) -> Iterator[Page]:
        """Yield the pages of one drive after the other."""
        return self._listing.pages(kind, after, tables)

    def changes(self, cursor: str, tables: Tables) -> Iterator[Page]:
        """Yield the changes of one feed after the other."""
        account, feeds = json.loads(cursor)
        if account != self._account:
            raise CursorLostError
        present: set[str] = set()
        for corpus in list(feeds):
            ended = False
            while not ended:
                reply = changes_from(self._client, corpus, feeds[corpus])
                ended = "nextPageToken" not in reply
                for change in reply["changes"]:
                    if change.get("changeType") == "drive" and self._shared_drives:
                        yield from self._changed_drive(change, feeds)
                feeds[corpus] = reply["newStartPageToken" if ended else "nextPageToken"]
                folders, files = self._split(reply, corpus, feeds, tables)
                # A file that moved to another drive is removed from one feed and in the other.
                present |= {one["id"] for one in (*folders.records, *files.records)}
                for page in (folders, files):
                    yield replace(page, removed=[one for one in page.removed if one not in present])
                    if page is folders:
                        yield from self._listing.below(_looked_into(reply, tables), corpus)

    def item(self, record: Record, tables: Tables) -> ScanEvent:
        """Return the event of a file."""
        event = self._reader.event(record, self._tree_of(tables))
        if isinstance(event, Found):
            self._gaps.update(gaps_of(record))
        return event

    def concerned(self, before: Tables, after: Tables, rows: Rows) -> Collection[str]:
        """Return the files below folders that changed, and the targets of changed shortcuts."""
        folders = FolderTree(before.get(FOLDERS, {})), FolderTree(after.get(FOLDERS, {}))
        affected = folders[0].affected_by(folders[1])
        if not affected:
            return affected
        found = set(affected)
        for table in rows():
            found |= _with_parents(table, affected)
        return found

    def fetch(self, content: RemoteContent, download: Download) -> None:
        """Ask for a file's content; of one without a checksum, also whether it is that version.

        Parts of two versions would otherwise be joined without a sign of it.
        """
        self._require_version(content)
        self._client.media(content.native_id, download)
        self._require_version(content)

    def _require_version(self, content: RemoteContent) -> None:
        if content.digests:
            return
        now = self._client.revision(content.native_id)
        if canonical(revision_of(now)) != content.version:
            detail = "The file changed since it was listed; it is tried again later."
            raise RemoteContentError(Absence.WRONG_BYTES, detail)

    def unavailable(self, error: ServiceError) -> CatalogUnavailableError | None:
        """Return the error for people of a refusal that waiting does not end."""
        return explain_refusal(
            error, self._again, api="Google Drive API", data="the files of this account"
        )

    @property
    def statistics(self) -> CallStatistics:
        """The statistics of the calls so far."""
        return self._client.statistics

    def figures(self) -> Mapping[str, Figure]:
        """Return how many of the files read just now the account may not see or do all of."""
        return {f"files_without_{name}_permission": count for name, count in self._gaps.items()}

    def _changed_drive(self, change: Reply, feeds: dict[str, str]) -> Iterator[Page]:
        """Yield a shared drive that was renamed, and everything in one that was added."""
        drive = change["driveId"]
        if change.get("removed") is True or not isinstance(change.get("drive"), dict):
            if drive in feeds:
                raise CursorLostError
            return
        yield Page([drive_folder(change["drive"])], kind=FOLDERS)
        if drive not in feeds:
            start = self._listing.start(drive)
            for kind in (FOLDERS, ITEMS):
                for page in self._listing.listed(kind, start, None, [drive]):
                    if not page.joined:
                        raise CursorLostError
                    yield Page(page.records, kind=kind)
            feeds[drive] = start.start

    def _split(
        self, reply: Reply, corpus: str, feeds: dict[str, str], tables: Tables
    ) -> tuple[Page, Page]:
        """Return the changes of a reply: of folders and shortcuts, and of files."""
        known = tables.get(FOLDERS, {})
        folders, files = Page([], kind=FOLDERS), Page([], cursor=self._position(feeds))
        for change in reply["changes"]:
            if change.get("changeType") == "drive":
                continue
            key, file = change["fileId"], change.get("file")
            if change.get("removed") is True or file is None:
                if known.get(key, {}).get("mimeType") == FOLDER:
                    # The feed need not name what was in it.
                    raise CursorLostError
                (folders if key in known else files).removed.append(key)
            elif not belongs(file, corpus, feeds):
                continue
            elif is_folder_or_shortcut(file):
                folders.records.append(folder_part(file))
            elif is_listed(file):
                files.records.append(file)
            elif not str(file.get("mimeType")).startswith(_DOCUMENTS):
                files.removed.append(key)
        return folders, files

    def _position(self, feeds: Mapping[str, str]) -> str:
        return canonical([self._account, feeds])

    def _tree_of(self, tables: Tables) -> FolderTree:
        table = tables.get(FOLDERS, {})
        if self._tree is None or self._tree[0] is not table:
            self._tree = (table, FolderTree(table))
        return self._tree[1]


def _looked_into(reply: Reply, tables: Tables) -> list[str]:
    """Return the folders whose files a page of changes need not name although they changed.

    A folder that others own and that was not seen before, and one whose sharing changed, which is
    that of its files too.
    """
    known = tables.get(FOLDERS, {})
    found = []
    for change in reply["changes"]:
        file = change.get("file")
        if isinstance(file, dict) and file.get("mimeType") == FOLDER and not change.get("removed"):
            before = known.get(file["id"])
            if before is None:
                is_other = file.get("ownedByMe") is not True
            else:
                is_other = _sharing(before) != _sharing(file)
            if is_other:
                found.append(file["id"])
    return found


def _sharing(record: Record) -> tuple[list[str], str | None]:
    return sorted(values.texts(record, "permissionIds")), values.text(record.get("driveId"))


def _with_parents(rows: pa.Table, folders: set[str]) -> set[str]:
    """Return the native ids of rows whose record names one of these folders as a parent."""
    if len(folders) <= _SEARCHED_TOGETHER:
        pattern = "|".join(re.escape(folder) for folder in sorted(folders))
        rows = rows.filter(pc.match_substring_regex(rows["raw"], pattern))
    columns = (rows[name].to_pylist() for name in ("native_id", "raw"))
    return {
        native_id
        for native_id, raw in zip(*columns, strict=True)
        if raw is not None and not folders.isdisjoint(values.texts(json.loads(raw), "parents"))
    }
