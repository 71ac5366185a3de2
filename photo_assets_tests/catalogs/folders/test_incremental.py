"""Folders with an unchanged listing are skipped; every kind of change is noticed."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.manifest import Manifest, load_manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.discovery.report import read_report
from photo_assets.catalogs.folders.catalog import FoldersCatalog
from photo_assets.catalogs.folders.group import group
from photo_assets.model.vocabulary import GONE
from photo_assets_tests.catalogs.folders.reading import catalog
from photo_assets_tests.catalogs.folders.trees import SETTLED_NS, odd_tree, place, small
from photo_assets_tests.media.xmp.packets import packet

not_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")


class Bench:
    """A tree, its discovery folder, and the folders that a scan read."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tree = root / "photos"
        self.staging = root / "staging"
        self.grouped: list[list[str]] = []

        def noting(files: list[Any]) -> Any:
            self.grouped.append([entry.text for entry in files])
            return group(files)

        monkeypatch.setattr("photo_assets.catalogs.folders.catalog.group", noting)

    def discover(self, **options: Any) -> Discovery:
        """Scan, and compare the result with that of a scan without known branches."""
        self.grouped.clear()
        settings = options.pop("settings", {})
        found = discover(catalog(self.tree, **settings), self.staging, **options)
        assert found.accounting.balanced
        return found

    @property
    def folder(self) -> Path:
        return catalog_folder(self.staging, "folders", "test")

    @property
    def manifest(self) -> Manifest:
        found = load_manifest(self.folder)
        assert found is not None
        return found

    def rows(self) -> dict[str, dict[str, Any]]:
        tables = [read_part(self.folder, part) for part in self.manifest.months.values()]
        return {row["native_id"]: row for row in pa.concat_tables(tables).to_pylist()}

    def state(self) -> dict[str, tuple[int, bytes]]:
        """Every file that discovery keeps, but the note of the last contact."""
        return {
            os.fspath(path): (path.stat().st_mtime_ns, path.read_bytes())
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.name not in {"state.json", ".lock"}
        }

    def agrees_with_a_full_scan(self, root: Path, **settings: Any) -> None:
        """Compare rows, counts and report with those of a discovery that starts from nothing."""
        anew = root / "again"
        plain = discover(catalog(self.tree, **settings), anew).accounting
        mine, theirs = self.manifest, load_manifest(catalog_folder(anew, "folders", "test"))
        assert theirs is not None
        present = {i for i, row in self.rows().items() if row["change_token"] != GONE}
        assert len(present) == theirs.items
        for name in ("found", "written", "discarded", "failed", "reasons"):
            assert mine.accounting[name] == theirs.accounting[name]
        assert mine.token == theirs.token
        assert plain.balanced
        said = read_report(self.folder)
        unmoved = said.filter(pc.not_equal(said["outcome"], "moved"))
        assert unmoved.equals(read_report(catalog_folder(anew, "folders", "test")))


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    found = Bench(tmp_path, monkeypatch)
    for folder in ("a", "b", "b/deep"):
        for number in range(30):
            place(found.tree, f"{folder}/{number:02d}.jpg", small(number))
    place(found.tree, "a/00.jpg.xmp", packet(attributes='xmp:Rating="4"'))
    place(found.tree, "a/notes.txt", b"x")
    place(found.tree, "a/half.jpg.part", b"x")
    (found.tree / "a" / "link.jpg").symlink_to("00.jpg")
    place(found.tree, "a/@eaDir/thumb.jpg", small(1))
    return found


def test_a_scan_without_changes_looks_at_no_folder_and_writes_nothing(
    bench: Bench, tmp_path: Path
) -> None:
    first = bench.discover()
    assert len(bench.grouped) == 4
    before, report = bench.state(), read_report(bench.folder)
    again = bench.discover()
    assert bench.grouped == []
    assert bench.state() == before
    assert again.changed_months == ()
    assert again.accounting.unchanged == again.accounting.written == 90
    for name in ("found", "discarded", "failed", "kept", "reasons"):
        assert getattr(again.accounting, name) == getattr(first.accounting, name)
    assert read_report(bench.folder).equals(report)
    bench.agrees_with_a_full_scan(tmp_path)


def test_one_change_looks_at_its_folder_alone(bench: Bench, tmp_path: Path) -> None:
    bench.discover()
    os.utime(bench.tree / "b" / "07.jpg", ns=(SETTLED_NS + 1, SETTLED_NS + 1))
    found = bench.discover()
    assert len(bench.grouped) == 1
    assert bench.grouped[0][7] == "07.jpg"
    assert (found.accounting.written, found.accounting.unchanged) == (90, 89)
    assert bench.rows()["b/07.jpg"]["file_mtime_ns"] == SETTLED_NS + 1
    bench.agrees_with_a_full_scan(tmp_path)
    assert bench.discover().accounting.unchanged == 90
    assert bench.grouped == []


def _replace_with_other_content(path: Path) -> None:
    """Same size, same time, another inode."""
    content = path.read_bytes()
    other = path.with_name("new")
    other.write_bytes(content[:-3] + b"\x00" + content[-2:])
    os.utime(other, ns=(SETTLED_NS, SETTLED_NS))
    os.replace(other, path)


def _rewrite(path: Path) -> None:
    """Same size, same inode, another time."""
    with path.open("r+b") as stream:
        stream.write(stream.read(4))
    os.utime(path, ns=(SETTLED_NS + 5, SETTLED_NS + 5))


CHANGES = {
    "content, same size": (lambda b: _rewrite(b / "07.jpg"), {"b/07.jpg"}),
    "another file, same size and time": (
        lambda b: _replace_with_other_content(b / "07.jpg"),
        {"b/07.jpg"},
    ),
    "renamed": (lambda b: (b / "07.jpg").rename(b / "77.jpg"), {"b/77.jpg"}),
    "sidecar added": (lambda b: place(b, "07.jpg.xmp", packet()), {"b/07.jpg"}),
    "sidecar removed": (lambda b: (b / "01.jpg.xmp").unlink(), {"b/01.jpg"}),
    "sidecar changed": (
        lambda b: place(b, "01.jpg.xmp", packet(), SETTLED_NS + 1),
        {"b/01.jpg"},
    ),
    "photo added": (lambda b: place(b, "new.jpg", small(3)), {"b/new.jpg"}),
    "photo removed": (lambda b: (b / "07.jpg").unlink(), set()),
    "photo becomes a link": (
        lambda b: ((b / "07.jpg").unlink(), (b / "07.jpg").symlink_to("08.jpg")),
        set(),
    ),
    "folder added": (lambda b: place(b, "more/x.jpg", small(4)), {"b/more/x.jpg"}),
    "folder removed": (lambda b: ((b / "small/x.jpg").unlink(), (b / "small").rmdir()), set()),
    "folder renamed": (lambda b: (b / "small").rename(b / "tiny"), {"b/tiny/x.jpg"}),
    "other file added": (lambda b: place(b, "notes.txt", b"x"), set()),
    "other file removed": (lambda b: (b / "old.txt").unlink(), set()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_noticed_and_the_rest_passed_over(
    bench: Bench, tmp_path: Path, change: str
) -> None:
    place(bench.tree, "b/01.jpg.xmp", packet(attributes='xmp:Rating="2"'))
    place(bench.tree, "b/small/x.jpg", small(5))
    place(bench.tree, "b/old.txt", b"x")
    bench.discover()
    before = bench.rows()
    act, again = CHANGES[change]
    act(bench.tree / "b")  # type: ignore[no-untyped-call]
    found = bench.discover()
    assert len(bench.grouped) <= 2, "the changed folder, and one inside it"
    assert found.accounting.written - found.accounting.unchanged == len(again)
    after = bench.rows()
    read = {i for i, row in after.items() if row != before.get(i) and row["change_token"] != GONE}
    assert read == again
    bench.agrees_with_a_full_scan(tmp_path)
    assert len(bench.discover().changed_months) == 0


def test_an_unusual_tree_yields_the_same_the_second_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path, monkeypatch)
    assert odd_tree(tmp_path) == bench.tree
    first = bench.discover().accounting
    report = read_report(bench.folder)
    for _ in range(2):
        again = bench.discover().accounting
        assert (again.found, again.written, again.reasons) == (
            first.found,
            first.written,
            first.reasons,
        )
        assert read_report(bench.folder).equals(report)
    bench.agrees_with_a_full_scan(tmp_path)


def test_failures_are_retried_and_stay_visible(bench: Bench) -> None:
    place(bench.tree, "b/empty.jpg", b"")
    place(bench.tree, "b/deep/07.jpg.xmp", b"<x:xmpmeta")
    for _ in range(3):
        found = bench.discover().accounting
        assert found.failed == 2
        refs = [r["ref"] for r in read_report(bench.folder).to_pylist() if r["outcome"] == "failed"]
        assert refs == ["b/empty.jpg", "b/deep/07.jpg.xmp"]
    assert len(bench.grouped) == 2, "both folders with a failure, and no other"


def test_a_file_that_settles_is_read_without_another_change(bench: Bench) -> None:
    """A shorter settle time has the same effect as waiting."""
    soon, later = {"settle_seconds": 3600}, {"settle_seconds": 60}
    bench.discover(settings=soon)
    place(bench.tree, "b/fresh.jpg", small(9), time.time_ns() - 1800 * 10**9)
    waiting = bench.discover(settings=soon).accounting
    assert waiting.reasons["discarded: still being written"] == 2
    assert bench.discover(settings=soon).accounting.written == 90
    assert len(bench.grouped) == 1, "a folder with a file that is being written is looked at"
    assert bench.discover(settings=later).accounting.written == 91
    assert bench.discover(settings=later).accounting.unchanged == 91
    assert bench.grouped == []


def test_a_row_whose_file_comes_back_is_read_again(bench: Bench, tmp_path: Path) -> None:
    bench.discover()
    away = tmp_path / "away.jpg"
    (bench.tree / "b" / "07.jpg").rename(away)
    found = bench.discover()
    assert found.accounting.kept == 1
    assert bench.manifest.missing == 1
    assert bench.rows()["b/07.jpg"]["availability"] == "missing"
    again = bench.discover()
    assert (again.accounting.kept, again.changed_months, bench.grouped) == (1, (), [])
    os.utime(bench.tree / "a" / "07.jpg", ns=(SETTLED_NS + 1, SETTLED_NS + 1))
    assert bench.discover().accounting.kept == 1, "a change elsewhere leaves it gone"
    away.rename(bench.tree / "b" / "07.jpg")
    assert bench.discover().accounting.kept == 0
    assert bench.rows()["b/07.jpg"]["availability"] == "online"


@not_root
def test_a_folder_that_cannot_be_listed_keeps_its_rows(bench: Bench) -> None:
    bench.discover()
    (bench.tree / "b").chmod(0)
    try:
        for _ in range(2):
            found = bench.discover()
            assert found.held is None
            assert (found.accounting.failed, found.accounting.kept) == (1, 0)
            assert found.changed_months == ()
    finally:
        (bench.tree / "b").chmod(0o755)
    assert bench.discover().accounting.unchanged == 90


@pytest.mark.parametrize("how", ["missing", "cut", "garbage", "of another scan", "a bit"])
@pytest.mark.parametrize("table", ["scan_branches", "scan_rows", "scan_notes"])
def test_a_memory_that_cannot_be_believed_costs_a_look_and_nothing_else(
    bench: Bench, tmp_path: Path, how: str, table: str
) -> None:
    bench.discover()
    file = bench.folder / "memory" / "last" / f"{table}.parquet"
    old = file.read_bytes()
    os.utime(bench.tree / "b" / "07.jpg", ns=(SETTLED_NS + 1, SETTLED_NS + 1))
    bench.discover()
    os.utime(bench.tree / "b" / "08.jpg", ns=(SETTLED_NS + 1, SETTLED_NS + 1))
    content = bytearray(file.read_bytes())
    match how:
        case "missing":
            file.unlink()
        case "cut":
            file.write_bytes(content[: len(content) // 2])
        case "garbage":
            file.write_bytes(b"garbage" * 100)
        case "of another scan":
            file.write_bytes(old)
        case _:
            content[len(content) // 8] ^= 4
            file.write_bytes(content)
    found = bench.discover()
    assert (found.accounting.written, found.accounting.unchanged) == (90, 89)
    bench.agrees_with_a_full_scan(tmp_path)
    assert bench.discover().accounting.unchanged == 90
    assert bench.grouped == [], "the memory is whole again"


KILLED = """
import os, signal, sys
from pathlib import Path
from photo_assets.catalogs.discovery import discover as module
from photo_assets_tests.catalogs.folders.reading import catalog

def killed(folder, manifest):
    os.kill(os.getpid(), signal.SIGKILL)

module.save_manifest = killed
module.discover(catalog(Path(sys.argv[1])), Path(sys.argv[2]))
"""


def test_a_kill_between_memory_and_manifest_loses_no_change(bench: Bench, tmp_path: Path) -> None:
    bench.discover()
    os.utime(bench.tree / "b" / "07.jpg", ns=(SETTLED_NS + 1, SETTLED_NS + 1))
    accepted = bench.manifest
    command = [sys.executable, "-c", KILLED, os.fspath(bench.tree), os.fspath(bench.staging)]
    assert subprocess.run(command, check=False).returncode == -9
    assert bench.manifest == accepted
    found = bench.discover()
    assert (found.accounting.written, found.accounting.unchanged) == (90, 89)
    assert len(found.changed_months) == 1
    assert bench.rows()["b/07.jpg"]["file_mtime_ns"] == SETTLED_NS + 1
    bench.agrees_with_a_full_scan(tmp_path)


@pytest.mark.parametrize("cause", ["full", "settings", "reader"])
def test_equal_listings_do_not_prevent_a_required_reading(
    bench: Bench, cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.discover()
    options: dict[str, Any] = {}
    if cause == "full":
        options = {"full": True}
    elif cause == "settings":
        options = {"settings": {"rating_five_is_favourite": True}}
    else:
        monkeypatch.setattr(FoldersCatalog, "reader_version", 99)
    found = bench.discover(**options).accounting
    assert (found.written, found.unchanged) == (90, 0)


def test_the_report_names_entries_of_skipped_folders(bench: Bench) -> None:
    bench.discover()
    place(bench.tree, "b/extra.txt", b"x")
    bench.discover()
    refs = [row["ref"] for row in read_report(bench.folder).to_pylist()]
    assert refs == [
        "a/@eaDir",
        "a/half.jpg.part",
        "a/link.jpg",
        "a/notes.txt",
        "a/00.jpg.xmp",
        "b/extra.txt",
    ]


def test_the_probe_matches_the_scan(bench: Bench) -> None:
    """Else the sensor would start a run after every run."""
    bench.discover()
    probe = catalog(bench.tree).probe(time.monotonic() + 60)
    assert (bench.manifest.token, bench.manifest.summary) == (probe.token, probe.summary)
    place(bench.tree, "b/new.jpg", small(1))
    assert catalog(bench.tree).probe(time.monotonic() + 60).token != probe.token
    bench.discover()
    after = catalog(bench.tree).probe(time.monotonic() + 60)
    assert bench.manifest.token == after.token
