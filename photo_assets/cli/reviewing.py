"""Running the review page: for `photosync review`.

What the page shows does not belong here.
"""

import webbrowser
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
        app = create_app(open_workspace, access, DagsterLink(dagster_port))
        with serving(app, listening) as thread:
            say(f"Open {access.opening_url}")
            say("The address opens your photos: keep it to yourself. Ctrl-C stops the page.")
            if open_browser:
                _open(workspace, access)
            while not received:
                thread.join(_CHECK_SECONDS)
                if not thread.is_alive():
                    raise ReviewEndedError("The review page stopped unexpectedly.")
    say("Stopped.")


def _open(workspace: Workspace, access: Access) -> None:
    """Open the page in a browser, by a private file: arguments of programs are visible to all."""
    file = workspace.data_dir / "review" / "open.html"
    require_directory(file.parent)
    address = escape(access.opening_url)
    refresh = f'<meta http-equiv="refresh" content="0;url={address}">'
    write_bytes(
        file, f'<!doctype html>{refresh}<a href="{address}">photo_assets</a>'.encode(), 0o600
    )
    webbrowser.open(file.as_uri())
