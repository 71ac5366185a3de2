"""The page of searches: photos that fit words, or that look like a photo.

Vectors are compared in `ai.embeddings`. A result is shown as in the gallery: the picture of a
locked photo is not.
"""

from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from photo_assets.ai.embeddings.searching import (
    LONGEST_TEXT,
    UnknownPhotoError,
    search_like,
    search_text,
)
from photo_assets.web.opened import Library
from photo_assets.web.rendering import render

_MOST: Final = 60
"""Photos on the page."""


def _search(request: Request) -> Response:
    library: Library = request.app.state.opened.library()
    settings = library.workspace.settings.ai.embeddings
    text = request.query_params.get("text", "").strip()[:LONGEST_TEXT]
    like = request.query_params.get("like", "")
    sample = library.collection.find(like) if like else None
    matches, said = [], None
    if like and sample is None:
        said = "The photo is not in the collection any more."
    elif sample is not None:
        try:
            matches = search_like(library.workspace, sample[1].photo_id, _MOST)
        except UnknownPhotoError:
            said = (
                "The photo has no vector yet: it has no thumbnail, or is new (photosync ai embed)."
            )
    elif text:
        matches = search_text(library.workspace, text, _MOST)
    found = [library.collection.find(match.photo_id) for match in matches]
    side = settings.text if settings is not None else None
    values: dict[str, Any] = {
        "text": text,
        "like": sample[1] if sample else None,
        "tiles": [one[1] for one in found if one is not None],
        "asked": bool(sample or text),
        "said": said,
        "on": settings is not None,
        "words": side is not None,
        "host": urlsplit(side.endpoint).netloc if side and side.endpoint else None,
    }
    return render(request, "search.html", values)


ROUTES: list[BaseRoute] = [Route("/search", _search)]
