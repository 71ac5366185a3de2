"""Setup: the findings, the proposed changes, and applying them."""

from pathlib import Path
from typing import Any

import notion_client as vendor
import pytest

from photo_assets.library import load_configuration, open_workspace
from photo_assets.model.errors import ConfigurationError
from photo_assets.sinks.notion.fields import KINDS, owned
from photo_assets.sinks.notion.settings import notion_settings
from photo_assets.sinks.notion.setup import apply_setup, propose_setup
from photo_assets.sinks.notion.sink import NotionSink, notion_client
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets_tests.services.faults import Fault, FaultKind, Step
from photo_assets_tests.services.notion.server import NotionServer
from photo_assets_tests.sinks.notion.conftest import make_workspace, set_up


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTION_ARCHIVE_TOKEN", "ntn_test")


def theirs(server: NotionServer, properties: dict[str, Any], title: str = "Mine") -> Any:
    """Make a database as a person has it."""
    return server.client(retry=False).databases.create(
        parent={"type": "page_id", "page_id": server.root_page_id},
        title=[{"text": {"content": title}}],
        initial_data_source={"properties": properties},
    )


def schema(server: NotionServer, source: str) -> dict[str, str]:
    client: vendor.Client = server.client(retry=False)
    found: Any = client.data_sources.retrieve(source)
    return {name: one["type"] for name, one in found["properties"].items()}


def test_a_database_is_made_with_every_property_of_ours(
    server: NotionServer, tmp_path: Path
) -> None:
    workspace = make_workspace(tmp_path, server.base_url, server.root_page_id)
    assert NotionSink(workspace).destination() is None
    source = set_up(workspace)
    names = owned(notion_settings(workspace.settings.sinks))
    assert schema(server, source) == {name: KINDS[field] for field, name in names.items()}
    assert {"Photo UUID", "UII", "Title", "Tags", "More tags", "Merged Into"} <= set(names.values())
    assert NotionSink(open_workspace(tmp_path / "photosync.yaml")).destination() == source


def test_proposing_a_setup_writes_nothing(server: NotionServer, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, server.base_url, server.root_page_id)
    client = notion_client(workspace)
    found = propose_setup(workspace, client)
    client.close()
    assert found.can_be_applied
    assert any("'Photo Library' would be created" in line for line in found.lines)
    assert any("Tags (multi select)" in line for line in found.lines)
    assert server.calls("POST", "/databases") == 0
    assert NotionSink(workspace).destination() is None


def test_setup_again_makes_no_second_database(server: NotionServer, tmp_path: Path) -> None:
    first = set_up(make_workspace(tmp_path / "a", server.base_url, server.root_page_id))
    again = make_workspace(tmp_path / "a", server.base_url, server.root_page_id)
    elsewhere = make_workspace(tmp_path / "b", server.base_url, server.root_page_id)
    assert set_up(again) == set_up(elsewhere) == first
    assert len(server.store.databases) == 1


def test_a_database_with_an_unknown_outcome_is_found_by_the_next_run(
    server: NotionServer, tmp_path: Path
) -> None:
    workspace = make_workspace(tmp_path, server.base_url, server.root_page_id)
    server.faults.script(Step(Fault(FaultKind.DROP_AFTER), "POST", "/databases"))
    with pytest.raises(SinkNotReadyError, match="run setup again"):
        set_up(workspace)
    set_up(workspace)
    assert len(server.store.databases) == 1


def test_an_existing_database_is_adopted_and_nothing_of_it_changes(
    server: NotionServer, tmp_path: Path
) -> None:
    before = {
        "Name": {"title": {}},
        "Status": {"status": {}},
        "Rating": {"select": {"options": [{"name": "good"}]}},
        "Tags": {"multi_select": {"options": [{"name": "old"}]}},
    }
    database = theirs(server, before)
    workspace = make_workspace(
        tmp_path, server.base_url, server.root_page_id, database_id=database["id"]
    )
    client = notion_client(workspace)
    plan = propose_setup(workspace, client)
    assert any("'Rating' has the type select" in line for line in plan.lines)
    assert any("would be added" in line for line in plan.lines)
    source = apply_setup(workspace, client, plan).data_source
    client.close()
    after = schema(server, source)
    assert {name: after[name] for name in before} == {
        "Name": "title",
        "Status": "status",
        "Rating": "select",
        "Tags": "multi_select",
    }
    assert "Title" not in after  # the title is there, under its own name
    assert after["Photo UUID"] == "rich_text"
    client = notion_client(workspace)
    assert propose_setup(workspace, client).new_properties == {}
    client.close()


def test_one_of_several_data_sources_must_be_selected(server: NotionServer, tmp_path: Path) -> None:
    database = theirs(server, {"Name": {"title": {}}})
    second: Any = server.client(retry=False).data_sources.create(
        parent={"type": "database_id", "database_id": database["id"]},
        properties={"Name": {"title": {}}},
        title=[{"text": {"content": "Other"}}],
    )
    workspace = make_workspace(
        tmp_path, server.base_url, server.root_page_id, database_id=database["id"]
    )
    client = notion_client(workspace)
    plan = propose_setup(workspace, client)
    assert not plan.can_be_applied
    assert len(plan.choices) == 2
    assert any(second["id"] in line and "Other" in line for line in plan.lines)
    with pytest.raises(SinkNotReadyError):
        apply_setup(workspace, client, plan)
    chosen = propose_setup(workspace, client, second["id"])
    assert apply_setup(workspace, client, chosen).data_source == second["id"]
    with pytest.raises(SinkNotReadyError, match="was not found"):
        propose_setup(workspace, client, "nonsense")
    client.close()


def test_without_a_page_setup_lists_the_accessible_ones(
    server: NotionServer, tmp_path: Path
) -> None:
    workspace = make_workspace(tmp_path, server.base_url, server.root_page_id, parent_page_id=None)
    client = notion_client(workspace)
    plan = propose_setup(workspace, client)
    assert not plan.can_be_applied
    assert any(
        "has no access to any page yet" in line and "Connections" in line for line in plan.lines
    )
    page: Any = server.client(retry=False).pages.create(
        parent={"type": "page_id", "page_id": server.root_page_id},
        properties={"title": [{"text": {"content": "Photography"}}]},
    )
    database = theirs(server, {"Name": {"title": {}}})
    plan = propose_setup(workspace, client)
    assert f"  {page['id']}  Photography" in plan.lines
    assert f"  {database['id']}  Mine" in plan.lines
    client.close()


def test_an_object_that_is_not_shared_is_reported_with_a_hint(
    server: NotionServer, tmp_path: Path
) -> None:
    nowhere = "393abc1e-edcd-8169-85ce-c64d3d3f20fd"
    workspace = make_workspace(tmp_path, server.base_url, server.root_page_id, database_id=nowhere)
    client = notion_client(workspace)
    with pytest.raises(SinkNotReadyError, match="Connections"):
        propose_setup(workspace, client)
    client.close()


def test_another_database_in_the_settings_requires_setup(
    server: NotionServer, tmp_path: Path
) -> None:
    set_up(make_workspace(tmp_path, server.base_url, server.root_page_id))
    other = theirs(server, {"Name": {"title": {}}})
    workspace = make_workspace(
        tmp_path, server.base_url, server.root_page_id, database_id=other["id"]
    )
    with pytest.raises(SinkNotReadyError, match="a Notion database other than"):
        NotionSink(workspace).connect()
    assert set_up(workspace) == other["data_sources"][0]["id"]
    NotionSink(workspace).connect().close()


def test_two_properties_of_one_name_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "photosync.yaml"
    file.write_text("sinks: {notion: {properties: {rating: Tags}}}\n")
    with pytest.raises(ConfigurationError, match="same name"):
        load_configuration(file)
