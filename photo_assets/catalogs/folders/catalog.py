"""The reader of folder trees: one event per file."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import ClassVar

from photo_assets.catalogs.folders.branch_scan import FoldersBranchScan, Tally
from photo_assets.catalogs.folders.change_token import (
    change_token,
    still_holds,
    with_last_note,
    with_stills,
)
from photo_assets.catalogs.folders.contents import ChangedError, read_member, read_peer
from photo_assets.catalogs.folders.entry import FileEntry
from photo_assets.catalogs.folders.folder import Folder
from photo_assets.catalogs.folders.group import Member, group
from photo_assets.catalogs.folders.item import Location, build_item
from photo_assets.catalogs.folders.listing import STILL_WRITTEN, Rules
from photo_assets.catalogs.folders.notes import FolderNotes, folder_notes
from photo_assets.catalogs.folders.pairs import Peers, relate, stills_of
from photo_assets.catalogs.folders.settings import FoldersSettings
from photo_assets.catalogs.folders.walk import walk
from photo_assets.catalogs.protocol import BranchScan, KnownItems, Probe
from photo_assets.model.events import Discarded, Failed, Found, ScanEvent, Unchanged
from photo_assets.model.names import to_text


class FoldersCatalog:
    """Any tree of photo files. A native id is the path below the root, with "/"."""

    source: ClassVar[str] = "folders"
    reader_version: ClassVar[int] = 3
    ids_are_paths: ClassVar[bool] = True

    def __init__(self, name: str, settings: FoldersSettings) -> None:
        self._name = name
        self._settings = settings
        self._root = os.path.abspath(os.path.expanduser(settings.path))

    @property
    def name(self) -> str:
        """The catalog's key in photosync.yaml."""
        return self._name

    @property
    def settings_digest(self) -> str:
        """Digest of the settings that rows depend on."""
        return self._settings.rows_digest

    def probe(self, deadline: float) -> Probe:
        """Check names, sizes and times of the whole tree; token None when time runs out."""
        tally = Tally()
        for folder in walk(self._root, self._rules()):
            tally.add(folder)
            if time.monotonic() > deadline:
                return tally.unfinished()
        return tally.probe()

    def scan(self, known: KnownItems) -> Iterator[ScanEvent]:
        """Yield one event for every file and other entry, folder by folder in name order.

        A file is not opened when its state and that of its sidecars equal the known ones.
        """
        for folder in walk(self._root, self._rules()):
            yield from self._events(folder, known)

    def scan_branches(
        self, states: Mapping[str, bytes], known: Callable[[str], KnownItems]
    ) -> BranchScan:
        """List every folder; process its files only where the listing changed."""
        folders = walk(self._root, self._rules())
        return FoldersBranchScan(
            folders, states, lambda folder: self._events(folder, known(folder.path))
        )

    def _rules(self) -> Rules:
        settings = self._settings
        return Rules(settings.exclude, settings.settle_seconds, time.time())

    def _events(self, folder: Folder, known: KnownItems) -> Iterator[ScanEvent]:
        yield from folder.set_aside
        files = group(folder.listing.entries())
        peers = Peers(partial(read_peer, folder.handle), stills_of(files.members))
        notes = folder_notes(folder, files)
        broken: dict[str, str] = {}
        for member in files.members:
            yield self._member(folder, member, known, broken, peers, notes)
        for entry in files.companions:
            yield _companion(folder, entry, broken)
        for entry in files.orphans:
            reason = "sidecar without photo" if entry.settled else STILL_WRITTEN
            yield Discarded(folder.id_of(entry.text), reason)
        yield from notes.events

    def _member(
        self,
        folder: Folder,
        member: Member,
        known: KnownItems,
        broken: dict[str, str],
        peers: Peers,
        notes: FolderNotes,
    ) -> ScanEvent:
        native_id = folder.id_of((member.version or member.file).text)
        if not member.settled:
            detail = "It changed seconds ago; the next scan reads it."
            return Discarded(native_id, STILL_WRITTEN, detail, native_id)
        if member.file.size == 0:
            return Failed(native_id, "empty file", "The file has no content.", native_id)
        note, last = notes.get(member.file), known.get(native_id)
        token = change_token(member, self.reader_version, note)
        noted = with_last_note(token, last) if notes.may_lack(note) else None
        if still_holds(last, noted or token, peers.stills):
            return Unchanged(native_id)
        if noted is not None:
            detail = "The folder's notes cannot be read now; its row is kept."
            return Discarded(native_id, "waits for its notes", detail, native_id)
        try:
            contents = read_member(folder.handle, member, note)
        except (ChangedError, OSError) as error:
            return _unread(native_id, error)
        problems = {s.entry.text: s.problem for s in contents.sidecars if s.problem}
        broken.update(problems)
        if problems and (member.version is not None or last is not None):
            # A row read with its sidecar is better than one without, so it is kept unchanged.
            name, problem = next(iter(problems.items()))
            return Failed(native_id, "sidecar not readable", f"{name}: {problem}", native_id)
        related = relate(member, contents.embedded, peers)
        if related.by_any_still:
            token = with_stills(token, peers.stills)
        where = self._where(folder, member, native_id)
        # Without a token it is read again in each scan, so that a failure stays visible.
        token_or_none = None if problems else token
        return Found(build_item(where, member, contents, related, token_or_none, self._settings))

    def _where(self, folder: Folder, member: Member, native_id: str) -> Location:
        return Location(
            source=self.source,
            catalog=self._name,
            reader_version=self.reader_version,
            account=self._settings.account,
            native_id=native_id,
            path=f"{to_text(self._root).rstrip('/')}/{folder.id_of(member.file.text)}",
            folder=folder.path,
        )


def _unread(native_id: str, error: Exception) -> ScanEvent:
    if isinstance(error, ChangedError):
        detail = "It changed while it was read."
        return Discarded(native_id, STILL_WRITTEN, detail, native_id)
    if isinstance(error, FileNotFoundError):
        detail = "It disappeared after the folder was listed."
        return Discarded(native_id, "vanished", detail, native_id)
    if isinstance(error, PermissionError):
        detail = f"No permission to read the file: {error.strerror}."
        return Failed(native_id, "no permission", detail, native_id)
    cause = error.strerror if isinstance(error, OSError) else None
    return Failed(
        native_id, "not readable", f"The file cannot be read: {cause or error}.", native_id
    )


def _companion(folder: Folder, entry: FileEntry, broken: dict[str, str]) -> ScanEvent:
    ref = folder.id_of(entry.text)
    if entry.text in broken:
        return Failed(ref, "sidecar not readable", broken[entry.text])
    if not entry.settled:
        return Discarded(ref, STILL_WRITTEN)
    return Discarded(ref, "sidecar of a photo")
