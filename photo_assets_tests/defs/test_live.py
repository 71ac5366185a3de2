"""The buttons of the UI on a live webserver and daemon."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from photo_assets.defs.keys import FINGERPRINTS, PHOTOS, THUMBNAILS, UNIFIED, catalog_key
from photo_assets.defs.sync import SyncRequest, sync
from photo_assets_tests.defs.conftest import ROOT
from photo_assets_tests.defs.daemon import workspace
from photo_assets_tests.defs.live import Ui, running_ui
from photo_assets_tests.defs.pictures import make_picture

FOLDERS = catalog_key("folders")
MONTHLY = (FOLDERS, FINGERPRINTS, THUMBNAILS)
MARCH, APRIL, MAY = "2026-03-01", "2026-04-01", "2026-05-01"


@pytest.fixture
def library(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two folders whose photos are of March and May 2026, read once; no sink is set up."""
    for name in ("SUPABASE_URL", "SUPABASE_SECRET_KEY", "NOTION_ARCHIVE_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    (project / "workspace.yaml").write_text((ROOT / "workspace.yaml").read_text())
    with (project / "photosync.yaml").open("a") as settings:
        settings.write("    card: {path: card, settle_seconds: 0, poll_seconds: 10}\n")
    (project / "card").mkdir()
    make_picture(project / "photos/march.jpg", datetime(2026, 3, 9), seed=1)
    make_picture(project / "card/may.jpg", datetime(2026, 5, 9), seed=2)
    sync(workspace(), SyncRequest(), lambda _progress: None)
    return project


@pytest.fixture
def ui(library: Path) -> Iterator[Ui]:
    with running_ui(library) as ui:
        yield ui


def test_materialize_all_is_a_backfill_that_succeeds(ui: Ui) -> None:
    keys = ui.materializable()
    assert {*MONTHLY, PHOTOS, UNIFIED} <= {*keys}
    assert ui.months(FOLDERS)[0] == MARCH
    assert ui.backfill(keys) == "COMPLETED_SUCCESS"
    assert ui.backfill(MONTHLY, [MARCH, APRIL, MAY]) == "COMPLETED_SUCCESS"
