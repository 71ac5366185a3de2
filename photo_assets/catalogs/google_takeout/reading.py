"""From matched photos to events: what is unchanged, and the header of what is not."""

import dataclasses
import hashlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from photo_assets.catalogs.companions import LONGEST_LIVE_VIDEO_S
from photo_assets.catalogs.google_takeout.documents import Document, parse_document
from photo_assets.catalogs.google_takeout.fields import described
from photo_assets.catalogs.google_takeout.headers import get_header, read_header
from photo_assets.catalogs.google_takeout.photos import Photo
from photo_assets.catalogs.google_takeout.spool import Spool
from photo_assets.catalogs.google_takeout.token import change_token, would_lose
from photo_assets.catalogs.protocol import KnownItems
from photo_assets.media.record import MediaRecord
from photo_assets.model.events import Failed, Found, ScanEvent, Unchanged
from photo_assets.model.item import Item, Link
from photo_assets.model.vocabulary import LinkKind
from photo_assets.store.content import ContentError, ContentRef, iterate_contents


class PhotoReader:
    """Reads what the tokens do not prove unchanged. One use, for one scan.

    `photos` are those of all exports; `incomplete` names the exports of which parts or JSONs could
    not be read: there a row never loses its JSON or an album, it stands as it was.
    """

    def __init__(
        self,
        base: Callable[[Photo], Item],
        spool: Spool,
        photos: list[Photo],
        incomplete: set[str],
        known: KnownItems,
        *,
        dates_from_names: bool,
    ) -> None:
        self._base = base
        self._dates_from_names = dates_from_names
        self._spool = spool
        self._incomplete = incomplete
        self._known = known
        self._ids = {(photo.export, photo.path): photo.native_id for photo in photos}

    def read(self, photos: list[Photo]) -> Iterator[ScanEvent]:
        """Yield one event a photo: first what needs no reading, then in the archives' order."""
        unread: dict[ContentRef, tuple[Photo, str]] = {}
        for photo in sorted(photos, key=lambda photo: photo.native_id):
            token = self._token(photo)
            known = self._known.get(photo.native_id)
            if known == token:
                yield Unchanged(photo.native_id)
            elif photo.export in self._incomplete and would_lose(known, token):
                yield _kept(photo)
            elif photo.entry.header is not None:
                yield self._found(photo, token, get_header(self._spool, photo.entry.header))
            else:
                unread[photo.entry.ref] = (photo, token)
        for ref, content in iterate_contents(list(unread)):
            photo, token = unread[ref]
            yield self._read(photo, token, content)

    def _read(self, photo: Photo, token: str, content: BinaryIO | ContentError) -> ScanEvent:
        try:
            if isinstance(content, ContentError):
                raise content
            header = read_header(content, photo.entry.size, photo.entry.name)
        except ContentError as error:
            return Failed(photo.entry.shown, error.reason, error.detail, photo.native_id)
        except OSError as error:
            detail = f"{error.strerror or error}."
            return Failed(photo.entry.shown, "unreadable file", detail, photo.native_id)
        return self._found(photo, token, header)

    def _found(self, photo: Photo, token: str, header: MediaRecord) -> Found:
        document = self._document(photo)
        base = dataclasses.replace(self._base(photo), change_token=token)
        links = tuple(link for link in self._links(photo) if _may_be(link, header))
        return Found(
            described(
                base,
                photo,
                document,
                header,
                links,
                dates_from_names=self._dates_from_names,
            )
        )

    def _document(self, photo: Photo) -> Document | None:
        if photo.sidecar is None or photo.sidecar.json is None:
            return None
        return parse_document(self._spool.get(photo.sidecar.json))

    def _token(self, photo: Photo) -> str:
        digest = None
        if photo.sidecar is not None and photo.sidecar.json is not None:
            digest = hashlib.sha256(self._spool.get(photo.sidecar.json)).hexdigest()
        links = [(link.kind.value, link.target) for link in self._links(photo)]
        return change_token(photo, digest, links)

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
    """Say whether the file itself allows the relation: no live photo runs for a minute."""
    is_long = file.duration_s is not None and file.duration_s > LONGEST_LIVE_VIDEO_S
    return not (link.kind is LinkKind.LIVE_VIDEO_OF and is_long)


def _kept(photo: Photo) -> Failed:
    detail = (
        "Its JSON or an album is in a part that cannot be read now; its last row stands until "
        "the export is whole again."
    )
    return Failed(photo.entry.shown, "incomplete export", detail, photo.native_id)
