"""`vault/originals` in the graph: shown without a store, filled and followed with one."""

from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from photo_assets.defs.keys import ORIGINALS
from photo_assets.defs.tags import range_tags
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.marker import MARKER
from photo_assets_tests.defs.daemon import Daemon, workspace
from photo_assets_tests.defs.pictures import make_picture
from photo_assets_tests.defs.settled import Settled
from photo_assets_tests.vault.library import flip_bit


def metadata(daemon: Daemon, month: str) -> dict[str, Any]:
    filters = dg.AssetRecordsFilter(asset_key=ORIGINALS, asset_partitions=[month])
    (record,) = daemon.instance.fetch_materializations(filters, limit=1).records
    assert record.asset_materialization is not None
    return {name: value.value for name, value in record.asset_materialization.metadata.items()}


def evaluation(daemon: Daemon, name: str) -> dg.AssetCheckEvaluation:
    key = dg.AssetCheckKey(ORIGINALS, name)
    records = daemon.instance.event_log_storage.get_latest_asset_check_execution_by_key([key])
    event = records[key].event
    assert event is not None and event.dagster_event is not None
    return event.dagster_event.asset_check_evaluation_data


def check(daemon: Daemon, name: str = "every_store_has_every_original") -> tuple[bool, str]:
    found = evaluation(daemon, name)
    return found.passed, found.description or ""


def test_without_a_store_it_is_shown_and_cannot_be_run(three: Settled) -> None:
    asset = three.daemon.definitions.resolve_asset_graph().get(ORIGINALS)
    assert not asset.is_executable
    assert "No store is configured in `vault.stores`." in (asset.description or "")


def test_a_store_is_filled_and_followed_and_missed(three: Settled, tmp_path: Path) -> None:
    daemon, file = three.daemon, three.project / "photosync.yaml"
    document = yaml.safe_load(file.read_text())
    document["vault"] = {"stores": {"home": {"folder": str(tmp_path / "vault")}}}
    file.write_text(yaml.safe_dump(document))
    (store,) = workspace().stores
    assert isinstance(store, FolderStore)
    assert daemon.settle() == {}  # there is no store yet: nothing is started for it

    store.create()
    assert daemon.settle() == {"originals": 1}
    assert len([*store.list()]) == 3
    shown = metadata(daemon, "2025-05-01")
    assert (shown["in_every_store"], shown["copies_written"], shown["stores"]) == (1, 1, "home")
    assert metadata(daemon, "2025-04-01")["dagster/partition_row_count"] == 0
    assert check(daemon) == (True, "")

    make_picture(three.project / "photos" / "new.jpg", datetime(2025, 5, 7), seed=77)
    daemon.look_again()
    assert daemon.settle()["originals"] == 1
    assert len([*store.list()]) == 4
    assert metadata(daemon, "2025-05-01")["copies_written"] == 1

    assert check(daemon, "stores_are_intact") == (True, "")
    assert evaluation(daemon, "stores_are_intact").metadata["originals_read"].value == 0
    flip_bit(store.path(next(store.list())), 3)
    document["vault"]["nightly_percent"] = 50
    file.write_text(yaml.safe_dump(document))
    for night in range(2):  # half of the store each
        assert daemon.execute("verify_stores") is True, night
    passed, description = check(daemon, "stores_are_intact")
    assert not passed
    assert description == (
        "The store `home` has 1 problem. To list and repair: photosync fsck --store home --repair"
    )
    chart = evaluation(daemon, "stores_are_intact").metadata["last_read"]
    assert "percent by time since it was read" in str(chart.value)
    (store.root / MARKER).rename(tmp_path / "unplugged")
    assert daemon.settle() == {}
    assert not daemon.execute("originals", range_tags(["2025-05-01"]))
    (tmp_path / "unplugged").rename(store.root / MARKER)
    assert daemon.settle() == {}
    assert len([*store.list()]) == 4
