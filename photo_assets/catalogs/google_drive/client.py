"""The calls to Drive, through Google's client: each is a read, within the limits, and checked.

The client's own repeats are off, and so are its batches, which go to Google whatever the endpoint.
"""

import threading
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from photo_assets.catalogs.google_drive import refusals
from photo_assets.catalogs.google_drive.records import FILE_FIELDS, REVISION_FIELDS
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.service_calls import CallStatistics, MalformedReplyError, RateLimitedCaller
from photo_assets.service_calls.download import Download
from photo_assets.service_calls.read_list import Read, ReadList
from photo_assets.service_calls.read_only import read_only_http

if TYPE_CHECKING:
    from google.auth.credentials import Credentials
    from google_auth_httplib2 import AuthorizedHttp

_API: Final = "/drive/v3"
READS: Final = tuple(
    Read("GET", f"{_API}{path}")
    for path in ("/about", "/files", "/files/*", "/changes", "/changes/startPageToken", "/drives")
)
"""All calls that this catalog may make."""

MY_DRIVE: Final = ""
"""The corpus of the account itself; every other corpus is the id of a shared drive."""

_PAGE: Final = 1_000
_DRIVES_PAGE: Final = 100
_PART_BYTES: Final = 8 << 20

Reply = dict[str, Any]


class DriveClient:
    """The files and change feeds of one account. `credentials` is called before the first call.

    `shared_drives`: whether replies may contain files of shared drives. Raises `ServiceError` and
    the errors of the sign-in.
    """

    def __init__(
        self,
        endpoint: str,
        credentials: Callable[[], "Credentials"],
        caller: RateLimitedCaller,
        *,
        shared_drives: bool = True,
    ) -> None:
        try:
            import google_auth_httplib2  # noqa: F401
            import googleapiclient.discovery  # noqa: F401
        except ImportError:
            raise CatalogUnavailableError(
                "The library that reads Google Drive is not installed.",
                hint="pip install 'photo_assets[google,sign-in]' -c deploy/constraints.txt",
            ) from None
        self._endpoint = endpoint.rstrip("/")
        self._credentials = credentials
        self._caller = caller
        self._shared_drives = shared_drives
        self._of_thread = threading.local()

    @property
    def statistics(self) -> CallStatistics:
        """The statistics of the calls so far."""
        return self._caller.statistics

    def root(self) -> Reply:
        """Return id and name of the folder of My Drive."""
        request = self._drive.files().get(fileId="root", fields="id,name")
        return self._call("the folder of My Drive", request, _identified)

    def drives(self) -> Iterator[Reply]:
        """Yield id and name of each shared drive that the account belongs to."""
        token: str | None = None
        while True:
            request = self._drive.drives().list(
                pageSize=_DRIVES_PAGE, pageToken=token, fields="nextPageToken,drives(id,name)"
            )
            reply = self._call("shared drives", request, lambda reply: _listed(reply, "drives"))
            yield from reply["drives"]
            token = reply.get("nextPageToken")
            if token is None:
                return

    def files(self, query: str, parts: str, corpus: str, token: str | None) -> Reply:
        """Return one page of what a query finds in a corpus; `parts` are fields of files."""
        # Without nextPageToken in `fields`, a listing would silently end after its first page.
        request = self._drive.files().list(
            q=query,
            pageSize=_PAGE,
            pageToken=token,
            spaces="drive",
            fields=f"nextPageToken,incompleteSearch,files({parts})",
            **self._in(corpus),
            corpora="drive" if corpus else "user",
        )
        return self._call("files", request, lambda reply: _listed(reply, "files"))

    def start_token(self, corpus: str) -> str:
        """Return the present position of a change feed."""
        drive = {"driveId": corpus} if corpus else {}
        request = self._drive.changes().getStartPageToken(supportsAllDrives=True, **drive)
        reply = self._call("the position of changes", request, _positioned)
        return str(reply["startPageToken"])

    def changes(self, corpus: str, token: str) -> Reply:
        """Return one page of a change feed from a position on."""
        request = self._drive.changes().list(
            pageToken=token,
            pageSize=_PAGE,
            spaces="drive",
            fields="nextPageToken,newStartPageToken,changes(changeType,removed,fileId,driveId,"
            f"drive(id,name),file({FILE_FIELDS}))",
            **self._in(corpus),
        )
        return self._call("changes", request, _changed)

    def revision(self, file_id: str) -> Reply:
        """Return what tells which version of a file is there now."""
        request = self._drive.files().get(
            fileId=file_id, fields=f"id,{','.join(REVISION_FIELDS)}", supportsAllDrives=True
        )
        return self._call("the version of a file", request, _identified)

    def media(self, file_id: str, download: Download) -> None:
        """Ask for a file's content, part by part: httplib2 keeps each reply in memory."""
        is_complete = False
        while not is_complete:
            is_complete = self._caller.call(
                "the content of a file",
                lambda: self._part(file_id, download),
                classify=refusals.classify,
                repeatable=True,
            )

    def _part(self, file_id: str, download: Download) -> bool:
        from googleapiclient.errors import HttpError

        request = self._drive.files().get_media(fileId=file_id, supportsAllDrives=True)
        if not hasattr(self._of_thread, "http"):  # an Http serves one thread only
            self._of_thread.http = self._authorized_http()
            self._of_thread.http.http.follow_redirects = False
        headers = {**request.headers, **download.headers(_PART_BYTES)}
        reply, content = self._of_thread.http.request(request.uri, method="GET", headers=headers)
        if reply.status not in (200, 206, 416):
            raise HttpError(reply, content, uri=request.uri)
        return download.take(reply.status, reply, [content])

    def _in(self, corpus: str) -> dict[str, Any]:
        chosen = {"driveId": corpus} if corpus else {}
        return {
            "supportsAllDrives": True,
            "includeItemsFromAllDrives": self._shared_drives or bool(corpus),
            **chosen,
        }

    def _call(self, what: str, request: Any, check: Callable[[Reply], bool]) -> Reply:
        def send() -> Reply:
            reply = request.execute(num_retries=0)
            # Broken JSON in a reply of status 200 comes as a text.
            if not isinstance(reply, dict) or not check(reply):
                raise MalformedReplyError(f"the reply about {what} has another form")
            return reply

        return self._caller.call(what, send, classify=refusals.classify, repeatable=True)

    @cached_property
    def _drive(self) -> Any:
        from googleapiclient.discovery import build

        return build(
            "drive",
            "v3",
            http=self._authorized_http(),
            static_discovery=True,
            client_options={"api_endpoint": f"{self._endpoint}{_API}/"},
        )

    def _authorized_http(self) -> "AuthorizedHttp":
        from google_auth_httplib2 import AuthorizedHttp

        reads = ReadList([self._endpoint], READS)
        http = read_only_http(reads, timeout=self._caller.policy.timeout_s)
        return AuthorizedHttp(self._credentials(), http=http)


def _identified(reply: Reply) -> bool:
    return isinstance(reply.get("id"), str) and reply["id"] != ""


def _listed(reply: Reply, name: str) -> bool:
    found = reply.get(name)
    return (
        isinstance(found, list)
        and all(isinstance(one, dict) and _identified(one) for one in found)
        and _is_token(reply.get("nextPageToken"))
    )


def _positioned(reply: Reply) -> bool:
    return isinstance(reply.get("startPageToken"), str)


def _changed(reply: Reply) -> bool:
    """Return whether exactly one of the two tokens is given: the feed goes on, or it ends."""
    changes = reply.get("changes")
    following, ended = reply.get("nextPageToken"), reply.get("newStartPageToken")
    return (
        isinstance(changes, list)
        and all(_is_change(one) for one in changes)
        and (following is None) != (ended is None)
        and _is_token(following)
        and _is_token(ended)
    )


def _is_change(change: Any) -> bool:
    if not isinstance(change, dict):
        return False
    if change.get("changeType") == "drive":
        return isinstance(change.get("driveId"), str)
    file = change.get("file")
    gone = change.get("removed") is True or file is None
    return isinstance(change.get("fileId"), str) and (
        gone or (isinstance(file, dict) and file.get("id") == change["fileId"])
    )


def _is_token(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value != "")
