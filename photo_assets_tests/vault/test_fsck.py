"""Checking a store: every fault is found, nothing else is reported, and good copies replace it."""

import errno
import io
import os
import random
import shutil
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

from photo_assets.model.errors import StorageError
from photo_assets.model.tables import ORIGINALS
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
from photo_assets.vault.months import ASSET, ids_by_name, make_month
from photo_assets.vault.store import Condition, StoreUnavailableError
from photo_assets_tests.vault.library import MONTH, VaultLibrary, flip_bit


class _KilledError(Exception):
    """In place of a kill after a part was checked."""


def filled(library: VaultLibrary, count: int, *names: str) -> tuple[list[bytes], list[FolderStore]]:
    """Return the blobs of `count` files, and stores that hold them all."""
    for number in range(count):
        content = random.Random(number).randbytes(50)
        library.rows.append(_row(library, f"{number}.jpg", content))
    library.write()
    stores = [library.store(name) for name in names]
    make_month(library.lake, stores, MONTH)
    return sorted(stores[0].list()), stores


def _row(library: VaultLibrary, name: str, content: bytes) -> dict[str, object]:
    rows, library.rows, write = library.rows, [], library.write
    library.write = lambda: None  # type: ignore[method-assign]
    library.add(name, content)
    (row,) = library.rows
    library.rows, library.write = rows, write  # type: ignore[method-assign]
    return row


def fsck(library: VaultLibrary, stores: list[FolderStore], *, repair: bool = False) -> Fsck:
    return Fsck(library.lake, stores, library.root / "positions", repair)


def test_every_flipped_bit_is_found_and_nothing_else(library: VaultLibrary) -> None:
    blobs, stores = filled(library, 400, "home")
    assert fsck(library, stores).run("home").problems == []
    chosen = random.Random(3).sample(blobs, 60)
    for place, blob in enumerate(chosen):
        flip_bit(stores[0].path(blob), place)
    check = fsck(library, stores).run("home")
    assert check.blobs == 400
    assert check.complete
    assert {problem.sha256 for problem in check.problems} == set(chosen)
    assert check.by_condition == {Condition.DAMAGED: 60}


@pytest.mark.slow
def test_a_thousand_flipped_bits_among_100_000_originals_are_repaired(
    library: VaultLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _fd: None)  # made faster; this is not about crashes
        blobs, stores = filled(library, 100_000, "home", "nas")
    for file in (library.root / "photos").iterdir():
        file.unlink()
    chosen = random.Random(5).sample(blobs, 1_000)
    for place, blob in enumerate(chosen):
        flip_bit(stores[0].path(blob), place)
    check = fsck(library, stores, repair=True).run("home")
    assert (check.blobs, check.complete) == (100_000, True)
    assert {problem.sha256 for problem in check.problems} == set(chosen)
    assert {problem.repaired for problem in check.problems} == {"replaced from the store nas"}
    assert [fsck(library, stores).run(store.name).problems for store in stores] == [[], []]


def test_each_kind_of_fault_is_named(library: VaultLibrary) -> None:
    blobs, (home,) = filled(library, 40, "home")
    path = home.path
    path(blobs[0]).unlink()
    for blob, content in ((blobs[1], b""), (blobs[2], b"short"), (blobs[3], b"long" * 99)):
        path(blob).chmod(0o644)
        path(blob).write_bytes(content)
        path(blob).chmod(0o444)
    swapped = library.root / "swapped"  # two blobs under each other's name
    path(blobs[4]).rename(swapped)
    path(blobs[5]).rename(path(blobs[4]))
    swapped.rename(path(blobs[5]))
    path(blobs[6]).chmod(0o644)
    path(blobs[7]).unlink()
    path(blobs[7]).mkdir()
    (path(blobs[8]).parent / "Thumbs.db").write_bytes(b"stray")
    found = {one.sha256: one.condition for one in fsck(library, [home]).run("home").problems}
    assert found == {
        blobs[0]: Condition.ABSENT,
        **dict.fromkeys(blobs[1:6], Condition.DAMAGED),
        blobs[6]: Condition.WRITABLE,
        blobs[7]: Condition.ABSENT,
    }


def test_repair_replaces_from_another_store_and_keeps_the_damaged_bytes(
    library: VaultLibrary,
) -> None:
    blobs, (home, nas) = filled(library, 30, "home", "nas")
    for file in (library.root / "photos").iterdir():
        file.unlink()
    for blob in blobs[:3]:
        flip_bit(home.path(blob), 7)
    damaged = home.path(blobs[0]).read_bytes()
    home.path(blobs[3]).unlink()
    home.path(blobs[4]).chmod(0o666)
    flip_bit(home.path(blobs[5]), 1)
    flip_bit(nas.path(blobs[5]), 2)  # damaged in both: stays as it is
    check = fsck(library, [home, nas], repair=True).run("home")
    done = Counter(problem.repaired for problem in check.problems)
    assert done == {"replaced from the store nas": 4, "made read-only": 1, None: 1}
    assert check.unrepaired == 1
    assert damaged in {path.read_bytes() for path in (home.root / "aside").iterdir()}
    assert home.verify(blobs[5]).condition is Condition.DAMAGED
    again = fsck(library, [home, nas]).run("home")
    assert [problem.sha256 for problem in again.problems] == [blobs[5]]


def test_repair_reads_the_items_files_if_no_store_has_a_copy(library: VaultLibrary) -> None:
    blobs, (home,) = filled(library, 10, "home")
    home.path(blobs[0]).unlink()
    flip_bit(home.path(blobs[1]), 3)
    check = fsck(library, [home], repair=True).run("home")
    assert [problem.repaired for problem in check.problems] == [
        f"replaced from {library.root}/photos/{name}" for name in _names(library, blobs[:2])
    ]
    assert fsck(library, [home]).run("home").problems == []


def test_a_blob_that_cannot_be_replaced_costs_only_itself(library: VaultLibrary) -> None:
    blobs, (home, nas) = filled(library, 10, "home", "nas")
    for blob in blobs[:2]:
        home.path(blob).unlink()
    blocked_by = home.path(blobs[0]).parent.parent
    shutil.rmtree(blocked_by)
    blocked_by.write_bytes(b"")
    check = fsck(library, [home, nas], repair=True).run("home")
    assert len(check.errors) == 1
    assert str(blocked_by) in check.errors[0]
    blocked, replaced = check.problems
    assert (blocked.sha256, blocked.condition) == (blobs[0], Condition.UNREADABLE)
    assert blocked.repaired is None
    assert str(blocked_by) in str(blocked.detail)
    assert replaced.repaired == "replaced from the store nas"


def test_a_faulty_store_does_not_keep_another_from_repairing(library: VaultLibrary) -> None:
    blobs, (home, nas, usb) = filled(library, 5, "home", "nas", "usb")
    flip_bit(home.path(blobs[0]), 7)
    shutil.rmtree(nas.path(blobs[0]).parent)
    nas.path(blobs[0]).parent.write_bytes(b"")
    check = fsck(library, [home, nas, usb], repair=True).run("home")
    assert [one.repaired for one in check.problems] == ["replaced from the store usb"]


def test_problems_found_before_an_interruption_are_reported_after_it(library: VaultLibrary) -> None:
    blobs, (home,) = filled(library, 50, "home")
    flip_bit(home.path(blobs[0]), 7)

    def end(_store: str, done: int, _parts: int) -> None:
        if done == 200:
            raise _KilledError

    with pytest.raises(_KilledError):
        Fsck(library.lake, [home], library.root / "positions", progress=end).run("home")
    check = fsck(library, [home], repair=True).run("home")
    assert [problem.sha256 for problem in check.problems] == [blobs[0]]
    assert check.unrepaired == 0
    assert fsck(library, [home]).run("home").problems == []


def test_a_whole_check_does_not_end_with_the_rest_of_a_sample(library: VaultLibrary) -> None:
    blobs, (home,) = filled(library, 50, "home")

    def end(_store: str, _done: int, _parts: int) -> None:
        raise _KilledError

    with pytest.raises(_KilledError):
        Fsck(library.lake, [home], library.root / "positions", progress=end).run("home", 5.0)
    check = fsck(library, [home]).run("home")
    assert (check.blobs, check.complete) == (len(blobs), True)


def test_a_store_that_goes_away_during_a_repair_is_not_begun_anew(library: VaultLibrary) -> None:
    blobs, (home, nas) = filled(library, 20, "home", "nas")
    for blob in blobs:
        nas.path(blob).unlink()

    def unplug(_store: str, _done: int, _parts: int) -> None:
        if nas.root.exists():
            nas.root.rename(library.root / "unplugged")

    check = Fsck(library.lake, [home, nas], library.root / "positions", True, unplug)
    with pytest.raises(StoreUnavailableError):
        check.run("nas")
    assert not nas.root.exists()


def test_originals_that_left_all_catalogs_are_expected_in_every_store(
    library: VaultLibrary,
) -> None:
    blobs, (home, nas) = filled(library, 5, "home", "nas")
    library.rows.clear()
    library.write()
    make_month(library.lake, [home, nas], MONTH)
    nas.path(blobs[0]).unlink()
    check = fsck(library, [home, nas], repair=True).run("nas")
    assert [(one.sha256, one.repaired) for one in check.problems] == [
        (blobs[0], "replaced from the store home")
    ]


def _names(library: VaultLibrary, blobs: list[bytes]) -> list[str]:
    paths = {row["sha256"]: Path(str(row["path"])).name for row in library.rows}
    return [paths[blob] for blob in blobs]


def test_a_store_whose_folder_cannot_be_read_ends_with_an_error(library: VaultLibrary) -> None:
    blobs, (home,) = filled(library, 5, "home")
    (home.root / "blobs").rename(library.root / "blobs")
    (home.root / "blobs").write_bytes(b"")
    check = fsck(library, [home]).run("home")
    assert {problem.condition for problem in check.problems} == {Condition.UNREADABLE}
    assert len(check.problems) == len(blobs)
    assert str(home.root / "blobs") in check.errors[0]


def test_a_folder_that_cannot_be_listed_hides_no_damage_beside_it(library: VaultLibrary) -> None:
    """Also of originals of no item, which no table names."""
    _, (home,) = filled(library, 3, "home")
    orphan = bytes([7, 9]) + bytes(30)
    blocked = home.path(bytes([7, 1]) + bytes(30)).parent
    home.path(orphan).parent.mkdir(parents=True)
    home.path(orphan).write_bytes(b"damaged")
    blocked.write_bytes(b"")

    def end(_store: str, done: int, _parts: int) -> None:
        if done == 200:
            raise _KilledError

    interrupted = Fsck(library.lake, [home], library.root / "positions", progress=end)
    with pytest.raises(_KilledError):
        interrupted.run("home")
    for check in (interrupted.checks[0], fsck(library, [home]).run("home")):
        assert [problem.sha256 for problem in check.problems] == [orphan]
        assert (len(check.errors), check.unrepaired) == (1, 2)
        assert str(blocked) in check.errors[0]
    assert (check.complete, check.earlier_parts) == (True, 200)
    blocked.unlink()
    home.path(orphan).unlink()  # a person removed it; nothing says that it should be there
    check = fsck(library, [home]).run("home", 1.0)
    assert (check.problems, check.errors) == ([], [])


def test_a_blob_that_items_have_is_missed_until_it_is_back(library: VaultLibrary) -> None:
    blobs, (home,) = filled(library, 3, "home")
    home.path(blobs[0]).unlink()
    for _ in range(2):
        assert [one.sha256 for one in fsck(library, [home]).run("home").problems] == [blobs[0]]
    again = fsck(library, [home]).run("home", 1.0)  # a sample elsewhere in the store
    assert [one.condition for one in again.problems] == [Condition.ABSENT]


def test_a_damaged_table_is_named_and_the_others_are_used(library: VaultLibrary) -> None:
    blobs, (home,) = filled(library, 5, "home")
    library.lake.write(ASSET, "2021-06-01", ORIGINALS, ORIGINALS.schema.empty_table())
    path = library.root / "lake" / "vault" / "originals" / "2021-06-01.parquet"
    path.chmod(0o644)
    path.write_bytes(b"PAR1")
    flip_bit(home.path(blobs[0]), 3)
    check = fsck(library, [home], repair=True).run("home")
    assert [problem.repaired is not None for problem in check.problems] == [True]
    assert "vault/originals of 2021-06 is damaged" in check.errors[0]
    assert (check.unrepaired, check.orphans) == (1, 0)


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


def test_a_full_disk_ends_a_repair(library: VaultLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs, (home, nas) = filled(library, 5, "home", "nas")
    for blob in blobs:
        nas.path(blob).unlink()
    tried = []

    def full(_store: FolderStore, sha256: bytes, _content: object) -> None:
        tried.append(sha256)
        error = StorageError("Could not write: No space left on device.")
        raise error from OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FolderStore, "restore", full)
    check = fsck(library, [home, nas], repair=True)
    with pytest.raises(StorageError, match="No space left"):
        check.run("nas")
    assert len(tried) == 1
    assert check.checks[0].store == "nas"


def test_a_copy_that_changes_before_it_is_written_is_passed_over(
    library: VaultLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs, (home, nas, usb) = filled(library, 3, "home", "nas", "usb")
    flip_bit(home.path(blobs[0]), 7)
    restore, read = FolderStore.restore, []

    def changing(store: FolderStore, sha256: bytes, content: BinaryIO) -> str | None:
        read.append(sha256)
        if len(read) == 1:
            content = io.BytesIO(b"changed since it was compared")
        return restore(store, sha256, content)

    monkeypatch.setattr(FolderStore, "restore", changing)
    check = fsck(library, [home, nas, usb], repair=True).run("home")
    assert [one.repaired for one in check.problems] == ["replaced from the store usb"]
    assert home.verify(blobs[0]).is_copy


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
            raise _KilledError

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
        except _KilledError:
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


def test_a_store_that_got_another_name_holds_the_originals_of_items(library: VaultLibrary) -> None:
    blobs, (home,) = filled(library, 5, "home")
    renamed = FolderStore("attic", home.root)
    check = Fsck(library.lake, [renamed], library.root / "positions").run("attic")
    assert (check.blobs, check.orphans) == (len(blobs), 0)
    home.path(blobs[0]).unlink()
    check = Fsck(library.lake, [renamed], library.root / "positions").run("attic")
    assert [(one.sha256, one.condition) for one in check.problems] == [(blobs[0], Condition.ABSENT)]


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


def test_originals_of_no_item_are_counted_and_kept(library: VaultLibrary) -> None:
    blobs, stores = filled(library, 5, "home")
    library.rows.pop()
    library.write()
    make_month(library.lake, stores, MONTH)
    check = fsck(library, stores, repair=True).run("home")
    assert (check.blobs, check.orphans, check.problems) == (5, 1, [])
    assert sorted(stores[0].list()) == blobs
