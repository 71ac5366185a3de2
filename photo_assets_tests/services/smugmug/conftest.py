"""A server of each test's own, and a client that signs as the catalog does."""

from collections.abc import Iterator
from typing import Any

import pytest
from requests_oauthlib import OAuth1Session

from photo_assets_tests.services.smugmug.server import SmugMugServer
from photo_assets_tests.time_limit import PATIENCE_S


class Client:
    """requests-oauthlib as it is; every reply is JSON."""

    def __init__(self, server: SmugMugServer, **other: str) -> None:
        settings = server.settings
        given = [
            other.get(name, getattr(settings, name))
            for name in ("api_key", "api_secret", "token", "token_secret")
        ]
        self.session = OAuth1Session(given[0], given[1], given[2], given[3])
        self.session.trust_env = False
        self._root = server.base_url + "/api/v2"

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        reply = self.session.get(self._root + path, params=query, timeout=PATIENCE_S)
        body: dict[str, Any] = reply.json()
        return body


@pytest.fixture
def server() -> Iterator[SmugMugServer]:
    with SmugMugServer().running() as running:
        yield running


@pytest.fixture
def client(server: SmugMugServer) -> Client:
    return Client(server)
