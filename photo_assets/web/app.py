"""The application: its routes, and what all of them share.

A module of pages exports `ROUTES`. Starting a server belongs to `serving`.
"""

import threading
from contextlib import suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from photo_assets.model.errors import PhotoAssetsError
from photo_assets.web import (
    api,
    export_page,
    gallery_pages,
    openapi,
    originals,
    photo_page,
    pictures,
    search_page,
    status_page,
)
from photo_assets.web.access import Access
from photo_assets.web.dagster_link import DagsterLink
from photo_assets.web.deciding import (
    album_name_pages,
    audit_pages,
    decision_pages,
    group_pages,
    plan_pages,
    proposal_pages,
    question_pages,
    refreshing,
    rule_pages,
)
from photo_assets.web.deciding.open_questions import OpenQuestions
from photo_assets.web.deciding.refreshing import Refresher
from photo_assets.web.deciding.sending import Sender
from photo_assets.web.failures import (
    Refusal,
    http_failure,
    known_failure,
    refused,
    unknown_failure,
)
from photo_assets.web.guard import OPENING, STATIC, Guard
from photo_assets.web.opened import Opened, OpenWorkspace
from photo_assets.web.rendering import render
from photo_assets.web.status_reader import StatusReader

_PAGES: tuple[list[BaseRoute], ...] = (
    status_page.ROUTES,
    album_name_pages.ROUTES,
    gallery_pages.ROUTES,
    pictures.ROUTES,
    originals.ROUTES,
    photo_page.ROUTES,
    search_page.ROUTES,
    question_pages.ROUTES,
    rule_pages.ROUTES,
    group_pages.ROUTES,
    audit_pages.ROUTES,
    proposal_pages.ROUTES,
    decision_pages.ROUTES,
    plan_pages.ROUTES,
    refreshing.ROUTES,
    export_page.ROUTES,
    openapi.ROUTES,
    api.ROUTES,
)


def create_app(
    open_workspace: OpenWorkspace, access: Access, dagster: DagsterLink, *, background: bool = False
) -> ASGIApp:
    """Return the application. Handlers find what they share in `request.app.state`.

    `state.opened` gives the library, `state.dagster` the link to Dagster's UI.
    `background`: read in a thread what the first visitor would wait for, and refresh the library a
    while after decisions.
    """
    static = Path(__file__).parent / "static"
    app = Starlette(
        routes=[
            Route(f"{OPENING}{{token}}", _open),
            Mount(STATIC.rstrip("/"), StaticFiles(directory=static)),
            *(route for routes in _PAGES for route in routes),
        ],
        exception_handlers={
            HTTPException: http_failure,
            PhotoAssetsError: known_failure,
            Exception: unknown_failure,
        },
    )
    app.router.redirect_slashes = False  # an address has one form
    app.state.access = access
    app.state.opened = Opened(open_workspace)
    app.state.dagster = dagster
    app.state.status = StatusReader()
    app.state.questions = OpenQuestions()
    app.state.audits = audit_pages.audit_cache()
    app.state.sender = Sender()
    app.state.refresher = Refresher(app.state.opened, dagster, by_itself=background)
    if background:
        threading.Thread(target=_prepare, args=(app,), daemon=True).start()
    return Guard(app, access)


def _prepare(app: Starlette) -> None:
    with suppress(PhotoAssetsError):  # the pages show it
        library = app.state.opened.library()
        app.state.status.read(library)
        library.albums.all()
        library.collection.find("00000000-0000-0000-0000-000000000000")


def _open(request: Request) -> Response:
    """Start a session in this browser, and leave the address, which contains the token.

    Not by a redirect: where another program started the browser, a strict cookie is sent only by
    what a page of ours requests.
    """
    access: Access = request.app.state.access
    if not access.opens(request.path_params["token"]):
        return refused(request.scope, Refusal.OPENING)
    response = render(None, "opening.html", {})
    response.set_cookie(access.cookie, access.session, httponly=True, samesite="strict")
    return response
