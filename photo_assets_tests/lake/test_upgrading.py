"""Moving the rows of the Notion mirror out of the catalogs, where they would be items."""

import os
from pathlib import Path

import pyarrow as pa
import pytest

from photo_assets.lake import Lake
from photo_assets.library import open_workspace
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import ITEMS
from photo_assets.sinks.notion.mirror_columns import NOTION_PAGES
from photo_assets.workspace import Workspace

BEFORE, NOW = ("catalog", "notion"), ("mirror", "notion")
MONTHS = ["2020-03-01", "2020-05-01", "2026-01-01"]


def rows(month: str, **more: str) -> pa.Table:
    page = {"page_id": f"page of {month}", "month": month, "properties": "{}", "in_trash": False}
    return pa.Table.from_pylist([page | more], schema=NOTION_PAGES.schema)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The configuration of a library written by an earlier version."""
    lake = Lake(tmp_path / "data" / "lake")
    for month in MONTHS:
        lake.write(BEFORE, month, NOTION_PAGES, rows(month))
    lake.write(("catalog", "folders"), MONTHS[0], ITEMS, ITEMS.schema.empty_table())
    file = tmp_path / "photosync.yaml"
    file.write_text("data_dir: data\n")
    return file


def carried_over(workspace: Workspace) -> pa.Table:
    lake = workspace.lake
    assert lake.catalogs() == ["folders"]
    assert lake.names(BEFORE) == []
    return lake.read_all(NOW, NOTION_PAGES)


def test_the_rows_are_moved_and_the_files_unchanged(file: Path) -> None:
    folder = file.parent / "data" / "lake"
    before = {path.name: path.read_bytes() for path in (folder / "catalog/notion").iterdir()}
    assert carried_over(open_workspace(file)) == pa.concat_tables([rows(one) for one in MONTHS])
    assert {path.name: path.read_bytes() for path in (folder / "mirror/notion").iterdir()} == before
    assert len(carried_over(open_workspace(file))) == len(MONTHS)  # and stay there


def test_an_interrupted_move_continues(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.replace
    done: list[None] = []

    def killed(source: Path, target: Path) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(whole(source, target))

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            _ = open_workspace(file).lake
    assert len(carried_over(open_workspace(file))) == len(MONTHS)


def test_tables_written_later_by_an_earlier_version_are_newer(file: Path) -> None:
    carried_over(open_workspace(file))
    lake = Lake(file.parent / "data" / "lake")
    lake.write(BEFORE, MONTHS[1], NOTION_PAGES, rows(MONTHS[1], title="read later"))
    found = carried_over(open_workspace(file)).to_pylist()
    assert [row["title"] for row in found] == [None, "read later", None]


def test_a_failed_move_is_reported_and_is_not_a_catalog(file: Path) -> None:
    (file.parent / "data" / "lake" / "mirror").write_text("a file is in the way")
    with pytest.raises(StorageError, match="cannot be moved"):
        _ = open_workspace(file).lake


def test_a_library_without_a_mirror_gets_no_folder(tmp_path: Path) -> None:
    file = tmp_path / "photosync.yaml"
    file.write_text("data_dir: data\n")
    assert open_workspace(file).lake.catalogs() == []
    assert not (tmp_path / "data").exists()
