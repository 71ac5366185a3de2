"""The nightly run and a full scan read contents again, regardless of file size and times."""

from datetime import date
from pathlib import Path

import pytest

from photo_assets.defs.keys import FINGERPRINTS
from photo_assets.defs.reconcile import night_requests
from photo_assets.defs.sync import sync
from photo_assets.defs.sync_result import SyncRequest
from photo_assets.system.file_state import ChangeTimes
from photo_assets_tests.defs.daemon import Daemon, workspace
from photo_assets_tests.defs.pictures import make_three
from photo_assets_tests.defs.test_automation import fingerprint_rows
from photo_assets_tests.identity.fingerprints.material import rewrite

MAY = "2025-05-01"


@pytest.fixture(autouse=True)
def no_change_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a share: an edit that restores size and time leaves no trace."""
    monkeypatch.setattr(ChangeTimes, "are_kept_on", lambda *_: False)


def digests() -> dict[str, bytes]:
    rows = [
        row
        for month in ("2025-03-01", MAY, "2025-06-01")
        for row in fingerprint_rows(month).to_pylist()
    ]
    return {Path(row["path"]).name: row["sha256"] for row in rows}


def changed(before: dict[str, bytes]) -> set[str]:
    after = digests()
    assert after.keys() == before.keys()
    return {name for name, digest in after.items() if digest != before[name]}


def nightly() -> dict[str, str]:
    """Return the tags with which tonight's run over the fingerprints starts."""
    (request,) = [
        request
        for request in night_requests(workspace(), date(2026, 11, 20))
        if request.asset_selection == [FINGERPRINTS]
    ]
    return dict(request.tags)


def test_the_nightly_run_finds_bytes_that_changed_silently(project: Path, daemon: Daemon) -> None:
    make_three(project / "photos")
    daemon.settle(conditions=False)
    before = digests()
    rewrite(project / "photos/2025-05.jpg")
    daemon.settle(conditions=False)
    assert changed(before) == set()
    assert daemon.execute("fingerprints", nightly())
    assert changed(before) == {"2025-05.jpg"}
    daemon.settle(conditions=False)
    assert daemon.failures == []


@pytest.mark.slow
def test_a_limited_nightly_run_reads_its_share(project: Path, daemon: Daemon) -> None:
    """Three files over as many nights as they take, each once."""
    make_three(project / "photos")
    with (project / "photosync.yaml").open("a") as settings:
        settings.write("fingerprints: {nightly_gib: 0.000001}\n")
    daemon.settle(conditions=False)
    before = digests()
    for path in (project / "photos").iterdir():
        rewrite(path)
    first = nightly()
    found = []
    sizes = sum(path.stat().st_size for path in (project / "photos").iterdir())
    parts = -(-sizes // int(0.000001 * 2**30))
    for night in range(parts):
        tags = {**first, "photo_assets/night": str(night)}
        assert daemon.execute("fingerprints", tags)
        found.append(len(changed(before)))
        if found[-1] == 3:
            break
    assert found[-1] == 3
    assert found[0] < 3


@pytest.mark.slow
def test_a_setting_turns_nightly_reading_off(project: Path, daemon: Daemon) -> None:
    make_three(project / "photos")
    with (project / "photosync.yaml").open("a") as settings:
        settings.write("fingerprints: {nightly_gib: 0}\n")
    daemon.settle(conditions=False)
    before = digests()
    rewrite(project / "photos/2025-05.jpg")
    assert daemon.execute("fingerprints", nightly())
    assert changed(before) == set()


def test_a_full_scan_reads_all_contents_of_the_selected_catalogs(
    project: Path, daemon_on_disk: Daemon
) -> None:
    make_three(project / "photos")
    sync(workspace(), SyncRequest(), lambda _: None)
    before = digests()
    rewrite(project / "photos/2025-03.jpg")
    sync(workspace(), SyncRequest(), lambda _: None)
    sync(workspace(), SyncRequest(full=True, catalog="other"), lambda _: None)
    assert changed(before) == set()
    done = sync(workspace(), SyncRequest(full=True), lambda _: None)
    assert changed(before) == {"2025-03.jpg"}
    assert done.months["identity/fingerprints"] == 1, "months that are what they were stay"
