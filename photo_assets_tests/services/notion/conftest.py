"""A server of each test's own, and a data source with one property of each kind in use."""

import logging
from collections.abc import Iterator
from typing import Any

import notion_client
import pytest

from photo_assets_tests.services.notion.server import NotionServer

PROPERTIES: dict[str, Any] = {
    "Name": {"title": {}},
    "UUID": {"rich_text": {}},
    "Keywords": {"multi_select": {}},
    "Camera": {"select": {}},
    "Rating": {"number": {}},
    "Taken": {"date": {}},
    "Favourite": {"checkbox": {}},
    "Link": {"url": {}},
    "Status": {"status": {}},
    "Who": {"people": {}},
    "Number": {"unique_id": {"prefix": "PH"}},
}


@pytest.fixture
def server() -> Iterator[NotionServer]:
    with NotionServer().running() as running:
        yield running


@pytest.fixture
def client(server: NotionServer) -> notion_client.Client:
    """A client that repeats nothing and keeps quiet about errors."""
    return server.client(retry=False, log_level=logging.CRITICAL)


@pytest.fixture
def photos(server: NotionServer, client: notion_client.Client) -> str:
    """The id of a data source."""
    return make_photos(server, client)


def make_photos(server: NotionServer, client: notion_client.Client) -> str:
    made: Any = client.databases.create(
        parent={"type": "page_id", "page_id": server.root_page_id},
        title=[{"text": {"content": "Photos"}}],
        initial_data_source={"properties": PROPERTIES},
    )
    id_: str = made["data_sources"][0]["id"]
    return id_


def text(content: str) -> list[dict[str, Any]]:
    return [{"text": {"content": content}}]
