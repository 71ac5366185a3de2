"""One account at each online service: signed in, and in every bad state.

The stored values are those that `photosync auth` stores, so that no browser is needed.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from photo_assets.sign_in.credentials import CredentialStore
from photo_assets_tests.services.flickr.server import FlickrServer
from photo_assets_tests.services.google_drive.errors import READ_ONLY, insufficient_scope
from photo_assets_tests.services.google_drive.samples import fill
from photo_assets_tests.services.google_drive.server import GoogleDriveServer
from photo_assets_tests.services.immich.server import KEY, ImmichServer
from photo_assets_tests.services.smugmug.server import SmugMugServer

PHOTOS = 5


class OnlineAccount(ABC):
    """An account with `PHOTOS` photos, the catalog `main` of its source. `url`: its stand-in.

    `title` is what the sentences call the service.
    """

    source: str
    title: str
    url: str
    server: Any

    @abstractmethod
    def values(self) -> dict[str, Any]:
        """Return the values of a sign-in, without its endpoint."""

    @abstractmethod
    def grow(self, calls: int) -> None:
        """Add so many albums, or divide the listing into so many pages, each of which is a call."""

    @abstractmethod
    def revoke(self) -> None:
        """End the sign-in at the service."""

    @abstractmethod
    def lower(self) -> None:
        """Take the permission to read from the sign-in, at the service, for the next call."""

    def expired(self) -> dict[str, Any]:
        """Return the values of a sign-in that has expired, or that the service forgot."""
        return {**self.values(), "token": "forgotten"}

    def sign_in(self, store: CredentialStore, values: dict[str, Any] | None = None) -> None:
        """Store a sign-in; as `values`, if they are given."""
        store.write(self.source, "main", {"endpoint": self.url, **(values or self.values())})


class _Drive(OnlineAccount):
    source, title = "google_drive", "Google"

    def __init__(self, server: GoogleDriveServer) -> None:
        self.server, self.url = server, server.base_url
        fill(server.account, PHOTOS)

    def values(self) -> dict[str, Any]:
        oauth = self.server.oauth
        tokens = oauth.signed_in(READ_ONLY)
        now = datetime.now(UTC).replace(tzinfo=None)
        return {
            "kind": "oauth2",
            "account": self.server.account.me,
            "since": now.isoformat(timespec="seconds"),
            "client_id": oauth.client_id,
            "client_secret": oauth.client_secret,
            "access_token": tokens["access_token"],
            "refresh_token": tokens["refresh_token"],
            "expiry": (now + timedelta(hours=1)).isoformat(timespec="seconds"),
            "scopes": [READ_ONLY],
        }

    def grow(self, calls: int) -> None:
        fill(self.server.account, calls)
        self.server.listing.longest_page = 1

    def expired(self) -> dict[str, Any]:
        return {**self.values(), "ends": "2020-02-02T00:00:00"}

    def revoke(self) -> None:
        self.server.oauth.expire_access_tokens()
        self.server.oauth.revoke_all()

    def lower(self) -> None:
        self.server.refuse(insufficient_scope())


class _OAuth1(OnlineAccount):
    def __init__(self, url: str, key: str, secret: str, token: str, token_secret: str) -> None:
        self.url = url
        self._values = {
            "kind": "oauth1",
            "since": "2026-01-01T00:00:00",
            "client_id": key,
            "client_secret": secret,
            "token": token,
            "token_secret": token_secret,
        }

    def values(self) -> dict[str, Any]:
        return dict(self._values)


class _Flickr(_OAuth1):
    source, title = "flickr", "Flickr"

    def __init__(self, server: FlickrServer) -> None:
        keys = server.keys
        given = (keys.api_key, keys.api_secret, keys.token, keys.token_secret)
        super().__init__(server.base_url, *given)
        self.server = server
        self._photos = [server.account.add_photo() for _ in range(PHOTOS)]

    def grow(self, calls: int) -> None:
        for number in range(calls):
            self.server.account.add_set(f"{number}", self._photos)

    def revoke(self) -> None:
        self.server.keys.revoked = True

    def lower(self) -> None:
        self.server.inner.fails.append(99)


class _SmugMug(_OAuth1):
    source, title = "smugmug", "SmugMug"

    def __init__(self, server: SmugMugServer) -> None:
        keys = server.settings
        given = (keys.api_key, keys.api_secret, keys.token, keys.token_secret)
        super().__init__(server.base_url, *given)
        self.server = server
        album = server.library.add_album("A")
        for number in range(PHOTOS):
            server.library.add_image(album, f"{number}.jpg")

    def grow(self, calls: int) -> None:
        for number in range(calls):
            album = self.server.library.add_album(f"{number}")
            self.server.library.add_image(album, f"in {number}.jpg")

    def revoke(self) -> None:
        self.server.api.oauth.revoke()

    def lower(self) -> None:
        self.server.settings.access = "Public"


class _Immich(OnlineAccount):
    source, title = "immich", "Immich"

    def __init__(self, server: ImmichServer) -> None:
        self.server, self.url = server, server.base_url
        self._photos = [server.store.add(f"{number}.jpg") for number in range(PHOTOS)]

    def grow(self, calls: int) -> None:
        for number in range(calls):
            self.server.store.put_album(f"{number}", self._photos)

    def values(self) -> dict[str, Any]:
        return {"kind": "api_key", "since": "2026-01-01T00:00:00", "key": KEY}

    def expired(self) -> dict[str, Any]:
        return {**self.values(), "key": "forgotten"}

    def revoke(self) -> None:
        self.server.store.keys = {}

    def lower(self) -> None:
        self.server.store.keys = {KEY: frozenset({"user.read"})}


@contextmanager
def online_account(source: str) -> Iterator[OnlineAccount]:
    """Serve an account of a source for the block."""
    if source == "google_drive":
        with GoogleDriveServer().running() as drive:
            yield _Drive(drive)
    elif source == "flickr":
        with FlickrServer().running() as flickr:
            yield _Flickr(flickr)
    elif source == "smugmug":
        with SmugMugServer().running() as smugmug:
            yield _SmugMug(smugmug)
    else:
        with ImmichServer().running() as immich:
            yield _Immich(immich)


SOURCES = ("google_drive", "flickr", "smugmug", "immich")
