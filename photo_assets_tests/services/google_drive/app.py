"""Request handling: who asks, which endpoint, the part of the reply that was asked for."""

import re
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from photo_assets_tests.services.google_drive import fields, schema
from photo_assets_tests.services.google_drive.account import Account
from photo_assets_tests.services.google_drive.errors import (
    READ_ONLY,
    DriveError,
    insufficient_scope,
    invalid_credentials,
    not_found,
    rate_limit,
)
from photo_assets_tests.services.google_drive.listing import Listing
from photo_assets_tests.services.google_drive.resources import Json, user
from photo_assets_tests.services.media import media_response
from photo_assets_tests.services.oauth.google import Grant, OAuth

_API = "/drive/v3/"
_FILE = "kind,id,name,mimeType"
#: path -> schema of the reply, and the fields that are given where none are asked for
_ENDPOINTS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(path), name, default)
    for path, name, default in (
        ("about", "About", ""),
        ("changes", "ChangeList", f"kind,nextPageToken,newStartPageToken,changes(kind,changeType,"
         f"type,time,removed,fileId,driveId,file({_FILE}),drive(kind,id,name))"),
        ("changes/startPageToken", "StartPageToken", "*"),
        ("drives", "DriveList", "kind,nextPageToken,drives(kind,id,name)"),
        ("files", "FileList", f"kind,nextPageToken,incompleteSearch,files({_FILE})"),
        ("files/(?P<file>[^/]+)", "File", _FILE),
        ("files/(?P<file>[^/]+)/permissions", "PermissionList",
         "kind,nextPageToken,permissions(kind,id,type,role)"),
        ("files/(?P<file>[^/]+)/revisions", "RevisionList",
         "kind,nextPageToken,revisions(kind,id,mimeType,modifiedTime)"),
        ("files/(?P<file>[^/]+)/comments", "CommentList", ""),
    )
)  # fmt: skip


class DriveApp:
    """Answers one request after the other; the account's lock is held during each."""

    def __init__(self, account: Account, listing: Listing, oauth: OAuth) -> None:
        self.account = account
        self.listing = listing
        self.oauth = oauth
        #: Replies that violate the discovery document, where `validates`.
        self.validates = True
        self.violations: list[str] = []
        #: Requests that would change something: (method, path).
        self.writes: list[tuple[str, str]] = []
        #: Refusals of the next requests, each once.
        self.refusals: deque[DriveError] = deque()
        #: Path below the API -> a reply in place of the right one.
        self.instead: dict[str, Any] = {}
        #: Called before each listing is answered, to change the account between pages.
        self.before: Callable[[str], None] = lambda _path: None
        self.queries_per_minute = 0
        self._recent: deque[float] = deque()
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        with self._lock, self.account.lock:
            response = self.respond(request, body)
        await response(scope, receive, send)

    def respond(self, request: Request, body: bytes) -> Response:
        asked = dict(parse_qsl(request.url.query, keep_blank_values=True))
        path = request.url.path
        if path == "/__account":
            return _json(200, self._ordered(orjson.loads(body)))
        try:
            if path.startswith(_API):
                return self._drive(request, path.removeprefix(_API), asked)
            reply = self.oauth.respond(request, body)
            if reply is None:
                raise DriveError(404, "notFound", "Not Found")
            return reply
        except DriveError as error:
            return _json(error.status, error.body(), error.headers)

    def _ordered(self, order: Json) -> Any:
        """Do what a person does, for a test whose server is another process: a call of `Account`."""
        name, arguments = order["call"], order.get("arguments", {})
        if name.startswith("_"):
            raise ValueError(f"no order {name}")
        if "content" in arguments:
            arguments["content"] = arguments["content"].encode()
        return getattr(self.account, name)(**arguments)

    def _drive(self, request: Request, path: str, asked: Json) -> Response:
        grant = admitted(self.oauth, request.headers.get("authorization", ""))
        self._limit()
        if request.method != "GET":
            self.writes.append((request.method, request.url.path))
            raise DriveError(403, "insufficientFilePermissions", "The user may not do this.")
        for pattern, name, default in _ENDPOINTS:
            match = pattern.fullmatch(path)
            if match is None:
                continue
            if name == "File" and asked.get("alt") == "media":
                return self._media(request, match["file"])
            if not (asked.get("fields") or default):
                message = "The 'fields' parameter is required for this method."
                raise DriveError(400, "required", message, location="fields")
            mask = fields.parse(asked.get("fields") or default, name)
            self.before(path)
            file_id = match.groupdict().get("file", "")
            if path in self.instead:
                return _json(200, self.instead[path])
            value = fields.select(self._answer(path, name, file_id, grant.email, asked), mask)
            if self.validates and (fault := schema.violation(name, value)):
                self.violations.append(f"{path}: {fault}")
            return _json(200, value)
        raise DriveError(404, "notFound", "Not Found")

    def _answer(self, path: str, name: str, file_id: str, email: str, asked: Json) -> Json:
        match name:
            case "About":
                return {"kind": "drive#about", "user": user(email, email)}
            case "ChangeList":
                return self.listing.changes(asked, email)
            case "StartPageToken":
                return self.listing.start_token(asked)
            case "DriveList":
                return self.listing.drives(asked)
            case "FileList":
                return self.listing.files(asked, email)
        file = self._file(file_id)
        match name:
            case "File":
                # A service account has a folder of its own.
                own = file_id != "root" or email == self.account.me
                return file if own else {**file, "id": f"0A{email}"}
            case "PermissionList":
                if not file["capabilities"]["canShare"]:
                    message = "The user does not have sufficient permissions for this file."
                    raise DriveError(403, "insufficientFilePermissions", message)
                return {"kind": "drive#permissionList", "permissions": file.get("permissions", [])}
            case "RevisionList":
                kept = self.account.revisions.get(file_id, [])
                return {"kind": "drive#revisionList", "revisions": kept}
        return {"kind": "drive#commentList", "comments": self.account.comments.get(file_id, [])}

    def _media(self, request: Request, file_id: str) -> Response:
        file = self._file(file_id)
        if not file["capabilities"]["canDownload"]:
            message = "This file cannot be downloaded by the user."
            raise DriveError(403, "cannotDownloadFile", message, location="alt")
        if file_id not in self.account.contents:
            message = "Only files with binary content can be downloaded."
            raise DriveError(403, "fileNotDownloadable", message, location="alt")
        content = self.account.contents[file_id]
        return media_response(request, content, file["mimeType"], tag=False)

    def _file(self, file_id: str) -> Json:
        if file_id == "root":
            return self.account.root
        found = self.account.files.get(file_id)
        if found is None:
            raise not_found(file_id)
        return found

    def _limit(self) -> None:
        if self.refusals:
            raise self.refusals.popleft()
        if self.queries_per_minute:
            now = time.monotonic()
            while self._recent and now - self._recent[0] >= 60:
                self._recent.popleft()
            if len(self._recent) >= self.queries_per_minute:
                raise rate_limit()
            self._recent.append(now)


def admitted(oauth: OAuth, authorization: str) -> Grant:
    """Return the grant of a request to Drive. Raises the refusals of Drive."""
    grant = oauth.grant_of(authorization)
    if grant is None:
        raise invalid_credentials()
    if not {READ_ONLY, READ_ONLY.removesuffix(".readonly")} & set(grant.scope.split()):
        raise insufficient_scope()
    return grant


def _json(status: int, value: Any, headers: dict[str, str] | None = None) -> Response:
    made = {"Content-Type": "application/json; charset=UTF-8", **(headers or {})}
    return Response(orjson.dumps(value), status, made)
