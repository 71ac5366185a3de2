"""A file that is moved or renamed in a tree stays the same entry at its new path."""

import itertools
import os
import shutil
from pathlib import Path

import pytest

from photo_assets.catalogs.discovery.guard import Guard
from photo_assets_tests.catalogs.folders.moving import Bench
from photo_assets_tests.catalogs.folders.trees import SETTLED_NS, place
from photo_assets_tests.media.xmp.packets import bag, packet

NAMES = ("trip/1.jpg", "trip/2.jpg", "trip/day/1.jpg", "best/1.jpg", "best/9.jpg")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    found = Bench(tmp_path)
    for name in NAMES:
        found.shoot(name)
    return found


Steps = list[tuple[str, ...]]
MOVES: dict[str, tuple[Steps, dict[str, str]]] = {
    "a file gets another name": (
        [("move", "trip/1.jpg", "trip/one.jpg")],
        {"trip/one.jpg": "trip/1.jpg"},
    ),
    "a file gets another ending": (
        [("move", "trip/1.jpg", "trip/1.JPEG")],
        {"trip/1.JPEG": "trip/1.jpg"},
    ),
    "a name changes in case": (
        [("move", "trip/1.jpg", "trip/1.JPG")],
        {"trip/1.JPG": "trip/1.jpg"},
    ),
    "a file goes to another folder": (
        [("move", "trip/2.jpg", "best/2.jpg")],
        {"best/2.jpg": "trip/2.jpg"},
    ),
    "a file goes to the top": ([("move", "trip/2.jpg", "2.jpg")], {"2.jpg": "trip/2.jpg"}),
    "a folder gets another name": (
        [("move", "trip", "Trip 2019")],
        {
            "Trip 2019/1.jpg": "trip/1.jpg",
            "Trip 2019/2.jpg": "trip/2.jpg",
            "Trip 2019/day/1.jpg": "trip/day/1.jpg",
        },
    ),
    "a folder goes into another": (
        [("move", "best", "trip/best")],
        {"trip/best/1.jpg": "best/1.jpg", "trip/best/9.jpg": "best/9.jpg"},
    ),
    "a folder comes out of another": (
        [("move", "trip/day", "day")],
        {"day/1.jpg": "trip/day/1.jpg"},
    ),
    "everything goes one level down": (
        [("move", folder, f"all/{folder}") for folder in ("trip", "best")],
        {f"all/{name}": name for name in NAMES},
    ),
    "two files change places": (
        [
            ("move", "trip/1.jpg", "x.jpg"),
            ("move", "best/1.jpg", "trip/1.jpg"),
            ("move", "x.jpg", "best/1.jpg"),
        ],
        {"trip/1.jpg": "best/1.jpg", "best/1.jpg": "trip/1.jpg"},
    ),
    "two folders change places": (
        [("move", "trip", "x"), ("move", "best", "trip"), ("move", "x", "best")],
        {
            "trip/1.jpg": "best/1.jpg",
            "trip/9.jpg": "best/9.jpg",
            "best/1.jpg": "trip/1.jpg",
            "best/2.jpg": "trip/2.jpg",
            "best/day/1.jpg": "trip/day/1.jpg",
        },
    ),
    "names move up by one": (
        [("move", "trip/2.jpg", "trip/3.jpg"), ("move", "trip/1.jpg", "trip/2.jpg")],
        {"trip/3.jpg": "trip/2.jpg", "trip/2.jpg": "trip/1.jpg"},
    ),
    "a file goes to another disk": (
        [("copy", "trip/1.jpg", "disk/1.jpg"), ("remove", "trip/1.jpg")],
        {"disk/1.jpg": "trip/1.jpg"},
    ),
    "a folder goes to another disk": (
        [("copy", "trip", "disk"), ("remove", "trip")],
        {
            "disk/1.jpg": "trip/1.jpg",
            "disk/2.jpg": "trip/2.jpg",
            "disk/day/1.jpg": "trip/day/1.jpg",
        },
    ),
    "a file goes where another one is": (
        [("move", "trip/1.jpg", "best/1.jpg")],
        {"best/1.jpg": "trip/1.jpg"},
    ),
}


@pytest.mark.parametrize("what", MOVES)
def test_a_move_is_one_entry_in_its_new_place(bench: Bench, what: str) -> None:
    bench.discover()
    before = bench.first_ids()
    steps, moved = MOVES[what]
    bench.act(*steps)
    found = bench.discover()
    assert (found.held, found.accounting.moved, found.accounting.kept) == (None, len(moved), 0)
    assert bench.moved() == moved
    stayed = {i: first for i, first in before.items() if i not in {*moved, *moved.values()}}
    assert bench.first_ids() == {**stayed, **{new: before[old] for new, old in moved.items()}}
    assert bench.missing() == set()
    for native_id, row in bench.rows().items():
        path = bench.tree / native_id
        assert row["path"] == os.fspath(path)
        assert [album["id"] for album in row["albums"]] == [
            folder for folder in [native_id.rpartition("/")[0]] if folder
        ]
    bench.settles()


@pytest.mark.parametrize("what", MOVES)
def test_a_move_that_was_seen_in_two_steps(bench: Bench, tmp_path: Path, what: str) -> None:
    """The files were away for a scan: unplugged, or in the folder of another catalog."""
    bench.discover()
    steps, moved = MOVES[what]
    bench.act(*steps)
    shutil.move(bench.tree, tmp_path / "away")
    bench.tree.mkdir()
    bench.shoot("other.jpg")
    away = bench.discover(guard=Guard(percent=100))
    assert away.accounting.kept == 5
    shutil.copytree(tmp_path / "away", bench.tree, dirs_exist_ok=True)  # other inodes as well
    found = bench.discover()
    renamed = {new for new, old in moved.items() if Path(new).name != Path(old).name}
    assert bench.moved() == {new: old for new, old in moved.items() if new not in renamed}
    if not renamed:
        assert found.accounting.kept == 0
        assert bench.rows().keys() == bench.files()
    bench.settles()


def test_a_chain_of_moves_with_and_without_a_scan_between(bench: Bench) -> None:
    bench.discover()
    before = bench.first_ids()
    bench.move("trip/1.jpg", "a.jpg")
    bench.move("a.jpg", "b.jpg")
    bench.discover()
    for old, new in itertools.pairwise(("b.jpg", "c.jpg", "best/d.jpg", "best/e.jpg")):
        bench.move(old, new)
        assert bench.discover().accounting.moved == 1
    assert bench.first_ids()["best/e.jpg"] == "trip/1.jpg"
    bench.settles()
    bench.move("best/e.jpg", "trip/1.jpg")
    assert bench.discover().accounting.moved == 1
    assert bench.first_ids() == before
    assert not any(row["links"] for row in bench.rows().values()), "it is where it was first"


def test_a_new_file_in_an_old_place_is_another_entry(bench: Bench) -> None:
    bench.discover()
    bench.move("trip/1.jpg", "a.jpg")
    bench.shoot("trip/1.jpg")
    assert bench.discover().accounting.moved == 1
    assert bench.first_ids()["a.jpg"] == "trip/1.jpg"
    assert bench.first_ids()["trip/1.jpg"] == "trip/1.jpg#2"
    bench.settles()
    bench.move("trip/1.jpg", "b.jpg")
    bench.discover()
    bench.shoot("trip/1.jpg")
    bench.discover()
    assert bench.first_ids()["b.jpg"] == "trip/1.jpg#2"
    assert bench.first_ids()["trip/1.jpg"] == "trip/1.jpg#3"
    bench.settles()
    bench.move("trip/1.jpg", "c.jpg")
    bench.move("a.jpg", "trip/1.jpg")
    bench.discover()
    first = bench.first_ids()
    assert (first["trip/1.jpg"], first["c.jpg"]) == ("trip/1.jpg", "trip/1.jpg#3")
    bench.settles()


def test_an_edit_in_place_changes_no_first_id(bench: Bench) -> None:
    bench.discover()
    bench.move("trip/1.jpg", "a.jpg")
    bench.discover()
    first = bench.first_ids()
    bench.shoot("a.jpg")
    bench.shoot("best/1.jpg")
    assert bench.discover().accounting.moved == 0
    assert bench.first_ids() == first
    bench.settles()


def test_a_rename_together_with_an_edit_of_the_sidecar(bench: Bench) -> None:
    place(bench.tree, "trip/1.jpg.xmp", packet(bag("dc:subject", "draft")))
    bench.discover()
    bench.move("trip", "Trip")
    final = packet(bag("dc:subject", "final"), attributes='xmp:Rating="4"')
    place(bench.tree, "Trip/1.jpg.xmp", final, SETTLED_NS + 99)
    assert bench.discover().accounting.moved == 3
    row = bench.rows()["Trip/1.jpg"]
    assert (row["rating"], [k["path"] for k in row["keywords"]]) == (4, [["final"]])
    bench.settles()


@pytest.mark.parametrize("name", ["B.CR2", "other/A.CR2", "other/C.cr2"])
def test_versions_of_a_picture_move_with_it(tmp_path: Path, name: str) -> None:
    bench = Bench(tmp_path)
    bench.shoot("A.CR2")
    for number in (1, 2):
        rated = packet(attributes=f'xmp:Rating="{number}"')
        place(bench.tree, f"A_{number:02d}.CR2.xmp", rated, SETTLED_NS + 70 + number)
    bench.discover()
    stem, ending = Path(name).stem, Path(name).suffix
    folder = str(Path(name).parent)
    moved = {
        str(Path(folder) / f"{stem}{n}"): f"A{o}"
        for n, o in (
            (ending, ".CR2"),
            (f"_01{ending}.xmp", "_01.CR2.xmp"),
            (f"_02{ending}.xmp", "_02.CR2.xmp"),
        )
    }
    for new, old in moved.items():
        bench.move(old, new)
    assert bench.discover().accounting.moved == 3
    assert bench.first_ids() == moved
    rows = bench.rows()
    for new, old in moved.items():
        assert rows[new]["rating"] == (None if "_" not in old else int(old[3]))
        kinds = {link["kind"] for link in rows[new]["links"]}
        assert ("virtual_copy_of" in kinds) == ("_" in old)
    bench.settles()
