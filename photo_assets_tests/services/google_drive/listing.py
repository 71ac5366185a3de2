"""files.list and changes.list: corpora, pages, and the tokens that continue them."""

import base64
import binascii
import bisect
import json
from typing import Any

from photo_assets_tests.services.google_drive import queries, resources
from photo_assets_tests.services.google_drive.account import Account
from photo_assets_tests.services.google_drive.errors import DriveError, drive_not_found, invalid
from photo_assets_tests.services.google_drive.resources import Json

MAX_PAGE = 1000
_SCOPE = ("q", "corpora", "driveId", "orderBy", "spaces")


class Listing:
    """Answers listings of an account.

    `by_position`: a page token is a position in the list as it is now, so that a file added between
    pages shifts one to the next page again, and a file removed hides one; otherwise it is the last
    file given. The documentation allows either. `longest_page`: the service may give fewer than it
    was asked for. `generation`: raised to let all page tokens of file lists expire.
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        self.by_position = False
        self.longest_page = MAX_PAGE
        self.generation = 1
        self.incomplete = False
        self._key: list[Any] = []
        self._last: tuple[list[Json], list[int]] = ([], [])

    def files(self, asked: Json, viewer: str) -> Json:
        scope = [asked.get(name) for name in _SCOPE]
        at = self._read(asked["pageToken"], scope) if asked.get("pageToken") else None
        found, serials = self._found(asked, scope, viewer)
        if at is not None:
            first = at if self.by_position else bisect.bisect_right(serials, -at)
            found = found[first:]
        size = self._size(asked)
        page = found[:size]
        reply: Json = {"kind": "drive#fileList", "incompleteSearch": self.incomplete}
        if len(found) > size:
            last = self.account.serials[page[-1]["id"]]
            reply["nextPageToken"] = self._write(
                (at or 0) + size if self.by_position else last, scope
            )
        return {**reply, "files": page}

    def _found(self, asked: Json, scope: list[Any], viewer: str) -> tuple[list[Json], list[int]]:
        """Return what a query finds now, the newest first, and the negative serials of it.

        What is added during a listing comes before its first page.
        """
        key = [self.account.now, viewer, scope, asked.get("includeItemsFromAllDrives")]
        if key != self._key:
            test, serials = queries.parse(asked.get("q", "")), self.account.serials
            found = [file for file in self._corpus(asked, viewer) if test(file)]
            found.sort(key=lambda file: serials[file["id"]], reverse=True)
            self._key, self._last = key, (found, [-serials[file["id"]] for file in found])
        return self._last

    def changes(self, asked: Json, viewer: str) -> Json:
        if not asked.get("pageToken"):
            message = "Required parameter: pageToken"
            raise DriveError(400, "required", message, location="pageToken")
        try:
            start = int(asked["pageToken"])
        except ValueError:
            raise invalid("pageToken") from None
        drive = self._drive(asked)
        if not 0 < start <= self.account.now + 1:
            raise invalid("pageToken")
        all_drives = asked.get("includeItemsFromAllDrives") == "true"
        seen = {file["id"] for file in self.account.visible_to(viewer)}
        pending = sorted(
            (number, key, change)
            for (log, key), (number, change) in self.account.log.items()
            if log == drive
            and number >= start
            and (drive or self._in_my_log(change, all_drives, seen))
        )
        size = self._size(asked)
        reply: Json = {
            "kind": "drive#changeList",
            "changes": [self._change(number, change) for number, _, change in pending[:size]],
        }
        if len(pending) > size:
            return {**reply, "nextPageToken": str(pending[size][0])}
        return {**reply, "newStartPageToken": self.account.start_token}

    def start_token(self, asked: Json) -> Json:
        self._drive(asked)
        return {"kind": "drive#startPageToken", "startPageToken": self.account.start_token}

    def drives(self, asked: Json) -> Json:
        size = min(int(asked.get("pageSize", 10)), 100)
        at = self._read(asked["pageToken"], []) if asked.get("pageToken") else 0
        found = sorted(self.account.drives.values(), key=lambda drive: drive["id"])
        reply: Json = {"kind": "drive#driveList", "drives": found[at : at + size]}
        if len(found) > at + size:
            reply["nextPageToken"] = self._write(at + size, [])
        return reply

    def _corpus(self, asked: Json, viewer: str) -> list[Json]:
        drive = self._drive(asked)
        corpora = asked.get("corpora", "user")
        if (corpora == "drive") != (drive is not None):
            raise invalid("corpora")
        files = self.account.visible_to(viewer)
        if drive is not None:
            return [file for file in files if file.get("driveId") == drive]
        if corpora == "allDrives":
            return files
        # Of shared drives, the files that the person has opened are in their corpus too.
        both = asked.get("includeItemsFromAllDrives") == asked.get("supportsAllDrives") == "true"
        return [f for f in files if "driveId" not in f or (both and f.get("viewedByMe"))]

    def _drive(self, asked: Json) -> str | None:
        drive = asked.get("driveId")
        if drive is None:
            return None
        if asked.get("supportsAllDrives") != "true":
            message = "The app does not support shared drives."
            raise DriveError(403, "teamDrivesAppNotSupported", message, location="driveId")
        if drive not in self.account.drives:
            raise drive_not_found(drive)
        return str(drive)

    def _in_my_log(self, change: Json, all_drives: bool, seen: set[str]) -> bool:
        if change["changeType"] == "drive":
            return all_drives
        file = self.account.files.get(change["fileId"])
        if file is None:
            return True
        return file["id"] in seen and (all_drives or "driveId" not in file)

    def _change(self, number: int, change: Json) -> Json:
        made: Json = {
            "kind": "drive#change",
            "time": resources.stamp(number),
            "type": change["changeType"],
            "removed": False,
            **change,
        }
        if change["changeType"] == "file":
            file = self.account.files.get(change["fileId"])
            if file is None or change.get("removed"):
                made["removed"] = True
            else:
                made["file"] = file
        elif change["driveId"] in self.account.drives:
            made["drive"] = self.account.drives[change["driveId"]]
        return made

    def _size(self, asked: Json) -> int:
        size = int(asked.get("pageSize", 100))
        if size < 1:
            raise invalid("pageSize")
        return min(size, MAX_PAGE, self.longest_page)

    def _write(self, at: int, scope: list[Any]) -> str:
        plain = json.dumps([self.generation, at, scope]).encode()
        return "~!!~" + base64.urlsafe_b64encode(plain).decode()

    def _read(self, token: str, scope: list[Any]) -> int:
        try:
            generation, at, of = json.loads(base64.urlsafe_b64decode(token.removeprefix("~!!~")))
        except (ValueError, binascii.Error):
            raise invalid("pageToken") from None
        if generation != self.generation or of != scope:
            raise invalid("pageToken")
        return int(at)
