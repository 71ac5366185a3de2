"""What only looks like a move keeps its row, and moves do not hide what else happened."""

import os
import random
import shutil
from pathlib import Path

import pytest

from photo_assets_tests.catalogs.folders.moving import Bench
from photo_assets_tests.catalogs.folders.trees import SETTLED_NS, place, small
from photo_assets_tests.media.xmp.packets import packet
from photo_assets_tests.repetition import cases


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    found = Bench(tmp_path)
    for name in ("trip/1.jpg", "trip/2.jpg", "trip/day/1.jpg", "best/1.jpg", "best/9.jpg"):
        found.shoot(name)
    return found


def test_a_copy_that_stays_is_an_entry_of_its_own(bench: Bench) -> None:
    bench.discover()
    bench.copy("trip/2.jpg", "best/2.jpg")
    assert bench.discover().accounting.moved == 0
    assert bench.first_ids()["best/2.jpg"] == "best/2.jpg"
    bench.move("best/2.jpg", "attic/2.jpg")
    assert bench.discover().accounting.moved == 1
    assert bench.first_ids()["attic/2.jpg"] == "best/2.jpg"
    bench.settles()


def test_a_deleted_copy_whose_twin_stays_keeps_what_it_said(bench: Bench) -> None:
    bench.copy("trip/2.jpg", "best/2.jpg")
    os.link(bench.tree / "trip/1.jpg", bench.tree / "best/name.jpg")
    place(bench.tree, "best/2.jpg.xmp", packet(attributes='xmp:Rating="4"'))
    bench.discover()
    (bench.tree / "best/2.jpg").unlink()
    (bench.tree / "best/2.jpg.xmp").unlink()
    (bench.tree / "best/name.jpg").unlink()
    found = bench.discover()
    assert (found.accounting.moved, found.accounting.kept) == (0, 2)
    assert bench.missing() == {"best/2.jpg", "best/name.jpg"}
    assert bench.rows()["best/2.jpg"]["rating"] == 4
    bench.settles()


def test_other_bytes_under_another_name_are_no_move(bench: Bench) -> None:
    bench.discover()
    (bench.tree / "trip/1.jpg").unlink()
    bench.shoot("trip/one.jpg")
    found = bench.discover()
    assert (found.accounting.moved, found.accounting.kept) == (0, 1)
    assert bench.missing() == {"trip/1.jpg"}


def test_an_inode_that_is_used_again_is_no_proof(bench: Bench) -> None:
    """Many pictures of one size and time: a new one may get the inode of a deleted one."""
    for number in range(8):
        place(bench.tree, f"raw/{number}.jpg", small(number), SETTLED_NS)
    bench.discover()
    deleted = bench.tree / "raw/3.jpg"
    state = deleted.stat()
    new = bench.tree / "raw/x.jpg"
    os.link(deleted, new)  # so that it surely has that inode
    deleted.unlink()
    new.write_bytes(small(9))
    os.utime(new, ns=(SETTLED_NS, SETTLED_NS))
    assert (new.stat().st_ino, new.stat().st_size) == (state.st_ino, state.st_size)
    assert bench.discover().accounting.moved == 0
    assert bench.missing() == {"raw/3.jpg"}


def test_a_part_of_a_folder_moves_while_the_rest_is_deleted(bench: Bench) -> None:
    bench.discover()
    bench.move("trip/day", "day")
    shutil.rmtree(bench.tree / "trip")
    found = bench.discover()
    assert (found.accounting.moved, found.accounting.kept) == (1, 2)
    assert bench.missing() == {"trip/1.jpg", "trip/2.jpg"}


def test_a_large_folder_that_moves_is_no_loss(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    for number in range(120):
        bench.shoot(f"old/{number % 7}/{number}.jpg")
    bench.discover()
    bench.move("old", "new")
    found = bench.discover()
    assert (found.held, found.accounting.moved, found.accounting.kept) == (None, 120, 0)
    bench.settles()


def test_rows_that_were_spilled_to_disk_move_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photo_assets.catalogs.discovery.parts._SPILL_BYTES", 1)
    monkeypatch.setattr("photo_assets.catalogs.discovery.parts._BUFFER_ROWS", 7)
    bench = Bench(tmp_path)
    for number in range(40):
        bench.shoot(f"old/{number}.jpg")
    bench.discover()
    bench.move("old", "new")
    assert bench.discover().accounting.moved == 40
    assert bench.first_ids() == {f"new/{n}.jpg": f"old/{n}.jpg" for n in range(40)}
    bench.settles()


def test_what_moved_goes_in_while_what_is_gone_waits(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    for number in range(90):
        bench.shoot(f"{'ab'[number % 2]}/{number}.jpg")
    bench.discover()
    bench.move("a", "moved")
    shutil.move(bench.tree / "b", tmp_path / "gone")
    found = bench.discover()
    assert found.held is not None
    assert (found.held.lost, found.accounting.moved) == (45, 45)
    again = bench.discover().held
    assert again == found.held
    shutil.move(tmp_path / "gone", bench.tree / "back")
    found = bench.discover()
    assert (found.held, found.accounting.moved, found.accounting.kept) == (None, 45, 0)
    assert {first.split("/")[0] for first in bench.first_ids().values()} == {"a", "b"}
    bench.settles()


def test_a_file_that_is_still_being_written_moves_when_it_is_read(bench: Bench) -> None:
    bench.discover()
    bench.move("trip/1.jpg", "a.jpg")
    (bench.tree / "a.jpg.xmp").write_bytes(packet())  # of this very moment
    waiting = bench.discover()
    assert (waiting.accounting.moved, waiting.accounting.kept) == (0, 1)
    os.utime(bench.tree / "a.jpg.xmp", ns=(SETTLED_NS, SETTLED_NS))
    settled = bench.discover()
    assert (settled.accounting.moved, settled.accounting.kept) == (1, 0)
    assert bench.first_ids()["a.jpg"] == "trip/1.jpg"


def test_inodes_that_do_not_last_prove_nothing(bench: Bench, tmp_path: Path) -> None:
    """FAT numbers files again when it is mounted: another file may have the old number."""
    for number in range(3):
        place(bench.tree, f"raw/{number}.jpg", small(number), SETTLED_NS)
    bench.discover()
    again = tmp_path / "mounted again"
    shutil.copytree(bench.tree, again)  # all of them have other inodes now
    shutil.rmtree(bench.tree)
    again.rename(bench.tree)
    bench.move("trip/1.jpg", "best/one.jpg")
    bench.move("trip/2.jpg", "best/2.jpg")
    found = bench.discover()
    assert found.accounting.moved == 1
    assert bench.moved() == {"best/2.jpg": "trip/2.jpg"}, "by name, size and time"
    assert bench.missing() == {"trip/1.jpg"}


@pytest.mark.parametrize("seed", cases(range(6), everyday=[0, 1]))
def test_any_history_of_moves_keeps_every_entry_apart(tmp_path: Path, seed: int) -> None:
    """Files are told by their inodes here; what each was first is followed beside discovery."""
    rng = random.Random(seed)
    bench = Bench(tmp_path)
    folders = ("", "a/", "b/", "b/c/")

    def inode(name: str) -> int:
        return (bench.tree / name).stat().st_ino

    for number in range(12):
        bench.shoot(f"{folders[number % 4]}{number}.jpg")
    bench.discover()
    first = {inode(name): name for name in bench.files()}
    for step in range(25):
        for _ in range(rng.randint(1, 4)):
            there = sorted(bench.files())
            old = rng.choice(there)
            match rng.choice(["rename", "rename", "folder", "swap", "new"]):
                case "rename":
                    bench.move(old, f"{rng.choice(folders)}{step}-{rng.random()}.jpg")
                case "folder" if "/" in old:
                    folder = old.split("/")[0]
                    bench.move(folder, f"{folder[:1]}-{step}-{rng.random()}")
                case "swap":
                    other = rng.choice([name for name in there if name != old])
                    bench.move(old, "swap.jpg")
                    bench.move(other, old)
                    bench.move("swap.jpg", other)
                case _:
                    bench.shoot(f"{rng.choice(folders)}new-{bench.made}.jpg")
        found = bench.discover(full=rng.random() < 0.2)
        now = {inode(name): name for name in bench.files()}
        assert (found.held, found.accounting.kept) == (None, 0)
        told = bench.first_ids()
        assert told.keys() == set(now.values())
        for number, name in now.items():
            assert first.setdefault(number, told[name]) == told[name]
    bench.settles()
