"""The complete process: plan from a lake, apply, verify, correct; missing setup is reported."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from photo_assets.library import open_workspace
from photo_assets.model.item import Item
from photo_assets.sinks.engine.applied import Applied
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.planning import make_plan
from photo_assets.sinks.engine.rollback import plan_rollback
from photo_assets.sinks.engine.verifying import verify_sink
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets.sinks.supabase import verification
from photo_assets.sinks.supabase.sink import SupabaseSink
from photo_assets.workspace import Workspace
from photo_assets_tests.edits import replaced
from photo_assets_tests.services.supabase.stack import Stack
from photo_assets_tests.sinks.supabase.lake import fill, item
from photo_assets_tests.sinks.supabase.plans import key, photo

_QUICK = "data_dir: data\nsinks:\n  supabase: {requests_per_second: 1000, rows_per_request: 50}\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    file = tmp_path / "photosync.yaml"
    file.write_text(_QUICK)
    return open_workspace(file)


@pytest.fixture
def project(supabase: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    monkeypatch.setenv("SUPABASE_URL", supabase.api_url)
    monkeypatch.setenv("SUPABASE_SECRET_KEY", supabase.keys.secret_key)
    return supabase


def sync(workspace: Workspace, items: Sequence[Item] | None = None) -> Applied:
    if items is not None:
        fill(workspace.lake.root, items)
    sink = SupabaseSink(workspace)
    plan = make_plan(workspace, sink, "x", allow_retiring=True).plan
    return apply_plan(workspace, sink, plan.plan_id, at_once=2)


def test_a_second_run_writes_nothing_and_changes_nothing(
    workspace: Workspace, project: Stack
) -> None:
    first = sync(workspace, [item(n) for n in range(60)])
    assert (first.created, first.failed, first.left) == (60 * 6 + 2, 0, 0)
    changed = "select max(updated_at), count(*) from photos"
    before = project.execute(changed)
    project.gateway.log.clear()
    again = sync(workspace)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 0)
    assert project.gateway.log.all() == []
    assert project.execute(changed) == before


def test_coordinates_and_people_are_taken_back_when_they_are_no_longer_sent(
    workspace: Workspace, project: Stack
) -> None:
    items = [item(n) for n in range(4)]
    sync(workspace, items)
    where = "select count(*) from {} where gps_latitude is not null or people is not null"
    assert project.execute(where.format("photos")) == [(4,)]
    assert project.execute(where.format("items")) == [(4,)]
    file = workspace.configuration.file
    assert file is not None
    file.write_text(replaced(_QUICK, ("{", "{gps: false, people: false, ")))
    sync(open_workspace(file))
    assert project.execute(where.format("photos")) == [(0,)]
    assert project.execute(where.format("items")) == [(0,)]
    assert project.execute("select count(*) from fingerprints where exif::text ~ '68.1'") == [(0,)]
    said = "select count(*) from conflicts where field = 'gps' and conflicts::text ~ '68.1'"
    assert project.execute(said) == [(0,)]


def test_one_changed_photo_is_one_row(workspace: Workspace, project: Stack) -> None:
    items = [item(n) for n in range(10)]
    sync(workspace, items)
    items[3] = item(3, rating=5)
    project.gateway.log.clear()
    applied = sync(workspace, items)
    assert (applied.created, applied.updated, applied.failed) == (0, 1, 0)
    assert project.execute("select native_id from items where rating = 5") == [("n3",)]
    assert [a.path for a in project.gateway.log.all() if a.method == "POST"].count(
        "/rest/v1/items"
    ) == 1


def test_retired_rows_are_marked_and_can_return(workspace: Workspace, project: Stack) -> None:
    items = [item(n) for n in range(10)]
    sync(workspace, items)
    sync(workspace, items[:9])
    gone = "select photo_id::text from photos where gone and gone_at is not null"
    assert project.execute(gone) == [(key(9),)]
    assert project.execute("select count(*) from photos") == [(10,)]
    sync(workspace, items)
    assert project.execute(gone) == []
    assert verify_sink(workspace, SupabaseSink(workspace)).drifted == ()


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (
            "update photos set title = 'By hand' where photo_id = %s",
            "changed by hand in the service",
        ),
        ("update photos set month = null where photo_id = %s", "changed by hand in the service"),
        (
            "update photos set row_digest = 'x' where photo_id = %s",
            "another version is in the service",
        ),
        ("update photos set title = 'y', row_digest = 'x' where photo_id = %s", "another version"),
        ("delete from photos where photo_id = %s", "no longer in the service"),
    ],
)
def test_a_drifted_row_is_found_planned_and_corrected(
    workspace: Workspace, project: Stack, statement: str, why: str
) -> None:
    sync(workspace, [item(n) for n in range(30)])
    sink = SupabaseSink(workspace)
    everything = "select photo_id, title, month, row_digest from photos order by 1"
    before = project.execute(everything)
    assert verify_sink(workspace, sink).drifted == ()
    project.execute(statement, key(7))
    found = verify_sink(workspace, sink)
    assert [(row.target, row.key) for row in found.drifted] == [("photos", key(7))]
    assert why in found.drifted[0].why
    planned = make_plan(workspace, sink, "after")
    assert planned.plan.rows == 1
    applied = apply_plan(workspace, sink, planned.plan.plan_id)
    assert applied.created + applied.updated == 1
    assert project.execute(everything) == before
    assert verify_sink(workspace, sink).drifted == ()


@pytest.mark.parametrize("at_once", [1, 3, 100])
def test_months_of_any_size_are_read_back(
    workspace: Workspace, project: Stack, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """What is too much for one call is read in pages; rows without a month are a month too."""
    sync(workspace, [item(n) for n in range(8)])
    monkeypatch.setattr(verification, "_ROWS_AT_ONCE", at_once)
    monkeypatch.setattr(verification, "_PAGE", 3)
    sink = SupabaseSink(workspace)
    assert verify_sink(workspace, sink).drifted == ()
    project.execute("update albums set album_name = 'x' where album_key = 'a1'")
    project.execute("update fingerprints set flat = true")
    project.execute("delete from conflicts where conflict_id = 'c3'")
    drifted = Counter(row.target for row in verify_sink(workspace, sink).drifted)
    assert drifted == {"albums": 1, "fingerprints": 8, "conflicts": 1}


def test_an_edit_that_bypasses_the_triggers_is_found(workspace: Workspace, project: Stack) -> None:
    """In a restored dump or a replica no trigger ran, so the stored digests prove nothing."""
    sync(workspace, [item(n) for n in range(5)])
    project.execute(
        "set session_replication_role = replica;"
        " update items set caption = 'x', content_digest = content_digest where native_id = 'n2'",
        role="supabase_admin",
    )
    (row,) = verify_sink(workspace, SupabaseSink(workspace)).drifted
    assert row.target == "items"
    assert json.loads(row.found or "{}")["caption"] == "x"


def test_a_column_added_later_is_no_change(workspace: Workspace, project: Stack) -> None:
    sync(workspace, [item(n) for n in range(3)])
    project.execute("alter table photos add column added_later text")
    try:
        assert verify_sink(workspace, SupabaseSink(workspace)).drifted == ()
        project.execute("update photos set added_later = 'x' where photo_id = %s", key(1))
        assert len(verify_sink(workspace, SupabaseSink(workspace)).drifted) == 1
    finally:
        project.execute("alter table photos drop column added_later")


def test_a_verification_is_recorded_daily_or_with_differences(
    workspace: Workspace, project: Stack
) -> None:
    sync(workspace, [item(n) for n in range(3)])
    sink = SupabaseSink(workspace)
    noted = "select target, last_verified_at, drifted from sync_state order by target"
    verify_sink(workspace, sink)
    first = project.execute(noted)
    assert {drifted for _, _, drifted in first} == {0}
    project.gateway.log.clear()
    verify_sink(workspace, sink)
    assert project.execute(noted) == first
    paths = {a.path for a in project.gateway.log.all() if a.method != "GET"}
    assert all("/rpc/sink_month_" in path for path in paths)
    project.execute("update photos set title = 'x'")
    verify_sink(workspace, sink)
    assert ("photos", 3) in {(target, drifted) for target, _, drifted in project.execute(noted)}
    stale = "select target from sync_standing where stale"
    assert project.execute(stale) == []
    project.execute(
        "update sync_state set last_verified_at = now() - interval '8 days',"
        " last_written_at = null where target = 'photos'"
    )
    assert project.execute(stale) == [("photos",)]


def test_rows_of_others_are_counted_and_left(workspace: Workspace, project: Stack) -> None:
    sync(workspace, [item(0)])
    project.execute("insert into photos (photo_id, row_digest) values (%s, 'x')", key(99))
    found = verify_sink(workspace, SupabaseSink(workspace))
    assert (found.strangers, found.drifted) == (1, ())


def test_months_larger_than_a_page_are_read_completely(
    workspace: Workspace, project: Stack
) -> None:
    """2,500 rows in one month: more than PostgREST gives at once, more than one page of ours."""
    sync(workspace, [item(n, albums=()) for n in range(2500)])
    project.execute("update items set caption = 'x' where native_id in ('n3', 'n1700', 'n2499')")
    found = verify_sink(workspace, SupabaseSink(workspace))
    assert len(found.drifted) == 3


def test_the_last_plan_can_be_undone(workspace: Workspace, project: Stack) -> None:
    items = [item(n) for n in range(4)]
    sync(workspace, items)
    fill(workspace.lake.root, [item(0, rating=1), *items[1:]])
    sink = SupabaseSink(workspace)
    plan = make_plan(workspace, sink, "x").plan
    apply_plan(workspace, sink, plan.plan_id)
    assert project.execute("select count(*) from items where rating = 1") == [(1,)]
    undo = plan_rollback(workspace, sink, plan).plan
    apply_plan(workspace, sink, undo.plan_id)
    assert project.execute("select count(*) from items where rating = 1") == [(0,)]


def test_without_a_key_there_is_a_plan_and_one_line(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUPABASE_URL", raising=False)
    monkeypatch.delenv("SUPABASE_SECRET_KEY", raising=False)
    fill(workspace.lake.root, [item(0)])
    sink = SupabaseSink(workspace)
    assert sink.destination() is None
    assert make_plan(workspace, sink, "x").plan.rows == 8
    with pytest.raises(SinkNotReadyError, match="SUPABASE_URL and SUPABASE_SECRET_KEY are not set"):
        sink.connect()
    monkeypatch.setenv("SUPABASE_URL", "https://abc.example.org/")
    assert sink.destination() == "abc.example.org"
    with pytest.raises(SinkNotReadyError, match="SUPABASE_SECRET_KEY is not set"):
        sink.connect()


@pytest.mark.parametrize("url", ["http://abc.example.org", "abc.example.org", "ftp://127.0.0.2"])
def test_a_key_is_never_sent_unencrypted(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("SUPABASE_URL", url)
    monkeypatch.setenv("SUPABASE_SECRET_KEY", "sb_secret_x")
    with pytest.raises(SinkNotReadyError, match="SUPABASE_URL"):
        SupabaseSink(workspace).connect()


def test_requests_are_cut_by_table_rows_and_bytes(workspace: Workspace) -> None:
    sink = SupabaseSink(workspace)
    small = [photo(n) for n in range(120)]
    assert [len(group) for group in sink.requests(small)] == [50, 50, 20]
    large = [photo(n, caption="é" * 200_000) for n in range(5)]
    assert [len(group) for group in sink.requests(large)] == [2, 2, 1]
    assert [len(g) for g in sink.requests([photo(0, caption="x" * 2_000_000), photo(1)])] == [1, 1]
