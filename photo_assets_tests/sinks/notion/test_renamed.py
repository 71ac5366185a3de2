"""Properties that people rename in Notion stay ours: written, read back, and not proposed again."""

import json
from typing import Any

import pytest
import yaml

from photo_assets.ledger import SinkStates
from photo_assets.library import open_workspace
from photo_assets.service_calls import AmbiguousServiceError
from photo_assets.sinks.notion.mirror_reading import read_pages, remember
from photo_assets.sinks.notion.setup import SetupPlan, apply_setup, propose_setup
from photo_assets.sinks.notion.sink import notion_client
from photo_assets_tests.services.faults import Fault, FaultKind, Step
from photo_assets_tests.sinks.notion.collection import photo, photo_id
from photo_assets_tests.sinks.notion.conftest import Studio, set_up


def change(studio: Studio, properties: dict[str, Any]) -> None:
    studio.server.client(retry=False).data_sources.update(studio.source, properties=properties)


def rename(studio: Studio, old: str, new: str) -> None:
    change(studio, {old: {"name": new}})


def names(studio: Studio) -> set[str]:
    return set(studio.server.store.data_source(studio.source).schema.by_name)


def detail(studio: Studio) -> dict[str, Any]:
    state = SinkStates(studio.workspace.ledger).get("notion")
    assert state is not None
    return dict(state.detail)


def note(studio: Studio, **changes: Any) -> None:
    """Replace notes of the sink in the ledger; None takes one out."""
    notes = {**detail(studio), **changes}
    kept = {key: value for key, value in notes.items() if value is not None}
    SinkStates(studio.workspace.ledger).settle("notion", None, kept)


def looked_around(studio: Studio) -> SetupPlan:
    client = notion_client(studio.workspace)
    try:
        return propose_setup(studio.workspace, client)
    finally:
        client.close()


def configured(studio: Studio, **properties: str) -> Studio:
    """Return the same with other names in photosync.yaml."""
    file = studio.workspace.configuration.file
    assert file is not None
    settings = yaml.safe_load(file.read_text())
    settings["sinks"]["notion"]["properties"] = properties
    file.write_text(yaml.safe_dump(settings))
    return Studio(open_workspace(file), studio.server)


def test_a_renamed_property_is_written_under_its_new_name(studio: Studio) -> None:
    studio.sync([photo(1, rating=1)])
    rename(studio, "Rating", "Bewertung")
    applied = studio.sync([photo(1, rating=5), photo(2, rating=4)])
    assert applied.told == []
    assert not [said for said in applied.notes if "no property takes" in said]
    assert studio.values()[photo_id(1)]["Bewertung"] == 5
    assert studio.values()[photo_id(2)]["Bewertung"] == 4


def test_setup_reports_the_new_name_and_proposes_nothing(studio: Studio) -> None:
    rename(studio, "Rating", "Bewertung")
    plan = looked_around(studio)
    assert "  'Rating' is called 'Bewertung' in Notion." in plan.lines
    assert plan.new_properties == {}


def test_the_key_and_the_title_are_followed(studio: Studio) -> None:
    studio.sync([photo(1)])
    rename(studio, "Photo UUID", "Foto")
    rename(studio, "Title", "Name")
    assert studio.sync([photo(1, title="New")]).updated == 1
    (page,) = studio.server.values(studio.source).values()
    assert (page["Foto"], page["Name"]) == (photo_id(1), "New")
    assert studio.verify().strangers == 0


def test_what_people_change_in_a_renamed_property_is_put_right(studio: Studio) -> None:
    studio.sync([photo(1, rating=1)])
    rename(studio, "Rating", "Bewertung")
    studio.server.human_edit(studio.page_of(photo_id(1)), {"Bewertung": 3})
    found = studio.verify()
    assert [row.why for row in found.drifted] == ["changed by hand in the service: Bewertung"]
    assert studio.apply().updated == 1
    assert studio.values()[photo_id(1)]["Bewertung"] == 1


def test_a_renamed_property_is_not_mirrored_as_if_it_were_theirs(studio: Studio) -> None:
    studio.sync([photo(1)])
    change(studio, {"Note": {"rich_text": {}}})
    rename(studio, "Rating", "Bewertung")
    (table,) = read_pages(studio.workspace, everything=True).months.values()
    assert json.loads(table["properties"][0].as_py()) == {"Note": None}


def test_a_property_renamed_while_pages_are_written_loses_no_value(studio: Studio) -> None:
    studio.put([photo(n, rating=4) for n in range(3)], thumbnails=False)
    plan = studio.plan().plan
    connection = studio.sink.connect()
    connection.prepare(3)
    for number, row in enumerate(plan.read()):
        rename(studio, "Rating" if not number else f"Bewertung {number}", f"Bewertung {number + 1}")
        (outcome,) = connection.send([row], uncertain=False)
        assert (outcome.state, outcome.error) == ("created", None)
        assert "no property takes" not in (outcome.note or "")
    connection.close()
    assert [page["Bewertung 3"] for page in studio.values().values()] == [4, 4, 4]


def test_a_key_renamed_while_a_page_is_looked_for_makes_no_second_one(studio: Studio) -> None:
    studio.put([photo(1)], thumbnails=False)
    (row,) = studio.plan().plan.read()
    connection = studio.sink.connect()
    connection.prepare(1)
    studio.server.faults.script(Step(Fault(FaultKind.OK_HTML, committed=True), "POST", "/v1/pages"))
    with pytest.raises(AmbiguousServiceError):
        connection.send([row], uncertain=False)
    rename(studio, "Photo UUID", "Foto")
    (outcome,) = connection.send([row], uncertain=True)
    connection.close()
    assert (outcome.state, outcome.error) == ("updated", None)
    assert len(studio.server.pages(studio.source)) == 1


def test_a_database_set_up_before_ids_were_kept_is_looked_at_once(studio: Studio) -> None:
    note(studio, properties=None)
    studio.sync([photo(1, rating=1)])
    rename(studio, "Rating", "Bewertung")
    studio.sync([photo(1, rating=5)])
    assert studio.values()[photo_id(1)]["Bewertung"] == 5


def test_the_other_notes_of_the_sink_stay(studio: Studio) -> None:
    note(studio, properties=None, undone="a plan")
    studio.sync([photo(1)])
    remember(studio.workspace, read_pages(studio.workspace, everything=True))
    before = detail(studio)
    assert before.keys() == {
        "database_id",
        "database_name",
        "mirrored_through",
        "properties",
        "undone",
    }
    assert set_up(studio.workspace) == studio.source
    assert detail(studio) == before


def test_ids_of_another_data_source_do_not_apply(studio: Studio) -> None:
    """A database that was duplicated in Notion has the same ids, under its own names."""
    note(studio, mirrored_through="2020-01-01T00:00:00+00:00")
    client = notion_client(studio.workspace)
    other: Any = studio.server.client(retry=False).databases.create(
        parent={"type": "page_id", "page_id": studio.server.root_page_id},
        initial_data_source={"properties": {"Name": {"title": {}}, "Mine": {"number": {}}}},
    )
    source = other["data_sources"][0]["id"]
    ids = {
        one: prop.id
        for one, prop in studio.server.store.data_source(studio.source).schema.by_name.items()
    }
    studio.server.store.data_source(source).schema.by_name["Mine"].id = ids["Rating"]
    file = studio.workspace.configuration.file
    assert file is not None
    settings = yaml.safe_load(file.read_text())
    settings["sinks"]["notion"]["database_id"] = other["id"]
    file.write_text(yaml.safe_dump(settings))
    workspace = open_workspace(file)
    plan = propose_setup(workspace, client)
    assert "Rating" in plan.new_properties
    apply_setup(workspace, client, plan)
    client.close()
    moved = Studio(workspace, studio.server)
    assert moved.source == source
    assert {"Rating", "Mine"} <= names(moved)
    assert "mirrored_through" not in detail(moved)


def test_a_name_that_is_new_in_the_settings_and_there_is_used(studio: Studio) -> None:
    studio.sync([photo(1, rating=1)])
    change(studio, {"Stars": {"number": {}}})
    again = configured(studio, rating="Stars")
    again.sync([photo(1, rating=5)])
    page = again.values()[photo_id(1)]
    assert (page["Stars"], page["Rating"]) == (5, 1)


def test_a_name_that_is_new_in_the_settings_and_not_there_makes_no_second_property(
    studio: Studio,
) -> None:
    studio.sync([photo(1, rating=1)])
    again = configured(studio, rating="Stars")
    assert "  'Stars' is called 'Rating' in Notion." in looked_around(again).lines
    assert set_up(again.workspace) == again.source
    again.sync([photo(1, rating=5)])
    assert again.values()[photo_id(1)]["Rating"] == 5
    assert "Stars" not in names(again)


def test_a_deleted_property_is_proposed_again(studio: Studio) -> None:
    change(studio, {"Rating": None})
    assert list(looked_around(studio).new_properties) == ["Rating"]
    assert set_up(studio.workspace) == studio.source
    rename(studio, "Rating", "Bewertung")
    studio.sync([photo(1, rating=5)])
    assert studio.values()[photo_id(1)]["Bewertung"] == 5


def test_a_property_is_never_used_for_two_fields(studio: Studio) -> None:
    """Its id was remembered for both: renamed, it was written by whichever came last."""
    studio.sync([photo(0)])
    again = configured(studio, iso="Rating", rating="Stars")
    again.sync([photo(0, iso=800)])
    rename(again, "Rating", "Speed")
    plan = looked_around(again)
    assert "  'Rating' is called 'Speed' in Notion." in plan.lines
    assert list(plan.new_properties) == ["Stars"]
    again.sync([photo(0, iso=1600, rating=3)])
    assert again.values()[photo_id(0)]["Speed"] == 1600
