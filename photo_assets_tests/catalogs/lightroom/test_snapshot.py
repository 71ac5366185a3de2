"""Copying a catalog that is being written: one committed state, without changes to the source."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from photo_assets.catalogs.lightroom import snapshot, source_files
from photo_assets.model.errors import CatalogUnavailableError, CatalogUnreadableError, StorageError
from photo_assets.system.file_state import ChangeTimes
from photo_assets_tests.catalogs.lightroom.builder import Lrcat
from photo_assets_tests.catalogs.lightroom.reading import items, reader, scanned
from photo_assets_tests.catalogs.manifest import manifest
from photo_assets_tests.edits import replaced
from photo_assets_tests.time_limit import PATIENCE_S

# Each transaction gives all images one new rating and one new label, so that a torn state shows.
WRITER = """
import sqlite3, sys, time
path, exclusive, journal, pause, checkpoint = sys.argv[1:6]
db = sqlite3.connect(path, isolation_level=None, timeout=600)
db.execute(f"PRAGMA journal_mode = {journal}")
if exclusive == "1":
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
db.execute(f"PRAGMA wal_autocheckpoint = {checkpoint}")
for round in range(1_000_000):
    db.execute("BEGIN IMMEDIATE")
    db.execute("UPDATE Adobe_images SET rating = ?, colorLabels = ?", [round % 6, str(round)])
    db.execute("UPDATE AgLibraryIPTC SET caption = ?", [str(round)])
    db.execute("COMMIT")
    if round == 2:
        print("ready", flush=True)
    # Longer and longer: at some time a copy takes less, however busy the machine is.
    time.sleep(float(pause) * 1.05 ** min(round, 200))
"""
IMAGES = 400


@pytest.fixture
def many(lrcat: Lrcat) -> Path:
    folder = lrcat.folder(lrcat.root())
    for at in range(IMAGES):
        image = lrcat.photo(folder, f"{at}.jpg", rating=0.0, colorLabels="0")
        lrcat.insert("AgLibraryIPTC", image=image, caption="0")
    lrcat.close()
    return lrcat.path


@contextmanager
def writing(path: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Let another process commit to the catalog over and over."""
    command = [sys.executable, "-c", WRITER, str(path), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hand out catalogs in small pieces, so that a writer really comes in between."""
    whole = source_files.chunks

    def slowly(path: Path) -> Iterator[bytes]:
        for chunk in whole(path):
            yield chunk
            if path.suffix == ".lrcat":
                time.sleep(0.0005)

    monkeypatch.setattr(source_files, "CHUNK_BYTES", 8192)
    monkeypatch.setattr(snapshot, "chunks", slowly)


def _state(path: Path, scratch: Path) -> set[tuple[int | None, str | None, str | None]]:
    found = items(reader(path, scratch).scan({})).values()
    assert len(found) == IMAGES
    return {(item.rating, item.label, item.caption) for item in found}


@pytest.mark.usefixtures("slow_disk")
@pytest.mark.parametrize(
    ("exclusive", "journal", "pause", "checkpoint"),
    [
        ("0", "WAL", "0.01", "3000"),
        ("1", "WAL", "0.01", "3000"),
        ("0", "WAL", "0.3", "20"),
        ("0", "DELETE", "0.4", "0"),
        ("1", "PERSIST", "0.4", "0"),
    ],
)
def test_a_writer_never_produces_a_torn_copy(
    many: Path, scratch: Path, exclusive: str, journal: str, pause: str, checkpoint: str
) -> None:
    labels: set[str | None] = set()
    deadline = time.monotonic() + PATIENCE_S
    with writing(many, exclusive, journal, pause, checkpoint) as process:
        while len(labels) < 3 and time.monotonic() < deadline:
            try:
                states = _state(many, scratch)
            except (
                CatalogUnavailableError
            ) as error:  # a busy error is allowed, a mixed state is not
                assert "changed during" in error.message
                continue
            assert len(states) == 1, f"torn: {states}"
            (rating, label, caption) = next(iter(states))
            assert label == caption
            assert rating == int(str(label)) % 6
            labels.add(label)
        assert process.poll() is None, "the writer was never disturbed"
    assert len(labels) == 3, "copies of three states were made while the writer was committing"


@pytest.mark.usefixtures("slow_disk")
@pytest.mark.parametrize(("journal", "checkpoint"), [("DELETE", "0"), ("WAL", "1")])
def test_the_writer_would_tear_a_plain_copy(
    many: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch, journal: str, checkpoint: str
) -> None:
    """Without this the test above could not fail."""
    careful = snapshot._copy_once

    def careless(catalog: Path, target: Path, before: source_files.CatalogState) -> bool:
        careful(catalog, target, before)
        return True

    monkeypatch.setattr(snapshot, "_copy_once", careless)
    torn = 0
    deadline = time.monotonic() + PATIENCE_S
    with writing(many, "0", journal, "0", checkpoint):
        while not torn and time.monotonic() < deadline:
            try:
                torn += len(_state(many, scratch)) > 1
            except CatalogUnreadableError:
                torn += 1
    assert torn


def test_rows_that_are_only_in_the_log_are_read(many: Path, scratch: Path) -> None:
    with sqlite3.connect(many, isolation_level=None) as database:
        database.execute("PRAGMA wal_autocheckpoint = 0")
        database.execute("UPDATE Adobe_images SET rating = 5")
        database.execute("BEGIN")
        database.execute("UPDATE Adobe_images SET rating = 1")  # not committed
        assert many.with_name("photos.lrcat-wal").stat().st_size > 0
        before = manifest(many.parent)
        found = items(scanned(many, scratch)).values()
        assert {item.rating for item in found} == {5}
        assert manifest(many.parent) == before
    database.close()


def test_a_transaction_cut_off_by_a_crash_is_rolled_back(many: Path, scratch: Path) -> None:
    """A hot rollback journal, as an old Lightroom leaves it: the main file alone is torn."""
    script = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode = DELETE")
db.execute("PRAGMA cache_size = 1")
db.execute("BEGIN")
db.execute("UPDATE Adobe_images SET rating = 1, colorLabels = hex(randomblob(400))")
os._exit(9)
"""
    subprocess.run([sys.executable, "-c", script, str(many)], check=False)
    assert many.with_name("photos.lrcat-journal").stat().st_size > 0
    before = manifest(many.parent)
    found = items(scanned(many, scratch)).values()
    assert {(item.rating, item.label) for item in found} == {(0, "0")}
    assert manifest(many.parent) == before


def test_reading_leaves_the_whole_tree_as_it_was(
    real_catalog: Callable[[str], Path], scratch: Path
) -> None:
    path = real_catalog("lr14_metadata")
    path.with_name("lr14_metadata.lrcat.lock").write_bytes(b"")
    before = manifest(path.parent)
    catalog = reader(path, scratch)
    catalog.probe(time.monotonic() + 60)
    list(catalog.scan({}))
    catalog.smart_collections()
    assert manifest(path.parent) == before
    assert "open in Lightroom" in catalog.probe(time.monotonic() + 60).summary


def test_a_link_to_a_catalog_reads_the_log_beside_the_real_file(
    many: Path, scratch: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.lrcat"
    link.symlink_to(many)
    with sqlite3.connect(many, isolation_level=None) as database:
        database.execute("UPDATE Adobe_images SET rating = 4")
        assert {item.rating for item in items(reader(link, scratch).scan({})).values()} == {4}
    database.close()


def test_a_catalog_that_changes_all_the_time_is_unavailable(
    many: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = 0
    copy = snapshot._copy

    def touching(source: Path, target: Path) -> None:
        nonlocal attempts
        copy(source, target)
        if source == many:
            attempts += 1
            os.utime(many, ns=(attempts, attempts))

    monkeypatch.setattr(snapshot, "_copy", touching)
    with pytest.raises(CatalogUnavailableError, match="changed during each of 5"):
        list(reader(many, scratch).scan({}))
    assert attempts == snapshot.ATTEMPTS


def test_a_write_within_one_tick_of_the_clock_is_noticed(
    many: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same size and time do not prove anything while the time is younger than a clock tick.

    Detected by the change time where the file system records one; FAT does not.
    """
    monkeypatch.setattr(ChangeTimes, "are_kept_on", lambda *_: False)
    copy = snapshot._copy
    attempts = 0

    def sly(source: Path, target: Path) -> None:
        nonlocal attempts
        content, written = many.read_bytes(), many.stat().st_mtime_ns
        attempts += source == many
        if attempts == 1:  # during the copy the file contains uncommitted data
            many.write_bytes(
                replaced(content, (b"the committed caption", b"an uncommitted thing!"))
            )
            os.utime(many, ns=(written, written))
        copy(source, target)
        many.write_bytes(content)
        os.utime(many, ns=(written, written))

    with sqlite3.connect(many, isolation_level=None) as database:
        database.execute("UPDATE AgLibraryIPTC SET caption = 'the committed caption'")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    soon = time.time() + 3600  # within the tick, however long the copies take
    os.utime(many, (soon, soon))
    monkeypatch.setattr(snapshot, "_copy", sly)
    found = items(reader(many, scratch).scan({})).values()
    assert {item.caption for item in found} == {"the committed caption"}
    assert attempts == 2


def test_missing_space_is_reported_before_copying(
    many: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(many)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=10))
    with pytest.raises(StorageError, match="bytes free; copying"):
        list(reader(many, scratch).scan({}))
    assert [entry.name for entry in scratch.iterdir()] == []
