"""Checking a store: every fault is found, nothing else is reported, and good copies replace it."""

import errno
import io
import os
import random
import shutil
from collections import Counter
from pathlib import Path
from typing import BinaryIO

import pytest

from photo_assets.model.errors import StorageError
from photo_assets.model.tables import ORIGINALS
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.fsck import Fsck
from photo_assets.vault.months import ASSET, make_month
from photo_assets.vault.store import Condition, StoreUnavailableError
from photo_assets_tests.vault.checks import KilledError, filled, fsck
from photo_assets_tests.vault.library import MONTH, VaultLibrary, flip_bit


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
            raise KilledError

    interrupted = Fsck(library.lake, [home], library.root / "positions", progress=end)
    with pytest.raises(KilledError):
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


def test_a_store_that_got_another_name_holds_the_originals_of_items(library: VaultLibrary) -> None:
    blobs, (home,) = filled(library, 5, "home")
    renamed = FolderStore("attic", home.root)
    check = Fsck(library.lake, [renamed], library.root / "positions").run("attic")
    assert (check.blobs, check.orphans) == (len(blobs), 0)
    home.path(blobs[0]).unlink()
    check = Fsck(library.lake, [renamed], library.root / "positions").run("attic")
    assert [(one.sha256, one.condition) for one in check.problems] == [(blobs[0], Condition.ABSENT)]


def test_originals_of_no_item_are_counted_and_kept(library: VaultLibrary) -> None:
    blobs, stores = filled(library, 5, "home")
    library.rows.pop()
    library.write()
    make_month(library.lake, stores, MONTH)
    check = fsck(library, stores, repair=True).run("home")
    assert (check.blobs, check.orphans, check.problems) == (5, 1, [])
    assert sorted(stores[0].list()) == blobs
