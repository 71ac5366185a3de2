"""Immich is listed once and then followed: calls counted at the server, deletions, interruptions."""

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photo_assets.catalogs.immich.position import (
    instant_text,
    moved,
    position_now,
    read_position,
    seen,
)
from photo_assets_tests.catalogs.immich.account import Account
from photo_assets_tests.repetition import cases
from photo_assets_tests.services.immich import app
from photo_assets_tests.services.immich.server import KEY, ImmichServer
from photo_assets_tests.services.immich.store import id_of, now

FIRST = datetime(2020, 1, 1)


def fill(server: ImmichServer, count: int) -> list[str]:
    """Add photos, three of them at each second; the first is archived."""
    add = server.store.add
    seen = ["archive", *["timeline"] * (count - 1)]
    return [
        add(f"{n}.jpg", taken=FIRST + timedelta(seconds=n // 3), visibility=seen[n])
        for n in range(count)
    ]


def test_the_first_sync_costs_a_call_for_each_page_and_album(
    account: Account, server: ImmichServer
) -> None:
    ids = fill(server, 2_500)
    server.store.put_album("A", ids[:10])
    server.store.put_album("B", ids[:1500])
    server.store.put_album("empty", [])
    server.store.put_tag("t", ids[:5])
    found = account.read()
    assert found.accounting.found == found.accounting.written == 2_500
    assert account.calls() == {
        "users/me": 1,
        "albums": 1,
        "tags": 1,
        "stacks": 1,
        # Assets, those in the trash, two albums of one and two pages, a tag.
        "search/metadata": 3 + 1 + 3 + 1,
    }
    assert found.figures["calls"] == sum(account.calls().values())


def test_a_tick_without_changes_costs_two_calls(account: Account, server: ImmichServer) -> None:
    fill(server, 50)
    server.store.put_album("A", [id_of("asset", "1.jpg")])
    account.read()
    for _ in range(4):
        assert account.is_current()
        assert sum(account.calls().values()) == 2
    again = account.read()
    assert again.changed_months == ()
    assert account.calls() == {"search/metadata": 2, "albums": 1, "users/me": 1}
    assert account.is_current()


def ticks_until_noticed(account: Account, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how many ticks find nothing before one finds a change; ticks are slots apart."""
    for tick in range(3):
        monkeypatch.setattr("photo_assets.catalogs.immich.catalog.slot", lambda *_: tick % 2 == 1)  # noqa: B023
        if not account.is_current():
            return tick
    return 3


@pytest.mark.parametrize("what", ["added", "edited", "trashed", "album", "renamed", "left album"])
def test_a_change_is_noticed_within_two_ticks_and_costs_its_own_calls(
    account: Account, server: ImmichServer, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    ids, store = fill(server, 1_200), server.store
    album = store.put_album("A", ids[:3])
    account.read()
    match what:
        case "added":
            store.add("new.jpg", at=now())
        case "edited":
            store.edit(ids[7], isFavorite=True)
        case "trashed":
            store.trash(ids[7])
        case "album":
            store.put_album("B", ids[5:8])
        case "renamed":
            store.albums[album] |= {"albumName": "Z", "updatedAt": instant_text(now())}
        case _:
            store.put_album("A", ids[:2])
    assert ticks_until_noticed(account, monkeypatch) <= 1
    found = account.read()
    assert sum(account.calls().values()) <= 5
    written = found.accounting.written - found.accounting.unchanged
    assert written == {"album": 3, "renamed": 3}.get(what, 1)
    rows = account.rows()
    assert len(rows) == 1_200 + (what == "added")
    if what == "trashed":
        assert rows["7.jpg"]["availability"] == "trashed"
        store.restore(ids[7])
        account.read()
        assert account.rows()["7.jpg"]["availability"] == "online"
    assert ticks_until_noticed(account, monkeypatch) == 3


def test_what_was_deleted_for_good_is_found_by_the_next_full_listing(
    account: Account, server: ImmichServer
) -> None:
    ids = fill(server, 30)
    account.read()
    server.store.delete(ids[3])
    account.read()
    assert account.rows()["3.jpg"]["availability"] == "online"
    found = account.read(full=True)
    assert account.rows()["3.jpg"]["availability"] == "missing"
    assert found.accounting.kept == 1
    for key in ids[8:]:
        server.store.delete(key)
    held = account.read(full=True, guard=5.0).held
    assert held is not None
    assert held.lost == 22
    assert account.rows()["29.jpg"]["availability"] == "online"


@pytest.mark.parametrize("narrow", [False, True])
def test_archived_and_hidden_assets_are_listed_by_every_version(
    account: Account, server: ImmichServer, narrow: bool
) -> None:
    store = server.store
    store.narrow = narrow
    names = ("timeline", "archive", "hidden", "locked")
    ids = {name: store.add(f"{name}.jpg", visibility=name) for name in names}
    account.read()
    assert set(account.rows()) == {"timeline.jpg", "archive.jpg", "hidden.jpg"}
    assert account.rows()["archive.jpg"]["archived"]
    for name in names:
        store.edit(ids[name], isFavorite=True)
    account.read()
    assert all(row["favourite"] for row in account.rows().values())
    assert account.is_current()
    store.edit(ids["timeline"], visibility="archive")
    account.read()
    assert account.rows()["timeline.jpg"]["archived"]


def test_many_assets_at_one_time_are_listed_whole(
    account: Account, server: ImmichServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photo_assets.catalogs.immich.client.PAGE_SIZE", 20)
    for n in range(130):
        time = FIRST + timedelta(seconds=(n > 7) + (n > 100))
        server.store.add(f"{n}.jpg", taken=time)
    found = account.read()
    assert (found.accounting.written, found.accounting.failed) == (130, 0)


@pytest.mark.parametrize("fatal", cases(range(9), [0, 4, 8]))
def test_an_interrupted_listing_continues(
    account: Account, server: ImmichServer, fatal: int
) -> None:
    ids = fill(server, 3_000)
    server.store.put_album("A", ids[:3])
    server.faults.script(*["ok"] * fatal, "409")
    assert account.read().offline is not None
    server.faults.clear()
    server.store.add("new.jpg", taken=FIRST - timedelta(days=1), at=now())
    found = account.read()
    assert found.offline is None
    assert found.accounting.written == 3_001
    # Ten calls for everything; those that were answered are not made again, but for the two that
    # a page of albums or assets begins with, and three ask what changed since.
    assert sum(account.calls().values()) <= 10 - fatal + 2 + 4


edits = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.sampled_from(["add", "trash", "delete", "date"]),
        st.integers(0, 10_000),
    ),
    max_size=12,
)


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=edits)
def test_assets_that_come_and_go_between_pages(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    edits: list[tuple[int, str, int]],
) -> None:
    monkeypatch.setenv("IMMICH_API_KEY", KEY)
    monkeypatch.setattr("photo_assets.catalogs.immich.client.PAGE_SIZE", 7)
    with ImmichServer().running() as server:
        store, account = server.store, Account(server, tmp_path_factory.mktemp("immich"))
        fill(server, 40)
        left, lock = sorted(edits), threading.Lock()
        search = app._search

        def searched(held: object, query: dict[str, object]) -> dict[str, object]:
            with lock:
                while left and left[0][0] <= len(server.log.all()):
                    change(*left.pop(0)[1:])
            return search(store, query)

        def change(what: str, number: int) -> None:
            kept = [key for key in store.assets if key not in store.trashed_at]
            one = kept[number % len(kept)]
            when = FIRST + timedelta(seconds=number % 24 - 3)
            match what:
                case "add":
                    store.add(f"new {len(left)}.jpg", taken=when, at=now())
                case "trash":
                    store.trash(one)
                case "delete":
                    store.delete(one)
                case _:
                    store.edit(one, fileCreatedAt=instant_text(when))

        monkeypatch.setattr(app, "_search", searched)
        account.read()
        monkeypatch.setattr(app, "_search", search)
        account.read()
        rows = {row["native_id"]: row["availability"] for row in account.rows().values()}
        # Deleted for good after its page: seen by the next full listing only.
        expected = {key: "trashed" if key in store.trashed_at else "online" for key in store.assets}
        assert {key: rows.get(key) for key in expected} == expected


def test_a_position_sees_each_change_once_whatever_the_order_of_commits() -> None:
    clock = datetime.fromisoformat("2026-01-01T12:00:00+00:00")
    position = position_now("me", clock)
    assert read_position(position.text()) == position

    def at(seconds: float, key: str) -> dict[str, str]:
        return {"id": key, "updatedAt": instant_text(clock + timedelta(seconds=seconds))}

    first = moved(position, clock + timedelta(seconds=30), [at(20, "a")], [])
    late = [at(10, "late"), at(20, "a")]  # committed after "a", and stamped before
    assert all(one["updatedAt"] >= first.after for one in late)
    assert seen(late) != first.updated
    second = moved(first, clock + timedelta(seconds=40), late, [])
    assert seen([one for one in late if one["updatedAt"] >= second.after]) == second.updated
    assert moved(second, clock + timedelta(seconds=500), late, []) == second


def test_after_an_import_a_probe_still_sees_all_in_one_page() -> None:
    clock = datetime.fromisoformat("2026-01-01T12:00:00+00:00")
    imported = [
        {"id": str(n), "updatedAt": instant_text(clock + timedelta(milliseconds=n))}
        for n in range(5_000)
    ]
    found = moved(position_now("me", clock), clock + timedelta(seconds=9), imported, [])
    window = [one for one in imported if one["updatedAt"] >= found.after]
    assert len(window) == 500
    assert seen(window) == found.updated


def test_nothing_is_written_where_nothing_changed(
    account: Account, server: ImmichServer, tmp_path: Path
) -> None:
    fill(server, 20)
    account.read()
    account.read()

    def files() -> dict[str, tuple[int, bytes]]:
        return {
            str(path): (path.stat().st_mtime_ns, path.read_bytes())
            for path in account.place.rglob("*.parquet")
        }

    before = files()
    account.read()
    assert files() == before
    assert not list((tmp_path / "cache").rglob("*.jsonl"))
