"""Checks of a store that continue: interrupted ones, samples, parts read since a day."""

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from photo_assets.vault.faults import find_faults
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.fsck import Fsck
from photo_assets.vault.fsck_position import (
    PARTS,
    Position,
    positions_by_name,
    problem_sentences,
)
from photo_assets.vault.marker import MARKER
from photo_assets.vault.months import ids_by_name
from photo_assets_tests.vault.checks import KilledError, filled, fsck
from photo_assets_tests.vault.library import VaultLibrary, flip_bit


def test_problems_found_before_an_interruption_are_reported_after_it(library: VaultLibrary) -> None:
    blobs, (home,) = filled(library, 50, "home")
    flip_bit(home.path(blobs[0]), 7)

    def end(_store: str, done: int, _parts: int) -> None:
        if done == 200:
            raise KilledError

    with pytest.raises(KilledError):
        Fsck(library.lake, [home], library.root / "positions", progress=end).run("home")
    check = fsck(library, [home], repair=True).run("home")
    assert [problem.sha256 for problem in check.problems] == [blobs[0]]
    assert check.unrepaired == 0
    assert fsck(library, [home]).run("home").problems == []


def test_a_whole_check_does_not_end_with_the_rest_of_a_sample(library: VaultLibrary) -> None:
    blobs, (home,) = filled(library, 50, "home")

    def end(_store: str, _done: int, _parts: int) -> None:
        raise KilledError

    with pytest.raises(KilledError):
        Fsck(library.lake, [home], library.root / "positions", progress=end).run("home", 5.0)
    check = fsck(library, [home]).run("home")
    assert (check.blobs, check.complete) == (len(blobs), True)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"next": 1e999, "left": 0, "wanted": 0, "problems": []}',
        '{"next": 0, "left": 300, "wanted": 300, "problems": []}',
        '{"next": 0, "left": 1, "wanted": 1, "problems": ["ab"]}',
        '{"next": 0, "left": 1, "wanted": 1, "problems": [], "unlisted": ["x"]}',
        '{"next": 0, "left": 1, "wanted": 1, "problems": [], "read": {"300": "2026-11-30"}}',
        '{"next": 0, "left": 1, "wanted": 1, "problems": [], "read": []}',
    ],
)
def test_a_damaged_position_is_the_beginning(library: VaultLibrary, content: str) -> None:
    blobs, (home,) = filled(library, 5, "home")
    positions = library.root / "positions"
    positions.mkdir()
    (positions / f"{home.open()}.json").write_text(content)
    check = fsck(library, [home]).run("home")
    assert (check.blobs, check.complete, check.earlier_parts) == (len(blobs), True, 0)


def test_parts_read_since_a_day_are_not_read_again(library: VaultLibrary) -> None:
    blobs, (home,) = filled(library, 60, "home")
    today = datetime.now(UTC).date()
    half = fsck(library, [home]).run("home", 50.0).blobs
    rest = fsck(library, [home]).run("home", since=today)
    assert (half + rest.blobs, rest.complete) == (len(blobs), True)
    assert rest.earlier_parts == PARTS // 2
    assert fsck(library, [home]).run("home", since=today).blobs == 0
    tomorrow = today + timedelta(days=1)
    assert fsck(library, [home]).run("home", since=tomorrow).blobs == len(blobs)
    flip_bit(home.path(blobs[0]), 3)
    assert len(fsck(library, [home]).run("home").problems) == 1
    again = fsck(library, [home]).run("home", since=today)
    assert [one.sha256 for one in again.problems] == [blobs[0]], "known problems are looked at"


def test_a_part_that_cannot_be_listed_does_not_count_as_read(library: VaultLibrary) -> None:
    _, (home,) = filled(library, 5, "home")
    blocked = home.path(bytes([7, 1]) + bytes(30)).parent
    blocked.parent.mkdir(parents=True)
    blocked.write_bytes(b"")
    fsck(library, [home]).run("home")
    position = Position.load(library.root / "positions" / f"{home.open()}.json")
    today = datetime.now(UTC).date()
    assert not position.is_read_since(7, today - timedelta(days=1))
    ages = position.ages(today)
    assert (ages["never"], sum(ages.values())) == (1, PARTS)
    assert position.ages(today + timedelta(days=40))["90 days"] == PARTS - 1


def test_two_checks_of_a_store_wait_for_each_other(library: VaultLibrary) -> None:
    blobs, (home,) = filled(library, 20, "home")
    waited: list[str] = []
    second = Fsck(library.lake, [home], library.root / "positions")
    second = replace(second, waiting=lambda: waited.append("waiting"))
    thread = threading.Thread(target=second.run, args=("home",))

    def begin(_store: str, done: int, _parts: int) -> None:
        if done == 1:
            thread.start()
            while not waited:
                time.sleep(0.01)

    first = Fsck(library.lake, [home], library.root / "positions", progress=begin)
    assert first.run("home").blobs == len(blobs)
    thread.join()
    assert second.checks[0].blobs == len(blobs)


def test_a_check_interrupted_again_and_again_reads_every_blob(library: VaultLibrary) -> None:
    blobs, stores = filled(library, 300, "home")
    for blob in blobs:
        flip_bit(stores[0].path(blob), 9)
    found: set[bytes] = set()
    parts = 0  # of the store, over all checks

    def end(_store: str, _done: int, _parts: int) -> None:
        nonlocal parts
        parts += 1
        if parts % 6 == 0:
            raise KilledError

    seen: list[bytes] = []
    verify = FolderStore.verify

    class Watched(FolderStore):
        def verify(self, sha256: bytes):  # type: ignore[no-untyped-def]
            seen.append(sha256)
            return verify(self, sha256)

    watched = Watched("home", stores[0].root)
    for _ in range(60):
        check = Fsck(library.lake, [watched], library.root / "positions", progress=end)
        try:
            found |= {problem.sha256 for problem in check.run("home").problems}
            break
        except KilledError:
            continue
    assert parts == PARTS
    assert set(seen) == set(blobs)
    assert found == set(blobs)  # also what was found before the last interruption


@pytest.mark.parametrize("percent", [1.0, 7.0, 33.4])
def test_samples_reach_every_blob_in_turn(library: VaultLibrary, percent: float) -> None:
    blobs, stores = filled(library, 200, "home")
    for blob in blobs:
        flip_bit(stores[0].path(blob), 9)
    found: set[bytes] = set()
    runs = 0
    while len(found) < len(blobs):
        check = fsck(library, stores).run("home", percent)
        assert not check.complete
        found |= {problem.sha256 for problem in check.problems}
        runs += 1
    assert runs <= 100 / percent + 1


def test_what_was_found_in_a_store_is_known_while_it_is_away(library: VaultLibrary) -> None:
    blobs, (home, nas) = filled(library, 5, "home", "nas")
    flip_bit(home.path(blobs[0]), 3)
    for store in (home, nas):
        fsck(library, [home, nas]).run(store.name)
    (home.root / MARKER).unlink()
    positions = positions_by_name(library.root / "positions", ids_by_name([home, nas]))
    assert [*problem_sentences(positions)] == [
        "The store `home` has 1 problem. To list and repair: photosync fsck --store home --repair"
    ]
    assert find_faults(library.lake, [home, nas], library.root / "positions").sentences[1:] == [
        *problem_sentences(positions)
    ]
