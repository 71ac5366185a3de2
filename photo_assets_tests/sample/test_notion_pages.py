"""The sample's Notion stand-in on a local port: its API, and its pages for people."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import notion_client
import pytest
from notion_client.errors import APIResponseError

from photo_assets.sample.notion.serving import NotionStandIn, running_notion
from photo_assets_tests.services.notion.conftest import text
from photo_assets_tests.time_limit import PATIENCE_S


@pytest.fixture
def notion() -> Iterator[NotionStandIn]:
    with running_notion() as notion:
        yield notion


def client_of(notion: NotionStandIn, token: str) -> notion_client.Client:
    return notion_client.Client(auth=token, base_url=notion.url)


def shown(address: str) -> str:
    with urllib.request.urlopen(address, timeout=PATIENCE_S) as reply:
        return str(reply.read().decode())


def test_what_a_client_wrote_is_shown_with_nothing_interpreted(notion: NotionStandIn) -> None:
    assert "There is no database" in shown(notion.url)
    client = client_of(notion, notion.token)
    made: Any = client.databases.create(
        parent={"type": "page_id", "page_id": notion.root_page_id},
        title=text("Photos <b>"),
        initial_data_source={"properties": {"Name": {"title": {}}, "Note": {"rich_text": {}}}},
    )
    page: Any = client.pages.create(
        parent={"data_source_id": made["data_sources"][0]["id"]},
        properties={
            "Name": {"title": text("<script>alert(1)</script>")},
            "Note": {"rich_text": text('"quoted" & more')},
        },
    )
    overview = shown(notion.url)
    assert "Photos &lt;b&gt;: 1 page<" in overview
    one = shown(f"{notion.url}/page/{page['id']}")
    assert "&quot;quoted&quot; &amp; more" in one
    assert "&lt;script&gt;" in overview and "&lt;script&gt;" in one
    assert "<script" not in overview + one


@pytest.mark.parametrize("path", ["/page/unknown", "/cover/unknown"])
def test_what_is_not_there_is_not_found(notion: NotionStandIn, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        shown(notion.url + path)
    refused.value.close()
    assert refused.value.code == 404


def test_only_its_own_token_is_let_in_and_two_are_apart(notion: NotionStandIn) -> None:
    with running_notion() as other:
        assert (other.url, other.token) != (notion.url, notion.token)
        assert notion.url.startswith("http://127.0.0.1:")
        with pytest.raises(APIResponseError) as refused:
            client_of(other, notion.token).users.me()
        assert refused.value.status == 401
    with pytest.raises(urllib.error.URLError):
        shown(other.url)
