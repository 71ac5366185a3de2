"""What the page answers instead of what was asked for: refusals, unknown addresses, errors.

A page for people, a JSON object below `/api`. No stack trace; the log names only the kind of error.
"""

import logging
from enum import Enum

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from photo_assets.model.errors import PhotoAssetsError
from photo_assets.web.rendering import render

_LOG = logging.getLogger(__name__)
API = "/api/"
_TITLES = {
    404: "Not found",
    405: "Not possible",
    409: "Changed in the meantime",
    410: "Not in the collection",
}


class Refusal(Enum):
    """Why a request is refused: status, title, and what the person can do."""

    HOST = (
        421,
        "Unknown host name",
        "This page answers only at 127.0.0.1 and localhost, with its own port.",
    )
    SESSION = (
        401,
        "Not open in this browser",
        "Open the address that `photosync review` or `photosync ui` printed when it started. If it "
        "is open in this browser already, follow the link below.",
    )
    OPENING = (
        403,
        "The address is not valid",
        "It is of an earlier start. Open the address that `photosync review` or `photosync ui` "
        "printed last.",
    )
    ORIGIN = (403, "Refused", "The request came from another page. Nothing was changed.")
    FORM_TOKEN = (
        403,
        "Refused",
        "The form is of an earlier start of the page. Nothing was changed; load the page again.",
    )
    FORM = (400, "Refused", "The form cannot be read. Nothing was changed.")
    SIZE = (413, "Too much", "The request is larger than 1 MiB. Nothing was changed.")


class NotFoundError(HTTPException):
    """There is no such photo, album or page."""

    def __init__(self, sentence: str) -> None:
        super().__init__(404, sentence)


def refused(scope: Scope, refusal: Refusal) -> Response:
    """Return the response to a refused request."""
    status, title, sentence = refusal.value
    path = scope["path"] if refusal is Refusal.SESSION else None
    return _failure(scope["path"], status, title, sentence, again=path)


def http_failure(request: Request, error: Exception) -> Response:
    """Return the response to an address that does not exist or cannot be used this way."""
    assert isinstance(error, HTTPException)
    title = _TITLES.get(error.status_code, "Not possible")
    known = type(error) is not HTTPException
    sentence = error.detail if known else "There is no such page."
    return _failure(request.url.path, error.status_code, title, sentence, request=request)


def known_failure(request: Request, error: Exception) -> Response:
    """Return the response to an error of the project, with its hint."""
    assert isinstance(error, PhotoAssetsError)
    _LOG.error("a page could not be shown: %s", type(error).__name__)
    return _failure(request.url.path, 503, "Not possible now", str(error), request=request)


def unknown_failure(request: Request, error: Exception) -> Response:
    """Return the response to an unexpected error."""
    sentence = (
        f"An unexpected error ({type(error).__name__}) occurred while this page was made. Nothing "
        "was changed. The terminal shows where."
    )
    return _failure(request.url.path, 500, "An unexpected error", sentence, request=request)


def _failure(
    path: str,
    status: int,
    title: str,
    sentence: str,
    *,
    again: str | None = None,
    request: Request | None = None,
) -> Response:
    if path.startswith(API):
        return JSONResponse({"error": title, "detail": sentence}, status)
    values = {"title": title, "sentence": sentence, "again": again}
    return render(request, "failure.html", values, status=status)
