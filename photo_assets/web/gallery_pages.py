"""The gallery of all photos and of one album, and the parts of them that its script asks for.

The script draws only the tiles on the screen: it asks for months with their numbers of photos, and
for ranges of a month.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photo_assets.model.visible_text import shown
from photo_assets.web.albums import Album
from photo_assets.web.collection import Tile, tiles_of
from photo_assets.web.failures import NotFoundError
from photo_assets.web.opened import Library
from photo_assets.web.rendering import render

_MOST = 500
"""How many tiles one answer contains at most."""

_ALBUMS = 120
"""How many albums are on a page."""


def _photos(request: Request) -> Response:
    library: Library = request.app.state.opened.library()
    months = library.collection.months()
    return _gallery(request, "Photos", "/photos", months, None)


def _photo_tiles(request: Request) -> Response:
    library: Library = request.app.state.opened.library()
    first, count = _range(request)
    month = request.path_params["month"]
    return JSONResponse([*map(_tile, library.collection.tiles(month, first, count))])


def _albums(request: Request) -> Response:
    library: Library = request.app.state.opened.library()
    find, every = request.query_params.get("find", "").strip(), library.albums.all()
    wanted = find.casefold()
    matching = [album for album in every.values() if wanted in album.path.casefold()]
    pages = max(1, -(-len(matching) // _ALBUMS))
    page = min(max(1, _number(request.query_params.get("page", "1"))), pages)
    values = {
        "albums": matching[(page - 1) * _ALBUMS : page * _ALBUMS],
        "every": len(every),
        "matching": len(matching),
        "find": find,
        "page": page,
        "pages": pages,
    }
    return render(request, "albums.html", values)


def _album(request: Request) -> Response:
    album = _find(request)
    return _gallery(request, album.path, f"/albums/{album.key}", album.months, album)


def _album_tiles(request: Request) -> Response:
    library: Library = request.app.state.opened.library()
    album = _find(request)
    first, count = _range(request)
    rows = library.albums.rows(album, request.path_params["month"]).slice(first, count)
    return JSONResponse([*map(_tile, tiles_of(rows))])


def _gallery(
    request: Request, title: str, path: str, months: list[tuple[str, int]], album: Album | None
) -> Response:
    count = sum(number for _, number in months)
    years: dict[str, list[tuple[str, int]]] = {}
    for month, number in months:
        years.setdefault(month[:4], []).append((month, number))
    values: dict[str, Any] = {
        "title": title,
        "base": path,
        "count": count,
        "years": years,
        "months": [[month, number] for month, number in months],
        "album": album,
        "searches": _searches(request),
    }
    return render(request, "gallery.html", values)


def _searches(request: Request) -> bool:
    """Return whether photos can be searched for by words."""
    library: Library = request.app.state.opened.library()
    settings = library.workspace.settings.ai.embeddings
    return settings is not None and settings.text is not None


def _find(request: Request) -> Album:
    library: Library = request.app.state.opened.library()
    album = library.albums.all().get(request.path_params["key"])
    if album is None:
        raise NotFoundError("The collection has no such album.")
    return album


def _range(request: Request) -> tuple[int, int]:
    """Return the first tile that is asked for and how many."""
    values = request.query_params
    first, count = _number(values.get("first", "0")), _number(values.get("count", str(_MOST)))
    return min(max(0, first), 1 << 31), min(max(0, count), _MOST)


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise NotFoundError("A number in this address is not a whole number.") from None


def _tile(tile: Tile) -> dict[str, object]:
    return {
        "id": tile.photo_id,
        "version": tile.version,
        "name": shown(tile.name),
        "kind": tile.kind,
        "at": tile.at.isoformat(" ", "seconds") if tile.at else None,
        "conflicts": tile.conflicts,
        "locked": tile.locked,
        "trashed": tile.trashed,
    }


ROUTES: list[BaseRoute] = [
    Route("/photos", _photos),
    Route("/photos/{month}/tiles", _photo_tiles),
    Route("/albums", _albums),
    Route("/albums/{key}", _album),
    Route("/albums/{key}/{month}/tiles", _album_tiles),
]
