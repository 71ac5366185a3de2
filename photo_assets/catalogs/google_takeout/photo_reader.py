"""Converting matched photos to events, reading the headers of changed ones."""

import dataclasses
import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import BinaryIO

from photo_assets.catalogs.companions import LONGEST_LIVE_VIDEO_S
from photo_assets.catalogs.google_takeout.change_token import change_token, would_lose
from photo_assets.catalogs.google_takeout.documents import Document, parse_document
from photo_assets.catalogs.google_takeout.exports import PhotoJson
from photo_assets.catalogs.google_takeout.fields import described
from photo_assets.catalogs.google_takeout.headers import get_header, read_header
from photo_assets.catalogs.google_takeout.history import History, RecalledValues
from photo_assets.catalogs.google_takeout.memberships import albums_of
from photo_assets.catalogs.google_takeout.older_exports import CurrentEntry
from photo_assets.catalogs.google_takeout.photos import Photo
from photo_assets.catalogs.google_takeout.spool import Spool
from photo_assets.catalogs.google_takeout.versions import NO_VERSION
from photo_assets.catalogs.protocol import KnownItems
from photo_assets.media.content import ContentError, ContentRef, iterate_contents
from photo_assets.media.record import MediaRecord
from photo_assets.model.events import Failed, Found, ScanEvent, Unchanged
from photo_assets.model.item import Item, Link
from photo_assets.model.vocabulary import LinkKind

Recall = Callable[[Collection[str]], Mapping[str, RecalledValues]]
"""Native ids -> values of removed exports in the last rows of photos."""


class PhotoReader:
    """Reads the photos whose tokens changed. For a single scan.

    `photos` are those of all exports; `incomplete` names the exports of which parts or JSONs could
    not be read: there a row never loses its JSON or an album, but is kept unchanged.
    """

    def __init__(
        self,
        base: Callable[[Photo], Item],
        spool: Spool,
        photos: list[Photo],
        incomplete: set[str],
        known: KnownItems,
        recall: Recall,
        *,
        dates_from_names: bool,
    ) -> None:
        self._base = base
        self._dates_from_names = dates_from_names
        self._spool = spool
        self._incomplete = incomplete
        self._known = known
        self._recall = recall
        self._last: Mapping[str, RecalledValues] = {}
        self._ids = {(photo.export, photo.path): photo.native_id for photo in photos}

    def read(self, entries: list[CurrentEntry]) -> Iterator[ScanEvent]:
        """Yield one event per photo: first unchanged ones, then the others in archive order."""
        changed: list[tuple[CurrentEntry, str]] = []
        for current in sorted(entries, key=lambda current: current.photo.native_id):
            photo, token = current.photo, self._token(current)
            known = self._known.get(photo.native_id)
            if known == token:
                yield Unchanged(photo.native_id)
            elif photo.export in self._incomplete and would_lose(known, token):
                yield _kept(photo)
            else:
                changed.append((current, token))
        self._last = self._recall({current.photo.native_id for current, _ in changed})
        unread: dict[ContentRef, tuple[CurrentEntry, str]] = {}
        for current, token in changed:
            entry = current.photo.entry
            if entry.header is not None:
                yield self._found(current, token, get_header(self._spool, entry.header))
            else:
                unread[entry.ref] = (current, token)
        for ref, content in iterate_contents(list(unread)):
            yield self._read(*unread[ref], content)

    def _read(
        self, current: CurrentEntry, token: str, content: BinaryIO | ContentError
    ) -> ScanEvent:
        photo = current.photo
        try:
            if isinstance(content, ContentError):
                raise content
            header = read_header(content, photo.entry.size, photo.entry.name)
        except ContentError as error:
            return Failed(photo.entry.shown, error.reason, error.detail, photo.native_id)
        except OSError as error:
            detail = f"{error.strerror or error}."
            return Failed(photo.entry.shown, "unreadable file", detail, photo.native_id)
        return self._found(current, token, header)

    def _found(self, current: CurrentEntry, token: str, header: MediaRecord) -> Found:
        photo = current.photo
        last = self._last.get(photo.native_id)
        version = photo.json.version if photo.json is not None else NO_VERSION
        if last is not None and not last.is_of(photo.entry.size, version):
            last = None
        history = last.history if last is not None else History()
        document = None
        for json in _stated(current):
            document = self._document(json)
            history = history.then(json.stamp, document.fields)
        if document is None:
            history = history.then(photo.stamp, {})
        base = dataclasses.replace(self._base(photo), change_token=token)
        item = described(
            base,
            dataclasses.replace(photo, albums=albums_of(current.group, current.albums, last)),
            document,
            header,
            history,
            tuple(link for link in self._links(photo) if _may_be(link, header)),
            dates_from_names=self._dates_from_names,
        )
        return Found(item)

    def _document(self, json: PhotoJson) -> Document:
        assert json.entry.json is not None
        return parse_document(self._spool.get(json.entry.json))

    def _token(self, current: CurrentEntry) -> str:
        digests = []
        for json in _stated(current):
            assert json.entry.json is not None
            digest = hashlib.sha256(self._spool.get(json.entry.json)).hexdigest()
            digests.append((json.stamp, digest))
        links = [(link.kind.value, link.target) for link in self._links(current.photo)]
        albums = albums_of(current.group, current.albums, None)
        return change_token(current.photo, digests, albums, links)

    def _links(self, photo: Photo) -> tuple[Link, ...]:
        links = []
        if photo.relation is not None and photo.original is not None:
            target = self._ids.get((photo.export, photo.original))
            if target is not None:
                links.append(Link(kind=photo.relation.kind, target=target))
        if photo.duplicate_of is not None:
            target = self._ids.get((photo.export, photo.duplicate_of))
            if target is not None and target != photo.native_id:
                links.append(Link(kind=LinkKind.DUPLICATE_OF, target=target))
        return tuple(links)


def _may_be(link: Link, file: MediaRecord) -> bool:
    """Return whether the file's duration allows the relation: live photos are short."""
    is_long = file.duration_s is not None and file.duration_s > LONGEST_LIVE_VIDEO_S
    return not (link.kind is LinkKind.LIVE_VIDEO_OF and is_long)


def _stated(current: CurrentEntry) -> list[PhotoJson]:
    """Return the JSONs of a photo up to the current one, oldest first."""
    stated: list[PhotoJson] = []
    for photo in current.group:
        stated += photo.older if photo.json is None else (*photo.older, photo.json)
        if photo is current.photo:
            break
    return stated


def _kept(photo: Photo) -> Failed:
    detail = (
        "Its JSON or an album is in a part that cannot be read now; its last row is kept until "
        "the export is whole again."
    )
    return Failed(photo.entry.shown, "incomplete export", detail, photo.native_id)
