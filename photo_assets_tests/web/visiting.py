"""The page on a real socket, and the requests of a browser without a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from photo_assets.web.access import Access
from photo_assets.web.app import create_app
from photo_assets.web.dagster_link import DagsterLink
from photo_assets.web.guard import CSRF_HEADER
from photo_assets.web.opened import OpenWorkspace
from photo_assets.web.serving import bound, serving

UNUSED_PORT = 9  # discard: nothing listens there


@dataclass(frozen=True)
class Page:
    """A server of the review page."""

    access: Access

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.access.port}"

    @property
    def writing(self) -> dict[str, str]:
        """The headers of a request that one of its pages sends to write."""
        return {CSRF_HEADER: self.access.form_token, "origin": self.url}

    def stranger(self) -> httpx.Client:
        """Return a client that has no session."""
        return httpx.Client(base_url=self.url, trust_env=False, timeout=60)

    def visitor(self) -> httpx.Client:
        """Return a client that has opened the page by its address."""
        client = self.stranger()
        assert client.get(f"/open/{self.access.token}").status_code == 200
        return client


@contextmanager
def served(open_workspace: OpenWorkspace, dagster_port: int = UNUSED_PORT) -> Iterator[Page]:
    """Serve the page of a workspace on a free port until the end of the block."""
    listening = bound(0, "review")
    access = Access(listening.getsockname()[1])
    with serving(create_app(open_workspace, access, DagsterLink(dagster_port)), listening):
        yield Page(access)
