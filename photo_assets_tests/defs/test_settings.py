"""A setting that affects the content of an asset makes exactly that asset stale and rebuilt."""

import asyncio
from collections.abc import Iterable
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from photo_assets.defs.keys import (
    CONFLICTS,
    LOOKALIKES,
    PHOTOS,
    SINK_PLANS,
    THUMBNAILS,
    UNIFIED,
    VISIBILITY,
)
from photo_assets_tests.defs.daemon import Daemon
from photo_assets_tests.defs.settled import Settled
from photo_assets_tests.defs.test_supabase import CAPTION

NOTION, SUPABASE = SINK_PLANS["notion"], SINK_PLANS["supabase"]


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SUPABASE_URL", "SUPABASE_SECRET_KEY", "NOTION_ARCHIVE_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def stale(daemon: Daemon) -> set[tuple[dg.AssetKey, str | None]]:
    """Return the materialized assets and months that the UI shows as stale."""
    graph = daemon.definitions.resolve_asset_graph()
    resolver = CachingStaleStatusResolver(
        daemon.instance, graph, LoadingContextForTest(daemon.instance)
    )
    found: set[tuple[dg.AssetKey, str | None]] = set()
    for key in graph.materializable_asset_keys:
        months = daemon.instance.get_materialized_partitions(key)
        for month in sorted(months) if graph.get(key).is_partitioned else [None]:
            if resolver.get_status(key, month) == StaleStatus.STALE:
                found.add((key, month))
    return found


DECIDED: list[tuple[dict[str, Any], set[dg.AssetKey]]] = [
    ({"metadata": {"rules": {"rating": "first"}}}, {UNIFIED, CONFLICTS, VISIBILITY}),
    ({"identity": {"master_priority": ["eagle", "folders"]}}, {PHOTOS}),
    ({"identity": {"lookalikes": {"distance": 3}}}, {LOOKALIKES}),
    ({"thumbnails": {"enabled": False}}, {THUMBNAILS}),
    ({"thumbnails": {"folder": "elsewhere"}}, {THUMBNAILS}),
    ({"sinks": {"notion": {"gps": True}}}, {NOTION}),
    ({"sinks": {"notion": {"properties": {"caption": "Words"}}}}, {NOTION}),
    ({"sinks": {"supabase": {"people": False}}}, {SUPABASE}),
    ({"sinks": {"people_roots": ["Them"]}}, {NOTION, SUPABASE}),
    ({"sinks": {"notion": {"timeout_seconds": 3}}}, set()),
    ({"fingerprints": {"nightly_gib": 1}}, set()),
    ({"discovery": {"nightly_reconcile": "30 4 * * *"}}, set()),
]


def test_exactly_the_assets_that_a_setting_affects_are_rebuilt(three: Settled) -> None:
    project, daemon = three
    assert stale(daemon) == set()
    file = project / "photosync.yaml"
    before = file.read_text()
    for settings, decided in DECIDED:
        file.write_text(before + yaml.safe_dump(settings))
        daemon.reload()
        assert {key for key, _ in stale(daemon)} == decided, settings
    file.write_text(before + yaml.safe_dump(merged(settings for settings, _ in DECIDED)))
    daemon.reload()
    assert {key for key, _ in stale(daemon)} == set().union(*(decided for _, decided in DECIDED))
    daemon.settle()
    assert daemon.failures == []
    assert stale(daemon) == set()


def merged(several: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return one mapping of all keys, at every level."""
    whole: dict[str, Any] = {}
    for one in several:
        for key, value in one.items():
            known = whole.get(key)
            whole[key] = merged([known or {}, value]) if isinstance(value, dict) else value
    return whole


def test_an_edit_of_a_sidecar_alone_leaves_nothing_stale(three: Settled) -> None:
    """Fingerprints restated the same version, and the thumbnails made from them stayed stale."""
    project, daemon = three
    photo = project / "photos" / "2025-05.jpg"
    photo.with_suffix(".xmp").write_text(CAPTION)
    daemon.look_again()
    runs = daemon.settle()
    assert runs["fingerprints"] == 1
    assert runs["thumbnails"] == 0  # nothing was drawn, nor looked for
    assert stale(daemon) == set()
    (record,) = daemon.instance.fetch_materializations(THUMBNAILS, limit=1).records
    assert record.asset_materialization is not None
    assert record.asset_materialization.metadata["dagster/row_count"].value == 3
    checks = daemon.definitions.resolve_asset_graph().get(THUMBNAILS).check_keys
    storage = daemon.instance.event_log_storage
    results = storage.get_latest_asset_check_execution_by_key([*checks])
    assert set(results) == set(checks) != set()
    for result in results.values():  # the UI shows others as not evaluated
        assert result.evaluation is not None and result.evaluation.passed
        loading = LoadingContextForTest(daemon.instance)
        assert asyncio.run(result.targets_latest_materialization(loading))


def test_a_source_without_catalogs_that_is_materialized_leaves_nothing_stale(
    three: Settled,
) -> None:
    daemon = three.daemon
    month = {"dagster/asset_partition_range_start": "2026-05-01"}
    assert daemon.execute(
        "catalog_eagle", month | {"dagster/asset_partition_range_end": "2026-06-01"}
    )
    daemon.settle()
    assert stale(daemon) == set()
