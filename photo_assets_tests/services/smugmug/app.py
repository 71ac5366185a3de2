"""Answers requests to the API: signature, limit, object, page, expansions, in this order."""

import threading
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from photo_assets_tests.services.media import media_response, preview
from photo_assets_tests.services.smugmug import edits, oauth, orders, paging, replies, resources
from photo_assets_tests.services.smugmug.library import Library
from photo_assets_tests.services.smugmug.limits import Window
from photo_assets_tests.services.smugmug.settings import Settings
from photo_assets_tests.services.smugmug.wanted import Wanted, wanted_of

API = "/api/v2"
_MESSAGES = {200: "Ok", 404: "Not Found", 429: "Too Many Requests"}


class SmugMugApp:
    """The API over one account.

    `hidden_expansions`: links whose expansion is left out. `closed`: keys of albums that are listed
    and answer 404 when their images are asked for. `refuses`: the words of a 401 for all calls.
    """

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library = library
        self.settings = settings
        self.oauth = oauth.OAuth(settings)
        self._sign_in = Router(self.oauth.routes())
        self.window = Window(settings)
        self.lock = threading.RLock()
        self.hidden_expansions: set[str] = set()
        self.closed: set[str] = set()
        self.refuses = ""
        self.after_page: list[Any] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path.startswith(oauth.ROOT):
            self.oauth.note_authorization(Request(scope))
            await self._sign_in(scope, receive, send)
            return
        request = Request(scope, receive)
        body, problem = await request.body(), None
        if path.startswith(API):
            problem = await self.oauth.problem(request)
        with self.lock:
            response = self._respond(request, body, problem)
        await response(scope, receive, send)

    def _respond(self, request: Request, body: bytes, problem: str | None) -> Response:
        path = request.url.path
        if path.startswith("/__"):
            return JSONResponse(orders.obey(self, path, body))
        if path.startswith("/photos/i-"):
            return self._file(request)
        if not path.startswith(API):
            return refusal(404)
        allowed, headers = self.window.take()
        if not allowed:
            return refusal(429, headers=headers)
        if self.refuses or problem:
            return refusal(401, self.refuses or f"oauth_problem={problem}", headers)
        if request.method != "GET" and self.settings.permissions == "Read":
            message = "The user has not granted the required permissions"
            return refusal(401, message, headers)
        if request.method == "PATCH":
            refused = edits.apply(self.library, path.removeprefix(API), body)
            if refused is not None:
                return refusal(*refused, headers)
        elif request.method != "GET":
            return refusal(405, "Method Not Allowed", headers)
        reply = self._read(path.removeprefix(API), dict(request.query_params))
        return JSONResponse(reply, reply["Code"], headers)

    def _file(self, request: Request) -> Response:
        _, _, name, _, _, size, _ = request.url.path.split("/")
        content = self.library.contents.get(name.removeprefix("i-"))
        if content is None:
            return refusal(404)
        if size in replies.SIDES:
            content = preview(content, replies.SIDES[size], square=size == "Ti")
        return media_response(request, content, "image/jpeg")

    def _read(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        public = self.settings.access != "Full"
        found = resources.find(self.library, path, query, public=public)
        if found is None or any(f"/{key}!" in path for key in self.closed):
            return {"Code": 404, "Message": "Not Found"}
        wanted = wanted_of(query)
        terse, short = query.get("_verbosity") == "1", "_shorturis" in query
        expansions: dict[str, Any] = {}
        body = self._body(found, API + path, query, wanted, expansions, terse=terse, short=short)
        reply: dict[str, Any] = {"Response": body, "Code": 200, "Message": "Ok"}
        if not terse:
            reply["Options"] = {"Methods": ["GET"], "Parameters": {}, "ParameterDescription": {}}
        if expansions:
            reply["Expansions"] = expansions
        if found.list_of and self.after_page:
            self.after_page.pop(0)()
        return reply

    def _body(
        self,
        found: resources.Resource,
        uri: str,
        query: dict[str, str],
        wanted: Wanted,
        expansions: dict[str, Any],
        *,
        terse: bool,
        short: bool,
    ) -> dict[str, Any]:
        """Return the part of a reply below `Response` or below one expansion."""
        objects, pages = found.objects, None
        if found.list_of:
            objects, pages = paging.page_of(objects, uri, found.list_of, query, self.settings)
        shown = [wanted.shown(one, short=short, terse=terse) for one in objects]
        many = found.list_of is not None
        body: dict[str, Any] = {
            "Uri": uri,
            "Locator": found.locator,
            "LocatorType": "Objects" if many else "Object",
        }
        if not terse:
            body |= {"EndpointType": found.endpoint, "UriDescription": found.endpoint}
        if shown:  # an empty list is not named at all
            body[found.locator] = shown if many else shown[0]
        if pages is not None:
            body["Pages"] = pages
        for one in objects:
            for name, inner in wanted.expand.items():
                self._expand(one, name, inner, expansions, terse=terse, short=short)
        return body

    def _expand(
        self,
        one: dict[str, Any],
        name: str,
        wanted: Wanted,
        expansions: dict[str, Any],
        *,
        terse: bool,
        short: bool,
    ) -> None:
        uri = one.get("Uris", {}).get(name, {}).get("Uri")
        if uri is None or uri in expansions or name in self.hidden_expansions:
            return
        public, path = self.settings.access != "Full", uri.removeprefix(API)
        found = resources.find(self.library, path, wanted.query, public=public)
        if found is not None:
            expansions[uri] = {}  # before those inside it
            expansions[uri] = self._body(
                found, uri, wanted.query, wanted, expansions, terse=terse, short=short
            )


def refusal(
    status: int, message: str | None = None, headers: dict[str, str] | None = None
) -> Response:
    """Return an error as the service words it: recorded of a 401, {"Code": …, "Message": …}."""
    return JSONResponse(error_body(status, message), status, headers)


def error_body(status: int, message: str | None = None) -> dict[str, Any]:
    return {"Code": status, "Message": message or _MESSAGES.get(status, f"Error {status}")}
