"""Applying answers after a while: the process that does it, and what pages say about it.

What a refresh does belongs to `defs.sync`; here is only when it starts, and whether it ended.
"""

import subprocess
import threading
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from photo_assets.defs.joins import metadata_due, photos_due
from photo_assets.web.dagster_link import DagsterLink
from photo_assets.web.deciding.asked import form_field
from photo_assets.web.opened import Opened
from photo_assets.web.rendering import render
from photo_assets.web.runs import started_command

_QUIET_SECONDS = 20.0
"""A refresh starts this long after the last decision, so that answering is never slowed down."""

_PLACES = frozenset(
    {"/questions", "/proposals", "/visibility", "/visibility/approvals", "/decisions"}
)


@dataclass(frozen=True, slots=True)
class RefreshState:
    """`waiting`: decisions that are stored and not applied; `done`: a refresh has ended."""

    waiting: int
    running: bool
    failed: bool
    done: bool
    by_dagster: bool


@dataclass(slots=True)
class Refresher:
    """Runs `photosync resolve --refresh`, one at a time; with Dagster's UI, its sensors do it.

    `by_itself`: also a while after the last decision, not only when it is asked for.
    """

    opened: Opened
    dagster: DagsterLink
    by_itself: bool
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _waiting: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _timer: threading.Timer | None = None
    _failed: bool = False
    _done: bool = False

    def decided(self, count: int = 1) -> None:
        """Note that decisions were stored, and refresh once no more come."""
        with self._lock:
            self._waiting += count
            self._done = False
            if self.by_itself:
                self._schedule()

    def start(self) -> None:
        """Start a refresh now, unless one runs: then it starts when that one ended."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if self._process is not None:
                self._schedule()
                return
            workspace = self.opened.workspace()
            self._process = started_command(workspace, "resolve", "--refresh")
            applied = self._waiting
        threading.Thread(target=self._wait, args=(self._process, applied), daemon=True).start()

    def state(self) -> RefreshState:
        """Return what waits and what runs."""
        by_dagster = self._waiting > 0 and self.dagster.url is not None
        if by_dagster and self._process is None and not self._is_due():
            with self._lock:
                self._waiting, self._done = 0, True
        running = self._process is not None
        return RefreshState(self._waiting, running, self._failed, self._done, by_dagster)

    def _schedule(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(_QUIET_SECONDS, self._start_if_alone)
        self._timer.daemon = True
        self._timer.start()

    def _start_if_alone(self) -> None:
        if self.dagster.url is None:
            self.start()

    def _wait(self, process: subprocess.Popen[bytes], applied: int) -> None:
        code = process.wait()
        with self._lock:
            self._process, self._failed = None, code != 0
            if code == 0:
                self._waiting -= applied
                self._done = self._waiting == 0

    def _is_due(self) -> bool:
        workspace = self.opened.workspace()
        return bool(photos_due(workspace) or metadata_due(workspace))


def _state(request: Request) -> Response:
    values = {"refresh": request.app.state.refresher.state(), "back": "/questions"}
    return render(request, "deciding/refresh.html", values)


def _start(request: Request) -> Response:
    request.app.state.refresher.start()
    back = form_field(request, "back") or ""
    return RedirectResponse(back if back in _PLACES else "/questions", 303)


ROUTES: list[BaseRoute] = [
    Route("/refresh", _state),
    Route("/refresh", _start, methods=["POST"]),
]
