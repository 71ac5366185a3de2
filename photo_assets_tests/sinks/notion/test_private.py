"""Coordinates and people: withheld unless enabled, and withdrawn when disabled."""

from typing import Any

import pytest
import yaml

from photo_assets.ledger import SinkRequests
from photo_assets.library import open_workspace
from photo_assets.sinks.notion.mirror_reading import read_pages
from photo_assets_tests.sinks.notion.collection import photo, photo_id
from photo_assets_tests.sinks.notion.conftest import Studio, set_up
from photo_assets_tests.sinks.notion.test_renamed import rename


def configured(studio: Studio, **settings: Any) -> Studio:
    file = studio.workspace.configuration.file
    assert file is not None
    document = yaml.safe_load(file.read_text())
    document["sinks"]["notion"].update(settings)
    file.write_text(yaml.safe_dump(document))
    return Studio(open_workspace(file), studio.server)


@pytest.fixture
def told(studio: Studio) -> Studio:
    """A database whose pages say where and who."""
    open_ = configured(studio, gps=True, people=True)
    set_up(open_.workspace)
    open_.sync([photo(n) for n in range(3)], thumbnails=False)
    values = open_.values()[photo_id(1)]
    assert (values["GPS Location"], values["People"]) == ("0.000000, 8.541700", ["Ann"])
    return open_


def test_values_that_are_no_longer_sent_are_cleared(told: Studio) -> None:
    """The setting was off, but sent values stayed on every page."""
    quiet = configured(told, gps=False, people=False)
    quiet.server.log.clear()
    applied = quiet.sync([photo(n) for n in range(3)], thumbnails=False)
    assert applied.updated == 3
    assert quiet.writes() == ["PATCH data_sources", *["PATCH pages"] * 3]  # the list of people
    for values in quiet.values().values():
        assert (values["GPS Location"], values["People"]) == ("", [])
    assert quiet.plan().plan.rows == 0
    months = read_pages(quiet.workspace, everything=True).months.values()
    assert [text for table in months for text in table["properties"].to_pylist()] == ["{}"] * 3


def test_values_are_cleared_in_a_renamed_property(told: Studio) -> None:
    rename(told, "GPS Location", "Where")
    quiet = configured(told, gps=False)
    assert quiet.sync([photo(n) for n in range(3)], thumbnails=False).updated == 3
    assert {values["Where"] for values in quiet.values().values()} == {""}


def test_an_interrupted_write_clears_values_too(
    told: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = configured(told, gps=False)
    quiet.put([photo(n) for n in range(3)], thumbnails=False)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("photo_assets.sinks.notion.connection.PageSender.send", killed)
        quiet.apply(at_once=1)
    again = Studio(open_workspace(quiet.workspace.configuration.file), quiet.server)
    assert SinkRequests(again.workspace.ledger).cut_short("notion", but="")
    again.apply()
    assert {values["GPS Location"] for values in again.values().values()} == {""}


def test_a_property_of_theirs_that_has_the_name_is_never_cleared(studio: Studio) -> None:
    studio.sync([photo(1)], thumbnails=False)
    client: Any = studio.server.client(retry=False)
    client.data_sources.update(studio.source, properties={"GPS Location": {"rich_text": {}}})
    studio.server.human_edit(studio.page_of(photo_id(1)), {"GPS Location": "by the lake"})
    studio.sync([photo(1, rating=5)], thumbnails=False)
    assert studio.values()[photo_id(1)]["GPS Location"] == "by the lake"


def test_a_text_we_never_wrote_is_not_drift(studio: Studio) -> None:
    """A property of theirs may have had the name of one that came with a later version."""
    studio.sync([photo(1)], thumbnails=False)
    studio.server.human_edit(studio.page_of(photo_id(1)), {"More equipment": "a tripod"})
    assert studio.verify().drifted == ()
    studio.sync([photo(1, rating=5)], thumbnails=False)
    assert studio.values()[photo_id(1)]["More equipment"] == "a tripod"
