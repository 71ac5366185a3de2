"""A catalog with unchanged files and pictures is neither copied nor opened."""

import os
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.lightroom.snapshot import copy_catalog
from photo_assets_tests.catalogs.lightroom.builder import ROOT, Lrcat
from photo_assets_tests.catalogs.lightroom.reading import reader

OLD = 1_500_000_000


class Bench:
    """A catalog of ten pictures in two folders, and how often it was copied."""

    def __init__(self, root: Path, lrcat: Lrcat, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.path = root, lrcat.path
        self.pictures = root / "pictures"
        self.copies = 0
        top = lrcat.root()
        for year in ("2013", "2014"):
            (self.pictures / year).mkdir(parents=True)
            folder = lrcat.folder(top, f"{year}/")
            for letter in "abcde":
                name = f"{letter}.jpg"
                (self.pictures / year / name).write_bytes(b"1")
                lrcat.image(lrcat.file(folder, name, sidecarExtensions="xmp"))
        (self.pictures / "2013" / "a.xmp").write_bytes(b"x")
        lrcat.close()
        self.age()
        monkeypatch.setattr("photo_assets.catalogs.lightroom.catalog.copy_catalog", self._copy)

    def _copy(self, *args: Any) -> Path:
        self.copies += 1
        return copy_catalog(*args)

    def age(self) -> None:
        """Make the catalog one that was written long ago."""
        os.utime(self.path, (OLD, OLD))

    def discover(self, **options: Any) -> Discovery:
        catalog = reader(self.path, self.root / "scratch", {ROOT: self.pictures})
        catalog.probe(float("inf"))  # the very first look may copy it, to learn the root folders
        self.copies = 0
        return discover(catalog, self.root / "staging", **options)

    @property
    def folder(self) -> Path:
        return catalog_folder(self.root / "staging", "lightroom", "test")

    def availability(self) -> dict[str, str]:
        manifest = load_manifest(self.folder)
        assert manifest is not None
        rows = pa.concat_tables([read_part(self.folder, part) for part in manifest.months.values()])
        return {row["path"][-10:]: row["availability"] for row in rows.to_pylist()}


@pytest.fixture
def bench(tmp_path: Path, lrcat: Lrcat, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, lrcat, monkeypatch)


def test_nothing_changed_and_nothing_is_copied(bench: Bench) -> None:
    first = bench.discover()
    assert (first.accounting.written, first.accounting.unchanged, bench.copies) == (10, 0, 1)
    again = bench.discover()
    assert (again.accounting.written, again.accounting.unchanged, bench.copies) == (10, 10, 0)
    assert again.changed_months == ()
    assert again.manifest == first.manifest
    assert bench.discover(full=True).accounting.unchanged == 0
    assert bench.copies == 1


def test_links_and_names_in_another_case_are_seen_the_same_again(bench: Bench) -> None:
    folder = bench.pictures / "2013"
    (folder / "b.jpg").rename(folder / "real.jpg")
    (folder / "b.jpg").symlink_to("real.jpg")
    (folder / "d.jpg").rename(folder / "D.JPG")
    (folder / "e.jpg").unlink()
    bench.discover()
    assert bench.discover().accounting.unchanged == 10
    assert bench.copies == 0
    (folder / "real.jpg").write_bytes(b"other")
    assert bench.discover().accounting.unchanged == 9


CHANGES = {
    "a picture grows": lambda p: (p / "2013/b.jpg").write_bytes(b"12"),
    "a picture is gone": lambda p: (p / "2014/e.jpg").unlink(),
    "a picture is touched": lambda p: os.utime(p / "2014/e.jpg", (5, 5)),
    "a picture changes the case of its name": lambda p: (p / "2013/b.jpg").rename(p / "2013/B.JPG"),
    "a picture becomes a link out of it": lambda p: (
        (p / "2013/b.jpg").unlink(),
        (p / "2013/b.jpg").symlink_to("/etc/hostname"),
    ),
    "a sidecar comes": lambda p: (p / "2013/b.xmp").write_bytes(b"x"),
    "a sidecar changes": lambda p: (p / "2013/a.xmp").write_bytes(b"xx"),
    "a sidecar goes": lambda p: (p / "2013/a.xmp").unlink(),
    "a folder goes": lambda p: (p / "2014").rename(p / "away"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_changes_of_the_pictures_are_noticed(bench: Bench, change: str) -> None:
    bench.discover()
    assert bench.discover().accounting.unchanged == 10
    CHANGES[change](bench.pictures)  # type: ignore[no-untyped-call]
    found = bench.discover()
    assert bench.copies == 1
    assert found.accounting.unchanged < 10
    assert len(found.changed_months) == 1
    settled = bench.discover()
    assert (settled.accounting.unchanged, bench.copies) == (10, 0)


def test_files_the_catalog_does_not_name_do_not_matter(bench: Bench) -> None:
    bench.discover()
    (bench.pictures / "2013" / "unknown.jpg").write_bytes(b"new")
    assert bench.discover().accounting.unchanged == 10
    assert bench.copies == 0


def test_a_disk_that_comes_back_is_noticed(bench: Bench, tmp_path: Path) -> None:
    bench.pictures.rename(tmp_path / "unplugged")
    bench.discover()
    assert set(bench.availability().values()) == {"offline"}
    assert bench.discover().accounting.unchanged == 10
    (tmp_path / "unplugged").rename(bench.pictures)
    bench.discover()
    assert set(bench.availability().values()) == {"online"}


def test_a_write_to_the_catalog_is_read(bench: Bench) -> None:
    bench.discover()
    with Lrcat.opened(bench.path) as lrcat:
        lrcat.db.execute(
            "UPDATE Adobe_images SET rating = 3 WHERE rowid = (SELECT min(rowid) FROM Adobe_images)"
        )
    assert bench.discover().accounting.unchanged == 9
    assert bench.copies == 1


def test_a_catalog_written_a_moment_ago_is_read_again(bench: Bench) -> None:
    """FAT keeps times to two seconds: a second write in them would leave size and time."""
    soon = time.time() + 3600  # a moment ago, however long the discoveries take
    os.utime(bench.path, (soon, soon))
    bench.discover()
    assert bench.discover().accounting.unchanged == 10
    assert bench.copies == 1
    bench.age()
    bench.discover()
    bench.discover()
    assert bench.copies == 0


@pytest.mark.parametrize("content", [None, b"", b"garbage" * 50])
def test_a_lost_or_damaged_memory_is_rebuilt(bench: Bench, content: bytes | None) -> None:
    bench.discover()
    memory = bench.folder / "memory" / "last" / "lightroom_sightings.parquet"
    if content is None:
        memory.unlink()
    else:
        memory.write_bytes(content)
    assert bench.discover().accounting.unchanged == 10
    assert bench.copies == 1
    bench.discover()
    assert bench.copies == 0


def test_a_memory_of_a_scan_that_was_not_accepted_is_not_believed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was killed before the manifest: the pictures are as it saw them, the rows are not."""
    bench.discover()
    (bench.pictures / "2014" / "e.jpg").unlink()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("photo_assets.catalogs.discovery.discover.save_manifest", killed)
        with pytest.raises(KeyboardInterrupt):
            bench.discover()
    assert bench.availability()["2014/e.jpg"] == "online"
    bench.discover()
    assert bench.availability()["2014/e.jpg"] == "missing"
