"""What Drive's refusals and the errors of its client mean: repeat, wait, or tell the person."""

import http.client
import json
from dataclasses import replace
from typing import Any, Final

from photo_assets.catalogs.google_drive import values
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.service_calls import (
    Fault,
    FaultKind,
    ServiceError,
    classify_http,
    classify_status,
)

PAGE_TOKEN: Final = "pageToken"  # noqa: S105
"""The code of a fault: Drive does not accept the token of a page or of a change feed."""

_LIMITED: Final = frozenset(
    {"rateLimitExceeded", "userRateLimitExceeded", "sharingRateLimitExceeded"}
    | {"RATE_LIMIT_EXCEEDED"}
)
_OF_THE_DAY: Final = frozenset({"dailyLimitExceeded", "dailyLimitExceededUnreg", "quotaExceeded"})
_UNTIL_TOMORROW_S: Final = 3_600.0

_SCOPE: Final = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
_API_OFF: Final = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
_POLICY: Final = frozenset({"domainPolicy", "appNotAuthorizedToFile", "accessDenied"})


def classify(error: Exception) -> Fault:
    """Return the fault of a failed call; raise what is no failure of a call."""
    import httplib2
    from googleapiclient.errors import HttpError

    if isinstance(error, HttpError):
        return _of_reply(error.resp, error.content)
    if isinstance(error, httplib2.ServerNotFoundError):
        return Fault(FaultKind.TRANSIENT, "The service's address is not known", code="no address")
    if isinstance(error, httplib2.RedirectLimit | httplib2.RedirectMissingLocation):
        return Fault(FaultKind.PERMANENT, "The service redirects without end", code="redirect")
    found = classify_http(error)
    if found is not None:
        return found
    if not isinstance(error, OSError | http.client.HTTPException | httplib2.HttpLib2Error):
        raise error
    name = type(error).__name__
    return Fault(FaultKind.AMBIGUOUS, f"The connection was lost: {name}", code=name)


def _of_reply(reply: Any, content: bytes) -> Fault:
    message, reasons, location = _stated(content)
    status, headers = int(reply.status), dict(reply)
    fault = classify_status(status, headers, message=message, code=min(reasons, default=None))
    if status in (403, 429) and reasons & (_LIMITED | _OF_THE_DAY):
        wait = _UNTIL_TOMORROW_S if reasons & _OF_THE_DAY else None
        wait = fault.retry_after_s or wait
        return replace(fault, kind=FaultKind.TRANSIENT, retry_after_s=wait, limited=True)
    if location == PAGE_TOKEN and status == 400:
        return replace(fault, code=PAGE_TOKEN)
    return fault


def _stated(content: bytes) -> tuple[str | None, set[str], str | None]:
    """Return message, reasons and location of Google's error body; nothing for another body."""
    try:
        body = json.loads(content)
    except ValueError:
        return None, set(), None
    error = values.part(body, "error") if isinstance(body, dict) else {}
    listed = values.parts(error, "errors") + values.parts(error, "details")
    reasons = {one["reason"] for one in listed if values.text(one.get("reason"))}
    located = (values.text(one.get("location")) for one in listed)
    return values.text(error.get("message")), reasons, next(filter(None, located), None)


def unavailable(error: ServiceError, again: str) -> CatalogUnavailableError | None:
    """Return the error for people of a refusal that waiting does not end.

    `again`: how to give photosync other credentials, a sentence.
    """
    fault = error.fault
    if fault.kind is not FaultKind.PERMANENT:
        return None
    if fault.code in _SCOPE:
        return CatalogUnavailableError(
            "Google did not permit photosync to read the files of this account.",
            hint=f"{again} The permission to see files is needed.",
        )
    if fault.code in _API_OFF:
        return CatalogUnavailableError(
            "The Google Drive API is not enabled in the project of the application.",
            hint="Enable it in the Google Cloud console: APIs and services, Library.",
        )
    if fault.status == 401:
        return CatalogUnavailableError(
            "Google does not accept the credentials of this catalog.", hint=again
        )
    if fault.code in _POLICY:
        return CatalogUnavailableError(
            "An administrator does not permit applications to read this account's files.",
            hint="Ask the administrator of the domain to allow the application.",
        )
    return None
