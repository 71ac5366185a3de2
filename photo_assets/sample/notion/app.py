"""Request handling: authorization, checking requests and replies against the schema, errors."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from photo_assets.sample.notion import endpoints, uploads
from photo_assets.sample.notion.errors import NotionError, failed_validation
from photo_assets.sample.notion.limits import check_limits
from photo_assets.sample.notion.objects import Json
from photo_assets.sample.notion.rate import RateLimit
from photo_assets.sample.notion.settings import INSERT
from photo_assets.sample.notion.store import Store

VERSION = "2025-09-03"
Contract = Callable[[str, Any], str | None]
"""Returns the fault of a value of one of the vendor's types, None without one."""

_LOG = logging.getLogger(__name__)


def no_contract(_type: str, _value: Any) -> str | None:
    """Accept every value."""
    return None


@dataclass(frozen=True)
class Complaint:
    """A problem for tests to report: the request, and its fault."""

    method: str
    path: str
    message: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class NotionApp:
    """Handles one request after the other; `lock` is held during each."""

    def __init__(self, store: Store, contract: Contract = no_contract) -> None:
        self.store = store
        self._contract = contract
        self.lock = threading.RLock()
        #: Requests or replies that violate the schema, and unsupported requests.
        self.violations: list[Complaint] = []
        #: Requests rejected with 400, 401 or 403, including those that violate the schema.
        self.refused: list[Complaint] = []
        per_second = store.settings.requests_per_second
        self._rate = RateLimit(per_second, store.settings.rate_burst) if per_second else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        with self.lock:
            response = self.respond(request, body)
        await response(scope, receive, send)

    def respond(self, request: Request, body: bytes) -> Response:
        """Return the response to a request whose body was read; `lock` is held."""
        try:
            return json_reply(200, self._answer(request, body))
        except NotionError as error:
            if error.status in (400, 401, 403):
                self._note(self.refused, request, error.message)
            headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
            return json_reply(error.status, error.body(), headers)
        except NotImplementedError as error:
            self._note(self.violations, request, f"not done here: {error}")
            return json_reply(500, NotionError(500, f"not done here: {error}").body())

    def _answer(self, request: Request, body: bytes) -> Json:
        self._admit(request)
        path = request.scope["raw_path"].decode()
        sending = endpoints.SEND_FILE.fullmatch(path)
        if sending and request.method == "POST":
            self._need(INSERT)
            type_ = request.headers.get("content-type", "")
            reply = uploads.send_file_upload(self.store, sending["file_upload_id"], type_, body)
            return self._checked(request, "FileUploadReply", reply)
        found = endpoints.find(request.method, path)
        if found is None:
            raise NotionError(400, "Invalid request URL.", "invalid_request_url")
        endpoint, from_path = found
        self._need(endpoint.needs)
        sent = self._read_body(request, body)
        arguments = {
            **{name: unquote(value) for name, value in from_path.items()},
            **_query(request.url.query),
            **sent,
        }
        self._check_request(request, endpoint.request, arguments)
        check_limits(sent, self.store.settings)
        reply = endpoint.answers(self.store, arguments)
        return self._checked(request, endpoint.reply, reply)

    def _admit(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {self.store.settings.token}":
            raise NotionError(401, "API token is invalid.")
        version = request.headers.get("notion-version")
        if version is None:
            raise NotionError(
                400,
                "Notion-Version header failed validation: Notion-Version header should be defined, "
                "instead was `undefined`.",
                "missing_version",
            )
        if version != VERSION:
            raise NotImplementedError(f"Notion-Version {version}")
        if self._rate is not None:
            self._rate.take(time.monotonic())

    def _need(self, capability: str) -> None:
        if capability and capability not in self.store.settings.capabilities:
            raise NotionError(403, "Insufficient permissions for this endpoint.")

    def _read_body(self, request: Request, body: bytes) -> Json:
        if request.method in ("GET", "DELETE") or not body:
            return {}
        if len(body) > self.store.settings.body_bytes:
            raise failed_validation(
                f"body should be ≤ `{self.store.settings.body_bytes}` bytes, "
                f"instead was `{len(body)}`."
            )
        try:
            sent = orjson.loads(body)
        except orjson.JSONDecodeError:
            sent = None
        if not isinstance(sent, dict):
            raise NotionError(400, "Error parsing JSON body.", "invalid_json")
        return _title_as_property(sent)

    def _check_request(self, request: Request, type_: str, arguments: Json) -> None:
        problem = self._contract(type_, arguments) if type_ else None
        if problem is not None:
            problem = problem.replace("data", "body", 1)
            self._note(self.violations, request, f"request: {problem}")
            raise failed_validation(f"{problem}.")

    def _checked(self, request: Request, type_: str, reply: Json) -> Json:
        problem = self._contract(type_, reply)
        if problem is not None:
            self._note(self.violations, request, f"reply: {problem}")
            _LOG.error("The Notion stand-in violated the schema: %s: %s", type_, problem)
            raise NotionError(500, f"The reply is not a {type_}: {problem}")
        return {**reply, "request_id": self.store.ids.object()}

    def _note(self, complaints: list[Complaint], request: Request, message: str) -> None:
        complaints.append(Complaint(request.method, request.url.path, message))


def _query(text: str) -> Json:
    """Return the arguments of a query string: numbers as such, `filter_properties` as a list."""
    arguments: Json = {}
    for name, given in parse_qs(text, keep_blank_values=True).items():
        plain = name.removesuffix("[]")
        if plain == "filter_properties":
            arguments[plain] = given
        elif plain == "page_size" and given[0].isdigit():
            arguments[plain] = int(given[0])
        else:
            arguments[plain] = given[0]
    return arguments


def _title_as_property(sent: Json) -> Json:
    """Accept a title given as a plain list, which the service accepts although the types do not."""
    properties = sent.get("properties")
    if isinstance(properties, dict) and isinstance(properties.get("title"), list):
        return {**sent, "properties": {**properties, "title": {"title": properties["title"]}}}
    return sent


def json_reply(status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
    """Return a JSON response like those of the service."""
    return Response(
        orjson.dumps(body), status, headers, media_type="application/json; charset=utf-8"
    )
