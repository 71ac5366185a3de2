"""Filters, sorts, pagination, the end of a query after so many results, and what is seen late."""

from typing import Any

import notion_client
import pytest
from notion_client.errors import APIResponseError
from notion_client.helpers import collect_paginated_api

from photo_assets_tests.services.notion.conftest import text
from photo_assets_tests.services.notion.server import NotionServer

_ROWS: list[dict[str, Any]] = [
    {"Name": "a", "UUID": "1", "Rating": 1, "Keywords": ["sea"], "Taken": "2020-01-01"},
    {"Name": "b", "UUID": "2", "Rating": 3, "Keywords": ["sea", "dog"], "Camera": "X100"},
    {"Name": "c", "UUID": "3", "Rating": 5, "Favourite": True, "Taken": "2021-01-01"},
    {"Name": "d", "Status": "Done"},
]


@pytest.mark.parametrize(
    ("filter_", "names"),
    [
        ({"property": "UUID", "rich_text": {"equals": "2"}}, "b"),
        ({"property": "UUID", "rich_text": {"is_empty": True}}, "d"),
        ({"property": "Name", "title": {"equals": "c"}}, "c"),
        ({"property": "Rating", "number": {"equals": 3}}, "b"),
        ({"property": "Rating", "number": {"greater_than_or_equal_to": 3}}, "bc"),
        ({"property": "Rating", "number": {"is_empty": True}}, "d"),
        ({"property": "Camera", "select": {"equals": "X100"}}, "b"),
        ({"property": "Camera", "select": {"does_not_equal": "X100"}}, "acd"),
        ({"property": "Keywords", "multi_select": {"contains": "sea"}}, "ab"),
        ({"property": "Keywords", "multi_select": {"is_empty": True}}, "cd"),
        ({"property": "Favourite", "checkbox": {"equals": True}}, "c"),
        ({"property": "Favourite", "checkbox": {"does_not_equal": True}}, "abd"),
        ({"property": "Status", "status": {"equals": "Done"}}, "d"),
        ({"property": "Taken", "date": {"on_or_after": "2020-06-01"}}, "c"),
        ({"property": "Number", "unique_id": {"equals": 2}}, "b"),
        (
            {
                "or": [
                    {"property": "UUID", "rich_text": {"equals": "1"}},
                    {
                        "and": [
                            {"property": "Rating", "number": {"greater_than": 1}},
                            {"property": "Favourite", "checkbox": {"equals": True}},
                        ]
                    },
                ]
            },
            "ac",
        ),
        ({"timestamp": "created_time", "created_time": {"before": "2000-01-01"}}, ""),
        ({"timestamp": "last_edited_time", "last_edited_time": {"after": "2000-01-01"}}, "abcd"),
    ],
)
def test_a_filter_finds(
    server: NotionServer,
    client: notion_client.Client,
    photos: str,
    filter_: dict[str, Any],
    names: str,
) -> None:
    server.seed_pages(photos, _ROWS)
    found: Any = client.data_sources.query(photos, filter=filter_)
    titles = [page["properties"]["Name"]["title"][0]["plain_text"] for page in found["results"]]
    assert sorted(titles) == list(names)
    assert server.violations == []


@pytest.mark.parametrize(
    ("filter_", "message"),
    [
        (
            {"property": "Nope", "number": {"equals": 1}},
            "Could not find property with name or id: Nope",
        ),
        (
            {"property": "Camera", "rich_text": {"equals": "a"}},
            "database property select does not match filter rich_text",
        ),
    ],
)
def test_a_filter_that_does_not_fit(
    client: notion_client.Client, photos: str, filter_: dict[str, Any], message: str
) -> None:
    with pytest.raises(APIResponseError) as caught:
        client.data_sources.query(photos, filter=filter_)
    assert str(caught.value) == message


def test_a_page_is_found_by_what_it_says_now(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    first, second = server.seed_pages(photos, [{"UUID": "1"}, {"UUID": "1"}])

    def found(uuid: str) -> list[str]:
        key = {"property": "UUID", "rich_text": {"equals": uuid}}
        none = {"property": "Rating", "number": {"is_empty": True}}
        plain: Any = client.data_sources.query(photos, filter=key)
        joined: Any = client.data_sources.query(photos, filter={"and": [none, key]})
        assert [page["id"] for page in joined["results"]] == [p["id"] for p in plain["results"]]
        return [page["id"] for page in plain["results"]]

    assert found("1") == [first, second]
    client.pages.update(first, properties={"UUID": {"rich_text": text("2")}})
    assert (found("1"), found("2"), found("")) == ([second], [first], [])
    client.pages.update(first, properties={"UUID": {"rich_text": []}})
    assert (found("2"), found("")) == ([], [first])


def test_results_are_sorted_and_come_in_pages(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    server.seed_pages(photos, [{"Name": f"{n:03}", "Rating": n % 7} for n in range(250)])
    sorts = [
        {"property": "Rating", "direction": "descending"},
        {"property": "Name", "direction": "ascending"},
    ]
    before = server.calls("POST", "/query")
    found: Any = collect_paginated_api(
        client.data_sources.query, data_source_id=photos, sorts=sorts
    )
    assert server.calls("POST", "/query") - before == 3
    titles = [page["properties"]["Name"]["title"][0]["plain_text"] for page in found]
    assert titles == sorted((f"{n:03}" for n in range(250)), key=lambda t: (-(int(t) % 7), t))
    with pytest.raises(APIResponseError, match="start_cursor"):
        client.data_sources.query(photos, start_cursor="11111111-1111-4111-8111-111111111111")


def test_a_query_ends_after_so_many_results_and_says_so_at_its_end(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    server.settings.query_results = 100
    server.seed_pages(photos, [{"Name": str(n)} for n in range(101)])
    first: Any = client.data_sources.query(photos, page_size=60)
    last: Any = client.data_sources.query(photos, page_size=60, start_cursor=first["next_cursor"])
    assert (first["has_more"], len(first["results"])) == (True, 60)
    assert (last["has_more"], len(last["results"])) == (False, 40)
    assert "request_status" not in first
    assert last["request_status"]["incomplete_reason"] == "query_result_limit_reached"


def test_exactly_so_many_results_are_complete(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    server.settings.query_results = 100
    server.seed_pages(photos, [{"Name": str(n)} for n in range(100)])
    found: Any = client.data_sources.query(photos)
    assert len(found["results"]) == 100
    assert "request_status" not in found


def test_the_vendors_way_round_the_end_of_a_query_finds_all(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    """Windows of created_time, which is cut to the minute: each overlaps the one before."""
    server.settings.query_results = 100
    start = server.clock.now() - 86_400
    for minute in range(6):
        rows = [{"Name": f"{minute}/{n}"} for n in range(45)]
        server.seed_pages(photos, rows, created=start + 60 * minute)
    found: dict[str, str] = {}
    since: dict[str, Any] = {}
    while True:
        arguments = {**since, "sorts": [{"timestamp": "created_time", "direction": "ascending"}]}
        pages: list[Any] = []
        cursor = None
        while True:
            got: Any = client.data_sources.query(photos, start_cursor=cursor, **arguments)
            pages += got["results"]
            cursor = got["next_cursor"]
            if not got["has_more"]:
                break
        found.update({page["id"]: page["created_time"] for page in pages})
        if "request_status" not in got:
            break
        bound = {"on_or_after": pages[-1]["created_time"]}
        since = {"filter": {"timestamp": "created_time", "created_time": bound}}
    assert len(found) == 6 * 45


def test_a_new_page_is_found_by_query_only_after_the_delay(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    server.settings.query_delay = 30
    made: Any = client.pages.create(
        parent={"data_source_id": photos}, properties={"UUID": {"rich_text": text("1")}}
    )
    wanted = {"property": "UUID", "rich_text": {"equals": "1"}}
    found: Any = client.data_sources.query(photos, filter=wanted)
    assert found["results"] == []
    assert client.pages.retrieve(made["id"])
    server.clock.advance(31)
    found = client.data_sources.query(photos, filter=wanted)
    assert [page["id"] for page in found["results"]] == [made["id"]]


def test_search_finds_by_title_and_lags_behind(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    database: Any = client.databases.create(
        parent={"type": "page_id", "page_id": server.root_page_id},
        title=text("Holiday photos"),
        initial_data_source={"properties": {"N": {"title": {}}}},
    )
    found: Any = client.search(
        query="holiday", filter={"property": "object", "value": "data_source"}
    )
    assert [one["id"] for one in found["results"]] == [database["data_sources"][0]["id"]]
    server.settings.search_delay = 60
    found = client.search(query="holiday")
    assert found["results"] == []


def test_databases_are_listed_below_their_page(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    listed: Any = client.blocks.children.list(server.root_page_id)
    assert [block["child_database"]["title"] for block in listed["results"]] == ["Photos"]
    client.blocks.delete(listed["results"][0]["id"])
    listed = client.blocks.children.list(server.root_page_id)
    assert listed["results"] == []
    with pytest.raises(APIResponseError) as caught:
        client.pages.create(parent={"data_source_id": photos}, properties={})
    assert caught.value.status == 404
