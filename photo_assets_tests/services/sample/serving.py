"""Serving the accounts: which stand-in is whose, and the sign-in that a person would have made."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from photo_assets.sample.online import ACCOUNT, Upload
from photo_assets_tests.services.flickr.server import FlickrServer
from photo_assets_tests.services.google_drive.server import GoogleDriveServer
from photo_assets_tests.services.google_photos.server import GooglePhotosServer
from photo_assets_tests.services.immich.server import KEY, ImmichServer
from photo_assets_tests.services.sample.accounts import (
    Content,
    fill_drive,
    fill_flickr,
    fill_google_photos,
    fill_immich,
    fill_smugmug,
)
from photo_assets_tests.services.server import StandIn, bound_to
from photo_assets_tests.services.smugmug.server import SmugMugServer

Values = Mapping[str, Any]
Filled = tuple[StandIn, Values]
"""A stand-in that is not yet served, and the values of the sign-in without `endpoint`."""

_SINCE: Final = "2026-01-01T00:00:00"  # when the person signed in, naive UTC


def google_drive(uploads: list[Upload], content: Content) -> Filled:
    server = GoogleDriveServer()
    server.drive.validates = False  # which needs a package that a demo may lack
    fill_drive(server.account, uploads, content)
    tokens = server.oauth.signed_in()
    until = datetime.now(UTC).replace(tzinfo=None) + timedelta(seconds=tokens["expires_in"])
    return server, {
        "kind": "oauth2",
        "client_id": server.oauth.client_id,
        "client_secret": server.oauth.client_secret,
        "access_token": tokens["access_token"],
        "refresh_token": tokens["refresh_token"],
        "expiry": until.isoformat(timespec="seconds"),
        "scopes": tokens["scope"].split(),
    }


def flickr(uploads: list[Upload], content: Content) -> Filled:
    server = FlickrServer()
    fill_flickr(server.account, uploads, content)
    keys = server.keys
    return server, {
        "kind": "oauth1",
        "client_id": keys.api_key,
        "client_secret": keys.api_secret,
        "token": keys.token,
        "token_secret": keys.token_secret,
        "scopes": [keys.perms],
    }


def smugmug(uploads: list[Upload], content: Content) -> Filled:
    server = SmugMugServer()
    fill_smugmug(server.library, uploads, content)
    given = server.settings
    return server, {
        "kind": "oauth1",
        "client_id": given.api_key,
        "client_secret": given.api_secret,
        "token": given.token,
        "token_secret": given.token_secret,
        "scopes": [f"Access={given.access}", f"Permissions={given.permissions}"],
    }


def immich(uploads: list[Upload], content: Content) -> Filled:
    server = ImmichServer()
    fill_immich(server.store, uploads, content)
    return server, {"kind": "api_key", "key": KEY, "scopes": sorted(server.store.keys[KEY])}


def google_photos(uploads: list[Upload], _content: Content) -> Filled:
    server = GooglePhotosServer()
    fill_google_photos(server.library, uploads)
    values = server.oauth.stored("")
    return server, {name: values[name] for name in values if name not in {"endpoint", "account"}}


SERVICES: Final[Mapping[str, Callable[[list[Upload], Content], Filled]]] = {
    "google_drive": google_drive,
    "flickr": flickr,
    "smugmug": smugmug,
    "immich": immich,
    "google_photos": google_photos,
}


@dataclass(frozen=True)
class Served:
    """A running stand-in. `sign_in` is what `photosync auth` stores of it, with its address."""

    server: StandIn
    sign_in: Values


@contextlib.contextmanager
def serving(
    uploads: Callable[[str], list[Upload]], content: Content, first_port: int = 0
) -> Iterator[dict[str, Served]]:
    """Serve the accounts with the `uploads` to each service; yield them by source.

    Each has a port of its own from `first_port` on, or any if that is in use or 0.
    """
    with contextlib.ExitStack() as stack:
        served = {}
        for number, (source, filled) in enumerate(SERVICES.items()):
            server, values = filled(uploads(source), content)
            stack.enter_context(server.running(first_port and _this_or_any(first_port + number)))
            files = server.base_url.replace("127.0.0.1", "localhost")  # of a host of their own
            if isinstance(server, FlickrServer):
                server.account.files_url = files
            elif isinstance(server, SmugMugServer):
                server.library.files_url = files
            common = {"since": _SINCE, "account": ACCOUNT}
            served[source] = Served(server, {**common, "endpoint": server.base_url, **values})
        yield served


def _this_or_any(port: int) -> int:
    try:
        bound_to(port).close()
    except OSError:  # another demo runs here
        return 0
    return port
