"""What the errors of Drive's client mean: repeat, wait, or list again."""

import http.client
from dataclasses import replace
from typing import Final

from photo_assets.service_calls import Fault, FaultKind, classify_http
from photo_assets.service_calls.google import classify_reply, read_error

PAGE_TOKEN: Final = "pageToken"  # noqa: S105
"""The code of a fault: Drive does not accept the token of a page or of a change feed."""


def classify(error: Exception) -> Fault:
    """Return the fault of a failed call; raise what is no failure of a call."""
    import httplib2
    from googleapiclient.errors import HttpError

    if isinstance(error, HttpError):
        stated = read_error(error.content)
        fault = classify_reply(int(error.resp.status), dict(error.resp), stated)
        is_token = stated.location == PAGE_TOKEN and fault.status == 400
        return replace(fault, code=PAGE_TOKEN) if is_token else fault
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
