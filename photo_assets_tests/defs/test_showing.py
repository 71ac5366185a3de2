"""What the UI shows of every asset beside its own words: complete, true, and the same everywhere."""

from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import dagster as dg
import pytest
import yaml

from photo_assets.catalogs.registry import SOURCES
from photo_assets.defs import load
from photo_assets.defs.keys import (
    ALBUMS,
    CATALOGS,
    CONFLICTS,
    FINGERPRINTS,
    HISTORY,
    LOOKALIKES,
    PHOTOS,
    SINK_OUTCOMES,
    SINK_PLANS,
    THUMBNAILS,
    UNIFIED,
    VISIBILITY,
    catalog_key,
    source_key,
)
from photo_assets.defs.lineage import column_lineage
from photo_assets.defs.reconcile import night_requests
from photo_assets_tests.cli.running import REPOSITORY as ROOT
from photo_assets_tests.defs.daemon import Daemon, workspace
from photo_assets_tests.defs.pictures import make_picture
from photo_assets_tests.defs.settled import Settled

MAY = "2025-05-01"


def specs() -> dict[dg.AssetKey, dg.AssetSpec]:
    return {spec.key: spec for spec in load().resolve_all_asset_specs()}


def columns(spec: dg.AssetSpec) -> set[str]:
    return {column.name for column in spec.metadata["dagster/column_schema"].columns}


def shown(daemon: Daemon, key: dg.AssetKey, month: str | None = None) -> dict[str, object]:
    filters = dg.AssetRecordsFilter(asset_key=key, asset_partitions=[month] if month else None)
    (record,) = daemon.instance.fetch_materializations(filters, limit=1).records
    assert record.asset_materialization is not None
    return {name: value.value for name, value in record.asset_materialization.metadata.items()}


def test_no_two_assets_have_one_name_in_the_sidebar() -> None:
    names = [key.path[-1] for key in specs()]
    assert len(names) == len(set(names)), sorted(names)


def test_every_asset_has_an_owner_tags_and_kinds() -> None:
    for key, spec in specs().items():
        assert list(spec.owners) == ["team:photo_assets"], key
        assert spec.tags["photo_assets/layer"] == key.path[0]
        assert spec.kinds, key
    for source in SOURCES:
        for key in (source_key(source), catalog_key(source)):
            assert specs()[key].tags["photo_assets/source"] == source


def test_every_table_has_its_name_and_storage_kind() -> None:
    for key, spec in specs().items():
        if key in SINK_OUTCOMES.values():
            assert spec.metadata["dagster/storage_kind"] in {"notion", "supabase"}
        elif key.path[0] != "source":
            assert spec.metadata["dagster/table_name"] == ".".join(key.path)
            assert spec.metadata["dagster/storage_kind"] == "parquet"


def test_every_asset_references_the_code_of_its_body() -> None:
    for asset in load().assets or ():
        if not isinstance(asset, dg.AssetsDefinition):
            continue
        for spec in asset.specs:
            (code,) = spec.metadata["dagster/code_references"].code_references
            assert isinstance(code, dg.LocalFileCodeReference)
            assert code.line_number is not None
            path = Path(code.file_path)
            assert path.parent.name == spec.key.path[0], (spec.key, path)
            lines = path.read_text().splitlines()[code.line_number - 1 :]
            assert any(line.strip().startswith("def ") for line in lines[:30]), spec.key


def test_column_lineage_names_existing_columns_of_upstream_assets() -> None:
    found, graph = specs(), load().resolve_asset_graph()
    made = [key for key in found if column_lineage(key) is not None]
    assert {FINGERPRINTS, THUMBNAILS, PHOTOS, LOOKALIKES, UNIFIED, CONFLICTS} <= {*made}
    assert {*SINK_PLANS.values()} <= {*made}
    for key in made:
        lineage = found[key].metadata["dagster/column_lineage"]
        assert lineage.deps_by_column.keys() <= columns(found[key]), key
        upstream = graph.get_ancestor_asset_keys(key)
        for deps in lineage.deps_by_column.values():
            assert deps
            for dep in deps:
                assert dep.asset_key in upstream, (key, dep)
                assert dep.column_name in columns(found[dep.asset_key]), (key, dep)


@pytest.mark.parametrize(
    ("key", "column", "source"),
    [
        (UNIFIED, "rating", (CATALOGS[0], "rating")),
        (UNIFIED, "camera_make", (FINGERPRINTS, "exif")),
        (UNIFIED, "keywords", (CATALOGS[-1], "keywords")),
        (PHOTOS, "master_path", (CATALOGS[0], "path")),
        (PHOTOS, "uii", (FINGERPRINTS, "sha256")),
        (FINGERPRINTS, "native_id", (CATALOGS[0], "native_id")),
    ],
)
def test_a_column_lists_its_source_columns(
    key: dg.AssetKey, column: str, source: tuple[dg.AssetKey, str]
) -> None:
    lineage = column_lineage(key)
    assert lineage is not None
    assert source in [(d.asset_key, d.column_name) for d in lineage.deps_by_column[column]]


@pytest.mark.parametrize(
    ("key", "column"),
    [(FINGERPRINTS, "sha256"), (FINGERPRINTS, "width"), (PHOTOS, "photo_id"), (PHOTOS, "step")],
)
def test_measured_columns_have_no_lineage(key: dg.AssetKey, column: str) -> None:
    lineage = column_lineage(key)
    assert lineage is not None
    assert column not in lineage.deps_by_column


def test_every_condition_has_labels() -> None:
    conditions = [s.automation_condition for s in specs().values() if s.automation_condition]
    assert conditions
    for condition in conditions:
        assert condition.get_label() == "follows its inputs"
        labels = {part.get_label() for part in condition.children}
        assert "no upstream run in progress" in labels


def test_every_check_can_be_run_alone() -> None:
    graph = load().resolve_asset_graph()
    assert len(graph.asset_check_keys) > 30
    for key in graph.asset_check_keys:
        # As Dagster tells the UI: what has to be executed together with it.
        assert len(graph.get_execution_set_asset_and_check_keys(key)) == 1, key


def test_checks_of_months_run_alone_write_nothing(three: Settled) -> None:
    daemon = three.daemon
    assert daemon.failures == []
    before = daemon.instance.get_materialized_partitions(FINGERPRINTS)
    graph = load().resolve_asset_graph()
    job = daemon.definitions.resolve_implicit_global_asset_job_def()
    for asset in (catalog_key("folders"), FINGERPRINTS, THUMBNAILS):
        checks = graph.get_check_keys_for_assets({asset})
        done = job.get_subset(asset_selection=set(), asset_check_selection=checks)
        outcome = done.execute_in_process(instance=daemon.instance)
        assert {e.asset_check_key for e in outcome.get_asset_check_evaluations()} == checks
        assert all(e.passed for e in outcome.get_asset_check_evaluations())
        assert outcome.get_asset_materialization_events() == []
    assert daemon.instance.get_materialized_partitions(FINGERPRINTS) == before


def test_rows_are_counted_by_month_and_in_total(three: Settled) -> None:
    project, daemon = three
    for key in (catalog_key("folders"), FINGERPRINTS, THUMBNAILS, PHOTOS, UNIFIED):
        assert shown(daemon, key, MAY)["dagster/partition_row_count"] == 1
        assert shown(daemon, key)["dagster/row_count"] == 3
    make_picture(project / "photos" / "more.jpg", datetime(2025, 5, 9), seed=99)
    daemon.look_again()
    daemon.settle()
    for key in (catalog_key("folders"), FINGERPRINTS, THUMBNAILS, PHOTOS, UNIFIED):
        last = shown(daemon, key, MAY)
        assert (last["dagster/partition_row_count"], last["dagster/row_count"]) == (2, 4)


def test_the_nightly_reconcile_is_one_schedule_of_one_job(project: Path) -> None:
    definitions = load()
    found = [s for s in definitions.schedules or () if isinstance(s, dg.ScheduleDefinition)]
    assert [s.name for s in found if s.cron_schedule == "30 3 * * *"] == ["nightly"]
    definitions.resolve_job_def("nightly")


def test_the_parts_of_a_nightly_run_are_separate_and_in_order(project: Path) -> None:
    requests = night_requests(workspace(), date(2026, 11, 20))
    keys = [tuple(request.asset_selection or ()) for request in requests]
    assert keys[:3] == [(catalog_key("folders"),), (FINGERPRINTS,), (THUMBNAILS,)]
    assert keys[3:6] == [(PHOTOS,), (LOOKALIKES,), (UNIFIED, CONFLICTS, VISIBILITY)]
    assert keys[6:8] == [(ALBUMS,), (HISTORY,)]
    assert {*keys[8:]} == {(key,) for key in SINK_PLANS.values()}  # no sink is set up
    places = [int(request.tags["dagster/priority"]) for request in requests]
    assert all(before > after for before, after in pairwise(places))
    assert len({request.run_key for request in requests}) == len(requests)
    limits = yaml.safe_load((ROOT / "dagster.yaml").read_text())["concurrency"]["runs"]
    assert {"key": "photo_assets/night", "limit": 1} in limits["tag_concurrency_limits"]
    assert all("photo_assets/night" in request.tags for request in requests)


def test_a_nightly_run_writes_an_event_for_every_layer(three: Settled) -> None:
    daemon = three.daemon
    before = last_events(daemon)
    job = daemon.definitions.resolve_job_def("nightly")
    for request in night_requests(workspace(), date(2026, 11, 20)):
        part = job.get_subset(asset_selection={*(request.asset_selection or ())})
        assert part.execute_in_process(instance=daemon.instance, tags=dict(request.tags)).success
    after = last_events(daemon)
    assert all(after[key] > before[key] for key in before), (before, after)


def last_events(daemon: Daemon) -> dict[dg.AssetKey, int]:
    """Return the storage id of the latest event of each layer."""
    found = {}
    for key in (catalog_key("folders"), FINGERPRINTS, THUMBNAILS, PHOTOS, UNIFIED, CONFLICTS):
        (record,) = daemon.instance.fetch_materializations(key, limit=1).records
        found[key] = record.storage_id
    return found
