"""Renaming at SmugMug and in Supabase together, on a real PostgREST: both new or both old."""

import uuid
from functools import cached_property
from typing import Any

import pytest

from photo_assets.albums.applying import Renaming
from photo_assets.albums.running import apply_approved
from photo_assets.albums.supabase import SupabaseAlbums, open_database
from photo_assets.ledger import AlbumChange, Step
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets_tests.albums.account import (
    KilledDatabase,
    KilledError,
    KilledService,
    Killing,
    RenamedAccount,
    change_of,
)
from photo_assets_tests.services.smugmug.library import Album
from photo_assets_tests.services.supabase.stack import Stack

OLD, NEW = "Regatta", "Regatta - May 30"


class Both:
    """The account and a project that has its albums, as the Supabase sink writes them."""

    def __init__(self, account: RenamedAccount, stack: Stack) -> None:
        self.account, self.stack = account, stack

    def add(self, name: str = OLD, copied: str | None = None) -> Album:
        album = self.account.library.add_album(name)
        copied = name if copied is None else copied
        self.stack.execute(
            "insert into albums (album_id, source, catalog, album_key, album_name, path, row_digest)"
            " values (%s, 'smugmug', 'me', %s, %s, %s, 'd')",
            *(str(uuid.uuid4()), album.key, copied, ["Sports", copied]),
        )
        return album

    @cached_property
    def database(self) -> SupabaseAlbums:
        found = open_database(self.account.workspace)
        assert found is not None
        return found

    def rename(self, album: Album, after: str = NEW) -> AlbumChange:
        return self.account.rename(album, after, self.database)

    def copied(self, album: Album) -> tuple[Any, ...]:
        query = "select album_name, path from albums where album_key = %s"
        (row,) = self.stack.execute(query, album.key)
        return row[0], row[1]

    def audit(self, album: Album) -> list[tuple[Any, ...]]:
        return self.stack.execute(
            "select old_name, new_name, status, changed_at is not null from album_name_changes"
            " where album_key = %s order by intended_at",
            album.key,
        )


@pytest.fixture
def both(account: RenamedAccount, supabase: Stack, monkeypatch: pytest.MonkeyPatch) -> Both:
    monkeypatch.setenv("SUPABASE_URL", supabase.api_url)
    monkeypatch.setenv("SUPABASE_SECRET_KEY", supabase.keys.secret_key)
    return Both(account, supabase)


def test_both_get_the_name_and_the_change_is_recorded_in_both(both: Both) -> None:
    album, other = both.add(), both.add("Other")
    assert both.rename(album).step is Step.DONE
    assert album.node.name == NEW
    assert both.copied(album) == (NEW, ["Sports", NEW])
    assert both.copied(other) == ("Other", ["Sports", "Other"])
    assert both.audit(album) == [(OLD, NEW, "done", True)]


def test_a_copy_with_another_name_undoes_the_change_visibly(both: Both) -> None:
    album = both.add(copied="Enriched by hand")
    ended = both.rename(album)
    assert ended.step is Step.UNDONE
    assert (album.node.name, both.copied(album)[0]) == (OLD, "Enriched by hand")
    assert both.audit(album) == [(OLD, NEW, "undone", True)]
    assert "another name" in (ended.detail or "")


def test_without_the_record_in_the_database_nothing_is_begun(both: Both) -> None:
    both.stack.execute("revoke all on album_name_changes from service_role")
    try:
        with pytest.raises(SinkNotReadyError, match="42501"):
            apply_approved(both.account.workspace, [], lambda change: None)
    finally:
        both.stack.execute("grant select, insert, update on album_name_changes to service_role")
    assert apply_approved(both.account.workspace, [], lambda change: None).changes == []


def test_an_album_that_is_not_copied_is_renamed_without_a_record_there(both: Both) -> None:
    album = both.account.library.add_album(OLD)
    assert both.rename(album).step is Step.DONE
    assert both.stack.execute("select count(*) from album_name_changes") == [(0,)]


@pytest.mark.slow  # waits as long as the retries do
def test_a_database_that_is_down_stops_before_anything_is_renamed(both: Both) -> None:
    album = both.add()
    both.stack.gateway.faults.script("503", "503", "503", "503", "503", "503", "503", "503")
    with pytest.raises(Exception, match="503"):
        both.rename(album)
    assert album.node.name == OLD
    both.stack.gateway.faults.clear()
    (left,) = both.account.changes.open()
    finished = Renaming(both.account.changes, both.account.service(), both.database).finish(left)
    assert (finished.step, album.node.name, both.copied(album)[0]) == (Step.DONE, NEW, NEW)


def test_names_that_may_not_be_shown_any_more_leave_the_record_too(both: Both) -> None:
    album = both.add()
    both.rename(album)
    both.stack.execute(
        "update albums set album_name = null, path = null, source = null, catalog = null,"
        " album_key = null, row_digest = 'e'"
    )
    assert both.stack.execute(
        "select old_name, new_name, album_key, status from album_name_changes"
    ) == [(None, None, None, "done")]


def test_the_record_is_only_completed_and_the_metrics_count_it(both: Both) -> None:
    one, two = both.add(), both.add(copied="x")
    both.rename(one)
    both.rename(two)
    with pytest.raises(Exception, match="only the end"):
        both.stack.execute("update album_name_changes set new_name = 'y' where status = 'done'")
    metrics = "select total_albums, missing_names, open_changes, failed_changes from album_metrics"
    assert both.stack.execute(metrics) == [(2, 0, 0, 1)]


def ends_alike(both: Both, at: int, copied: str | None) -> bool:
    """End the process at one boundary, apply again, and look; False after the last boundary."""
    album = both.add(copied=copied)
    killing, changes = Killing(at), both.account.changes
    service = KilledService(both.account.service(), killing)
    database = KilledDatabase(both.database, killing)
    try:
        Renaming(changes, service, database, killing.pass_by).begin(change_of(album, NEW))
        ended = False
    except KilledError:
        ended = True
        for left in changes.open():
            Renaming(changes, both.account.service(), both.database).finish(left)
    last = changes.all(f"smugmug/me/{album.key}")[-1]
    if copied is None:
        assert (last.step, album.node.name, both.copied(album)[0]) == (Step.DONE, NEW, NEW), at
    else:
        assert (last.step, album.node.name) == (Step.UNDONE, OLD), at
        assert both.copied(album)[0] == copied
    assert [row[2] for row in both.audit(album)] in ([last.step.value], []), at
    return ended


@pytest.mark.parametrize("copied", [None, "Enriched by hand"])
def test_after_an_end_at_some_steps_both_have_the_same_name(both: Both, copied: str | None) -> None:
    for at in (6, 12):
        ends_alike(both, at, copied)


@pytest.mark.slow
@pytest.mark.parametrize("copied", [None, "Enriched by hand"])
def test_after_an_end_at_any_step_both_have_the_same_name(both: Both, copied: str | None) -> None:
    at = 1
    while ends_alike(both, at, copied):
        at += 1
    assert at > 14
