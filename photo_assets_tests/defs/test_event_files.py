"""Holding the event log's files open changes nothing but how often its log is folded in."""

from pathlib import Path

import dagster as dg
import pytest

from photo_assets.defs.event_files import kept_open


@dg.op
def noted(context: dg.OpExecutionContext) -> int:
    """Write materializations while the files are held; return how often the log was folded in."""
    storage = context.instance.event_log_storage
    shard = getattr(storage, "path_for_shard", lambda _run: "")(context.run_id)
    folded = 0
    with kept_open(context.instance, context.run_id):
        for month in range(5):
            context.log_event(dg.AssetMaterialization("photos", partition=f"2024-0{month + 1}-01"))
            folded += not Path(f"{shard}-wal").exists()
    return folded


@dg.job
def noting() -> None:
    """Run the op."""
    noted()


@pytest.mark.usefixtures("project")
def test_the_log_stays_beside_its_file_until_the_end(project: Path) -> None:
    with dg.DagsterInstance.from_config(str(project)) as instance:
        result = noting.execute_in_process(instance=instance)
        assert result.output_for_node("noted") == 0
        path = Path(getattr(instance.event_log_storage, "path_for_shard")(result.run_id))  # noqa: B009
        assert path.exists()
        assert not Path(f"{path}-wal").exists()
        months = instance.get_materialized_partitions(dg.AssetKey("photos"))
        assert len(months) == 5


def test_an_instance_in_memory_has_no_files_to_hold() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = noting.execute_in_process(instance=instance)
        assert result.success
        assert len(instance.get_materialized_partitions(dg.AssetKey("photos"))) == 5
