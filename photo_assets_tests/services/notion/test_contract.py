"""The contract refuses what the service refuses, of a client and of the stand-in itself."""

import copy
from collections.abc import Iterator
from typing import Any

import notion_client
import pytest
from fastjsonschema import JsonSchemaValueException
from notion_client.errors import APIResponseError

from photo_assets.sample.notion import endpoints
from photo_assets.sample.notion.errors import error_body
from photo_assets_tests.services.faults import STATUS
from photo_assets_tests.services.notion.conftest import PROPERTIES, text
from photo_assets_tests.services.notion.contract import schema
from photo_assets_tests.services.notion.server import NotionServer

_SENT = {
    "parent": {"data_source_id": "x"},
    "properties": {
        "Name": {"title": text("a")},
        "Keywords": {"multi_select": [{"name": "a"}]},
        "Taken": {"date": {"start": "2020-01-01"}},
        "Rating": {"number": 3},
    },
    "cover": {"type": "file_upload", "file_upload": {"id": "x"}},
}


def test_every_type_of_the_table_is_in_the_contract() -> None:
    named = {e.reply for e in endpoints.ENDPOINTS} | {e.request for e in endpoints.ENDPOINTS}
    assert named - {""} <= schema.type_names()


@pytest.mark.parametrize("status", sorted(set(STATUS.values()) - {200, 502}))
def test_the_errors_of_faults_have_codes_of_the_vendor(status: int) -> None:
    assert error_body(status)["code"] in schema.error_codes()


@pytest.mark.parametrize(
    ("properties", "where"),
    [
        ({"Name": {"title": "not a list"}}, "body.properties.Name"),
        ({"Rating": {"number": "3"}}, "body.properties.Rating"),
        ({"Name": {"titel": []}}, "body.properties.Name"),
        ({"Favourite": {"checkbox": None}}, "body.properties.Favourite"),
        ({"Taken": {"date": {"from": "2020-01-01"}}}, "body.properties.Taken"),
    ],
)
def test_values_of_the_wrong_form_are_refused(
    server: NotionServer,
    client: notion_client.Client,
    photos: str,
    properties: dict[str, Any],
    where: str,
) -> None:
    with pytest.raises(APIResponseError, match=f"body failed validation: {where}") as caught:
        client.pages.create(parent={"data_source_id": photos}, properties=properties)
    assert (caught.value.status, caught.value.code) == (400, "validation_error")
    assert [complaint.path for complaint in server.violations] == ["/v1/pages"]
    assert server.pages(photos) == []


def test_a_database_is_not_made_in_the_old_way(
    server: NotionServer, client: notion_client.Client
) -> None:
    parent = {"type": "page_id", "page_id": server.root_page_id}
    with pytest.raises(APIResponseError, match="properties"):
        client.request("databases", "POST", body={"parent": parent, "properties": PROPERTIES})
    # The client drops the argument in silence: then the database has but a title.
    made: Any = client.databases.create(parent=parent, properties=PROPERTIES)
    source: Any = client.data_sources.retrieve(made["data_sources"][0]["id"])
    assert list(source["properties"]) == ["Name"]


def test_a_filter_of_the_wrong_form_is_refused(client: notion_client.Client, photos: str) -> None:
    with pytest.raises(APIResponseError, match=r"body\.filter"):
        client.data_sources.query(photos, filter={"property": "UUID", "rich_text": {"is": "a"}})


def test_a_reply_outside_the_contract_is_an_error_and_noted(
    server: NotionServer,
    client: notion_client.Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = endpoints.Endpoint(
        "GET",
        endpoints.ENDPOINTS[0].path,
        "",
        "",
        "GetSelfReply",
        lambda store, sent: {**endpoints.get_self(store, sent), "surprise": 1},
    )
    monkeypatch.setattr(endpoints, "ENDPOINTS", (broken,))
    with pytest.raises(APIResponseError) as caught:
        client.users.me()
    assert caught.value.status == 500
    assert "reply" in server.violations[0].message
    assert "violated the schema" in caplog.text


def test_what_is_not_done_here_is_said_loudly(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    with pytest.raises(APIResponseError) as caught:
        client.pages.create(parent={"data_source_id": photos}, markdown="# a")
    assert caught.value.status == 500
    assert "not done here" in server.violations[0].message


def test_the_quick_check_and_the_one_with_words_agree() -> None:
    """Every key of a request and a reply dropped, changed in type, or joined by a stranger."""
    page = _page()
    tried = 0
    for name, good in (("CreatePageRequest", _SENT), ("PageReply", page)):
        assert schema.violation(name, good) is None
        for variant in _variants(good):
            quick = _verdict(schema._quick(name), variant)
            assert quick == _verdict(schema._wordy(name), variant), variant
            tried += not quick
    assert tried > 100


def _page() -> dict[str, Any]:
    server = NotionServer()
    root = server.store.page_json(server.store.root)
    root["properties"]["title"]["title"] = [
        {
            "type": "text",
            "text": {"content": "a", "link": None},
            "annotations": {
                **dict.fromkeys(("bold", "italic", "strikethrough", "underline", "code"), False),
                "color": "default",
            },
            "plain_text": "a",
            "href": None,
        }
    ]
    return root


def _verdict(check: Any, value: Any) -> bool:
    try:
        check(value)
    except JsonSchemaValueException:
        return False
    return True


def _variants(good: Any) -> Iterator[Any]:
    for path in list(_paths(good)):
        for change in ("drop", "number", "none", "stranger"):
            variant = copy.deepcopy(good)
            holder = variant
            for key in path[:-1]:
                holder = holder[key]
            if change == "drop":
                del holder[path[-1]]
            elif change == "stranger":
                if not isinstance(holder[path[-1]], dict):
                    continue
                holder[path[-1]]["stranger"] = 1
            else:
                holder[path[-1]] = 7 if change == "number" else None
            yield variant


def _paths(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    keys = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield (*path, key)
        yield from _paths(node[key], (*path, key))
