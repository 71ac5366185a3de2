"""The gateway before PostgREST: `/rest/v1/…`, an apikey or 401, newer secret keys translated."""

from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from photo_assets_tests.services.supabase.keys import Keys
from photo_assets_tests.time_limit import PATIENCE_S

_PREFIX = "/rest/v1"
_HOP = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})


class Gateway:
    """An ASGI app that passes requests on to PostgREST at `upstream`."""

    def __init__(self, upstream: str, keys: Keys) -> None:
        self._upstream = upstream
        self._keys = keys
        self._client: httpx.AsyncClient | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        path = request.scope["raw_path"].decode("ascii").partition("?")[0]
        if not path.startswith(_PREFIX):
            return JSONResponse({"message": "no Route matched with those values"}, 404)
        key = request.headers.get("apikey")
        if not key:
            hint = "No `apikey` request header or url param was found."
            return JSONResponse({"message": "No API key found in request", "hint": hint}, 401)
        reply = await self._open().request(
            request.method,
            f"{self._upstream}{path.removeprefix(_PREFIX)}?{request.url.query}",
            headers=self._headers(request),
            content=await request.body(),
        )
        # httpx has undone the compression.
        headers = {
            name: value
            for name, value in reply.headers.items()
            if name not in _HOP and name != "content-encoding"
        }
        return Response(reply.content, reply.status_code, headers)

    def _headers(self, request: Request) -> list[tuple[str, str]]:
        translated = f"Bearer {self._keys.service_role}"
        newer = self._keys.secret_key
        return [
            (name, translated if name == "authorization" and newer in value else value)
            for name, value in request.headers.items()
            if name not in _HOP
        ]

    def _open(self) -> httpx.AsyncClient:
        """Return the client, made in the server's own event loop."""
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False)
        return self._client


def error_body(status: int) -> Any:
    """Return an error as PostgREST words it."""
    return {"code": str(status), "message": f"fault {status}", "details": None, "hint": None}
