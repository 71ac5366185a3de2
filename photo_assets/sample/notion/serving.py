"""Serving the stand-in on a free local port, for clients and, at the same address, for people."""

import contextlib
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route

from photo_assets.sample.notion.app import NotionApp
from photo_assets.sample.notion.clock import Clock
from photo_assets.sample.notion.html_pages import overview, page_html
from photo_assets.sample.notion.settings import Settings
from photo_assets.sample.notion.store import Store

_HOST = "127.0.0.1"
_END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class NotionStandIn:
    """A running stand-in. `root_page_id` is shared with the bot of `token`."""

    url: str
    token: str
    root_page_id: str


@contextlib.contextmanager
def running_notion() -> Iterator[NotionStandIn]:
    """Serve an empty workspace in a thread until the block ends; its content is then lost."""
    settings = Settings(token=f"ntn_{secrets.token_hex(12)}", seed=secrets.randbits(32))
    store = Store(settings, Clock())
    with socket.socket() as bound:
        bound.bind((_HOST, 0))
        bound.listen(64)
        url = f"http://{_HOST}:{bound.getsockname()[1]}"
        store.base_url = url
        server = uvicorn.Server(
            uvicorn.Config(
                _site(NotionApp(store)),
                ws="none",
                lifespan="off",
                access_log=False,
                log_level="error",
                timeout_keep_alive=75,
            )
        )
        thread = threading.Thread(target=server.run, args=([bound],), daemon=True)
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield NotionStandIn(url, settings.token, store.root.id)
        finally:
            server.should_exit = server.force_exit = True
            thread.join(_END_SECONDS)


def _site(app: NotionApp) -> Starlette:
    """Return the app with the pages for people; stored objects are read under its lock."""
    store = app.store

    def first(_request: Request) -> Response:
        with app.lock:
            return HTMLResponse(overview(store))

    def page(request: Request) -> Response:
        with app.lock:
            found = store.pages.get(request.path_params["id"])
            return HTMLResponse(page_html(store, found)) if found else Response(status_code=404)

    def cover(request: Request) -> Response:
        found = store.uploads.get(request.path_params["id"])
        if found is None or found.content is None:
            return Response(status_code=404)
        return Response(found.content, media_type=found.content_type)

    return Starlette(
        routes=[
            Route("/", first),
            Route("/page/{id}", page),
            Route("/cover/{id}", cover),
            Mount("/", app),
        ]
    )
