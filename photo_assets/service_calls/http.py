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
    fault = _classify_httpx(error)
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
    if isinstance(error, httpx.ConnectError) and _wrong_certificate(error):
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
    for kind_of_error, kind, sentence in rules:
        if isinstance(error, kind_of_error):
            return _fault(kind, sentence, error)
    return None


def _fault(kind: FaultKind, sentence: str, error: Exception) -> Fault:
    why = redact(str(error)) or type(error).__name__
    return Fault(kind, f"{sentence}: {why}", code=type(error).__name__)


def _wrong_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _reply_time(lower: Mapping[str, str]) -> datetime:
    try:
        moment = parsedate_to_datetime(lower["date"])
    except (KeyError, ValueError, TypeError, IndexError):
        return datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
