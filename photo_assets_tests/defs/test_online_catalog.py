"""An online catalog in Dagster: monthly tables, ticks, its figures, and a service that refuses."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import yaml

from photo_assets.defs.keys import FINGERPRINTS, catalog_key
from photo_assets.lake import Lake
from photo_assets.model.tables import FINGERPRINTS as FINGERPRINT_TABLE
from photo_assets.model.tables import ORIGINALS
from photo_assets.vault.folder import FolderStore
from photo_assets_tests.defs.daemon import Daemon
from photo_assets_tests.defs.in_memory import instance_in_memory
from photo_assets_tests.defs.pictures import make_three
from photo_assets_tests.identity.availability.world import jpeg
from photo_assets_tests.services.immich.server import KEY, ImmichServer


@pytest.fixture
def server(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImmichServer]:
    """A server with two photos, which the project's configuration names beside its folder."""
    monkeypatch.setenv("IMMICH_API_KEY", KEY)
    with ImmichServer().running() as server:
        server.store.add("a.jpg")
        server.store.add("b.jpg", visibility="archive")
        file = project / "photosync.yaml"
        stated = yaml.safe_load(file.read_text()) or {}
        home = {"endpoint": server.base_url, "requests_per_second": 1000, "poll_seconds": 10}
        stated.setdefault("catalogs", {})["immich"] = {"home": home}
        file.write_text(yaml.safe_dump(stated))
        yield server


def check_metadata(instance: dg.DagsterInstance) -> dict[str, object]:
    """Return the metadata of the last result of the check that shows figures."""
    key = dg.AssetCheckKey(catalog_key("immich"), "every_catalog_was_read")
    records = instance.event_log_storage.get_asset_check_execution_history(key, limit=1)
    event = records[0].event
    assert event is not None
    evaluation = event.dagster_event
    assert evaluation is not None
    metadata = evaluation.asset_check_evaluation_data.metadata
    return {name: value.value for name, value in metadata.items()}


def test_an_online_catalog_becomes_monthly_tables_and_idle_ticks_cost_two_calls(
    project: Path, server: ImmichServer
) -> None:
    with instance_in_memory() as instance:
        daemon = Daemon(instance)
        daemon.settle()
        assert not daemon.failures
        lake = Lake(project / "data" / "lake")
        assert lake.names(("catalog", "immich")) == ["2020-05-01"]
        figures = check_metadata(instance)
        assert figures["home_calls"] == 6
        assert figures["home_not_permitted"] == "the locked folder"
        of_month = dg.AssetRecordsFilter(catalog_key("immich"), asset_partitions=["2020-05-01"])
        (record,) = instance.fetch_materializations(of_month, limit=1).records
        assert record.asset_materialization is not None
        metadata = record.asset_materialization.metadata
        assert metadata["original_quality"].value == 2
        assert metadata["reduced_quality"].value == 0

        server.log.clear()
        daemon.look_again()
        assert not daemon.settle()
        assert sum(server.calls().values()) == 2

        # A run for one month reads what changed, and lists nothing again.
        server.log.clear()
        job = daemon.definitions.resolve_job_def("catalog_immich")
        assert job.execute_in_process(instance=instance, partition_key="2020-05-01").success
        assert server.calls() == Counter(
            {"GET /api/users/me": 1, "POST /api/search/metadata": 2, "GET /api/albums": 1}
        )


def test_a_service_that_refuses_leaves_the_other_catalogs_alone(
    project: Path, server: ImmichServer
) -> None:
    make_three(project / "photos")
    server.store.keys = {}
    with instance_in_memory() as instance:
        daemon = Daemon(instance)
        daemon.settle(conditions=False)
        assert not daemon.failures
        lake = Lake(project / "data" / "lake")
        assert len(lake.names(("catalog", "folders"))) == 3
        assert lake.names(("catalog", "immich")) == []
        assert instance.get_latest_materialization_event(catalog_key("immich")) is None
        spec = daemon.definitions.resolve_assets_def(catalog_key("immich"))
        assert "photosync auth immich NAME" in spec.descriptions_by_key[catalog_key("immich")]


def test_originals_are_downloaded_where_the_catalog_allows_it_and_counted(
    project: Path, server: ImmichServer
) -> None:
    content = jpeg(1)
    external = server.store.add_external("/mnt/c.jpg", content)
    file = project / "photosync.yaml"
    stated = yaml.safe_load(file.read_text())
    stated["catalogs"]["immich"]["home"]["fetch"] = "identify"
    file.write_text(yaml.safe_dump(stated))
    with instance_in_memory() as instance:
        daemon = Daemon(instance)
        daemon.settle()
        assert not daemon.failures
        of_month = dg.AssetRecordsFilter(FINGERPRINTS, asset_partitions=["2020-05-01"])
        (record,) = instance.fetch_materializations(of_month, limit=1).records
        assert record.asset_materialization is not None
        metadata = record.asset_materialization.metadata
        names = ("fetched", "not_fetched_identified", "ok", "unavailable")
        assert [metadata[name].value for name in names] == [1, 2, 1, 2]
        sent = [one.sent for one in server.log.all() if one.path.endswith("/original")]
        assert sent == [len(content)]
        lake = Lake(project / "data" / "lake")
        asset = ("identity", "fingerprints")
        rows = lake.read(asset, "2020-05-01", FINGERPRINT_TABLE).to_pylist()
        read = {row["native_id"]: row["status"] for row in rows}
        assert read[external] == "ok"


def test_originals_that_only_the_service_has_are_copied_to_the_vault(
    project: Path, server: ImmichServer, tmp_path: Path
) -> None:
    content, same = jpeg(1), jpeg(2)
    only = server.store.add("c.jpg", content)  # its checksum is stated
    server.store.add("d.jpg", same)
    (project / "photos").mkdir(exist_ok=True)
    (project / "photos" / "same.jpg").write_bytes(same)
    file = project / "photosync.yaml"
    stated = yaml.safe_load(file.read_text())
    stated["catalogs"]["immich"]["home"]["fetch"] = "keep"
    stated["vault"] = {"stores": {"home": {"folder": str(tmp_path / "vault")}}}
    file.write_text(yaml.safe_dump(stated))
    store = FolderStore("home", tmp_path / "vault")
    store.create()
    with instance_in_memory() as instance:
        daemon = Daemon(instance)
        daemon.settle()
        assert not daemon.failures
        assert set(store.list()) == {hashlib.sha256(one).digest() for one in (content, same)}
        asked = [call for call in server.calls() if call.endswith(f"{only}/original")]
        assert server.calls()[asked[0]] == 1
        rows = Lake(project / "data" / "lake").read_all(("vault", "originals"), ORIGINALS)
        reasons = {row["sha256"]: row["reason"] for row in rows.to_pylist()}
        assert reasons.pop(None) == "refused"  # the fixture's two, whose bytes the server lacks
        assert [*reasons.values()] == [None, None]
        assert rows["status"].to_pylist().count("stored") == 2
        server.log.clear()
        assert not daemon.settle()
        assert not any(call.endswith("/original") for call in server.calls())
