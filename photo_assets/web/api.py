"""The HTTP API: status, synchronization, albums and photos of a service, as JSON.

An answer goes to programs, so `model.disclosure` decides what of a photo is in it.
"""

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from photo_assets.catalogs.registry import SOURCES
from photo_assets.model.disclosure import DisclosurePolicy
from photo_assets.status.library import status_document
from photo_assets.web.exporting import Sharing
from photo_assets.web.failures import NotFoundError
from photo_assets.web.openapi import Operation, described
from photo_assets.web.opened import Library
from photo_assets.web.runs import start_sync
from photo_assets.web.service_albums import ServiceAlbums

_MOST = 500
_PRIVATE = DisclosurePolicy(people=False, gps=False, archived=True)


def _json(document: Any, status: int = 200) -> Response:
    body = orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS)
    return Response(body, status, media_type="application/json")


@described(
    Operation(
        "The state of the library: catalogs, tables, what waits and what needs attention.",
        {"attention": "sentences", "catalogs": "objects", "photos": "a number"},
    )
)
def _status(request: Request) -> Response:
    library: Library = request.app.state.opened.library()
    return _json(status_document(request.app.state.status.read(library)))


@described(
    Operation(
        "Read the catalogs of a service. Starts the run that Dagster's UI starts if it runs, and "
        "`photosync discover` otherwise.",
        {"started": "what was started", "run_id": "a text", "url": "where it is shown"},
        success=202,
    )
)
def _sync(request: Request) -> Response:
    library: Library = request.app.state.opened.library()
    source = _source(request)
    configured = library.workspace.settings.catalogs.of(source)
    if not any(one.enabled for one in configured.values()):
        raise NotFoundError(f"No catalog of {source} is configured and enabled.")
    started = start_sync(library.workspace, request.app.state.dagster, source)
    document = {"started": started.by, "run_id": started.run_id, "url": started.url}
    return _json(document, 202)


@described(
    Operation(
        "The albums that the catalogs of a service state, a page at a time.",
        {"albums": "objects", "total": "a number", "next": "the offset of the next page"},
        paged=True,
    )
)
def _albums(request: Request) -> Response:
    albums = [*_service(request).all().values()]
    first, count = _page(request)
    sharing = Sharing(request.app.state.opened.library(), _PRIVATE)
    found = []
    for album in albums[first : first + count]:
        if sharing.shows_album(album.path):
            number = sum(album.months.values())
            found.append(
                {
                    "id": album.key,
                    "catalog": album.catalog,
                    "name": " / ".join(album.path),
                    "kind": album.kind,
                    "photos": number,
                }
            )
    return _json({"albums": found, "total": len(albums), "next": _next(first, count, len(albums))})


@described(
    Operation(
        "The photos of an album as the service states them, a page at a time. Locked photos, "
        "items that are not joined yet, coordinates and names of people are left out.",
        {"photos": "objects", "total": "a number", "next": "the offset of the next page"},
        paged=True,
    )
)
def _photos(request: Request) -> Response:
    service = _service(request)
    album = service.all().get(request.path_params["album"])
    if album is None:
        raise NotFoundError("The service has no such album.")
    first, count = _page(request)
    sharing = Sharing(request.app.state.opened.library(), _PRIVATE)
    shown = []
    for row in service.items(album, first, count):
        month = row.pop("photo_month")
        # Of an item that is not joined yet nobody knows whether another catalog locks its photo.
        if month is None or row["photo_id"] in sharing.locked(month):
            continue
        if (found := sharing.show(row)) is not None:
            shown.append(found)
    total = sum(album.months.values())
    return _json({"photos": shown, "total": total, "next": _next(first, count, total)})


def _source(request: Request) -> str:
    source: str = request.path_params["service"].lower().replace("-", "_")
    if source not in SOURCES:
        raise NotFoundError(f"There is no such service. Known: {', '.join(SOURCES)}.")
    return source


def _service(request: Request) -> ServiceAlbums:
    workspace = request.app.state.opened.workspace()
    return ServiceAlbums(workspace.lake, _source(request), workspace.data_dir / "cache")


def _page(request: Request) -> tuple[int, int]:
    values = request.query_params
    try:
        first, count = int(values.get("offset", "0")), int(values.get("limit", "100"))
    except ValueError:
        raise NotFoundError("`offset` and `limit` are whole numbers.") from None
    return min(max(0, first), 1 << 31), min(max(1, count), _MOST)


def _next(first: int, count: int, total: int) -> int | None:
    return first + count if first + count < total else None


ROUTES: list[BaseRoute] = [
    Route("/api/status", _status),
    Route("/api/{service}/sync", _sync, methods=["POST"]),
    Route("/api/{service}/albums", _albums),
    Route("/api/{service}/photos/{album}", _photos),
]
