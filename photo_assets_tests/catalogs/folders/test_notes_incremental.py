"""A change in a file about many pictures costs the reading of those it changes something for."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from photo_assets.catalogs.discovery.discover import catalog_folder
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.folders import contents
from photo_assets.media.read import read_media
from photo_assets_tests.catalogs.folders.noting import album, details, picasa, row
from photo_assets_tests.catalogs.folders.test_incremental import Bench
from photo_assets_tests.catalogs.folders.trees import SETTLED_NS, place, small
from photo_assets_tests.edits import replaced

LATER = SETTLED_NS + 10**9
PARTS = ("iCloud Photos Part 1 of 2", "iCloud Photos Part 2 of 2")


class NotesBench(Bench):
    """Counts the pictures whose files are read."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(root, monkeypatch)
        self.opened: list[str] = []

        def noting(stream: object, name: str) -> object:
            self.opened.append(name)
            return read_media(stream, name)  # type: ignore[arg-type]

        monkeypatch.setattr(contents, "read_media", noting)

    def agrees_with_a_full_scan(self, root: Path, **settings: Any) -> None:
        """Compare every value of the rows, too."""
        super().agrees_with_a_full_scan(root, **settings)
        folder = catalog_folder(root / "again", "folders", "test")
        manifest = load_manifest(folder)
        assert manifest is not None
        tables = [read_part(folder, part) for part in manifest.months.values()]
        anew = {row["native_id"]: row for row in pa.concat_tables(tables).to_pylist()}
        assert self.rows() == anew

    def read(self) -> list[str]:
        """Discover, and return the names of the pictures that were read."""
        self.opened.clear()
        self.discover()
        return list(self.opened)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NotesBench:
    found = NotesBench(tmp_path, monkeypatch)
    for number in range(20):
        place(found.tree, f"lake/{number:02d}.jpg", small(number))
    picasa(found.tree, "lake", ini())
    for part, folder in enumerate(PARTS):
        for number in range(10):
            place(found.tree, f"{folder}/Photos/{part}{number}.jpg", small(40 + number))
        rows = (row(f"{part}{number}.jpg") for number in range(10))
        details(found.tree, f"{folder}/Photos", *rows)
    album(found.tree, f"{PARTS[1]}/Albums/Trip.csv", "00.jpg", "13.jpg")
    found.discover()
    return found


def ini(caption: str = "Lake", person: str = "Ann", name: str = "Best") -> str:
    return (
        f"[Contacts2]\n1=Ann;;\n2={person};;\n[.album:f7]\nname={name}\n"
        f"[00.jpg]\nstar=yes\ncaption={caption}\n[01.jpg]\nfaces=rect64(80008000),2\n"
        "[02.jpg]\nfaces=rect64(80008000),1\nalbums=f7\n[03.jpg]\nstar=yes\n"
    )


def rows_with(bench: NotesBench, number: int, changed: str) -> None:
    rows = [row(f"0{one}.jpg") for one in range(10)]
    rows[number] = changed
    details(bench.tree, f"{PARTS[0]}/Photos", *rows, mtime_ns=LATER)


Change = Callable[[NotesBench], object]
CHANGES: dict[str, tuple[Change, list[str]]] = {
    "a caption": (lambda b: picasa(b.tree, "lake", ini("Sea"), LATER), ["00.jpg"]),
    "a contact": (lambda b: picasa(b.tree, "lake", ini(person="Bo"), LATER), ["01.jpg"]),
    "an album's name": (lambda b: picasa(b.tree, "lake", ini(name="All"), LATER), ["02.jpg"]),
    "nothing but the time": (lambda b: picasa(b.tree, "lake", ini(), LATER), []),
    "a new entry": (
        lambda b: picasa(b.tree, "lake", f"{ini()}[09.jpg]\nstar=yes", LATER),
        ["09.jpg"],
    ),
    "what Picasa keeps for itself": (
        lambda b: picasa(b.tree, "lake", f"{ini()}[09.jpg]\nbackuphash=1", LATER),
        [],
    ),
    "the notes go": (
        lambda b: (b.tree / "lake" / ".picasa.ini").unlink(),
        ["00.jpg", "01.jpg", "02.jpg", "03.jpg"],
    ),
    "another folder's notes come": (lambda b: picasa(b.tree, "", "[a.jpg]\nstar=yes"), []),
    "an original": (
        lambda b: place(b.tree, "lake/.picasaoriginals/07.jpg", small(1)),
        ["07.jpg", "07.jpg"],
    ),
    "a favourite": (lambda b: rows_with(b, 3, row("03.jpg", "yes,no,no")), ["03.jpg"]),
    "a look at a picture": (lambda b: rows_with(b, 3, replaced(row("03.jpg"), (",3,", ",4,"))), []),
    "a row less": (lambda b: rows_with(b, 3, ""), ["03.jpg"]),
    "an album of other parts": (
        lambda b: album(b.tree, f"{PARTS[1]}/Albums/Trip.csv", "00.jpg", "05.jpg", mtime_ns=LATER),
        ["05.jpg", "13.jpg"],
    ),
    "an album more": (
        lambda b: album(b.tree, f"{PARTS[0]}/Albums/Home.csv", "00.jpg", "19.jpg"),
        ["00.jpg", "19.jpg"],
    ),
    "an album goes": (
        lambda b: (b.tree / PARTS[1] / "Albums" / "Trip.csv").unlink(),
        ["00.jpg", "13.jpg"],
    ),
    "a table of something else": (
        lambda b: place(b.tree, f"{PARTS[1]}/Albums/sums.csv", b"year,sum\n"),
        [],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_only_pictures_that_something_else_is_said_of_are_read(
    bench: NotesBench, tmp_path: Path, change: str
) -> None:
    assert (bench.read(), bench.grouped) == ([], [])
    act, expected = CHANGES[change]
    act(bench)
    assert bench.read() == expected
    bench.agrees_with_a_full_scan(tmp_path)
    assert (bench.read(), bench.grouped) == ([], []), "and then all is known"


def said(bench: NotesBench, native_id: str) -> tuple[object, object]:
    one = bench.rows()[native_id]
    return one["favourite"], one["caption"]


@pytest.mark.parametrize("content", [b"", b"\0" * 400])
def test_damaged_notes_leave_the_rows_as_they_were(bench: NotesBench, content: bytes) -> None:
    place(bench.tree, "lake/.picasa.ini", content, LATER)
    place(bench.tree, "lake/00.jpg", small(99), LATER)
    place(bench.tree, "lake/05.jpg", small(98), LATER)
    place(bench.tree, "lake/new.jpg", small(97))
    for again in (["05.jpg", "new.jpg"], []):
        found = bench.discover().accounting
        assert found.reasons["failed: folder notes not readable"] == 1
        assert found.reasons["discarded: waits for its notes"] == 1, "00.jpg changed"
        assert bench.opened[-len(again) or len(bench.opened) :] == again
        assert said(bench, "lake/00.jpg") == (True, "Lake")
        assert said(bench, "lake/03.jpg") == (True, None)
    picasa(bench.tree, "lake", ini("Sea"), LATER + 1)
    assert bench.read() == ["00.jpg"]
    assert said(bench, "lake/00.jpg") == (True, "Sea")


def test_notes_that_are_being_written_are_waited_for(bench: NotesBench) -> None:
    written = time.time_ns() - 1800 * 10**9
    picasa(bench.tree, "lake", "[00.jpg]\ncaption=Half", written)
    found = bench.discover(settings={"settle_seconds": 3600}).accounting
    assert found.reasons["discarded: still being written"] == 1
    assert said(bench, "lake/00.jpg") == (True, "Lake")
    assert bench.discover(settings={"settle_seconds": 60}).accounting.failed == 0
    assert said(bench, "lake/00.jpg") == (None, "Half")


def test_a_damaged_line_leaves_the_rows_of_what_it_may_name(bench: NotesBench) -> None:
    in_an_album = f"{PARTS[0]}/Photos/00.jpg"
    for number, name in ((3, "03.jpg"), (0, "00.jpg")):
        native_id = f"{PARTS[0]}/Photos/{name}"
        rows_with(bench, number, f'"{name}\n')
        bench.discover()
        assert said(bench, native_id) == (False, None)
    assert len(bench.rows()[in_an_album]["albums"]) == 2
    rows = [row(f"0{one}.jpg") for one in range(10)]
    rows[3], rows[4] = '"03.j\n', row("04.jpg", "yes,no,no")
    details(bench.tree, f"{PARTS[0]}/Photos", *rows, mtime_ns=LATER + 1)
    assert bench.read() == ["04.jpg"]


def test_albums_that_cannot_be_read_leave_rows_and_are_tried_again(
    bench: NotesBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share that fails for a moment, and gives no other sign of it afterwards."""
    path = f"{PARTS[1]}/Albums/Trip.csv"
    album(bench.tree, path, "05.jpg", mtime_ns=LATER)
    real = contents.read_notes

    def failing(handle: int, entry: object, *rest: object) -> object:
        if entry.text == "Trip.csv":  # type: ignore[attr-defined]
            raise OSError(5, "Input/output error")
        return real(handle, entry, *rest)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        for module in ("albums", "notes"):
            patched.setattr(f"photo_assets.catalogs.folders.{module}.read_notes", failing)
        found = bench.discover().accounting
        assert found.reasons["failed: folder notes not readable"] == 1
        assert bench.opened.count("00.jpg") == 2, "at first, in two folders"
    assert bench.read() == ["00.jpg", "05.jpg", "13.jpg"]
