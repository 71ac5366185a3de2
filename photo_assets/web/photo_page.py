"""The page of one photo: its values with who states them, entries, relations, copies, decisions.

Reading them belongs to `photo_view`.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from photo_assets.ledger import PhotoRegistry
from photo_assets.model.vocabulary import MediaKind
from photo_assets.questions.asking import decision_words
from photo_assets.web.collection import Tile
from photo_assets.web.failures import NotFoundError
from photo_assets.web.opened import Library
from photo_assets.web.originals import PLAYED_TYPES
from photo_assets.web.photo_view import PhotoView, item_key, read_photo
from photo_assets.web.pictures import find_photo
from photo_assets.web.rendering import render
from photo_assets.web.values_shown import field_views


def _photo(request: Request) -> Response:
    try:
        library, month, tile = find_photo(request)
    except NotFoundError:
        return _merged(request)
    view = read_photo(library, month, tile)
    fields = field_views(view)
    unlocked = "unlocked" in request.query_params
    values = {
        "view": view,
        "tile": tile,
        "month": month,
        "fields": fields,
        "items": [{**row, "label": "/".join(item_key(row)[:2])} for row in view.items],
        "stores": [store.name for store in library.workspace.stores],
        "unlocked": unlocked,
        "played": _is_played(view, tile) and (unlocked or not tile.locked),
        "words": decision_words,
    }
    return render(request, "photo.html", values)


def _is_played(view: PhotoView, tile: Tile) -> bool:
    """Return whether a browser may be able to play the master."""
    is_video = tile.kind == MediaKind.VIDEO and bool(view.items)
    return is_video and view.items[0].get("media_type") in PLAYED_TYPES


def _merged(request: Request) -> Response:
    """Lead from the id of a photo that was merged into another one to that one."""
    library: Library = request.app.state.opened.library()
    asked = request.path_params["photo_id"]
    current = PhotoRegistry(library.workspace.ledger).resolve(asked)
    if current is not None and current != asked and library.collection.find(current):
        return RedirectResponse(f"/photo/{current}", 302)
    raise NotFoundError("The collection has no such photo.")


ROUTES: list[BaseRoute] = [Route("/photo/{photo_id}", _photo)]
