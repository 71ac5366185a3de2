"""One Flickr account as pages of records: what is listed, and what changed since.

Flickr reports no deletions: only a complete listing finds them. A first listing costs a call per
500 photos, one per 500 photosets, one or more per photoset, and one for the spelling of tags.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar, Final

from photo_assets.catalogs.flickr.albums import (
    MEMBERS,
    SETS,
    Memberships,
    is_empty,
    set_record,
)
from photo_assets.catalogs.flickr.client import FlickrClient
from photo_assets.catalogs.flickr.item import flickr_item
from photo_assets.catalogs.flickr.paging import in_order
from photo_assets.catalogs.flickr.position import Position, position_of
from photo_assets.catalogs.flickr.record import EXTRAS, record_of
from photo_assets.catalogs.flickr.replies import Listed, tags
from photo_assets.catalogs.flickr.settings import FlickrSettings
from photo_assets.catalogs.flickr.sign_in import refusal_of
from photo_assets.catalogs.flickr.tags import spelling, spellings_of
from photo_assets.catalogs.flickr.values import text
from photo_assets.catalogs.online.service import (
    CursorLostError,
    OnlineService,
    Page,
    Record,
    Rows,
    Tables,
)
from photo_assets.media.content import RemoteContent
from photo_assets.model.canonical import canonical_digest
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.model.events import Found, ScanEvent
from photo_assets.service_calls import CallStatistics, PermanentServiceError, ServiceError
from photo_assets.service_calls.download import Download
from photo_assets.sign_in.protocol import CatalogSignIn

TAGS: Final = "tags"
_PER_PAGE: Final = 500  # Flickr's most
_NOT_FOUND: Final = "1"
_ANY_SAFETY: Final = 3  # otherwise an owner's moderate and restricted photos are left out


class FlickrService(OnlineService):
    """The account that `client` is signed in to; `account` is its name in the sign-in."""

    tables: ClassVar[tuple[str, ...]] = (TAGS, SETS, MEMBERS)

    def __init__(
        self, client: FlickrClient, sign_in: CatalogSignIn, settings: FlickrSettings, account: str
    ) -> None:
        self._client = client
        self._account = account
        self._sign_in = sign_in
        self._settings = settings
        self._memberships = Memberships({}, {})

    def cursor(self) -> str:
        """Return the position after the newest updates."""
        start = Position(account=self._account)
        newest = self._updates(start, 1, extras="last_update")
        return start.after(newest.entries).as_text()

    def pages(self, kind: str, after: str | None, tables: Tables) -> Iterator[Page]:
        """Yield the pages of a kind; photos and photosets by number, members by photoset."""
        if kind == TAGS:
            yield Page(self._spellings(), kind=kind)
        elif kind == MEMBERS:
            yield from self._all_members(after, list(tables[SETS].values()))
        else:
            read = self._sets if kind == SETS else self._photos
            kept = set_record if kind == SETS else record_of
            for found in in_order(read, _PER_PAGE, after):
                records = [kept(entry) for entry in found.entries]
                yield Page(records, next=found.next, kind=kind, joined=found.joined)

    def changes(self, cursor: str, tables: Tables) -> Iterator[Page]:
        """Yield changed photosets with their photos, updated photos, and the tags' spellings.

        Raises `CursorLostError` if Flickr does not give all updates.
        """
        position = after = self._position(cursor)
        changed, gone = self._changed_sets(tables)
        if changed or gone:
            yield Page(changed, gone, kind=SETS)
            yield Page([self._members(record) for record in changed], gone, kind=MEMBERS)
        tagged = False
        for found in in_order(lambda page: self._updates(position, page), _PER_PAGE):
            if not found.joined:
                raise CursorLostError
            fresh = [photo for photo in found.entries if position.is_new(photo)]
            after = after.after(fresh)
            tagged = tagged or any(photo.get("tags") for photo in fresh)
            if fresh:
                yield Page([record_of(photo) for photo in fresh])
        if tagged:
            spellings = self._spellings()
            unused = tables[TAGS].keys() - {record["id"] for record in spellings}
            yield Page(spellings, sorted(unused), kind=TAGS)
        if after != position:
            yield Page([], cursor=after.as_text())

    def peek(self, cursor: str, tables: Tables) -> str:
        """Ask for the newest updates, then for the photosets."""
        position = self._position(cursor)
        newest = self._updates(position, 1).entries
        fresh = [record_of(photo) for photo in newest if position.is_new(photo)]
        found = [fresh] if fresh else list(self._changed_sets(tables))
        return canonical_digest(found) if any(found) else ""

    def _position(self, cursor: str) -> Position:
        """Return the position. Raises `CursorLostError` if it is of another account."""
        position = position_of(cursor)
        if position.account != self._account:
            raise CursorLostError
        return position

    def item(self, record: Record, tables: Tables) -> ScanEvent:
        """Return the item of a photo."""
        return Found(
            flickr_item(
                record,
                self._in_sets(tables).of(str(record["id"])),
                tables[TAGS],
                catalog=self._sign_in.name,
                account=self._settings.account,
                dates_from_names=self._settings.dates_from_names,
            )
        )

    def concerned(self, before: Tables, after: Tables, rows: Rows) -> Collection[str] | None:
        """Return the photos whose albums changed, or that have a tag whose spelling did."""
        respelled = {
            clean
            for clean in before[TAGS].keys() & after[TAGS].keys()
            if _spelled(before[TAGS][clean]) != _spelled(after[TAGS][clean])
        }
        was = Memberships(before[SETS], before[MEMBERS])
        changed = self._in_sets(after).differing(was)
        return changed | _tagged(respelled, rows) if respelled else changed

    def fetch(self, content: RemoteContent, download: Download) -> None:
        """Ask for the original of a photo: two calls."""
        self._client.original(content.native_id, download)

    def fetch_preview(self, content: RemoteContent, download: Download) -> None:
        """Ask for a small version of a photo: two calls."""
        self._client.preview(content.native_id, download)

    def unavailable(self, error: ServiceError) -> CatalogUnavailableError | None:
        """Return the error for a token or key that Flickr does not accept."""
        return refusal_of(self._sign_in, error)

    @property
    def statistics(self) -> CallStatistics:
        """The statistics of the calls so far."""
        return self._client.caller.statistics

    def _in_sets(self, tables: Tables) -> Memberships:
        known = self._memberships
        # Tables are replaced, never changed: the same object has the same content.
        if known.sets is not tables[SETS] or known.members is not tables[MEMBERS]:
            known = self._memberships = Memberships(tables[SETS], tables[MEMBERS])
        return known

    def _changed_sets(self, tables: Tables) -> tuple[list[Record], list[str]]:
        """Return the photosets that changed, and the ids of those that are gone."""
        pages = list(in_order(self._sets, _PER_PAGE))
        now = {entry["id"]: set_record(entry) for page in pages for entry in page.entries}
        changed = [record for key, record in now.items() if tables[SETS].get(key) != record]
        complete = all(page.joined for page in pages)
        return changed, sorted(tables[SETS].keys() - now.keys()) if complete else []

    def _all_members(self, after: str | None, sets: list[Record]) -> Iterator[Page]:
        ids = [record["id"] for record in sets]
        rest = sets[ids.index(after) :] if after in ids else sets
        following = [*(record["id"] for record in rest[1:]), None]
        for record, next_ in zip(rest, following, strict=False):
            yield Page([self._members(record)], next=next_, kind=MEMBERS, within=record["id"])
        if not rest:
            yield Page([], kind=MEMBERS)

    def _members(self, photoset: Record) -> Record:
        """Return the photos of a photoset, in its order; none if it was deleted meanwhile.

        A change while it is read changes its record in the list of photosets, which is compared
        at the next scan.
        """
        photos: dict[str, None] = {}
        if not is_empty(photoset):
            try:
                for found in in_order(
                    lambda page: self._set_photos(photoset["id"], page), _PER_PAGE
                ):
                    photos.update(dict.fromkeys(entry["id"] for entry in found.entries))
            except PermanentServiceError as error:
                if error.fault.code != _NOT_FOUND:
                    raise
        return {"id": photoset["id"], "photos": list(photos)}

    def _spellings(self) -> list[Record]:
        return [spellings_of(tag) for tag in self._client.call("tags.getListUserRaw", tags)]

    def _photos(self, page: int) -> Listed:
        return self._client.listed(
            "people.getPhotos",
            "photos",
            "photo",
            user_id="me",
            safe_search=_ANY_SAFETY,
            extras=EXTRAS,
            per_page=_PER_PAGE,
            page=page,
        )

    def _updates(self, position: Position, page: int, extras: str = EXTRAS) -> Listed:
        return self._client.listed(
            "photos.recentlyUpdated",
            "photos",
            "photo",
            min_date=position.since,
            extras=extras,
            per_page=_PER_PAGE,
            page=page,
        )

    def _sets(self, page: int) -> Listed:
        return self._client.listed(
            "photosets.getList", "photosets", "photoset", per_page=_PER_PAGE, page=page
        )

    def _set_photos(self, set_id: str, page: int) -> Listed:
        return self._client.listed(
            "photosets.getPhotos",
            "photoset",
            "photo",
            photoset_id=set_id,
            per_page=_PER_PAGE,
            page=page,
        )


def _spelled(tag: Mapping[str, Any]) -> tuple[str, bool]:
    return spelling(tag["id"], tag["raw"]), len(tag["raw"]) > 1


def _tagged(clean: set[str], rows: Rows) -> set[str]:
    """Return the photos that have one of the tags."""
    found = set()
    for table in rows():
        for native_id, raw in zip(
            table["native_id"].to_pylist(), table["raw"].to_pylist(), strict=True
        ):
            if not clean.isdisjoint((text(json.loads(raw or "{}").get("tags")) or "").split()):
                found.add(native_id)
    return found
