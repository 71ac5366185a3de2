"""One edited photo in a running UI: its month becomes stale and fresh, layer by layer, alone."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from photo_assets.defs.keys import (
    CONFLICTS,
    FINGERPRINTS,
    PHOTOS,
    SINK_PLANS,
    UNIFIED,
    catalog_key,
    source_key,
)
from photo_assets.defs.sync import sync
from photo_assets.defs.sync_result import SyncRequest
from photo_assets_tests.cli.running import REPOSITORY as ROOT
from photo_assets_tests.defs.daemon import workspace
from photo_assets_tests.defs.live import Ui, running_ui, until
from photo_assets_tests.defs.pictures import make_year
from photo_assets_tests.defs.test_months_after_the_join import CAPTION

FOLDERS = catalog_key("folders")
MONTHLY = (FOLDERS, FINGERPRINTS, PHOTOS, UNIFIED, CONFLICTS)
PLANS = tuple(SINK_PLANS.values())
JUNE = "2020-06-01"


@pytest.fixture
def library(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Twelve joined photos, one a month, planned for both sinks, of which none is set up."""
    for name in ("SUPABASE_URL", "SUPABASE_SECRET_KEY", "NOTION_ARCHIVE_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    (project / "workspace.yaml").write_text((ROOT / "workspace.yaml").read_text())
    make_year(project / "photos", 2020)
    sync(workspace(), SyncRequest(), lambda _progress: None)
    return project


@pytest.fixture
def ui(library: Path) -> Iterator[Ui]:
    with running_ui(library) as ui:
        yield ui


@pytest.mark.slow
def test_one_edited_photo_updates_only_its_months(library: Path, ui: Ui) -> None:
    """The daemon does it all; nothing is pressed."""
    until(lambda: not stale(ui), lambda: f"{stale(ui)} never became fresh")
    before, events = written(library), {key: ui.latest_events(key) for key in (*MONTHLY, *PLANS)}
    seen: set[tuple[dg.AssetKey, str]] = set()

    def made() -> dict[dg.AssetKey, set[str]]:
        now = {key: ui.latest_events(key) for key in events}
        return {k: {m for m in now[k] if now[k][m] != events[k].get(m)} for k in events}

    def settled() -> bool:
        found = stale(ui)
        seen.update(found)
        return not found and all(made()[key] for key in (UNIFIED, *PLANS))

    (library / "photos" / "2020-06-0.jpg.xmp").write_text(CAPTION.format("At the lake"))
    until(settled, lambda: f"{seen} were stale, {made()} were made, {stale(ui)} is stale")
    assert {month for key, month in seen if key in MONTHLY} == {JUNE}
    # Conflicts are made with the view, or are said to be the same; other months are let alone.
    assert made() == {key: {JUNE} for key in MONTHLY} | {key: {""} for key in PLANS}
    assert {path.stem for path, at in written(library).items() if before.get(path) != at} == {JUNE}
    why = "main: 1 item (0 new, 1 changed, 0 gone)"
    assert ui.said_of(source_key("folders"), JUNE) == ui.said_of(FOLDERS, JUNE) == why


def stale(ui: Ui) -> set[tuple[dg.AssetKey, str]]:
    """Return the months that the UI shows as out of sync; plans have none."""
    found = {(key, month) for key in MONTHLY for month in ui.stale_months(key)}
    return found | {(key, "") for key in ui.unsynced() & {*PLANS}}


def written(library: Path) -> dict[Path, int]:
    """Return when each monthly file of the lake was written."""
    files = (library / "data" / "lake").glob("*/*/????-??-01.parquet")
    return {path: path.stat().st_mtime_ns for path in files}
