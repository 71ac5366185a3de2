"""Properties that people renamed in Notion: they are the same, under another name."""

from typing import Any

import pytest
import yaml

from photo_assets.sinks.notion.property_ids import remembered
from photo_assets.sinks.notion.reading import read_pages
from photo_assets.sinks.notion.setup import look_around
from photo_assets.sinks.notion.sink import notion_client
from photo_assets.store.ledger import SinkStates
from photo_assets.store.workspace import Workspace
from photo_assets_tests.sinks.notion.collection import photo, photo_id
from photo_assets_tests.sinks.notion.conftest import Studio


def change(studio: Studio, **properties: Any) -> None:
    """Change the database's properties as a person does, by name."""
    client: Any = studio.server.client(retry=False)
    client.data_sources.update(studio.source, properties=properties)


def lines(studio: Studio) -> tuple[str, ...]:
    client = notion_client(studio.workspace)
    try:
        return look_around(studio.workspace, client).lines
    finally:
        client.close()


def test_a_renamed_property_is_written_read_and_not_proposed_again(studio: Studio) -> None:
    """It counted as missing: its values were left out, and setup offered to add it once more."""
    studio.sync([photo(n) for n in range(3)])
    names = ["Rating", "Photo UUID", "Tags", "Availability"]
    change(studio, **{name: {"name": f"{name} of mine"} for name in names})
    studio.server.log.clear()
    applied = studio.sync([photo(n, rating=5, keywords=[["new"]]) for n in range(2)])
    assert (applied.updated, applied.told) == (3, [])
    found = studio.server.values(studio.source)
    there = {values["Photo UUID of mine"]: values for values in found.values()}
    assert there[photo_id(1)]["Rating of mine"] == 5
    assert there[photo_id(1)]["Tags of mine"] == ["new"]
    assert there[photo_id(2)]["Availability of mine"] == "gone"
    assert studio.verify().drifted == ()
    assert any("'Rating' is called 'Rating of mine' there" in line for line in lines(studio))
    assert "No property is missing." in lines(studio)
    months = read_pages(studio.workspace, everything=True).months.values()
    theirs = [text for table in months for text in table["properties"].to_pylist()]
    assert theirs == ["{}"] * 3


def test_a_property_that_is_renamed_meanwhile_costs_no_value(studio: Studio) -> None:
    studio.sync([photo(n) for n in range(3)])
    studio.put([photo(n, rating=1) for n in range(3)])
    rows = list(studio.plan().plan.read())
    connection = studio.sink.connect()
    connection.prepare(3)
    change(studio, Rating={"name": "Bewertung"})
    for row in rows:
        (outcome,) = connection.send([row], uncertain=False)
        assert (outcome.state, outcome.note) == ("updated", None)
    connection.close()
    assert {values["Bewertung"] for values in studio.values().values()} == {1}


def test_a_property_with_the_configured_name_is_the_one_that_is_meant(studio: Studio) -> None:
    studio.sync([photo(n) for n in range(2)])
    change(studio, Rating={"name": "Old"}, Stars={"number": {}})
    file = studio.workspace.configuration.file
    assert file is not None
    settings = yaml.safe_load(file.read_text())
    settings["sinks"]["notion"]["properties"] = {"rating": "Stars"}
    file.write_text(yaml.safe_dump(settings))
    studio.workspace = Workspace.open(file)
    studio.sync([photo(n, rating=5) for n in range(2)])
    values = studio.values()
    assert [values[photo_id(n)]["Stars"] for n in range(2)] == [5, 5]
    assert [values[photo_id(n)]["Old"] for n in range(2)] == [photo(n)["rating"] for n in range(2)]


@pytest.mark.parametrize("theirs", [{"select": {}}, None])
def test_what_fits_is_taken_before_what_only_has_the_name(
    studio: Studio, theirs: dict[str, Any] | None
) -> None:
    """Somebody keeps a Rating of their own, or none at all."""
    studio.sync([photo(0)])
    change(studio, Rating={"name": "Stars"})
    if theirs is not None:
        change(studio, Rating=theirs)
    studio.sync([photo(0, rating=1)])
    (values,) = studio.values().values()
    assert values["Stars"] == 1
    assert not values.get("Rating")


def test_a_property_that_was_removed_is_missing(studio: Studio) -> None:
    studio.sync([photo(0)])
    change(studio, Rating=None)
    assert any("Rating (number)" in line for line in lines(studio))
    assert "'Rating' is not there" in studio.sync([photo(0, rating=1)]).told[0]
    change(studio, Rating={"number": {}})
    assert studio.sync([photo(0, rating=2)]).told == []
    assert studio.values()[photo_id(0)]["Rating"] == 2


def test_what_is_remembered_holds_for_its_data_source_alone(studio: Studio) -> None:
    assert remembered(studio.workspace.ledger, studio.source)["title"] == "title"
    assert remembered(studio.workspace.ledger, "another") == {}
    SinkStates(studio.workspace.ledger).note("notion", {"undone": "a"})
    studio.sync([photo(0)])
    state = SinkStates(studio.workspace.ledger).get("notion")
    assert state is not None
    assert {"properties", "database_id", "undone"} <= state.detail.keys()
