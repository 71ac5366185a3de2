"""Running the review page: for `photosync review`, and as one of the processes of `photosync ui`.

What the page shows does not belong here.
"""

import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from html import escape

from photo_assets.cli.serving import signals_received
from photo_assets.cli.session import open_workspace
from photo_assets.cli.terminal import say
from photo_assets.model.errors import ExitCode, PhotoAssetsError
from photo_assets.system.durable import require_directory, write_bytes
from photo_assets.web.access import Access
from photo_assets.web.app import create_app
from photo_assets.web.dagster_link import DagsterLink
from photo_assets.web.serving import bound, serving
from photo_assets.workspace import Workspace

_CHECK_SECONDS = 0.25


class ReviewEndedError(PhotoAssetsError):
    """The server of the review page ended unexpectedly."""

    exit_code = ExitCode.INTERNAL


def review_until_signal(
    workspace: Workspace, port: int, dagster_port: int, *, open_browser: bool
) -> None:
    """Serve the page and print its address; return after a signal. Raises `PortError`."""
    with bound(port, "review") as listening, signals_received() as received:
        access = Access(listening.getsockname()[1])
        with _served(listening, access, dagster_port) as thread, ExitStack() as opened:
            say(f"Open {access.opening_url}")
            say("The address opens your photos: keep it to yourself. Ctrl-C stops the page.")
            if open_browser:
                opened.enter_context(_opened_in_browser(workspace, access))
            _wait(thread, received)
    say("Stopped.")


def review_beside_dagster(port: int, dagster_port: int, token: str) -> None:
    """Serve the page as a process of `photosync ui`, which prints its address."""
    access = Access(port, token)
    with (
        bound(port, "ui", "--review-port") as listening,
        signals_received() as received,
        _served(listening, access, dagster_port) as thread,
    ):
        _wait(thread, received)


def _served(
    listening: socket.socket, access: Access, dagster_port: int
) -> AbstractContextManager[threading.Thread]:
    app = create_app(open_workspace, access, DagsterLink(dagster_port), background=True)
    return serving(app, listening)


def _wait(thread: threading.Thread, received: list[int]) -> None:
    """Wait for a signal. Raises `ReviewEndedError` if the server ends before."""
    while not received:
        thread.join(_CHECK_SECONDS)
        if not thread.is_alive():
            raise ReviewEndedError("The review page stopped unexpectedly.")


@contextmanager
def _opened_in_browser(workspace: Workspace, access: Access) -> Iterator[None]:
    """Open the page in a browser, by a private file: arguments of programs are visible to all."""
    file = workspace.data_dir / "review" / "open.html"
    require_directory(file.parent)
    address = escape(access.opening_url)
    refresh = f'<meta http-equiv="refresh" content="0;url={address}">'
    page = f'<!doctype html>{refresh}<a href="{address}">photo_assets</a>'
    write_bytes(file, page.encode(), 0o600)
    try:
        webbrowser.open(file.as_uri())
        yield
    finally:
        file.unlink(missing_ok=True)


if __name__ == "__main__":
    review_beside_dagster(int(sys.argv[1]), int(sys.argv[2]), sys.stdin.read())
    # Everything is closed. Threads that wait for requests still exist, and ending the interpreter
    # before them makes native libraries print lists of what they hold.
    os._exit(0)
