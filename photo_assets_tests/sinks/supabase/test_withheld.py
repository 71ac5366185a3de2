"""Data that may no longer be in the database: rows keep only their key, and no copy remains."""

from typing import Any

import pyarrow as pa
import pytest

from photo_assets.library import open_workspace
from photo_assets.model.disclosure import COLUMNS, Treatment
from photo_assets.model.item import Album, Item, Keyword
from photo_assets.model.tables import RELATIONS, UNIFIED
from photo_assets.model.vocabulary import AlbumKind, Availability, Visibility
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.planning import make_plan
from photo_assets.sinks.engine.rollback import plan_rollback
from photo_assets.sinks.engine.verifying import verify_sink
from photo_assets.sinks.supabase.sink import SupabaseSink
from photo_assets.sinks.supabase.tables import KEPT_BY_THE_DATABASE, KEY_OF, NAMED_BY, TARGETS
from photo_assets.workspace import Workspace
from photo_assets_tests.edits import replaced
from photo_assets_tests.services.supabase.stack import Stack
from photo_assets_tests.sinks.contract import wanted
from photo_assets_tests.sinks.supabase.lake import approved, fill, item
from photo_assets_tests.sinks.supabase.plans import key
from photo_assets_tests.sinks.supabase.test_sink import _QUICK, project, sync, workspace

__all__ = ["project", "workspace"]

SECRET = "Zorah Quimby"
PERSON = Keyword(path=(SECRET,), person=True)
PRIVATE = Keyword(path=("Clients", "Job 77"), private=True)


def secretive(number: int, **more: Any) -> Item:
    """Return an item that names a person, and a private keyword, wherever it can."""
    named: dict[str, Any] = {
        "title": f"{SECRET} at home",
        "caption": SECRET,
        "path": f"/p/{SECRET}/a.jpg",
        "file_name": f"{SECRET}.jpg",
        "native_id": f"{SECRET}/{number}",
        "keywords": (PERSON, PRIVATE, Keyword(path=("harbour",))),
        "albums": (Album(id=SECRET, path=(SECRET,), kind=AlbumKind.FOLDER),),
        "people": (),
    }
    return item(number, **{**named, **more})


def told(workspace: Workspace, items: list[Item], **unified: Any) -> None:
    """Store the items, and a view of them that marks their names."""
    marked = [
        {"path": list(keyword.path), "person": keyword.person, "private": keyword.private}
        for keyword in (PERSON, PRIVATE)
    ]
    view: dict[str, Any] = {
        "title": f"{SECRET} at home",
        "keywords": [[SECRET], ["Clients", "Job 77"], ["harbour"]],
        "marked_keywords": marked,
        "albums": [SECRET],
        "people": [SECRET],
        **approved(f"{SECRET} at sea", SECRET, "Job 77", "harbour", by=SECRET),
    }
    fill(workspace.lake.root, items, **{**view, **unified})


def quiet(workspace: Workspace) -> Workspace:
    """Return the workspace with names and coordinates switched off."""
    file = workspace.configuration.file
    assert file is not None
    file.write_text(replaced(_QUICK, ("{", "{gps: false, people: false, ")))
    return open_workspace(file)


def everywhere(project: Stack, text: str) -> dict[str, int]:
    """Return table -> rows in which a text stands, of all tables there are."""
    tables = (*TARGETS, "metadata_history", "audit", "sync_state")
    counts = {
        table: project.execute(f"select count(*) from {table} t where t::text ~* '{text}'")[0][0]
        for table in tables
    }
    return {table: count for table, count in counts.items() if count}


def test_the_next_plan_withdraws_names_sent_by_an_older_version(
    workspace: Workspace, project: Stack
) -> None:
    """It knew of no private keyword, and sent all keywords of a photo whatever was allowed."""
    items = [secretive(0), item(1)]
    told(workspace, items, marked_keywords=[], people=[])
    sync(workspace)
    assert everywhere(project, "Job 77")
    told(workspace, items)
    sync(quiet(workspace))
    assert everywhere(project, "Zorah") == {}
    assert everywhere(project, "Job 77") == {}
    assert project.execute("select keywords from photos where photo_id = %s", key(0)) == [
        ([["harbour"]],)
    ]


def test_with_people_only_private_keywords_are_withheld(
    workspace: Workspace, project: Stack
) -> None:
    told(workspace, [secretive(0)])
    sync(workspace)
    assert everywhere(project, "Job 77") == {}
    named = ("albums", "photos", "items", "ai_metadata")
    assert everywhere(project, "Zorah") == dict.fromkeys(named, 1)
    (keywords,) = project.execute("select keywords from items")[0]
    assert keywords == [
        {"path": [SECRET], "person": True, "synonyms": []},
        {"path": ["harbour"], "person": False, "synonyms": []},
    ]


@pytest.mark.parametrize(
    "state", [{"visibility": "locked"}, {"availability": "trashed"}, {"archived": True}]
)
def test_a_photo_that_may_not_be_shown_has_no_rows_and_loses_those_it_had(
    workspace: Workspace, project: Stack, state: dict[str, Any]
) -> None:
    file = workspace.configuration.file
    assert file is not None
    file.write_text(replaced(_QUICK, ("{", "{archived: false, ")))
    workspace = open_workspace(file)
    told(workspace, [secretive(0)], **state)
    sync(workspace)
    assert {table: project.execute(f"select count(*) from {table}") for table in TARGETS} == {
        table: [(0,)] for table in TARGETS
    }
    told(workspace, [secretive(0)])
    sync(workspace)
    told(workspace, [secretive(0)], **state)
    sync(workspace)
    assert everywhere(project, "Zorah|harbour|Places|lightroom|68\\.1") == {}
    for table in TARGETS:
        (row,) = project.execute(f"select to_jsonb(t) from {table} t")[0]
        said = {name for name, value in row.items() if value is not None} - KEPT_BY_THE_DATABASE
        assert said == {*NAMED_BY[table], "gone"}, table
        assert row["gone"] is True
        assert KEY_OF[table] in said
    assert sync(workspace).updated == 0
    assert verify_sink(workspace, SupabaseSink(workspace)).drifted == ()
    told(workspace, [secretive(0)])
    sync(workspace)
    assert project.execute("select title, gone from photos") == [(f"{SECRET} at home", False)]


def test_an_item_in_the_trash_has_no_row_while_its_photo_has_one(
    workspace: Workspace, project: Stack
) -> None:
    fill(workspace.lake.root, [item(0), item(1)])
    sync(workspace)
    fill(workspace.lake.root, [item(0), item(1, availability=Availability.TRASHED)])
    sync(workspace)
    gone = "select count(*) from {} where gone"
    assert {t: project.execute(gone.format(t))[0][0] for t in TARGETS} == {
        "albums": 0,
        "photos": 0,
        "items": 1,
        "photo_albums": 0,
        "fingerprints": 0,
        "conflicts": 0,
        "ai_metadata": 0,
    }


def test_photos_of_the_same_scene_as_a_locked_photo_are_locked(workspace: Workspace) -> None:
    lake = fill(workspace.lake.root, [item(n) for n in range(3)])
    unified = lake.read_all(("metadata", "unified"), UNIFIED).to_pylist()
    unified[0]["visibility"] = "locked"
    lake.write(
        ("metadata", "unified"),
        "unified",
        UNIFIED,
        pa.Table.from_pylist(unified, schema=UNIFIED.schema),
    )
    relation = dict.fromkeys(RELATIONS.schema.names, "x")
    relation |= {"kind": "edit_of", "from_photo_id": key(1), "to_photo_id": key(0)}
    table = pa.Table.from_pylist([relation], schema=RELATIONS.schema)
    lake.write(("identity", "relations"), "all", RELATIONS, table)
    rows = wanted(SupabaseSink(workspace))
    shown = {row["photo_id"] for row in rows if not row["withheld"]} - {None}
    assert shown == {key(2)}


def test_an_item_marked_as_locked_is_withheld_at_once(workspace: Workspace, project: Stack) -> None:
    """The view may be older than the catalogs."""
    fill(workspace.lake.root, [item(0, visibility=Visibility.LOCKED)])
    sync(workspace)
    assert project.execute("select count(*) from items") == [(0,)]


def test_a_photo_missing_in_the_view_is_withheld(workspace: Workspace) -> None:
    fill(workspace.lake.root, [item(0)])
    empty = UNIFIED.schema.empty_table()
    workspace.lake.write(("metadata", "unified"), "all", UNIFIED, empty)
    rows = wanted(SupabaseSink(workspace))
    assert {row["target"] for row in rows if not row["withheld"]} == set()


def test_the_history_keeps_no_copy_of_what_the_sink_replaced(
    workspace: Workspace, project: Stack
) -> None:
    told(workspace, [secretive(0)])
    sync(workspace)
    sync(quiet(workspace))
    history = project.execute(
        "select field, old_value, new_value, change_reason from metadata_history order by field"
    )
    assert {row[0] for row in history} > {"title", "people", "gps_latitude"}
    assert {row[1:] for row in history} == {(None, None, "photosync")}
    project.execute("update photos set rating = 4, title = 'By hand'")
    edits = project.execute(
        "select field, new_value from metadata_history where change_reason is null order by field"
    )
    assert edits == [("rating", 4), ("title", "By hand")]


def test_a_person_can_remove_earlier_copies_from_the_history(project: Stack) -> None:
    project.execute(
        "insert into photos (photo_id, row_digest, title) values (%s, 'x', 'Old');"
        " update photos set title = 'Zorah', rating = 2",
        key(1),
    )
    assert everywhere(project, "Zorah") == {"photos": 1, "metadata_history": 1}
    assert project.execute("select photo_assets.forget_names()") == [(1,)]
    assert everywhere(project, "Zorah") == {"photos": 1}
    assert project.execute("select new_value from metadata_history where field = 'rating'") == [
        (2,)
    ]
    with pytest.raises(Exception, match="only added"):
        project.execute("delete from metadata_history")


def test_every_column_that_may_name_somebody_is_one_for_the_history(project: Stack) -> None:
    """The database's list and the list that decides the disclosure are separate."""
    found = project.execute(
        "select column_name, photo_assets.may_name(column_name) from information_schema.columns"
        " where table_schema = 'public' and table_name in ('photos', 'ai_metadata')"
    )
    for column, may_name in found:
        if column not in KEPT_BY_THE_DATABASE:
            assert may_name == (COLUMNS[column] is not Treatment.PLAIN), column


def test_undoing_a_withdrawal_does_not_send_names_again(
    workspace: Workspace, project: Stack
) -> None:
    told(workspace, [secretive(0)])
    sync(workspace)
    workspace = quiet(workspace)
    sink = SupabaseSink(workspace)
    plan = make_plan(workspace, sink, "x").plan
    apply_plan(workspace, sink, plan.plan_id)
    undo = plan_rollback(workspace, sink, plan).plan
    assert "Zorah" not in str([row.after for row in undo.read()])
    apply_plan(workspace, sink, undo.plan_id)
    assert everywhere(project, "Zorah") == {}
