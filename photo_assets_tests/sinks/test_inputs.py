"""The inputs of a sink's plan: each setting that affects content makes a new plan."""

import hashlib
import re
from pathlib import Path

import pytest

from photo_assets.library import open_workspace
from photo_assets.model.tables import UNIFIED_FIELDS
from photo_assets.sinks import supabase
from photo_assets.sinks.inputs import content_settings, sink_inputs
from photo_assets.sinks.notion.fields import most_options
from photo_assets.sinks.notion.settings import NotionSettings
from photo_assets.sinks.registry import SPECS
from photo_assets.sinks.supabase.queries import QUERIES
from photo_assets.sinks.supabase.tables import PHOTOS
from photo_assets.workspace import Workspace
from photo_assets_tests.configured import sinks_of


def opened(folder: Path, setting: str) -> Workspace:
    folder.mkdir(exist_ok=True)
    file = folder / "photosync.yaml"
    file.write_text(f"data_dir: data\nsinks: {{notion: {{{setting}}}}}\n")
    return open_workspace(file)


# As they were when each sink was a branch: libraries of then keep their plans.
SAID = {
    "notion": "9a6268f4",
    "supabase": "b9a1649f",
}


def test_the_digests_of_the_settings_are_those_of_libraries_that_exist() -> None:
    sinks = sinks_of()
    for name, digest in SAID.items():
        text = content_settings(sinks, name)
        assert hashlib.sha256(text.encode()).hexdigest()[:8] == digest


def test_the_sent_columns_are_columns_of_the_view() -> None:
    there = {column.name for column in UNIFIED_FIELDS}
    for spec in SPECS:
        assert set(spec.columns) <= there
    told = set(re.findall(r"\bu\.(\w+)", QUERIES[PHOTOS])) - {"partition", "month"}
    assert told == set(supabase.SPEC.columns)


OPTIONS = [name for name in NotionSettings.model_fields if name.endswith("_options")]


def test_each_property_with_a_limit_has_its_setting() -> None:
    assert len(OPTIONS) == len(most_options(NotionSettings()))


@pytest.mark.parametrize("setting", [*(f"{name}: 7" for name in OPTIONS), "people: true"])
def test_a_setting_that_affects_content_makes_a_new_plan(tmp_path: Path, setting: str) -> None:
    """Of cameras and lenses it did not: a raised limit changed no page until a photo changed."""
    before = sink_inputs(opened(tmp_path, "at_once: 4"), "notion")
    assert sink_inputs(opened(tmp_path, "at_once: 5"), "notion") == before
    assert sink_inputs(opened(tmp_path, setting), "notion") != before
