"""Classify HTTP failures that are the same for every service.

A sink classifies the error codes of its service and uses this module for the rest.
"""

import json
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from photo_assets.configuration.redaction import redact
from photo_assets.service_calls.errors import MalformedReplyError
from photo_assets.service_calls.faults import Fault, FaultKind
from photo_assets.service_calls.retry_after import parse_retry_after

_TOO_MANY: Final = 429
_NOT_PROCESSED: Final = frozenset({421, 425, _TOO_MANY})  # according to their definitions
_TIMED_OUT: Final = 408  # proxies also send it after they forwarded the request
_SERVER_ERRORS: Final = 500


def classify_status(
    status: int,
    headers: Mapping[str, str] | None = None,
    *,
    message: str | None = None,
    code: str | None = None,
) -> Fault:
    """Return the fault for a reply with HTTP status `status`, according to HTTP alone.

    `message` and `code` are the service's own. `headers` may be in any case.
    """
    lower = {name.lower(): value for name, value in (headers or {}).items()}
    kind = FaultKind.PERMANENT
    if status in _NOT_PROCESSED:
        kind = FaultKind.TRANSIENT
    elif status == _TIMED_OUT or status >= _SERVER_ERRORS or status < 300:
        kind = FaultKind.AMBIGUOUS
    said = f": {redact(message)}" if message else ""
    return Fault(
        kind,
        f"The service returned status {status}{said}",
        status=status,
        code=code,
        retry_after_s=parse_retry_after(lower.get("retry-after"), _reply_time(lower)),
        limited=status == _TOO_MANY,
    )


def classify_http(error: Exception) -> Fault | None:
    """Return the fault for an error of HTTP or of a lower layer; None for other errors."""
    if isinstance(error, MalformedReplyError | json.JSONDecodeError | UnicodeDecodeError):
        return _fault(FaultKind.AMBIGUOUS, "The reply cannot be read", error)
    fault = _classify_httpx(error) or _classify_requests(error)
    if fault is not None:
        return fault
    if isinstance(error, ConnectionRefusedError):
        return _fault(FaultKind.TRANSIENT, "The connection failed", error)
    if isinstance(error, ConnectionError | TimeoutError):
        return _fault(FaultKind.AMBIGUOUS, "The connection was lost", error)
    return None


def _classify_httpx(error: Exception) -> Fault | None:
    try:
        import httpx
    except ImportError:  # a client that does not use httpx
        return None
    if isinstance(error, httpx.HTTPStatusError):
        return classify_status(error.response.status_code, error.response.headers)
    transient, permanent, ambiguous = FaultKind.TRANSIENT, FaultKind.PERMANENT, FaultKind.AMBIGUOUS
    if isinstance(error, httpx.ConnectError) and _caused_by(error, ssl.SSLCertVerificationError):
        return _fault(permanent, "The service's certificate is not trusted", error)
    rules: tuple[tuple[type[Exception], FaultKind, str], ...] = (  # the first match applies
        (httpx.ConnectError, transient, "The connection failed"),
        (httpx.ConnectTimeout, transient, "The connection failed"),
        (httpx.PoolTimeout, transient, "The connection failed"),
        (httpx.ProxyError, transient, "The proxy connection failed"),
        (httpx.InvalidURL, permanent, "The request is invalid"),
        (httpx.UnsupportedProtocol, permanent, "The request is invalid"),
        (httpx.LocalProtocolError, permanent, "The request is invalid"),
        (httpx.TooManyRedirects, permanent, "The service redirects without end"),
        (httpx.TimeoutException, ambiguous, "No reply was received in time"),
        (httpx.TransportError, ambiguous, "The connection was lost"),
        (httpx.DecodingError, ambiguous, "The reply cannot be read"),
        (httpx.StreamError, ambiguous, "The reply cannot be read"),
    )
    return _first_match(rules, error)


def _classify_requests(error: Exception) -> Fault | None:
    try:
        import requests
        from requests import exceptions as of_requests
        from urllib3.exceptions import NewConnectionError
    except ImportError:  # a client that does not use requests
        return None
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return classify_status(error.response.status_code, error.response.headers)
    inner = _innermost(error)  # the outer ones repeat the address, and name classes of urllib3
    transient, permanent, ambiguous = FaultKind.TRANSIENT, FaultKind.PERMANENT, FaultKind.AMBIGUOUS
    if isinstance(error, of_requests.SSLError) and _caused_by(error, ssl.SSLCertVerificationError):
        return _fault(permanent, "The service's certificate is not trusted", error, inner)
    # requests has one class for a connection that failed and for one that was lost.
    if isinstance(error, requests.ConnectionError) and _caused_by(error, NewConnectionError):
        return _fault(transient, "The connection failed", error, inner)
    rules: tuple[tuple[type[Exception], FaultKind, str], ...] = (
        (requests.ConnectTimeout, transient, "The connection failed"),
        (of_requests.ProxyError, transient, "The proxy connection failed"),
        (requests.TooManyRedirects, permanent, "The service redirects without end"),
        (requests.Timeout, ambiguous, "No reply was received in time"),
        (requests.ConnectionError, ambiguous, "The connection was lost"),
        (of_requests.ChunkedEncodingError, ambiguous, "The connection was lost"),
        (of_requests.ContentDecodingError, ambiguous, "The reply cannot be read"),
        (of_requests.InvalidURL, permanent, "The request is invalid"),
        (of_requests.MissingSchema, permanent, "The request is invalid"),
        (of_requests.InvalidSchema, permanent, "The request is invalid"),
        (of_requests.InvalidHeader, permanent, "The request is invalid"),
    )
    return _first_match(rules, error, inner)


def _first_match(
    rules: tuple[tuple[type[Exception], FaultKind, str], ...],
    error: Exception,
    cause: BaseException | None = None,
) -> Fault | None:
    for kind_of_error, kind, sentence in rules:
        if isinstance(error, kind_of_error):
            return _fault(kind, sentence, error, cause)
    return None


def _fault(
    kind: FaultKind, sentence: str, error: Exception, cause: BaseException | None = None
) -> Fault:
    why = redact(str(cause or error)) or type(error).__name__
    return Fault(kind, f"{sentence}: {why}", code=type(error).__name__)


def _innermost(error: BaseException) -> BaseException:
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return error


def _caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False


def _reply_time(lower: Mapping[str, str]) -> datetime:
    try:
        moment = parsedate_to_datetime(lower["date"])
    except (KeyError, ValueError, TypeError, IndexError):
        return datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
