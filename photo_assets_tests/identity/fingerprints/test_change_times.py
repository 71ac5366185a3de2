"""The cost of a changed change time, and that no fingerprint is of earlier bytes."""

import dataclasses
import hashlib
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.options import FingerprintOptions
from photo_assets.identity.fingerprints.record import ContentKey
from photo_assets.system.file_state import ChangeTimes
from photo_assets_tests.identity.fingerprints.material import (
    BLIND,
    OPTIONS,
    item_of,
    photo,
    rewrite,
    rows,
    run,
)

REREAD = dataclasses.replace(OPTIONS, reread=True)


def digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def touch(path: Path) -> None:
    """Change only the change time, as permissions, names and links do."""
    link = path.with_suffix(".link")
    os.link(path, link)
    link.unlink()


def test_an_edit_that_keeps_size_and_time_is_read(tmp_path: Path, cache: FingerprintCache) -> None:
    path = photo(tmp_path, "a.jpg", 1)
    before = rows(run([item_of(path, "1")], cache))["1"]
    rewrite(path)
    row = rows(run([item_of(path, "1")], cache))["1"]
    assert row["sha256"] == digest(path) != before["sha256"]
    assert run([item_of(path, "1")], cache).cached == 1


@pytest.mark.parametrize("change", [touch, lambda path: path.chmod(0o640)])
def test_a_changed_change_time_causes_one_reread(
    tmp_path: Path, cache: FingerprintCache, change: Any
) -> None:
    path = photo(tmp_path, "a.jpg", 1)
    before = rows(run([item_of(path, "1")], cache))["1"]
    change(path)
    again = run([item_of(path, "1")], cache, BLIND)
    assert (again.computed, again.bytes_read) == (1, path.stat().st_size)
    assert rows(again)["1"] == before, "nothing was decoded, nothing is another value"
    assert run([item_of(path, "1")], cache, BLIND).cached == 1


def test_a_backup_that_was_restored_is_read_once(tmp_path: Path, cache: FingerprintCache) -> None:
    paths = [photo(tmp_path, f"{n}.jpg", n) for n in range(4)]
    before = rows(run([item_of(path, path.name) for path in paths], cache))
    for path in paths:
        content, times = path.read_bytes(), path.stat()
        path.unlink()
        path.with_name("other inode").write_bytes(b"")
        path.write_bytes(content)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    restored = run([item_of(path, path.name) for path in paths], cache, BLIND)
    assert restored.computed == 4
    assert rows(restored) == before
    assert run([item_of(path, path.name) for path in paths], cache, BLIND).cached == 4


def test_a_file_touched_every_day_is_not_read_every_day(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    path = photo(tmp_path, "a.jpg", 1)
    run([item_of(path, "1")], cache)
    read = []
    for _ in range(7):
        touch(path)
        read.append(run([item_of(path, "1")], cache).contents_read)
    assert read == [1, 1, 1, 0, 0, 0, 0]
    rewrite(path)
    assert rows(run([item_of(path, "1")], cache, REREAD))["1"]["sha256"] == digest(path)
    # From then on its change time is meaningful again.
    rewrite(path)
    assert rows(run([item_of(path, "1")], cache))["1"]["sha256"] == digest(path)


def test_a_file_system_without_change_times_causes_no_reread(
    tmp_path: Path, cache: FingerprintCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ChangeTimes, "are_kept_on", lambda *_: False)
    path = photo(tmp_path, "a.jpg", 1)
    item = item_of(path, "1", file_ctime_ns=None)
    run([item], cache)
    for _ in range(3):
        touch(path)
        again = run([item_of(path, "1", file_ctime_ns=None)], cache)
        assert (again.cached, again.contents_read) == (1, 0)


def test_everything_is_reread_on_request(tmp_path: Path, cache: FingerprintCache) -> None:
    """Changes invisible to stat: an edit on a share without change times, corrupted bits."""
    paths = [photo(tmp_path, f"{n}.jpg", n) for n in range(3)]
    items = [item_of(path, path.name) for path in paths]
    before = rows(run(items, cache))
    rewrite(paths[1])
    assert rows(run(items, cache)) == before, "nobody has looked"
    again = run(items, cache, REREAD)
    assert again.bytes_read == sum(path.stat().st_size for path in paths)
    changed = {name for name, row in rows(again).items() if row != before[name]}
    assert changed == {"1.jpg"}
    assert rows(again)["1.jpg"]["sha256"] == digest(paths[1])
    assert all(row["phash"] is not None for row in rows(again).values())


def test_entries_of_an_archive_edited_in_place_are_reread(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    archive = tmp_path / "takeout.zip"

    def write(seeds: tuple[int, int]) -> None:
        with zipfile.ZipFile(archive, "w") as out:
            for number, seed in enumerate(seeds):
                out.writestr(zipfile.ZipInfo(f"{number}.jpg"), bytes([seed]) * 999)
        os.utime(archive, ns=(5, 5))

    write((1, 2))
    items = [
        item_of(archive, name, member=name, file_size=999, file_mtime_ns=None, file_inode=None)
        for name in ("0.jpg", "1.jpg")
    ]
    before = rows(run(items, cache))
    size = archive.stat().st_size
    write((1, 3))
    assert archive.stat().st_size == size
    after = rows(run(items, cache))
    assert after["0.jpg"] == before["0.jpg"]
    assert after["1.jpg"]["sha256"] == hashlib.sha256(b"\x03" * 999).digest()


def test_a_record_without_a_change_time_is_checked_once(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    path = photo(tmp_path, "a.jpg", 1)
    item = item_of(path, "1")
    before = rows(run([item], cache))["1"]
    key = ContentKey(
        item.path or "", None, item.file_size or 0, item.file_mtime_ns or 0, item.file_inode
    )
    (record,) = cache.get([key]).values()
    cache.put({key: dataclasses.replace(record, ctime_ns=None)})
    again = run([item], cache, BLIND)
    assert again.contents_read == 1
    assert rows(again)["1"] == before
    assert run([item], cache, BLIND).contents_read == 0


def test_digests_and_picture_are_of_the_same_content(
    tmp_path: Path, cache: FingerprintCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new recipe on a file with an undetected edit: all parts are of the current bytes."""
    path = photo(tmp_path, "a.jpg", 1)
    item = item_of(path, "1")
    run([item], cache)
    inode = path.stat().st_ino
    photo(tmp_path, "a.jpg", 2)
    assert path.stat().st_ino == inode
    content = path.read_bytes().ljust(item.file_size or 0, b"\0")[: item.file_size]
    path.write_bytes(content)
    os.utime(path, ns=(item.file_mtime_ns or 0, item.file_mtime_ns or 0))
    monkeypatch.setattr(ChangeTimes, "are_kept_on", lambda *_: False)
    monkeypatch.setattr("photo_assets.identity.fingerprints.options.IMAGE_DATA_RECIPE", 99)
    row = rows(run([dataclasses.replace(item, file_ctime_ns=None)], cache))["1"]
    fresh = FingerprintCache(tmp_path / "fresh.sqlite")
    expected = rows(run([item_of(path, "1")], fresh, FingerprintOptions(threads=1)))["1"]
    fresh.close()
    told = ("sha256", "md5", "phash", "dhash", "exif", "status")
    assert {name: row[name] for name in told} == {name: expected[name] for name in told}
