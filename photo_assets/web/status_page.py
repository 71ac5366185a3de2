"""The first page: what is stored, what waits, and what needs a person."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from photo_assets.web.opened import Library
from photo_assets.web.rendering import render


def _status(request: Request) -> Response:
    library: Library = request.app.state.opened.library()
    status = request.app.state.status.read(library)
    pending = {layer.asset: status.pending.get(layer.asset, 0) for layer in status.layers}
    return render(request, "status.html", {"status": status, "pending": pending})


ROUTES: list[BaseRoute] = [Route("/", _status)]
