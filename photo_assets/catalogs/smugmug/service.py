"""What SmugMug has for `catalogs.online`: its albums as the feed of changes, and their images.

There is no feed. The list of all albums states when each last changed; one that did is listed
again, the others are not. An image that left its last album is gone.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Final

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
from photo_assets.catalogs.smugmug import albums as of_albums
from photo_assets.catalogs.smugmug.client import SmugMugClient
from photo_assets.catalogs.smugmug.fields import (
    ALBUM_CONFIG,
    ALBUMS,
    IMAGE_CONFIG,
    IMAGES,
    album_record,
    image_record,
)
from photo_assets.catalogs.smugmug.item import image_event, lacks_original
from photo_assets.catalogs.smugmug.lists import read_whole
from photo_assets.catalogs.smugmug.settings import SmugMugSettings
from photo_assets.catalogs.smugmug.sign_in import too_little_access
from photo_assets.media.content import RemoteContent
from photo_assets.model.canonical import canonical_digest
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.model.events import ScanEvent
from photo_assets.service_calls import CallStatistics, PermanentServiceError, ServiceError
from photo_assets.service_calls.download import Download
from photo_assets.sign_in.errors import ClientRefusedError, SignInRevokedError
from photo_assets.sign_in.protocol import CatalogSignIn

_IMAGES_A_PAGE: Final = 100  # the service's own default
_ALBUMS_A_PAGE: Final = 1000  # lowered by the service to what it allows
_LEVEL: Final = "ResponseLevel"
_FULL: Final = "Full"
_OLDEST_FIRST: Final = "Date Added (Ascending)"  # so that a new album does not move the others
_UNAUTHORIZED: Final = 401
_NOT_OPEN: Final = frozenset({403, 404, 410})


class SmugMugService(OnlineService):
    """One account: `reader_version`, name and settings are those of its catalog."""

    tables = (ALBUMS,)

    def __init__(
        self,
        client: SmugMugClient,
        catalog: CatalogSignIn,
        settings: SmugMugSettings,
        reader_version: int,
    ) -> None:
        self._client = client
        self._catalog = catalog
        self._settings = settings
        self._reader_version = reader_version
        self._nickname: str | None = None
        self._without_original = 0
        self._indexed: tuple[of_albums.Albums, dict[str, list[of_albums.Membership]]] = ({}, {})

    def cursor(self) -> str:
        """Return the account's nickname, by which its albums are asked for.

        Raises `SignInScopeError` if the account is seen as a visitor sees it.
        """
        user = self._client.get("!authuser", "User").objects[0]
        if user.get(_LEVEL) != _FULL:
            raise too_little_access(self._catalog)
        self._nickname = str(user["NickName"])
        return self._nickname

    def pages(self, kind: str, after: str | None, tables: Tables) -> Iterator[Page]:
        """Yield all albums on one page; then the images, an album a page."""
        if kind == ALBUMS:
            yield Page(list(self._albums(self._nickname or self.cursor()).values()), kind=ALBUMS)
            return
        keys = [key for key in sorted(tables[ALBUMS]) if after is None or key >= after]
        for key, following in zip(keys, [*keys[1:], None], strict=True):
            page = self._images(tables[ALBUMS][key])
            incomplete = following is None and self._unlisted(tables, page)
            yield Page(
                page.records if page else [],
                next=following,
                within=key,
                beside=page.beside if page else {},
                joined=not incomplete,
            )
        if not keys:
            yield Page([])

    def changes(self, cursor: str, tables: Tables) -> Iterator[Page]:
        """Yield the albums that changed, the images of those listed again, then what is gone."""
        found = of_albums.compare(tables[ALBUMS], self._own_albums(cursor))
        if found.changed or found.gone:
            yield Page([found.now[key] for key in found.changed], found.gone, kind=ALBUMS)
        for key in found.again:
            page = self._images(found.now[key])
            if page is not None:
                found.now[key] = page.beside[ALBUMS][0]
                yield page
        before, after = of_albums.memberships(tables[ALBUMS]), of_albums.memberships(found.now)
        left = sorted(before.keys() - after.keys())
        if left:
            yield Page([], left)

    def peek(self, cursor: str, tables: Tables) -> str:
        """Return a digest of the albums that changed, by the list of albums alone."""
        found = of_albums.compare(tables[ALBUMS], self._own_albums(cursor))
        if not (found.changed or found.again or found.gone):
            return ""
        differing = [found.now[key] for key in (*found.changed, *found.again)]
        return canonical_digest([differing, found.gone])

    def key(self, kind: str, record: Record) -> str:
        """Return the key of an album or an image; of one without a key, a digest of all of it."""
        key = record.get("AlbumKey" if kind == ALBUMS else "ImageKey")
        return (
            key if isinstance(key, str) and key else f"without-key-{canonical_digest(record)[:16]}"
        )

    def item(self, record: Record, tables: Tables) -> ScanEvent:
        """Return the event of an image."""
        albums = tables[ALBUMS]
        if self._indexed[0] is not albums:
            self._indexed = (albums, of_albums.memberships(albums))
        return image_event(
            record,
            self._indexed[1].get(self.key(ITEMS, record), []),
            albums,
            source=self._catalog.source,
            catalog=self._catalog.name,
            reader_version=self._reader_version,
            account=self._settings.account,
            dates_from_names=self._settings.dates_from_names,
        )

    def concerned(self, before: Tables, after: Tables, _rows: Rows) -> Collection[str]:
        """Return the images of albums that are shown otherwise than before."""
        return set(of_albums.images_concerned(before[ALBUMS], after[ALBUMS]))

    def fetch(self, content: RemoteContent, download: Download) -> None:
        """Ask for the file of an image: two calls."""
        self._client.original(_version_of(content), download)

    def fetch_preview(self, content: RemoteContent, download: Download) -> None:
        """Ask for a small version of an image: two calls."""
        self._client.preview(_version_of(content), download)

    def unavailable(self, error: ServiceError) -> CatalogUnavailableError | None:
        """Return the error of a sign-in or an application that the service does not accept."""
        fault = error.fault
        if not isinstance(error, PermanentServiceError) or fault.status != _UNAUTHORIZED:
            return None
        if fault.code is not None and fault.code.startswith("consumer_key"):
            return ClientRefusedError(self._catalog, "it does not know the API key")
        if fault.code is not None:
            return SignInRevokedError(self._catalog)
        if "permissions" in fault.message:
            return too_little_access(self._catalog)
        return None

    @property
    def statistics(self) -> CallStatistics:
        """The statistics of the calls so far."""
        return self._client.caller.statistics

    def figures(self) -> Mapping[str, Figure]:
        """Return what is left of the service's window, and what it does not give.

        `images_without_original`: of the images listed in this run, those whose original the
        service does not state, although it is done with the upload.
        """
        found = {"calls_left": self._client.calls_left}
        found["images_without_original"] = self._without_original or None
        return {name: number for name, number in found.items() if number is not None}

    def _own_albums(self, nickname: str) -> dict[str, Record]:
        """Return all albums. Raises `CursorLostError` if this is no longer the account's name."""
        try:
            albums = self._albums(nickname)
        except PermanentServiceError as error:
            if error.fault.status not in _NOT_OPEN:
                raise
            raise CursorLostError(str(error)) from error
        if any(album.get(_LEVEL, _FULL) != _FULL for album in albums.values()):
            raise CursorLostError("the account is seen as a visitor sees it")
        return albums

    def _albums(self, nickname: str) -> dict[str, Record]:
        """Return all albums, as their owner sees them, without images."""
        path = f"/user/{nickname}!albums"
        whole = read_whole(
            lambda start, count: self._client.get(
                path, "Album", start=start, count=count, _config=ALBUM_CONFIG, Order=_OLDEST_FIRST
            ),
            "AlbumKey",
            _ALBUMS_A_PAGE,
            "list of albums",
        )
        records = [album_record(album, whole.expansions) for album in whole.objects]
        return {self.key(ALBUMS, album): album for album in records}

    def _images(self, album: Record) -> Page | None:
        """Return the images of an album; None if the service lists it and does not open it."""
        key = self.key(ALBUMS, album)
        path = f"/album/{key}!images"
        try:
            whole = read_whole(
                lambda start, count: self._client.get(
                    path, "AlbumImage", start=start, count=count, _config=IMAGE_CONFIG
                ),
                "ImageKey",
                _IMAGES_A_PAGE,
                "album",
            )
        except PermanentServiceError as error:
            if error.fault.status not in _NOT_OPEN:
                raise
            return None
        records = [image_record(image, whole.expansions) for image in whole.objects]
        keys = [self.key(ITEMS, record) for record in records]
        self._without_original += sum(lacks_original(record) for record in records)
        listed = of_albums.with_images(album, records, keys)
        return Page(records, within=key, beside={ALBUMS: [listed]})

    def _unlisted(self, tables: Tables, last: Page | None) -> bool:
        """Return whether an album of a listing could not be opened: what it shows is not known."""
        albums = tables[ALBUMS].values()
        return last is None or sum(album.get(IMAGES) is None for album in albums) > 1


def _version_of(content: RemoteContent) -> str:
    """Return the image's key and serial, by which the service names its present file."""
    serial = json.loads(content.version)[0] or 0
    return f"{content.native_id}-{serial}"
