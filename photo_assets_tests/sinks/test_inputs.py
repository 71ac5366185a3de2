"""What a sink's plan is made from: each setting that decides what is said makes a new one."""

from pathlib import Path

import pytest

from photo_assets.library import open_workspace
from photo_assets.sinks.inputs import sink_inputs
from photo_assets.sinks.notion.fields import most_options
from photo_assets.store.configuration.sinks import NotionSettings
from photo_assets.store.workspace import Workspace


def opened(folder: Path, setting: str) -> Workspace:
    folder.mkdir(exist_ok=True)
    file = folder / "photosync.yaml"
    file.write_text(f"data_dir: data\nsinks: {{notion: {{{setting}}}}}\n")
    return open_workspace(file)


OPTIONS = [name for name in NotionSettings.model_fields if name.endswith("_options")]


def test_each_property_with_a_limit_has_its_setting() -> None:
    assert len(OPTIONS) == len(most_options(NotionSettings()))


@pytest.mark.parametrize("setting", [*(f"{name}: 7" for name in OPTIONS), "people: true"])
def test_a_setting_that_decides_what_is_said_makes_the_plan_anew(
    tmp_path: Path, setting: str
) -> None:
    """Of cameras and lenses it did not: a raised limit changed no page until a photo changed."""
    before = sink_inputs(opened(tmp_path, "at_once: 4"), "notion")
    assert sink_inputs(opened(tmp_path, "at_once: 5"), "notion") == before
    assert sink_inputs(opened(tmp_path, setting), "notion") != before
