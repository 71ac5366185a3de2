"""People's entries as months of rows: only theirs, and stable while nobody edits them."""

import json
from typing import Any

import pyarrow as pa
import pytest

from photo_assets.model.months import FIRST_MONTH, month_key
from photo_assets.sinks.notion.fields import owned
from photo_assets.sinks.notion.known_schema import known_properties
from photo_assets.sinks.notion.mirror import latest_edit, merge_month, read_mirror
from photo_assets.sinks.notion.mirror_columns import NOTION_PAGES
from photo_assets.sinks.notion.plain_values import plain_value
from photo_assets.sinks.notion.schema import fit
from photo_assets.sinks.notion.settings import notion_settings
from photo_assets.sinks.notion.sink import notion_client
from photo_assets_tests.sinks.notion.collection import MONTH, photo, photo_id
from photo_assets_tests.sinks.notion.conftest import Studio

FIRST = month_key(FIRST_MONTH)


@pytest.fixture
def theirs(studio: Studio) -> Studio:
    """Photos of two months, with properties of the people's own."""
    client = studio.server.client(retry=False)
    properties: Any = {"Status": {"status": {}}, "Who": {"people": {}}, "Note": {"rich_text": {}}}
    client.data_sources.update(studio.source, properties=properties)
    studio.sync([photo(0), photo(1), photo(2, month="2020-01-01")], thumbnails=False)
    who = [studio.server.store.human_id]
    edit = {"Status": "Done", "Who": who, "Note": "print this"}
    studio.server.human_edit(studio.page_of(photo_id(1)), edit)
    return studio


def mirror(studio: Studio, since: str | None = None) -> dict[str, pa.Table]:
    client = notion_client(studio.workspace)
    there = fit(
        client.data_source(studio.source)["properties"],
        owned(notion_settings(studio.workspace.settings.sinks)),
        known_properties(studio.workspace.ledger, studio.source),
    )
    found = dict(read_mirror(client, studio.workspace, studio.source, there, edited_since=since))
    client.close()
    return found


def test_months_contain_only_peoples_entries(theirs: Studio) -> None:
    theirs.server.seed_pages(theirs.source, [{"Title": "an idea"}])
    months = mirror(theirs)
    assert list(months) == [FIRST, MONTH, "2020-01-01"]
    assert all(table.schema == NOTION_PAGES.schema for table in months.values())
    rows = {row["photo_id"]: row for table in months.values() for row in table.to_pylist()}
    assert json.loads(rows[photo_id(1)]["properties"]) == {
        "Status": "Done",
        "Who": [{"id": theirs.server.store.human_id}],
        "Note": "print this",
    }
    assert rows[photo_id(1)]["title"] == "Photo 1"
    assert rows[None]["title"] == "an idea"
    assert json.loads(rows[photo_id(2)]["properties"]) == {"Status": None, "Who": [], "Note": None}


def test_reading_again_gives_the_same_rows(theirs: Studio) -> None:
    first = mirror(theirs)
    theirs.server.clock.advance(7200)
    assert mirror(theirs) == first


def test_pages_in_the_trash_are_marked(theirs: Studio) -> None:
    client = theirs.server.client(retry=False)
    client.pages.update(theirs.page_of(photo_id(0)), in_trash=True)
    rows = mirror(theirs)[MONTH].to_pylist()
    assert {row["photo_id"]: row["in_trash"] for row in rows} == {
        photo_id(0): True,
        photo_id(1): False,
    }


def test_edits_since_the_last_time_are_enough_to_bring_a_month_up_to_date(theirs: Studio) -> None:
    stored = mirror(theirs)
    theirs.server.clock.advance(600)
    theirs.server.human_edit(theirs.page_of(photo_id(0)), {"Note": "new"})
    since: str | None = max(filter(None, map(latest_edit, stored.values())))
    theirs.server.clock.advance(600)
    theirs.server.human_edit(theirs.page_of(photo_id(1)), {"Note": "newer"})
    changed = mirror(theirs, since)
    assert merge_month(stored[MONTH], changed[MONTH]) == mirror(theirs)[MONTH]
    theirs.server.clock.advance(600)
    since = latest_edit(mirror(theirs)[MONTH])
    assert [row["photo_id"] for row in mirror(theirs, since)[MONTH].to_pylist()] == [photo_id(1)]


@pytest.mark.parametrize(
    ("found", "plain"),
    [
        (
            {
                "type": "files",
                "files": [
                    {
                        "name": "a.pdf",
                        "type": "file",
                        "file": {"url": "https://x?sig", "expiry_time": "t"},
                    },
                    {"name": "b", "type": "external", "external": {"url": "https://example.org/b"}},
                ],
            },
            [{"name": "a.pdf"}, {"name": "b", "url": "https://example.org/b"}],
        ),
        (
            {
                "type": "created_by",
                "created_by": {
                    "object": "user",
                    "id": "u",
                    "name": "Ann",
                    "avatar_url": "https://x",
                    "person": {"email": "ann@example.org"},
                },
            },
            {"id": "u", "name": "Ann"},
        ),
        ({"type": "unique_id", "unique_id": {"prefix": "PH", "number": 7}}, "PH-7"),
        ({"type": "unique_id", "unique_id": {"prefix": None, "number": 7}}, "7"),
        ({"type": "formula", "formula": {"type": "number", "number": 3}}, 3),
        (
            {
                "type": "rollup",
                "rollup": {
                    "type": "array",
                    "function": "show_original",
                    "array": [{"type": "checkbox", "checkbox": True}],
                },
            },
            [True],
        ),
        (
            {"type": "date", "date": {"start": "2020-01-01", "end": None, "time_zone": None}},
            {"start": "2020-01-01"},
        ),
        ({"type": "relation", "relation": [{"id": "p"}]}, ["p"]),
        ({"type": "url", "url": "https://example.org"}, "https://example.org"),
        ({"type": "something_new", "something_new": {"url": "x", "a": 1}}, {"a": 1}),
        ({"type": "button", "button": {}}, {}),
    ],
)
def test_values_are_plain_and_hold_nothing_that_expires(found: dict[str, Any], plain: Any) -> None:
    assert plain_value(found) == plain
