"""Transports of HTTP libraries that send only what is on a `ReadList`.

A call that is not on it raises `NotOnReadListError` before a connection is opened. Redirects are
calls of their own and are checked too. Each call is sent once: `RateLimitedCaller` decides about
repeating. A library is imported only where its transport is made, and then logs no addresses.
"""

import http.client
import os
from typing import TYPE_CHECKING, Any, Final, TypeVar

from photo_assets.service_calls.client_logs import silence_clients
from photo_assets.service_calls.read_list import ReadList

if TYPE_CHECKING:
    import httplib2
    import httpx
    import requests

    _Session = TypeVar("_Session", bound=requests.Session)


_AUTHORITIES: Final = ("HTTPLIB2_CA_CERTS", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")


def read_only_session(session: "_Session", reads: ReadList) -> "_Session":
    """Return `session` (of requests, requests-oauthlib or google-auth) limited to `reads`.

    It replaces all adapters. Passwords of ~/.netrc are not used: requests would send them in place
    of an Authorization header.
    """
    from requests.adapters import HTTPAdapter

    class ReadOnlyAdapter(HTTPAdapter):
        def send(
            self, request: "requests.PreparedRequest", *arguments: Any, **options: Any
        ) -> "requests.Response":
            reads.require(request.method or "", request.url or "", request.headers, request.body)
            return super().send(request, *arguments, **options)

    silence_clients()
    session.adapters.clear()
    session.mount("https://", ReadOnlyAdapter())
    session.mount("http://", ReadOnlyAdapter())
    if session.auth is None:
        session.auth = _unchanged
    return session


def read_only_http(reads: ReadList, **options: Any) -> "httplib2.Http":
    """Return an `httplib2.Http` (for google-api-python-client) limited to `reads`.

    `options` are those of `Http`. httplib2 alone would send a call again after the connection
    closed without an answer. It trusts the authorities that the environment names for other
    libraries: by itself it knows only `HTTPLIB2_CA_CERTS`, when it is imported.
    """
    import httplib2
    from httplib2.iri2uri import iri2uri

    class ReadOnlyHttp(httplib2.Http):
        def request(self, uri: str, method: str = "GET", *arguments: Any, **more: Any) -> Any:
            headers = more.get("headers") or (arguments[1] if len(arguments) > 1 else None) or {}
            body = more.get("body") or (arguments[0] if arguments else None)
            reads.require(method, iri2uri(uri), headers, body)
            return super().request(uri, method, *arguments, **more)

        def _conn_request(self, conn: Any, *arguments: Any) -> Any:
            return super()._conn_request(_SentOnce(conn), *arguments)  # type: ignore[misc]

    silence_clients()
    named = (os.environ.get(name) for name in _AUTHORITIES)
    return ReadOnlyHttp(**{"ca_certs": next(filter(None, named), None), **options})


def read_only_transport(reads: ReadList, **options: Any) -> "httpx.BaseTransport":
    """Return a transport for `httpx.Client` limited to `reads`.

    `options` are those of `HTTPTransport`. A client with a transport of its own ignores the
    environment's proxies.
    """
    import httpx

    class ReadOnlyTransport(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            reads.require(request.method, str(request.url), request.headers, request.read())
            return super().handle_request(request)

    silence_clients()
    return ReadOnlyTransport(**options)


class _SentOnce:
    """A connection that sends one request and does not connect again afterwards."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._sent = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def request(self, *arguments: Any, **options: Any) -> None:
        self._sent = True
        self._connection.request(*arguments, **options)

    def connect(self) -> None:
        if self._sent:
            raise http.client.RemoteDisconnected(
                "The connection was closed without an answer. The request is not sent again here."
            )
        self._connection.connect()


def _unchanged(request: "requests.PreparedRequest") -> "requests.PreparedRequest":
    return request
