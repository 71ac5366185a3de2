"""The guard against disappearance: losses await confirmation, all other entries are accepted."""

import os
import shutil
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.discovery.manifest import Held, load_held, load_manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.protocol import Catalog
from photo_assets_tests.catalogs.discovery.json_catalog import JsonCatalog, write_entries
from photo_assets_tests.catalogs.folders.reading import catalog as folders_catalog
from photo_assets_tests.catalogs.folders.trees import SETTLED_NS, place, small


class Bench:
    """A catalog of entries by id, each with a version that changes when it is edited."""

    def __init__(self, root: Path, source: str) -> None:
        self.root, self.source = root, source
        self.staging = root / "staging"
        self.guard = Guard()

    def put(self, entries: dict[str, int]) -> None:
        """Let the catalog list exactly these."""
        path = self.root / "photos"
        if self.source == "json":
            write_entries(path, [{"id": i, "rating": v % 6} for i, v in sorted(entries.items())])
            return
        path.mkdir(exist_ok=True)
        for file in [p for p in path.rglob("*") if p.is_file()]:
            if str(file.relative_to(path)) not in entries:
                file.unlink()
        for folder in sorted((p for p in path.rglob("*") if p.is_dir()), reverse=True):
            if not any(folder.iterdir()):
                folder.rmdir()
        for name, version in entries.items():
            number = zlib.crc32(name.encode())  # no file has the name and time of another one
            time = SETTLED_NS + number * 1000 + version
            file = path / name
            if not file.exists() or file.stat().st_mtime_ns != time:
                place(path, name, small(number % 1000), time)

    def discover(self, **options: Any) -> Discovery:
        reader: Catalog
        if self.source == "json":
            reader = JsonCatalog(self.root / "photos", name="test")
        else:
            reader = folders_catalog(self.root / "photos")
        found = discover(reader, self.staging, guard=self.guard, **options)
        assert found.accounting.balanced
        assert found.held == load_held(self.folder)
        return found

    @property
    def folder(self) -> Path:
        return catalog_folder(self.staging, self.source, "test")

    def rows(self) -> dict[str, str]:
        """Return the availability of every row."""
        manifest = load_manifest(self.folder)
        assert manifest is not None
        tables = [read_part(self.folder, part) for part in manifest.months.values()]
        rows = pa.concat_tables(tables).to_pylist()
        assert len(rows) == manifest.items
        missing = sum(row["availability"] == "missing" for row in rows)
        assert missing == manifest.missing
        return {row["native_id"]: row["availability"] for row in rows}

    def state(self) -> dict[str, tuple[int, bytes]]:
        """Every file that discovery keeps, but the note of the last contact."""
        return {
            os.fspath(path): (path.stat().st_mtime_ns, path.read_bytes())
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.name not in {"state.json", ".lock"}
        }

    def confirm(self, held: Held | None) -> None:
        assert held is not None
        self.guard = Guard(is_confirmed=lambda digest: digest == held.scan_digest)


@pytest.fixture(params=["json", "folders"])
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Bench:
    return Bench(tmp_path, request.param)


def entries(count: int, folder: str = "a") -> dict[str, int]:
    return {f"{folder}/{n:04d}.jpg": 0 for n in range(count)}


def without(found: dict[str, int], count: int) -> dict[str, int]:
    return dict(sorted(found.items())[count:])


@pytest.mark.parametrize(
    ("there", "gone", "is_held"),
    [
        (11, 1, False),
        (25, 20, False),  # 80 %, and few
        (25, 21, True),
        (100, 20, False),
        (100, 21, True),
        (100, 95, True),
        (500, 25, False),  # 5 %
        (500, 26, True),
        (3, 3, True),  # nothing is left, however little it was
        (1, 1, True),
    ],
)
def test_losses_above_the_guard(tmp_path: Path, there: int, gone: int, is_held: bool) -> None:
    bench = Bench(tmp_path, "json")
    bench.put(entries(there))
    bench.discover()
    bench.put(without(entries(there), gone))
    held = bench.discover().held
    assert (held is not None) == is_held
    assert held is None or (held.lost, held.known) == (gone, there)
    expected = ["online"] * there if is_held else ["missing"] * gone + ["online"] * (there - gone)
    assert sorted(bench.rows().values()) == expected


def test_one_of_eleven_deleted_does_not_hold_back_seven_new_ones(bench: Bench) -> None:
    bench.put(entries(11))
    bench.discover()
    bench.put(without(entries(11), 1) | entries(7, "new"))
    found = bench.discover()
    assert (found.held, found.accounting.written) == (None, 17)
    assert sorted(bench.rows().values()) == ["missing"] + ["online"] * 17


def test_replacing_all_photos_is_not_an_empty_catalog(bench: Bench) -> None:
    bench.put(entries(3))
    bench.discover()
    bench.put(entries(2, "new"))
    assert bench.discover().held is None


GONE: dict[str, Callable[[dict[str, int]], dict[str, int]]] = {
    "some of a folder": lambda found: without(found, 30),
    "a whole folder": lambda found: {i: v for i, v in found.items() if not i.startswith("b/")},
    "a folder in another": lambda found: {i: v for i, v in found.items() if "deep" not in i},
    "everything": lambda found: {},
}


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("loss", GONE)
def test_new_entries_are_accepted_while_a_loss_awaits_confirmation(
    bench: Bench, loss: str, full: bool
) -> None:
    before = entries(40) | entries(40, "b") | entries(40, "b/deep")
    bench.put(before)
    bench.discover()
    left = GONE[loss](before)
    edited = dict.fromkeys(list(left)[-3:], 1)
    bench.put(left | edited | entries(5, "new"))
    first = bench.discover(full=full)
    held = first.held
    assert held is not None
    assert (held.lost, held.known) == (len(before) - len(left), 120)
    assert first.accounting.kept == held.lost
    assert bench.rows() == dict.fromkeys(before | entries(5, "new"), "online")
    for _ in range(2):
        again = bench.discover(full=full)
        assert (again.held, again.changed_months) == (held, ())
    state = bench.state()
    bench.discover(full=full)
    assert bench.state() == state, "nothing is written any more"

    bench.confirm(held)
    bench.discover(full=full)
    assert load_held(bench.folder) is None
    gone = dict.fromkeys(before.keys() - left.keys(), "missing")
    assert bench.rows() == dict.fromkeys(before | entries(5, "new"), "online") | gone
    assert bench.discover(full=full).accounting.kept == held.lost


def test_confirming_another_loss_confirms_nothing(bench: Bench) -> None:
    bench.put(entries(100))
    bench.discover()
    bench.put(without(entries(100), 40))
    bench.confirm(bench.discover().held)
    bench.put(without(entries(100), 41))
    held = bench.discover().held
    assert held is not None
    assert held.lost == 41


def test_it_is_over_when_the_entries_come_back(bench: Bench) -> None:
    bench.put(entries(100))
    before = bench.discover().manifest
    bench.put(without(entries(100), 40))
    bench.discover()
    bench.put(entries(100))
    after = bench.discover()
    assert after.held is None
    assert before is not None
    assert after.manifest is not None
    assert (after.manifest.months.keys(), after.manifest.missing) == (before.months.keys(), 0)
    assert set(bench.rows().values()) == {"online"}
    settled = bench.discover()
    assert (settled.held, settled.accounting.unchanged) == (None, 100)


def test_the_remaining_loss_is_judged_alone_when_the_rest_returns(bench: Bench) -> None:
    bench.put(entries(100))
    bench.discover()
    bench.put(without(entries(100), 40))
    assert bench.discover().held is not None
    bench.put(without(entries(100), 10))
    assert bench.discover().held is None
    assert sorted(bench.rows().values()) == ["missing"] * 10 + ["online"] * 90


def test_photos_that_come_meanwhile_do_not_make_the_loss_a_small_one(bench: Bench) -> None:
    bench.put(entries(100))
    bench.discover()
    left = without(entries(100), 30)
    bench.put(left)
    held = bench.discover().held
    for count in (300, 900):
        bench.put(left | entries(count, "new"))
        assert bench.discover().held == replaced(held, bench)
    assert sorted(bench.rows().values()) == ["online"] * 1000


def replaced(held: Held | None, bench: Bench) -> Held | None:
    """Return `held` with the token of the scan that was last held back."""
    now = load_held(bench.folder)
    assert held is not None
    assert now is not None
    return Held(
        scan_digest=held.scan_digest,
        token=now.token,
        lost=held.lost,
        known=held.known,
        examples=held.examples,
        at=held.at,
    )


@pytest.mark.parametrize("file", ["scan_branches", "scan_rows", "scan_notes"])
def test_a_lost_memory_changes_nothing_of_it(bench: Bench, file: str) -> None:
    bench.put(entries(40) | entries(40, "b"))
    bench.discover()
    bench.put(entries(40))
    held = bench.discover().held
    (bench.folder / "memory" / "last" / f"{file}.parquet").unlink(missing_ok=True)
    assert bench.discover().held == held
    assert set(bench.rows().values()) == {"online"}


def test_a_run_killed_before_acceptance_holds_the_loss_back_again(bench: Bench) -> None:
    """The held loss is written first; without its manifest it is ignored."""
    bench.put(entries(100))
    bench.discover()
    shutil.copytree(bench.folder, bench.root / "accepted")
    bench.put(without(entries(100), 40) | entries(5, "new"))
    held = bench.discover().held
    shutil.copy2(bench.folder / "held.json", bench.root / "accepted")
    shutil.rmtree(bench.folder)
    (bench.root / "accepted").rename(bench.folder)
    assert bench.discover().held == held
    assert sorted(bench.rows().values()) == ["online"] * 105


@pytest.mark.parametrize(
    ("guard", "is_held"),
    [
        (Guard(percent=0.0, items=0), True),
        (Guard(percent=50.0, items=0), False),
        (Guard(items=2), True),
        (Guard(percent=100.0, items=0), False),
    ],
)
def test_both_bounds_are_settings(tmp_path: Path, guard: Guard, is_held: bool) -> None:
    bench = Bench(tmp_path, "json")
    bench.guard = guard
    bench.put(entries(10))
    bench.discover()
    bench.put(without(entries(10), 3))
    assert (bench.discover().held is not None) == is_held
    bench.put({})
    assert (bench.discover().held is not None) == (guard.percent < 100)


steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "remove", "edit", "back", "confirm", "scan", "full"]),
        st.sampled_from(["a", "b", "b/deep"]),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=10, deadline=None)
@given(steps)
def test_any_history_keeps_every_row_and_waiting_rows_unchanged(
    history: list[tuple[str, str, int]],
) -> None:
    root = Path(tempfile.mkdtemp())
    try:
        for source in ("json", "folders"):
            (root / source).mkdir()
            _live_through(Bench(root / source, source), history)
    finally:
        shutil.rmtree(root)


def _live_through(bench: Bench, history: list[tuple[str, str, int]]) -> None:
    there = entries(30) | entries(30, "b")
    ever, missing, confirmed = dict(there), set[str](), set[str]()
    bench.guard = Guard(is_confirmed=confirmed.__contains__)
    bench.put(there)
    bench.discover()
    for act, folder, count in history:
        held = load_held(bench.folder)
        match act:
            case "add":
                there |= entries(count, folder)
            case "remove":
                gone = [i for i in sorted(there) if i.startswith(f"{folder}/")][:count]
                there = {i: v for i, v in there.items() if i not in gone}
            case "edit":
                there |= {i: v + 1 for i, v in there.items() if i.startswith(f"{folder}/")}
            case "back":
                there |= {i: ever[i] for i in ever if i.startswith(f"{folder}/") and i not in there}
            case "confirm" if held is not None:
                confirmed.add(held.scan_digest)
        ever |= there
        bench.put(there)
        found = bench.discover(full=act == "full")
        away = ever.keys() - there.keys()
        waits = away - missing if found.held is not None else set[str]()
        missing = away - waits
        assert found.held is None or found.held.lost == len(waits)
        rows = bench.rows()
        assert rows == {i: "missing" if i in missing else "online" for i in ever}
        assert found.accounting.kept == len(away)
