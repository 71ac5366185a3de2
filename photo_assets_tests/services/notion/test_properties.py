"""Schemas and values: what joins a schema, what may not be set, what comes back."""

from typing import Any

import notion_client
import pytest
from notion_client.errors import APIResponseError

from photo_assets_tests.services.notion.conftest import PROPERTIES, text
from photo_assets_tests.services.notion.server import NotionServer


def _create(client: notion_client.Client, photos: str, **properties: Any) -> Any:
    return client.pages.create(parent={"data_source_id": photos}, properties=properties)


def test_a_page_comes_back_as_it_was_sent(client: notion_client.Client, photos: str) -> None:
    made = _create(
        client,
        photos,
        Name={"title": text("A walk")},
        Keywords={"multi_select": [{"name": "sea"}, {"name": "dog"}]},
        Camera={"select": {"name": "X100"}},
        Rating={"number": 4},
        Taken={"date": {"start": "2020-05-01T10:00:00+02:00"}},
        Favourite={"checkbox": True},
        Link={"url": "https://a.example/"},
        Status={"status": {"name": "Done"}},
    )
    read: Any = client.pages.retrieve(made["id"])
    assert {**read, "request_id": ""} == {**made, "request_id": ""}
    values = read["properties"]
    assert list(values) == list(PROPERTIES)
    assert values["Name"]["title"][0]["plain_text"] == "A walk"
    assert [option["name"] for option in values["Keywords"]["multi_select"]] == ["sea", "dog"]
    assert values["Taken"]["date"]["end"] is None
    assert values["Number"]["unique_id"] == {"prefix": "PH", "number": 1}
    assert values["UUID"]["rich_text"] == []
    assert read["created_time"].endswith(":00.000Z"), "cut to the minute"
    assert read["parent"]["data_source_id"] == photos


def test_options_of_a_page_join_the_schema(client: notion_client.Client, photos: str) -> None:
    _create(client, photos, Keywords={"multi_select": [{"name": "sea"}, {"name": "dog"}]})
    _create(client, photos, Keywords={"multi_select": [{"name": "dog"}, {"name": "cat"}]})
    source: Any = client.data_sources.retrieve(photos)
    options = source["properties"]["Keywords"]["multi_select"]["options"]
    assert [option["name"] for option in options] == ["sea", "dog", "cat"]
    assert len({option["id"] for option in options}) == 3


def test_a_status_is_not_made_by_a_page(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    with pytest.raises(APIResponseError) as caught:
        _create(client, photos, Status={"status": {"name": "Printed"}})
    assert str(caught.value) == 'Invalid status option. Status option "Printed" does not exist.'
    assert server.pages(photos) == []


def test_all_that_does_not_fit_is_named_at_once(client: notion_client.Client, photos: str) -> None:
    with pytest.raises(APIResponseError) as caught:
        _create(client, photos, Nope={"number": 1}, Camera={"number": 1}, Rating={"number": 1})
    assert (
        str(caught.value) == "Nope is not a property that exists. Camera is expected to be select."
    )


def test_a_number_of_the_service_is_not_set(client: notion_client.Client, photos: str) -> None:
    with pytest.raises(APIResponseError, match=r"body\.properties\.Number"):
        _create(client, photos, Number={"unique_id": {"number": 7}})
    with pytest.raises(APIResponseError, match="Number is a read-only property"):
        _create(client, photos, Number={"number": 7})


def test_a_property_is_named_by_name_or_id(client: notion_client.Client, photos: str) -> None:
    source: Any = client.data_sources.retrieve(photos)
    id_ = source["properties"]["Rating"]["id"]
    made = _create(client, photos, **{id_: {"number": 3}, "title": {"title": text("by id")}})
    assert made["properties"]["Rating"]["number"] == 3
    assert made["properties"]["Name"]["title"][0]["plain_text"] == "by id"
    one: Any = client.pages.properties.retrieve(made["id"], id_)
    assert (one["object"], one["number"]) == ("property_item", 3)
    some: Any = client.pages.retrieve(made["id"], filter_properties=[id_])
    assert list(some["properties"]) == ["Rating"]


def test_a_refused_update_changes_nothing(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    made = _create(client, photos, Rating={"number": 3})
    before = server.values(photos)
    with pytest.raises(APIResponseError):
        client.pages.update(
            made["id"],
            properties={"Rating": {"number": 5}, "Status": {"status": {"name": "Printed"}}},
        )
    assert server.values(photos) == before


def test_an_update_changes_only_what_it_names(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    made = _create(client, photos, Rating={"number": 3}, Name={"title": text("a")})
    server.clock.advance(120)
    changed: Any = client.pages.update(made["id"], properties={"Rating": {"number": None}})
    assert changed["properties"]["Rating"]["number"] is None
    assert changed["properties"]["Name"] == made["properties"]["Name"]
    assert changed["created_time"] == made["created_time"]
    assert changed["last_edited_time"] > made["last_edited_time"]


@pytest.mark.parametrize("word", ["in_trash", "archived"])
def test_a_page_goes_to_the_trash_and_back(
    server: NotionServer, client: notion_client.Client, photos: str, word: str
) -> None:
    made = _create(client, photos, Rating={"number": 3})
    gone: Any = client.pages.update(made["id"], **{word: True})
    assert (gone["in_trash"], gone["archived"]) == (True, True)
    found: Any = client.data_sources.query(photos)
    assert found["results"] == []
    with pytest.raises(APIResponseError, match="archived"):
        client.pages.update(made["id"], properties={"Rating": {"number": 1}})
    client.pages.update(made["id"], **{word: False})
    found = client.data_sources.query(photos)
    assert [page["id"] for page in found["results"]] == [made["id"]]


def test_a_schema_grows_renames_and_shrinks(client: notion_client.Client, photos: str) -> None:
    made = _create(client, photos, Rating={"number": 3})
    client.data_sources.update(
        photos,
        properties={
            "Rating": {"name": "Stars"},
            "Link": None,
            "Notes": {"rich_text": {}},
            "Camera": {"select": {"options": [{"name": "M6", "color": "red"}]}},
        },
    )
    source: Any = client.data_sources.retrieve(photos)
    names = list(source["properties"])
    assert "Stars" in names and "Notes" in names and "Link" not in names and "Rating" not in names
    assert source["properties"]["Camera"]["select"]["options"][0]["color"] == "red"
    page: Any = client.pages.retrieve(made["id"])
    assert page["properties"]["Stars"]["number"] == 3
    with pytest.raises(APIResponseError, match="Gone is not a property that exists"):
        client.data_sources.update(photos, properties={"Gone": None, "More": {"number": {}}})
    source = client.data_sources.retrieve(photos)
    assert "More" not in source["properties"]


def test_people_edit_by_hand(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    made = _create(client, photos, Name={"title": text("a")})
    server.clock.advance(60)
    server.human_edit(made["id"], {"Status": "Done", "Who": [server.store.human_id], "Rating": 5})
    page: Any = client.pages.retrieve(made["id"])
    assert page["properties"]["Status"]["status"]["name"] == "Done"
    assert page["last_edited_by"]["id"] == server.store.human_id != made["last_edited_by"]["id"]
    assert page["last_edited_time"] > made["last_edited_time"]
    assert server.values(photos)[made["id"]]["Who"] == [server.store.human_id]
    assert server.calls("PATCH") == 0
