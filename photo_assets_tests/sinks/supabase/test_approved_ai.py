"""Approved AI values in the database: written, changed, taken back, and apart from others' rows."""

import pytest

from photo_assets.model.plans import UPDATE
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.planning import make_plan
from photo_assets.sinks.engine.rollback import plan_rollback
from photo_assets.sinks.engine.verifying import verify_sink
from photo_assets.sinks.supabase.sink import SupabaseSink
from photo_assets.sinks.supabase.tables import AI_METADATA
from photo_assets.workspace import Workspace
from photo_assets_tests.services.supabase.stack import Stack
from photo_assets_tests.sinks.supabase.lake import approved, fill, item
from photo_assets_tests.sinks.supabase.plans import key
from photo_assets_tests.sinks.supabase.test_sink import project, sync, workspace
from photo_assets_tests.sinks.supabase.test_withheld import everywhere

__all__ = ["project", "workspace"]

SAID = "photo_id::text, ai_description, ai_tags, emotion, approved, approved_by, version"
LEFT = [(key(0), None, None, None, None, None, 2)]


def say(workspace: Workspace, description: str, *tags: str) -> None:
    fill(workspace.lake.root, [item(0)], **approved(description, *tags))


def take_back(workspace: Workspace) -> None:
    fill(workspace.lake.root, [item(0)])


def test_approved_values_are_written_changed_and_taken_back(
    workspace: Workspace, project: Stack
) -> None:
    say(workspace, "A kayak", "kayak", "dawn")
    assert sync(workspace).failed == 0
    row = f"select {SAID} from ai_metadata"
    first = (key(0), "A kayak", ["kayak", "dawn"], "calm", True, "mara", 1)
    assert project.execute(row) == [first]
    details = (
        "select model, input_hash, processing_status, embedding, month::text,"
        " approved_at = '2026-01-02T03:04:05.000006Z' from ai_metadata"
    )
    assert project.execute(details) == [("m", "r", "completed", None, "2024-05-01", True)]
    view = "select distinct emotion, enriched_at is not null from photo_metadata"
    assert project.execute(view) == [("calm", True)]
    assert sync(workspace).updated == 0

    say(workspace, "A canoe")
    assert sync(workspace).updated == 1
    assert project.execute(row) == [(key(0), "A canoe", [], "calm", True, "mara", 2)]
    history = "select distinct old_value, new_value from metadata_history where field = '{}'"
    assert project.execute(history.format("ai_description")) == [(None, None)]

    take_back(workspace)
    sync(workspace)
    assert project.execute(row) == [(*LEFT[0][:-1], 3)]
    assert project.execute("select gone, gone_at is not null from ai_metadata") == [(True, True)]
    assert project.execute(view) == [(None, False)]
    assert everywhere(project, "canoe|kayak|calm") == {}
    assert sync(workspace).updated == 0
    assert verify_sink(workspace, SupabaseSink(workspace)).drifted == ()


def test_undoing_a_plan_restores_no_values_that_were_taken_back(
    workspace: Workspace, project: Stack
) -> None:
    say(workspace, "A kayak")
    sync(workspace)
    take_back(workspace)
    sink = SupabaseSink(workspace)
    plan = make_plan(workspace, sink, "x", allow_retiring=True).plan
    apply_plan(workspace, sink, plan.plan_id)
    assert project.execute(f"select {SAID} from ai_metadata") == LEFT
    undo = plan_rollback(workspace, sink, plan).plan
    apply_plan(workspace, sink, undo.plan_id)
    assert project.execute(f"select {SAID} from ai_metadata") == LEFT
    assert everywhere(project, "kayak|calm") == {}


def test_values_are_taken_back_while_large_losses_wait(
    workspace: Workspace, project: Stack
) -> None:
    """Most rows of AI values are gone at once, which otherwise needs a person's consent."""
    items = [item(n) for n in range(30)]
    fill(workspace.lake.root, items, **approved("A kayak"))
    sync(workspace)
    fill(workspace.lake.root, items)
    sink = SupabaseSink(workspace)
    plan = make_plan(workspace, sink, "x").plan
    assert [row.action for row in plan.read()] == [UPDATE] * 30  # none is retired
    apply_plan(workspace, sink, plan.plan_id)
    assert everywhere(project, "kayak|calm") == {}


@pytest.mark.parametrize(
    "edit",
    [
        "update ai_metadata set ai_description = 'By hand'",
        "update ai_metadata set row_digest = null, ai_tags = null",
        "delete from ai_metadata",
    ],
)
def test_a_row_changed_by_hand_is_found_and_corrected(
    workspace: Workspace, project: Stack, edit: str
) -> None:
    say(workspace, "A kayak", "kayak")
    sync(workspace)
    sink = SupabaseSink(workspace)
    content = "select to_jsonb(t) - array['version', 'created_at', 'updated_at'] from ai_metadata t"
    before = project.execute(content)
    project.execute(edit)
    (found,) = verify_sink(workspace, sink).drifted
    assert found.target == AI_METADATA
    apply_plan(workspace, sink, make_plan(workspace, sink, "after").plan.plan_id)
    assert project.execute(content) == before
    assert verify_sink(workspace, sink).drifted == ()


def test_rows_of_others_are_not_compared_and_not_changed(
    workspace: Workspace, project: Stack
) -> None:
    project.execute(
        "insert into ai_metadata (photo_id, model, input_hash, ai_description, dim, embedding)"
        " values (%s, 'other', 'h', 'Theirs', 2, '[1,2]')",
        key(0),
    )
    theirs = "select to_jsonb(t) from ai_metadata t where model = 'other'"
    before = project.execute(theirs)
    say(workspace, "A kayak")
    sync(workspace)
    found = verify_sink(workspace, SupabaseSink(workspace))
    assert (found.drifted, found.strangers) == ((), 0)
    take_back(workspace)
    sync(workspace)
    assert project.execute(theirs) == before
    with pytest.raises(Exception, match="ai_metadata_complete"):
        project.execute("update ai_metadata set model = null where model = 'other'")
