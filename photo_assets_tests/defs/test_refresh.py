"""An answer rebuilds its month and what follows from it, and nothing else: not even a catalog."""

import shutil
from pathlib import Path

from photo_assets.defs.history_sources import history_due
from photo_assets.defs.sync import refresh, sync
from photo_assets.defs.sync_result import SyncRequest, SyncResult
from photo_assets.model.tables import UNIFIED
from photo_assets.questions import Answering, Choice, Question, Queue
from photo_assets_tests.defs.daemon import workspace, write_configuration
from photo_assets_tests.defs.pictures import make_three
from photo_assets_tests.defs.settled import CONFIGURATION, Settled
from photo_assets_tests.defs.test_months_after_the_join import CAPTION

MAY = "2025-05-01"


def disagree(photos: Path) -> None:
    """State two captions of the photo of May."""
    shutil.copyfile(photos / "2025-05.jpg", photos / "again.jpg")
    for name, caption in (("2025-05", "By the sea"), ("again", "By the lake")):
        (photos / f"{name}.jpg.xmp").write_text(CAPTION.format(caption))


def asked(**choice: str) -> list[Question]:
    return Queue(workspace()).questions(Choice(**choice))


def answer(value: str) -> None:
    (question,) = asked(field="caption")
    Answering(workspace(), "a test").answer(question, {"value": value})


def written() -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in workspace().lake.root.rglob("*.parquet")}


def changed(before: dict[Path, int]) -> set[str]:
    """Return "layer/asset month" of the tables that were written since."""
    root = workspace().lake.root
    return {
        f"{'/'.join(path.relative_to(root).parts[:2])} {_month(path)}"
        for path, moment in written().items()
        if before.get(path) != moment
    }


def months_changed(before: dict[Path, int]) -> set[str]:
    """Return the months of these tables, but for the list of a plan's parts, which is one table."""
    found = (one.split() for one in changed(before))
    return {month for asset, month in found if not asset.endswith("_plan_parts")}


def _month(path: Path) -> str:
    """Return the month of a table, or of the folder that holds its parts."""
    return path.stem if path.stem.startswith("20") else path.parent.name


def caption() -> str | None:
    (row,) = workspace().lake.read(("metadata", "unified"), MAY, UNIFIED).to_pylist()
    text: str | None = row["caption"]
    return text


def refreshed() -> SyncResult:
    result = refresh(workspace(), lambda _progress: None)
    assert result.failures == []
    return result


def test_an_answer_reaches_the_view_the_history_and_the_plans_of_its_month(project: Path) -> None:
    write_configuration(project / "photosync.yaml", CONFIGURATION + "sinks: {supabase: {}}\n")
    make_three(project / "photos")
    disagree(project / "photos")
    sync(workspace(), SyncRequest(), lambda _progress: None)
    assert refreshed().runs == []
    before = written()
    shutil.rmtree(project / "photos")  # no catalog is read
    answer("By the sea, at the lake")
    done = refreshed()
    assert len(done.runs) == 4  # metadata, history, and the plans of both sinks
    assert caption() == "By the sea, at the lake"
    assert done.commit is not None and "1 changed photo" in done.commit
    assert months_changed(before) == {MAY}
    layers = {one.split()[0] for one in changed(before)}
    assert {"metadata/unified", "metadata/conflicts", "sink/supabase_desired"} <= layers
    assert not {one for one in layers if one.startswith(("catalog/", "identity/"))}
    assert not history_due(workspace())
    assert refreshed().runs == []
    Answering(workspace(), "a test").undo_last()
    refreshed()
    assert len(asked(field="caption")) == 1


def test_the_sensors_follow_an_answer_that_is_given_while_the_ui_runs(three: Settled) -> None:
    daemon = three.daemon
    disagree(three.project / "photos")
    write_configuration(three.project / "photosync.yaml", CONFIGURATION + "sinks: {supabase: {}}\n")
    daemon.look_again()
    daemon.settle()
    before = written()
    answer("By both")
    runs = daemon.settle()
    assert daemon.failures == []
    assert (runs["metadata"], runs["source"], runs["catalog"], runs["joins"]) == (1, 0, 0, 0)
    assert caption() == "By both"
    assert months_changed(before) == {MAY}
    assert not history_due(workspace())
    assert not daemon.settle()
