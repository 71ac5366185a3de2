"""The real client libraries of services, each behind its read-only transport."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import flickrapi
import google_auth_httplib2
import httpx
import requests
from flickrapi.auth import FlickrAccessToken
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from requests_oauthlib import OAuth1Session

from photo_assets.service_calls.read_list import ReadList
from photo_assets.service_calls.read_only import (
    read_only_http,
    read_only_session,
    read_only_transport,
)

Send = Callable[[str, str], object]

TOKEN = "ya29.hunter2-access-token"
OAUTH1 = ("consumer-key", "hunter2-consumer-secret", "token-1", "hunter2-token-secret")


def google() -> Credentials:
    return Credentials(token=TOKEN, expiry=datetime(2100, 1, 1))  # type: ignore[no-untyped-call]


def oauth1_session(reads: ReadList) -> OAuth1Session:
    return read_only_session(OAuth1Session(*OAUTH1), reads)


def authorized_session(reads: ReadList) -> AuthorizedSession:
    session: AuthorizedSession = AuthorizedSession(google())  # type: ignore[no-untyped-call]
    return read_only_session(session, reads)


def flickr(reads: ReadList, url: str, **options: Any) -> Any:
    key, secret, token, token_secret = OAUTH1
    api = flickrapi.FlickrAPI(
        key,
        secret,
        token=FlickrAccessToken(token, token_secret, "read"),
        format="parsed-json",
        store_token=False,
        **options,
    )
    api.REST_URL, api.UPLOAD_URL = f"{url}/services/rest/", f"{url}/services/upload/"
    api.flickr_oauth.session = read_only_session(requests.Session(), reads)
    return api


def drive(reads: ReadList, url: str, **options: Any) -> Any:
    http = google_auth_httplib2.AuthorizedHttp(google(), http=read_only_http(reads, **options))
    return build(
        "drive",
        "v3",
        http=http,
        static_discovery=True,
        client_options={"api_endpoint": f"{url}/drive/v3/"},
    )


def _by_session(make: Callable[[ReadList], requests.Session]) -> Callable[[ReadList], Send]:
    def sending(reads: ReadList) -> Send:
        session = make(reads)
        return lambda method, url: session.request(method, url, timeout=30)

    return sending


def _by_httplib2(reads: ReadList) -> Send:
    http = google_auth_httplib2.AuthorizedHttp(google(), http=read_only_http(reads, timeout=30))
    return lambda method, url: http.request(url, method)


def _by_httpx(reads: ReadList) -> Send:
    client = httpx.Client(transport=read_only_transport(reads), follow_redirects=True, timeout=30)
    return lambda method, url: client.request(method, url)


SENDING: dict[str, Callable[[ReadList], Send]] = {
    "requests": _by_session(lambda reads: read_only_session(requests.Session(), reads)),
    "requests-oauthlib": _by_session(oauth1_session),
    "google-auth": _by_session(authorized_session),
    "httplib2": _by_httplib2,
    "httpx": _by_httpx,
}
"""Library -> a function that sends any request, where the library lets people do that."""
