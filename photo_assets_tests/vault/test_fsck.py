"""Checking a store: every fault is found, nothing else is reported, and good copies replace it."""

import random
from collections import Counter
from pathlib import Path

import pytest

from photo_assets.vault.folder import FolderStore
from photo_assets.vault.fsck import PARTS, Fsck
from photo_assets.vault.months import make_month
from photo_assets.vault.store import Condition
from photo_assets_tests.vault.library import MONTH, VaultLibrary, flip_bit


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
    blobs, (home,) = filled(library, 10, "home")
    for blob in blobs[:2]:
        home.path(blob).unlink()
    home.path(blobs[0]).mkdir()
    check = fsck(library, [home], repair=True).run("home")
    blocked, replaced = check.problems
    assert (blocked.sha256, blocked.repaired) == (blobs[0], None)
    assert str(home.path(blobs[0])) in str(blocked.detail)
    assert replaced.repaired is not None


def _names(library: VaultLibrary, blobs: list[bytes]) -> list[str]:
    paths = {row["sha256"]: Path(str(row["path"])).name for row in library.rows}
    return [paths[blob] for blob in blobs]


class _KilledError(Exception):
    pass


def test_a_check_interrupted_again_and_again_reads_every_blob(library: VaultLibrary) -> None:
    blobs, stores = filled(library, 300, "home")
    for blob in blobs:
        flip_bit(stores[0].path(blob), 9)
    found: set[bytes] = set()
    parts = 0

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
    assert sorted(seen) == blobs  # each exactly once


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


def test_originals_of_no_item_are_counted_and_kept(library: VaultLibrary) -> None:
    blobs, stores = filled(library, 5, "home")
    library.rows.pop()
    library.write()
    make_month(library.lake, stores, MONTH)
    check = fsck(library, stores, repair=True).run("home")
    assert (check.blobs, check.orphans, check.problems) == (5, 1, [])
    assert sorted(stores[0].list()) == blobs
