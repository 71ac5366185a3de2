"""Each documented limit: what just fits is taken, what is one more is refused as the service does."""

from typing import Any

import notion_client
import pytest
from notion_client.errors import APIResponseError

from photo_assets_tests.services.notion.conftest import text
from photo_assets_tests.services.notion.server import NotionServer


def _names(count: int) -> list[dict[str, str]]:
    return [{"name": f"k{n}"} for n in range(count)]


@pytest.mark.parametrize(
    ("name", "fits", "exceeds", "message"),
    [
        (
            "UUID",
            {"rich_text": text("x" * 2000)},
            {"rich_text": text("x" * 2001)},
            "body.properties.UUID.rich_text[0].text.content.length should be ≤ `2000`, "
            "instead was `2001`.",
        ),
        # Counted as the service's language counts: a character beyond the first plane is two.
        (
            "Name",
            {"title": text("🛴" * 1000)},
            {"title": text("🛴" * 1000 + "x")},
            "body.properties.Name.title[0].text.content.length should be ≤ `2000`, "
            "instead was `2001`.",
        ),
        (
            "UUID",
            {"rich_text": text("x") * 100},
            {"rich_text": text("x") * 101},
            "body.properties.UUID.rich_text.length should be ≤ `100`, instead was `101`.",
        ),
        (
            "Keywords",
            {"multi_select": _names(100)},
            {"multi_select": _names(101)},
            "body.properties.Keywords.multi_select.length should be ≤ `100`, instead was `101`.",
        ),
        (
            "Keywords",
            {"multi_select": [{"name": "x" * 100}]},
            {"multi_select": [{"name": "x" * 101}]},
            "body.properties.Keywords.multi_select[0].name.length should be ≤ `100`, "
            "instead was `101`.",
        ),
        (
            "Camera",
            {"select": {"name": "x" * 100}},
            {"select": {"name": "x" * 101}},
            "body.properties.Camera.select.name.length should be ≤ `100`, instead was `101`.",
        ),
        (
            "Link",
            {"url": "https://a.example/" + "x" * 1982},
            {"url": "https://a.example/" + "x" * 1983},
            "body.properties.Link.url.length should be ≤ `2000`, instead was `2001`.",
        ),
    ],
)
def test_a_value_that_is_too_long(
    server: NotionServer,
    client: notion_client.Client,
    photos: str,
    name: str,
    fits: dict[str, Any],
    exceeds: dict[str, Any],
    message: str,
) -> None:
    parent = {"data_source_id": photos}
    client.pages.create(parent=parent, properties={name: fits})
    with pytest.raises(APIResponseError) as caught:
        client.pages.create(parent=parent, properties={name: exceeds})
    assert (caught.value.status, caught.value.code) == (400, "validation_error")
    assert str(caught.value) == f"body failed validation: {message}"
    assert len(server.pages(photos)) == 1
    assert len(server.refused) == 1
    # It is no violation of the contract, which knows no lengths.
    assert server.violations == []


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("Keywords", {"multi_select": [{"name": "a"}, {"name": "b, c"}]}, "multi_select"),
        ("Camera", {"select": {"name": "b, c"}}, "select"),
    ],
)
def test_an_option_has_no_comma(
    client: notion_client.Client, photos: str, name: str, value: dict[str, Any], kind: str
) -> None:
    with pytest.raises(APIResponseError) as caught:
        client.pages.create(parent={"data_source_id": photos}, properties={name: value})
    assert str(caught.value) == f"Invalid {kind} option, commas not allowed: b, c"


def test_a_request_of_more_than_500_kilobytes(client: notion_client.Client, photos: str) -> None:
    properties = {"UUID": {"rich_text": text("é" * 2000) * 100}}
    client.pages.create(parent={"data_source_id": photos}, properties=properties)
    properties["Name"] = {"title": text("é" * 2000) * 40}
    with pytest.raises(APIResponseError, match="should be ≤ `500000` bytes"):
        client.pages.create(parent={"data_source_id": photos}, properties=properties)


@pytest.mark.parametrize("size", [0, 101, 5000])
def test_a_page_of_results_has_at_most_100(
    client: notion_client.Client, photos: str, size: int
) -> None:
    with pytest.raises(APIResponseError, match=r"body.page_size should be . `\d+`"):
        client.data_sources.query(photos, page_size=size)


def test_the_schema_has_a_greatest_size(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    """Options that page writes made fill the schema, until no write with a new one succeeds."""
    server.settings.schema_bytes = 12_000
    parent = {"data_source_id": photos}
    with pytest.raises(APIResponseError) as caught:
        for n in range(1000):
            tag = {"multi_select": [{"name": f"keyword {n}"}]}
            client.pages.create(parent=parent, properties={"Keywords": tag})
    assert "exceeded the maximum database property schema size" in str(caught.value)
    made = len(server.pages(photos))
    assert 20 < made < 150
    known = {"multi_select": [{"name": "keyword 0"}]}
    client.pages.create(parent=parent, properties={"Keywords": known})
    with pytest.raises(APIResponseError, match="schema size"):
        client.data_sources.update(
            photos, properties={f"More {n}": {"rich_text": {}} for n in range(90)}
        )
    assert len(server.pages(photos)) == made + 1
