"""The OpenAPI document of the HTTP API, made from its registered routes, and the page for it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photo_assets import __version__
from photo_assets.web.rendering import render

_Endpoint = Callable[[Request], Response]
_KNOWN: dict[_Endpoint, "Operation"] = {}
_PAGING: Final = ("offset", "limit")


@dataclass(frozen=True, slots=True)
class Operation:
    """What an endpoint does, the members of its answer, and whether it has pages."""

    summary: str
    answer: Mapping[str, str]
    success: int = 200
    paged: bool = False


def described(operation: Operation) -> Callable[[_Endpoint], _Endpoint]:
    """Describe an endpoint of the API."""

    def add(endpoint: _Endpoint) -> _Endpoint:
        _KNOWN[endpoint] = operation
        return endpoint

    return add


def document(routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the described routes."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        operation = _KNOWN.get(route.endpoint) if isinstance(route, Route) else None
        if operation is None:
            continue
        assert isinstance(route, Route)
        for method in (route.methods or {"GET"}) - {"HEAD"}:
            paths.setdefault(route.path, {})[method.lower()] = _described(route.path, operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "photo_assets", "version": __version__},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Error": {
                    "type": "object",
                    "required": ["error", "detail"],
                    "properties": {"error": {"type": "string"}, "detail": {"type": "string"}},
                }
            },
        },
        "security": [{"token": []}],
        "paths": paths,
    }


def _described(path: str, operation: Operation) -> dict[str, Any]:
    names = re.findall(r"\{(\w+)\}", path)
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]
    if operation.paged:
        parameters += [
            {"name": name, "in": "query", "schema": {"type": "integer"}} for name in _PAGING
        ]
    properties = {name: {"description": what} for name, what in operation.answer.items()}
    answer = {"application/json": {"schema": {"type": "object", "properties": properties}}}
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        "summary": operation.summary,
        "parameters": parameters,
        "responses": {
            str(operation.success): {"description": "Done.", "content": answer},
            "default": {"description": "Refused or not possible.", "content": error},
        },
    }


def _document(request: Request) -> Response:
    return JSONResponse(document(request.app.routes))


def _page(request: Request) -> Response:
    return render(request, "api.html", {"paths": document(request.app.routes)["paths"]})


ROUTES: list[BaseRoute] = [Route("/api", _page), Route("/api/openapi.json", _document)]
