"""The first page: what is stored, what waits, and what needs a person."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from photo_assets.web.rendering import render


def _status(request: Request) -> Response:
    workspace = request.app.state.opened.workspace()
    values = {"configuration": str(workspace.configuration.file or "no photosync.yaml")}
    return render(request, "status.html", values)


ROUTES: list[BaseRoute] = [Route("/", _status)]
