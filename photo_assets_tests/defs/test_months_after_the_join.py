"""After the join, a month depends on exactly the months from which its photos come."""

import json
import shutil
from collections import Counter
from datetime import datetime
from pathlib import Path

import dagster as dg
import orjson
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from photo_assets.catalogs.discovery.months import EMPTY
from photo_assets.defs.events import latest_versions
from photo_assets.defs.keys import (
    CATALOGS,
    CONFLICTS,
    FINGERPRINTS,
    PHOTOS,
    UNIFIED,
    VISIBILITY,
    catalog_key,
)
from photo_assets.defs.tags import CHANGED_ONLY, VERIFY
from photo_assets.ledger import Decisions
from photo_assets.ledger.decisions import Decision
from photo_assets.model.tables import CONFLICTS as CONFLICTS_TABLE
from photo_assets.model.tables import PHOTOS as PHOTOS_TABLE
from photo_assets.model.tables import UNIFIED as UNIFIED_TABLE
from photo_assets_tests.defs.daemon import Daemon, workspace
from photo_assets_tests.defs.pictures import make_picture
from photo_assets_tests.defs.settled import Settled
from photo_assets_tests.defs.test_buttons import (
    APRIL,
    MARCH,
    MAY,
    events,
    make_photos,
    months,
    press,
)
from photo_assets_tests.edits import replaced

CHAIN = (catalog_key("folders"), FINGERPRINTS, PHOTOS, UNIFIED, CONFLICTS, VISIBILITY)
CAPTION = (
    "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf="
    "'http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description "
    "xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:description><rdf:Alt><rdf:li "
    "xml:lang='x-default'>{}</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF>"
    "</x:xmpmeta>"
)


def edit(folder: Path, name: str, caption: str, daemon: Daemon) -> None:
    (folder / f"{name}.xmp").write_text(CAPTION.format(caption))
    daemon.look_again()


def versions(daemon: Daemon) -> dict[dg.AssetKey, dict[str, str]]:
    return {key: latest_versions(daemon.instance, key) for key in CHAIN}


def changed(daemon: Daemon, before: dict[dg.AssetKey, dict[str, str]]) -> dict[str, set[str]]:
    """Return asset -> months whose version changed; the version of a new month was empty."""
    after = versions(daemon)
    return {
        key.to_user_string(): {m for m in after[key] if after[key][m] != before[key].get(m, EMPTY)}
        for key in CHAIN
    }


def stale(daemon: Daemon, key: dg.AssetKey) -> set[str]:
    """Return the months that the UI shows as out of sync."""
    graph = daemon.definitions.resolve_asset_graph()
    resolver = CachingStaleStatusResolver(
        daemon.instance, graph, LoadingContextForTest(daemon.instance)
    )
    months = latest_versions(daemon.instance, key)
    return {m for m in months if resolver.get_status(key, m) == StaleStatus.STALE}


def view_files() -> dict[Path, int]:
    lake = workspace().lake
    assets = (("identity", "photos"), ("metadata", "unified"), ("metadata", "conflicts"))
    return {path: path.stat().st_mtime_ns for asset in assets for path in lake.files(asset)}


def test_tables_are_stored_by_month(year: Settled) -> None:
    lake = workspace().lake
    months = [f"2025-{month:02d}-01" for month in range(1, 13)]
    for asset in ("identity", "photos"), ("identity", "members"), ("metadata", "unified"):
        assert lake.names(asset) == months
    assert lake.names(("metadata", "conflicts")) == months
    assert all(
        lake.read(("metadata", "unified"), month, UNIFIED_TABLE)["month"].to_pylist() == [month]
        for month in months
    )


def test_one_edited_photo_makes_its_month_stale_layer_by_layer_and_no_other(year: Settled) -> None:
    daemon, photos = year.daemon, year.project / "photos"
    month, before, files = "2025-06-01", versions(daemon), view_files()
    assert not any(stale(daemon, key) for key in CHAIN)
    edit(photos, "2025-06-0.jpg", "At the lake", daemon)
    daemon.execute("observe_folders")
    assert stale(daemon, catalog_key("folders")) == {month}
    wanted = dg.AssetRecordsFilter(catalog_key("folders"), asset_partitions=[month])
    (told,) = daemon.instance.fetch_observations(wanted, limit=1).records
    assert told.asset_observation is not None
    why = told.asset_observation.metadata["unwritten_changes"].value
    assert why == "main: 1 item (0 new, 1 changed, 0 gone)"
    tags = {
        "dagster/asset_partition_range_start": month,
        "dagster/asset_partition_range_end": month,
    }
    steps = [
        ("catalog_folders", catalog_key("folders"), {FINGERPRINTS, PHOTOS}),
        ("fingerprints", FINGERPRINTS, {PHOTOS}),
        ("photos", PHOTOS, {UNIFIED, CONFLICTS, VISIBILITY}),
        ("metadata", UNIFIED, set()),
    ]
    for job, made, follows in steps:
        assert daemon.execute(job, tags)
        assert stale(daemon, made) == set()
        assert {key for key in CHAIN if stale(daemon, key)} == follows
        assert all(stale(daemon, key) == {month} for key in follows)
    assert changed(daemon, before) == {
        "catalog/folders": {month},
        "identity/fingerprints": changed(daemon, before)["identity/fingerprints"],
        "identity/photos": {month},
        "metadata/unified": {month},
        "metadata/conflicts": set(),
        "metadata/visibility": set(),
    }
    written = {path for path, moment in view_files().items() if files.get(path) != moment}
    assert {path.stem for path in written} == {month}
    (row,) = workspace().lake.read(("metadata", "unified"), month, UNIFIED_TABLE).to_pylist()
    assert row["caption"] == "At the lake"


def test_a_photo_with_items_in_two_months_depends_on_both(year: Settled) -> None:
    """The same bytes beside a sidecar that states another time: an item of August."""
    daemon, photos = year.daemon, year.project / "photos"
    other = photos / "copies" / "again.jpg"
    other.parent.mkdir()
    shutil.copyfile(photos / "2025-03-0.jpg", other)
    time = replaced(
        CAPTION,
        ("<rdf:Description ", '<rdf:Description exif:DateTimeOriginal="{}" '),
        ("xmlns:dc=", "xmlns:exif='http://ns.adobe.com/exif/1.0/' xmlns:dc="),
    )
    (other.parent / "again.jpg.xmp").write_text(time.format("2025-08-09T10:00:00", "Of March"))
    daemon.look_again()
    daemon.settle(conditions=False)
    lake = workspace().lake
    assert len(lake.read_all(("identity", "photos"), PHOTOS_TABLE)) == 12
    (photo,) = (
        row
        for row in lake.read_all(("metadata", "unified"), UNIFIED_TABLE).to_pylist()
        if row["item_count"] == 2
    )
    home = photo["month"]
    away = {"2025-03-01", "2025-08-01"} - {home}
    before = versions(daemon)
    name = "copies/again.jpg" if home == "2025-03-01" else "2025-03-0.jpg"
    (photos / f"{name}.xmp").write_text(time.format("2025-08-09T10:00:00", "Edited"))
    daemon.look_again()
    daemon.settle(conditions=False)
    found = changed(daemon, before)
    assert found["catalog/folders"] == away
    assert home in found["identity/photos"]
    assert home in found["metadata/unified"]
    assert found["metadata/unified"] <= {home, *away}
    assert daemon.failures == []


def test_a_photo_that_changes_its_month_refreshes_both(year: Settled) -> None:
    daemon, photos = year.daemon, year.project / "photos"
    before, files = versions(daemon), view_files()
    make_picture(photos / "2025-03-0.jpg", datetime(2024, 8, 1), seed=2025030)
    daemon.look_again()
    daemon.settle(conditions=False)
    found, months = changed(daemon, before), {"2024-08-01", "2025-03-01"}
    assert found["identity/photos"] == found["metadata/unified"] == months
    lake = workspace().lake
    assert lake.read(("metadata", "unified"), "2025-03-01", UNIFIED_TABLE).num_rows == 0
    assert lake.read(("metadata", "unified"), "2024-08-01", UNIFIED_TABLE).num_rows == 1
    written = {path.stem for path, moment in view_files().items() if files.get(path) != moment}
    assert written == months
    assert not any(stale(daemon, key) for key in CHAIN)


def test_a_decision_rebuilds_the_month_of_its_conflict(year: Settled) -> None:
    daemon, photos = year.daemon, year.project / "photos"
    shutil.copyfile(photos / "2025-05-0.jpg", photos / "again.jpg")
    daemon.look_again()
    daemon.settle(conditions=False)
    lake = workspace().lake
    (asked,) = lake.read_all(("metadata", "conflicts"), CONFLICTS_TABLE).to_pylist()
    assert asked["month"] == "2025-05-01"
    before, files = versions(daemon), view_files()
    Decisions(workspace().ledger).append(
        Decision(
            conflict_id=asked["conflict_id"],
            evidence_digest=asked["evidence_digest"].hex(),
            values_seen=json.dumps(None),
            answer=orjson.dumps({"keep": "both"}).decode(),
            who="a test",
        )
    )
    daemon.settle()
    assert lake.read_all(("metadata", "conflicts"), CONFLICTS_TABLE).num_rows == 0
    assert changed(daemon, before)["metadata/conflicts"] == {"2025-05-01"}
    written = {path.stem for path, moment in view_files().items() if files.get(path) != moment}
    assert written == {"2025-05-01"}
    assert not daemon.settle()


def test_a_nightly_run_joins_everything_and_compares(year: Settled) -> None:
    daemon = year.daemon
    files, before = view_files(), versions(daemon)
    night = {
        "dagster/asset_partition_range_start": "2025-01-01",
        "dagster/asset_partition_range_end": "2025-12-01",
        CHANGED_ONLY: "true",
        VERIFY: "true",
    }
    assert daemon.execute("photos", night)
    assert view_files() == files
    assert versions(daemon) == before
    event = daemon.instance.get_latest_materialization_event(PHOTOS)
    assert event is not None and event.asset_materialization is not None
    assert event.asset_materialization.metadata["joined_items"].value == 12
    check = dg.AssetCheckKey(PHOTOS, "incremental_joins_match_a_full_join")
    found = daemon.instance.event_log_storage.get_latest_asset_check_execution_by_key([check])
    evaluation = found[check].event
    assert evaluation is not None and evaluation.dagster_event is not None
    assert evaluation.dagster_event.asset_check_evaluation_data.passed


def test_the_layout_of_an_older_version_is_cleared(year: Settled) -> None:
    daemon = year.daemon
    lake = workspace().lake
    old = lake.path(("metadata", "unified"), "unified")
    shutil.copyfile(lake.path(("metadata", "unified"), "2025-05-01"), old)
    members = lake.path(("identity", "photos"), "members")
    shutil.copyfile(lake.path(("identity", "members"), "2025-05-01"), members)
    daemon.settle(conditions=False)
    assert daemon.execute("metadata", {"dagster/partition": "2025-05-01"})
    assert not old.exists()
    assert not members.exists()
    assert lake.read_all(("metadata", "unified"), UNIFIED_TABLE).num_rows == 12


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"dagster/partition": MARCH}, [MARCH]),
        ({"dagster/partition": APRIL}, [APRIL]),  # a month without anything
        (months(MARCH, MAY), [MARCH, APRIL, MAY]),
    ],
)
def test_all_layers_in_one_run_write_one_event_per_month(
    project: Path, daemon: Daemon, tags: dict[str, str], expected: list[str]
) -> None:
    make_photos(project)
    keys = (*CATALOGS, FINGERPRINTS, PHOTOS, UNIFIED, CONFLICTS, VISIBILITY)
    result = press(daemon, keys, tags)
    assert result.success
    assert events(result) == Counter({(key, month): 1 for key in keys for month in expected})
    lake = workspace().lake
    made = [month for month in expected if month != APRIL]
    assert lake.names(("metadata", "unified")) == made
    assert lake.names(("identity", "photos")) == made
