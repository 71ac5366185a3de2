"""An online catalog is listed once and then followed: calls, interruptions, losses, odd listings."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.following import let_follow
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.online.service import Page, Tables
from photo_assets.catalogs.protocol import Catalog, FollowingCatalog, RecallingCatalog
from photo_assets_tests.catalogs.online.shelf import SIZE, Shelf, ShelfCatalog, catalog_of

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def read(shelf: Shelf, folder: Path, **options: Any) -> Discovery:
    """Discover the shelf with a new catalog; its calls begin at zero."""
    shelf.calls.clear()
    guard = options.pop("guard", Guard(percent=100))
    full = options.pop("full", False)
    now = options.pop("now", NOW)
    return discover(catalog_of(shelf, folder, now, **options), folder, guard=guard, full=full)


def rows(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the accepted rows by native id."""
    place = catalog_folder(folder, "shelf", "test")
    manifest = load_manifest(place)
    assert manifest is not None
    tables = [read_part(place, part) for part in manifest.months.values()]
    return {row["native_id"]: row for table in tables for row in table.to_pylist()}


def online(folder: Path) -> set[str]:
    """Return the ids that are not missing."""
    return {key for key, row in rows(folder).items() if row["availability"] == "online"}


def probe(shelf: Shelf, folder: Path, now: datetime = NOW) -> str | None:
    """Return the token of a tick, as the sensor asks for it."""
    shelf.calls.clear()
    catalog = catalog_of(shelf, folder, now)
    place = catalog_folder(folder, "shelf", "test")
    let_follow(catalog, place, load_manifest(place))
    return catalog.probe(time.monotonic() + 60).token


def token(folder: Path) -> str | None:
    """Return the token of the accepted scan."""
    manifest = load_manifest(catalog_folder(folder, "shelf", "test"))
    assert manifest is not None
    return manifest.token


def test_an_online_catalog_is_a_catalog_that_follows_and_recalls(tmp_path: Path) -> None:
    catalog: Catalog = catalog_of(Shelf(), tmp_path)
    assert isinstance(catalog, FollowingCatalog)
    assert isinstance(catalog, RecallingCatalog)


def test_the_first_scan_lists_once_and_a_tick_without_changes_costs_one_call(
    tmp_path: Path,
) -> None:
    shelf = Shelf(range(95))
    found = read(shelf, tmp_path)
    assert shelf.calls == ["cursor", "albums page", *["items page"] * 10]
    assert found.accounting.found == found.accounting.written == 95
    assert found.figures["calls"] == len(shelf.calls)
    assert probe(shelf, tmp_path) == token(tmp_path)
    assert shelf.calls == ["changes"]
    again = read(shelf, tmp_path)
    assert shelf.calls == ["changes"]
    assert again.changed_months == ()
    assert again.accounting.unchanged == 95


def test_a_change_costs_its_own_calls_and_rewrites_its_month_only(tmp_path: Path) -> None:
    shelf = Shelf(range(95))
    read(shelf, tmp_path)
    shelf.put(7, "new title")
    shelf.put(200)
    shelf.remove(30)
    assert probe(shelf, tmp_path) != token(tmp_path)
    found = read(shelf, tmp_path)
    assert shelf.calls == ["changes"]
    assert set(found.changed_months) == {"2020-08-01", "2020-09-01", "2020-07-01"}
    assert found.accounting.unchanged == 93
    table = rows(tmp_path)
    assert table["p00007"]["title"] == "new title"
    assert table["p00030"]["availability"] == "missing"
    assert len(table) == 96
    assert probe(shelf, tmp_path) == token(tmp_path)


def test_an_album_edit_reads_its_members_again_from_their_rows(tmp_path: Path) -> None:
    shelf = Shelf(range(20))
    read(shelf, tmp_path)
    shelf.put_album("trip", [3, 4])
    found = read(shelf, tmp_path)
    assert shelf.calls == ["changes"]
    assert found.accounting.written - found.accounting.unchanged == 2
    assert [album["path"] for album in rows(tmp_path)["p00003"]["albums"]] == [["trip"]]
    assert rows(tmp_path)["p00005"]["albums"] == []


def test_entries_without_a_row_stay_in_the_accounting_of_every_scan(tmp_path: Path) -> None:
    shelf = Shelf(range(5))
    shelf.put(6, document=True)
    shelf.put(7, rating="five")  # a value that no row can hold
    del shelf.photos[2]["title"]
    shelf.put(8, "half of a pair \ud83c")
    for _ in range(2):
        count = read(shelf, tmp_path).accounting
        assert (count.found, count.written, count.discarded, count.failed) == (8, 4, 1, 3)
        assert count.balanced
    shelf.put(2, "whole again")
    assert read(shelf, tmp_path).accounting.failed == 2


def test_a_lost_cursor_a_full_scan_and_an_old_listing_list_everything(tmp_path: Path) -> None:
    shelf = Shelf(range(25))
    read(shelf, tmp_path)
    shelf.remove(3)
    shelf.oldest = len(shelf.log)
    read(shelf, tmp_path)
    assert shelf.calls.count("items page") == 3
    assert "p00003" not in online(tmp_path)
    read(shelf, tmp_path, full=True)
    assert shelf.calls.count("items page") == 3
    later = NOW + timedelta(days=31)
    assert probe(shelf, tmp_path, later) != token(tmp_path)
    read(shelf, tmp_path, now=later)
    assert shelf.calls.count("items page") == 3
    assert probe(shelf, tmp_path, later) == token(tmp_path)


def test_a_setting_that_rows_depend_on_lists_everything(tmp_path: Path) -> None:
    shelf = Shelf(range(5))
    read(shelf, tmp_path)
    read(shelf, tmp_path, requests_per_second=2.0)
    assert "items page" not in shelf.calls
    read(shelf, tmp_path, account="someone")
    assert "items page" in shelf.calls


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("fatal", range(12))
def test_an_interrupted_listing_continues_where_it_stopped(tmp_path: Path, fatal: int) -> None:
    shelf = Shelf(range(95))

    def die() -> None:
        if len(shelf.calls) == fatal + 1:
            raise Killed

    shelf.hook = die
    with pytest.raises(Killed):
        read(shelf, tmp_path)
    shelf.hook = lambda: None
    shelf.put(300)
    shelf.remove(1)
    read(shelf, tmp_path)
    # The page that was requested when it was killed is requested again; then the changes since.
    assert len(shelf.calls) == 12 - fatal + (fatal > 1)
    assert shelf.calls.count("changes") == (fatal > 1)
    assert online(tmp_path) == {record["id"] for record in shelf.photos.values()}


@pytest.mark.parametrize("step", ["write_report", "remember", "save_manifest", "sweep_parts"])
@pytest.mark.parametrize("is_first", [True, False])
def test_killed_while_a_scan_is_accepted_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, is_first: bool
) -> None:
    shelf = Shelf(range(25))
    if not is_first:
        read(shelf, tmp_path)
        shelf.remove(3)
        shelf.put(4, "edited")

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(f"photo_assets.catalogs.discovery.discover.{step}", die)
        with pytest.raises(Killed):
            read(shelf, tmp_path)
    shelf.put(5, "after the kill")
    read(shelf, tmp_path)
    assert ("items page" in shelf.calls) == (step == "save_manifest" and not is_first)
    assert online(tmp_path) == {record["id"] for record in shelf.photos.values()}
    assert {key: row["title"] for key, row in rows(tmp_path).items() if row["title"]} == (
        {"p00005": "after the kill"} | ({} if is_first else {"p00004": "edited"})
    )


def test_a_torn_last_line_of_the_spool_costs_one_page(tmp_path: Path) -> None:
    shelf = Shelf(range(95))
    list(catalog_of(shelf, tmp_path).scan({}))
    spool = tmp_path / "listings" / "listing.jsonl"
    spool.write_bytes(spool.read_bytes()[:-5])
    shelf.calls.clear()
    found = list(catalog_of(shelf, tmp_path).scan({}))
    assert shelf.calls == ["items page", "changes"]
    assert len(found) == 95


def test_a_held_loss_keeps_the_position_until_it_is_confirmed(tmp_path: Path) -> None:
    shelf = Shelf(range(95))
    read(shelf, tmp_path, guard=Guard())
    for number in range(40):
        shelf.remove(number)
    shelf.put(200)
    first = read(shelf, tmp_path, guard=Guard())
    assert first.held is not None
    assert len(online(tmp_path)) == 96  # the new one is accepted, the loss is not
    assert probe(shelf, tmp_path) == first.held.token  # so the sensor starts nothing more
    again = read(shelf, tmp_path, guard=Guard())
    assert again.held is not None
    assert (again.held.scan_digest, again.held.at) == (first.held.scan_digest, first.held.at)
    assert "items page" not in shelf.calls
    digest = first.held.scan_digest
    read(shelf, tmp_path, guard=Guard(is_confirmed=lambda one: one == digest))
    assert len(online(tmp_path)) == 56
    assert probe(shelf, tmp_path) == token(tmp_path)


def test_a_loss_held_after_a_listing_does_not_list_again(tmp_path: Path) -> None:
    shelf = Shelf(range(95))
    read(shelf, tmp_path, guard=Guard())
    for number in range(40):
        shelf.remove(number)
    later = NOW + timedelta(days=40)
    held = read(shelf, tmp_path, guard=Guard(), now=later).held
    assert held is not None
    assert probe(shelf, tmp_path, later) == held.token
    shelf.put(300)
    assert probe(shelf, tmp_path, later) != held.token
    read(shelf, tmp_path, guard=Guard(), now=later)
    assert "items page" not in shelf.calls
    assert "p00300" in online(tmp_path)


class Broken(ShelfCatalog):
    """Its listing repeats a page, returns to one, loses one, or ends without a last page."""

    fault = "repeats"

    def connect(self) -> Any:
        service = super().connect()
        whole = service.pages

        def pages(kind: str, after: str | None, tables: Tables) -> Iterator[Page]:
            made = list(whole(kind, after, tables))
            if kind != "items" or len(made) < 3:
                yield from made
            elif self.fault == "repeats":
                while True:
                    yield Page(made[0].records, next=f"other {len(self.shelf.calls)}")
            elif self.fault == "returns":
                while True:
                    yield Page(made[0].records, next="a")
                    yield Page(made[1].records, next="a")
            elif self.fault == "shifts":
                yield made[0]
                yield Page(made[2].records, joined=False)
            else:
                yield made[0]

        service.pages = pages  # type: ignore[method-assign]
        return service


@pytest.mark.parametrize("fault", ["repeats", "returns", "shifts", "ends"])
def test_a_listing_that_ends_oddly_believes_no_deletion(tmp_path: Path, fault: str) -> None:
    shelf = Shelf(range(35))
    read(shelf, tmp_path)

    def broken(now: datetime) -> Discovery:
        made = catalog_of(shelf, tmp_path, now)
        made.__class__ = Broken
        made.fault = fault  # type: ignore[attr-defined]
        return discover(made, tmp_path, guard=Guard(percent=100))

    later = NOW + timedelta(days=31)
    found = broken(later)
    assert found.accounting.reasons == {"failed: incomplete listing": 1}
    assert found.accounting.balanced
    assert len(online(tmp_path)) == 35
    # Changes are followed meanwhile, and the fault stays named until a listing is complete.
    shelf.remove(1)
    found = read(shelf, tmp_path, now=later)
    assert "items page" not in shelf.calls
    assert found.accounting.reasons == {"failed: incomplete listing": 1}
    assert "p00001" not in online(tmp_path)
    found = read(shelf, tmp_path, now=later + timedelta(days=1))
    assert not found.accounting.reasons
    assert shelf.calls.count("items page") == 4


edits = st.lists(
    st.tuples(st.integers(0, 14), st.sampled_from(["put", "remove"]), st.integers(0, 60)),
    max_size=25,
)


@settings(max_examples=20, deadline=None)
@given(start=st.sets(st.integers(0, 60), max_size=60), edits=edits)
def test_entries_that_come_and_go_between_pages_are_neither_lost_nor_invented(
    tmp_path_factory: pytest.TempPathFactory, start: set[int], edits: list[tuple[int, str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("shelf")
    shelf = Shelf(start)
    left = sorted(edits)

    def edit() -> None:
        while left and left[0][0] <= len(shelf.calls):
            _, what, number = left.pop(0)
            if what == "put":
                shelf.put(number, f"edit {len(left)}")
            elif number in shelf.photos:
                shelf.remove(number)

    shelf.hook = edit
    read(shelf, folder)
    shelf.hook = lambda: None
    read(shelf, folder)
    assert online(folder) == {record["id"] for record in shelf.photos.values()}
    titles = {record["id"]: record["title"] or None for record in shelf.photos.values()}
    table = rows(folder)
    assert {key: table[key]["title"] for key in titles} == titles
    assert SIZE == 10
