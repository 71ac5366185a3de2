"""A plan with less memory than its texts need, and the error if that is not enough."""

from pathlib import Path

import pytest

from photo_assets.library import open_workspace
from photo_assets.model.errors import ExitCode, StorageError
from photo_assets.sinks.engine import ordering
from photo_assets.workspace import Workspace
from photo_assets_tests.sinks.engine.shelving import Row, pages, plan, sync
from photo_assets_tests.sinks.shelf_sink import contents


def workspace_of(tmp_path: Path, memory_mib: int) -> Workspace:
    file = tmp_path / "photosync.yaml"
    file.write_text(f"data_dir: data\nquery_memory_mib: {memory_mib}\n")
    return open_workspace(file)


def large(count: int, version: int = 1) -> list[Row]:
    """Return pages whose texts do not compress to nothing."""
    return [
        (target, key, photo, {**content, "text": f"{version * n:09}" * 20_000})
        for n, (target, key, photo, content) in enumerate(pages(count), 1)
    ]


def test_texts_larger_than_the_memory_make_a_plan(
    tmp_path: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """400 pages of 180 kB, to create, to change and to retire, with 64 MiB."""
    monkeypatch.setattr(ordering, "PORTION_ROWS", 64)
    workspace = workspace_of(tmp_path, 64)
    assert sync(workspace, shelf, large(400)).left == 0
    made = plan(workspace, shelf, large(384, 2))
    assert made.summary.count("update") == 384
    assert made.summary.count("retire") == 16
    assert sync(workspace, shelf, large(384, 2)).left == 0
    assert len(contents(shelf)) >= 384
    assert plan(workspace, shelf, large(384, 2)).summary.rows == {}


def test_the_plan_is_the_same_within_any_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plans of 300 rows, then of 100 that changed and 10 that went."""
    plans = []
    for number, (memory, portion) in enumerate([(0, 16_384), (64, 50), (64, 7)]):
        monkeypatch.setattr(ordering, "PORTION_ROWS", portion)
        folder = tmp_path / str(number)
        folder.mkdir()
        workspace, shelf = workspace_of(folder, memory), folder / "shelf.sqlite"
        first = plan(workspace, shelf, pages(300))
        sync(workspace, shelf, pages(300))
        wanted = [*pages(100, stars=1), *pages(290)[100:]]
        second = plan(workspace, shelf, wanted)
        plans.append((list(first.plan.read()), list(second.plan.read())))
        assert second.summary.count("retire") == 10
    assert plans[0] == plans[1] == plans[2]


def test_too_little_memory_names_the_setting(tmp_path: Path, shelf: Path) -> None:
    with pytest.raises(StorageError) as caught:
        plan(workspace_of(tmp_path, 1), shelf, large(300))
    assert caught.value.exit_code is ExitCode.STORAGE
    assert "query_memory_mib" in (caught.value.hint or "")
    assert "room" not in (caught.value.hint or "")
