"""Moved or renamed files are recognized by inode, size and time, and not decoded again."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.model.item import Item
from photo_assets_tests.identity.fingerprints.material import (
    BLIND,
    item_of,
    photo,
    rewrite,
    rows,
    run,
)

TIME_NS = 1_600_000_000_123_456_700


def shot(folder: Path, name: str, seed: int, mtime_ns: int = TIME_NS) -> Path:
    path = photo(folder, name, seed)
    os.utime(path, ns=(mtime_ns, mtime_ns))
    return path


def known(cache: FingerprintCache, *paths: Path) -> dict[str, Any]:
    first = run([item_of(path, path.name) for path in paths], cache)
    assert first.computed == len(paths)
    assert first.moved == 0
    return {name: row["sha256"] for name, row in rows(first).items()}


@pytest.mark.parametrize("new", ["renamed.jpg", "other/folder/a.jpg"])
def test_a_renamed_file_is_recognized_and_only_digested(
    tmp_path: Path, cache: FingerprintCache, new: str
) -> None:
    """Renaming and editing both change the change time: only the digests distinguish them."""
    old = shot(tmp_path, "photos/a.jpg", 1)
    digests = known(cache, old)
    target = tmp_path / new
    target.parent.mkdir(parents=True, exist_ok=True)
    old.rename(target)
    size = target.stat().st_size
    found = run([item_of(target, "1")], cache, BLIND)
    assert (found.moved, found.computed, found.bytes_read) == (1, 1, size)
    assert rows(found)["1"]["sha256"] == digests["a.jpg"]
    assert rows(found)["1"]["status"] == "ok", "decoded before"
    assert rows(found)["1"]["path"] == os.fspath(target)
    (month,) = found.by_month.values()
    assert month["moved"] == 1
    again = run([item_of(target, "1")], cache, BLIND)
    assert (again.moved, again.cached) == (0, 1), "it is known under its new path from now on"


def test_an_edited_and_renamed_file_is_not_a_move(tmp_path: Path, cache: FingerprintCache) -> None:
    old = shot(tmp_path, "a.jpg", 1)
    digests = known(cache, old)
    rewrite(old)
    old.rename(tmp_path / "b.jpg")
    found = run([item_of(tmp_path / "b.jpg", "1")], cache)
    assert (found.moved, found.computed) == (0, 1)
    now = rows(found)["1"]["sha256"]
    assert now == hashlib.sha256((tmp_path / "b.jpg").read_bytes()).digest() != digests["a.jpg"]


def test_a_file_with_another_extension_is_decoded_again(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    old = shot(tmp_path, "a.jpg", 1)
    known(cache, old)
    old.rename(tmp_path / "a.nef")
    found = run([item_of(tmp_path / "a.nef", "1")], cache, BLIND)
    assert found.moved == 0
    assert rows(found)["1"]["status"] == "undecodable"


def test_a_moved_folder_is_recognized_in_few_queries(
    tmp_path: Path, cache: FingerprintCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [shot(tmp_path / "old", f"{n:03d}.jpg", n, TIME_NS + n) for n in range(40)]
    digests = known(cache, *before)
    (tmp_path / "old").rename(tmp_path / "new")
    asked: list[int] = []
    find = FingerprintCache.find_elsewhere

    def counting(self: FingerprintCache, keys: Any) -> Any:
        keys = list(keys)
        asked.append(len(keys))
        return find(self, keys)

    monkeypatch.setattr(FingerprintCache, "find_elsewhere", counting)
    items = [item_of(tmp_path / "new" / path.name, path.name) for path in before]
    found = run(items, cache)
    assert (found.moved, found.bytes_read) == (40, 0)
    assert {name: row["sha256"] for name, row in rows(found).items()} == digests
    assert asked == [40]


def test_a_copy_is_read(tmp_path: Path, cache: FingerprintCache) -> None:
    old = shot(tmp_path, "a.jpg", 1)
    known(cache, old)
    copy = tmp_path / "copy.jpg"
    shutil.copy2(old, copy)
    found = run([item_of(copy, "1")], cache)
    assert (found.moved, found.computed) == (0, 1)


def test_a_hard_link_is_not_a_move(tmp_path: Path, cache: FingerprintCache) -> None:
    old = shot(tmp_path, "a.jpg", 1)
    known(cache, old)
    second = tmp_path / "second.jpg"
    os.link(old, second)
    assert run([item_of(second, "1")], cache).moved == 0
    third = tmp_path / "third.jpg"
    os.link(old, third)
    old.unlink()
    second.unlink()
    found = run([item_of(third, "1")], cache)
    assert found.moved == 1, "all names it was known by are gone"


def test_another_file_of_the_same_size_and_time_is_read(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    old = tmp_path / "a.txt"
    old.write_bytes(b"one")
    os.utime(old, ns=(TIME_NS, TIME_NS))
    known(cache, old)
    other = tmp_path / "b.txt"
    other.write_bytes(b"two")
    os.utime(other, ns=(TIME_NS, TIME_NS))
    assert other.stat().st_ino != old.stat().st_ino
    old.unlink()
    found = run([item_of(other, "1")], cache)
    assert (found.moved, found.computed) == (0, 1)


@pytest.mark.parametrize("mtime_ns", [TIME_NS, 1_600_000_000_000_000_000])
def test_a_disk_that_is_mounted_elsewhere_is_not_read_again(
    tmp_path: Path, cache: FingerprintCache, monkeypatch: pytest.MonkeyPatch, mtime_ns: int
) -> None:
    """The old mount point is a folder on another file system, or gone."""
    before = [shot(tmp_path / "media/disk/d", f"{n}.jpg", n, mtime_ns) for n in range(5)]
    digests = known(cache, *before)
    (tmp_path / "media/me").mkdir()
    (tmp_path / "media/disk").rename(tmp_path / "media/me/disk")
    other_disk(monkeypatch, tmp_path / "media")
    items = [item_of(tmp_path / "media/me/disk/d" / path.name, path.name) for path in before]
    found = run(items, cache)
    assert (found.moved, found.bytes_read) == (5, 0)
    assert {name: row["sha256"] for name, row in rows(found).items()} == digests


def test_a_disk_beside_its_clone_is_read(
    tmp_path: Path, cache: FingerprintCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = shot(tmp_path / "disk", "a.jpg", 1)
    known(cache, old)
    clone = shot(tmp_path / "clone", "a.jpg", 2)
    old.rename(tmp_path / "clone" / "a.jpg")  # with the same inode, on another file system
    shutil.copy2(clone, old)
    other_disk(monkeypatch, tmp_path / "disk")
    found = run([item_of(clone, "1")], cache)
    assert (found.moved, found.computed) == (0, 1)


def test_a_renamed_folder_with_times_of_whole_seconds_is_known(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    old = shot(tmp_path, "old/a.jpg", 1, 1_600_000_000_000_000_000)
    known(cache, old)
    (tmp_path / "old").rename(tmp_path / "new")
    assert run([item_of(tmp_path / "new/a.jpg", "1")], cache).moved == 1


def other_disk(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    """Make `place` appear on another file system than its content."""
    real = os.stat

    def elsewhere(path: Any, *args: Any, **more: Any) -> os.stat_result:
        found = real(path, *args, **more)
        if os.fspath(path) != os.fspath(place):
            return found
        values = list(found)
        values[2] = found.st_dev + 1
        return os.stat_result(values)

    monkeypatch.setattr(os, "stat", elsewhere)


def test_whole_seconds_prove_nothing(tmp_path: Path, cache: FingerprintCache) -> None:
    old = shot(tmp_path, "a.jpg", 1, 1_600_000_000_000_000_000)
    known(cache, old)
    old.rename(tmp_path / "b.jpg")
    found = run([item_of(tmp_path / "b.jpg", "1")], cache)
    assert (found.moved, found.computed) == (0, 1)


def test_an_inode_of_another_file_system_proves_nothing(
    tmp_path: Path, cache: FingerprintCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old disk is gone, its mount point remains, and the new disk has equal inode numbers."""
    old = shot(tmp_path / "mounted", "a.jpg", 1)
    known(cache, old)
    new = tmp_path / "b.jpg"
    old.rename(new)
    other_disk(monkeypatch, tmp_path / "mounted")
    assert run([item_of(new, "1")], cache).moved == 0
    monkeypatch.undo()


def test_an_inaccessible_path_proves_nothing(
    tmp_path: Path, cache: FingerprintCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = shot(tmp_path, "a.jpg", 1)
    known(cache, old)
    old.rename(tmp_path / "b.jpg")
    real = os.lstat

    def refusing(path: Any, *args: Any, **more: Any) -> os.stat_result:
        if os.fspath(path) == os.fspath(old):
            raise PermissionError(13, "Permission denied", path)
        return real(path, *args, **more)

    monkeypatch.setattr(os, "lstat", refusing)
    assert run([item_of(tmp_path / "b.jpg", "1")], cache).moved == 0


def test_two_files_with_swapped_names_are_both_recognized(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    a, b = shot(tmp_path, "a.jpg", 1), shot(tmp_path, "b.jpg", 2)
    digests = known(cache, a, b)
    a.rename(tmp_path / "c.jpg")
    b.rename(a)
    (tmp_path / "c.jpg").rename(b)
    found = run([item_of(a, "a"), item_of(b, "b")], cache, BLIND)
    assert found.moved == 2
    now = {name: row["sha256"] for name, row in rows(found).items()}
    assert now == {"a": digests["b.jpg"], "b": digests["a.jpg"]}


def test_an_item_without_recorded_state_is_found_by_its_current_state(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    old = shot(tmp_path, "a.jpg", 1)
    known(cache, old)
    old.rename(tmp_path / "b.jpg")
    bare: Item = item_of(
        tmp_path / "b.jpg", "1", file_size=None, file_mtime_ns=None, file_inode=None
    )
    assert run([bare], cache).moved == 1
