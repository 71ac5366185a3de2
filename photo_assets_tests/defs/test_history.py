"""`vault/history` in the graph: written after the metadata, pushed, and shown when it is off."""

from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from photo_assets.defs.history_sources import history_due, history_faults
from photo_assets.defs.keys import HISTORY
from photo_assets.defs.reconcile import night_requests
from photo_assets.defs.tags import VERIFY
from photo_assets.ledger import Decision, Decisions
from photo_assets_tests.defs.daemon import Daemon, workspace
from photo_assets_tests.defs.pictures import make_picture
from photo_assets_tests.defs.settled import Settled
from photo_assets_tests.vault.history.reading import files_of, git, photos_of


def metadata(daemon: Daemon) -> dict[str, Any]:
    (record,) = daemon.instance.fetch_materializations(HISTORY, limit=1).records
    assert record.asset_materialization is not None
    return {name: value.value for name, value in record.asset_materialization.metadata.items()}


def set_history(project: Path, **settings: object) -> None:
    file = project / "photosync.yaml"
    document = yaml.safe_load(file.read_text())
    document["vault"] = {"history": settings}
    file.write_text(yaml.safe_dump(document))


def test_it_follows_the_metadata_and_says_what_changed(three: Settled) -> None:
    daemon = three.daemon
    first = metadata(daemon)
    assert (first["photos_new"], first["changed"]) == (3, True)
    assert not history_due(workspace())
    repository = workspace().history.folder
    assert len(photos_of(repository)) == 3
    make_picture(three.project / "photos" / "new.jpg", datetime(2025, 5, 7), seed=77)
    daemon.look_again()
    daemon.settle()
    second = metadata(daemon)
    assert (second["photos_new"], second["photos_changed"]) == (1, 0)
    assert second["photos_compared"] < 4  # other months were not read
    assert second["commit"] == git(repository, "rev-parse", "main").strip()
    decision = Decision(
        conflict_id="c", evidence_digest="0" * 64, values_seen="[]", answer="{}", who="mara"
    )
    Decisions(workspace().ledger).append(decision)
    assert history_due(workspace())


def test_the_night_compares_every_photo_and_commits_nothing(three: Settled) -> None:
    daemon, repository = three.daemon, workspace().history.folder
    before = files_of(repository), git(repository, "rev-parse", "main")
    day = datetime(2026, 11, 20).date()
    (request,) = (r for r in night_requests(workspace(), day) if r.asset_selection == [HISTORY])
    assert request.tags[VERIFY] == "true"
    assert daemon.execute("history", dict(request.tags))
    shown = metadata(daemon)
    assert (shown["photos_compared"], shown["changed"]) == (3, False)
    assert (files_of(repository), git(repository, "rev-parse", "main")) == before


def test_a_push_that_fails_is_a_warning_and_is_made_up_for(three: Settled, tmp_path: Path) -> None:
    daemon, remote = three.daemon, tmp_path / "remote.git"
    git(tmp_path, "--version")
    set_history(three.project, remote=f"file://{remote}")
    assert history_due(workspace())
    assert daemon.execute("history")
    assert _check(daemon)[0] is False
    (sentence,) = history_faults(workspace())
    assert str(remote) in sentence
    git(tmp_path, "init", "-q", "--bare", str(remote))
    assert daemon.execute("history")
    assert _check(daemon) == (True, "")
    assert history_faults(workspace()) == []
    assert git(remote, "rev-parse", "main") == git(workspace().history.folder, "rev-parse", "main")


def test_off_it_is_shown_and_cannot_be_run(three: Settled) -> None:
    set_history(three.project, enabled=False)
    daemon = three.daemon
    daemon.reload()
    asset = daemon.definitions.resolve_asset_graph().get(HISTORY)
    assert not asset.is_executable
    assert "vault.history.enabled is false." in (asset.description or "")
    assert not history_due(workspace())
    names = [request.asset_selection for request in night_requests(workspace(), _DAY)]
    assert [HISTORY] not in names


_DAY = datetime(2026, 11, 20).date()


def _check(daemon: Daemon) -> tuple[bool, str]:
    key = dg.AssetCheckKey(HISTORY, "remote_has_every_commit")
    records = daemon.instance.event_log_storage.get_latest_asset_check_execution_by_key([key])
    event = records[key].event
    assert event is not None and event.dagster_event is not None
    found = event.dagster_event.asset_check_evaluation_data
    return found.passed, found.description or ""
