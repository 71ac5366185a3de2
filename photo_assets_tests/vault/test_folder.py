"""A store in a folder: the marker, the files on the disk, refusals and crashes of the disk."""

import errno
import io
import json
import os
import stat
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from photo_assets.model.errors import StorageError
from photo_assets.vault import blob_folders
from photo_assets.vault.blob_folders import BlobFolders
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.marker import MARKER
from photo_assets.vault.store import Condition, StoreUnavailableError

PHOTO = b"the bytes of a photo" * 10_000
BLOB = sha256(PHOTO).digest()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    store = FolderStore("home", tmp_path / "vault")
    store.create()
    return store


def files(store: FolderStore) -> list[str]:
    """Every file below the store but the marker, relative to it."""
    found = (path for path in store.root.rglob("*") if path.is_file())
    return sorted(str(path.relative_to(store.root)) for path in found if path.name != MARKER)


def test_blobs_are_read_only_files_that_any_program_finds(store: FolderStore) -> None:
    store.put(BLOB, io.BytesIO(PHOTO))
    name = BLOB.hex()
    assert files(store) == [f"blobs/sha256/{name[:2]}/{name[2:4]}/{name}"]
    assert stat.S_IMODE(store.path(BLOB).stat().st_mode) == 0o444
    # What docs/vault.md says: these two programs are enough.
    said = subprocess.run(["sha256sum", store.path(BLOB)], capture_output=True, check=True)
    assert said.stdout.split()[0].decode() == name


def test_a_folder_without_the_marker_is_not_an_empty_store(tmp_path: Path) -> None:
    unmounted = FolderStore("nas", tmp_path / "mnt")
    unmounted.root.mkdir()
    with pytest.raises(StoreUnavailableError) as refused:
        unmounted.open()
    assert str(refused.value) == (
        f"The store `nas` is not in {unmounted.root}: it contains no {MARKER}. Connect its disk, or "
        "create it if it is new: photosync vault create nas."
    )
    assert list(unmounted.root.iterdir()) == []


def test_creating_again_keeps_the_store(store: FolderStore) -> None:
    before = store.open()
    store.put(BLOB, io.BytesIO(PHOTO))
    assert store.create() == before
    assert store.verify(BLOB).is_copy


def test_a_folder_with_other_files_is_not_made_a_store(tmp_path: Path) -> None:
    (tmp_path / "IMG_0001.jpg").write_bytes(b"photo")
    with pytest.raises(StorageError, match=r"not empty \(it contains IMG_0001.jpg\)"):
        FolderStore("home", tmp_path).create()
    assert [path.name for path in tmp_path.iterdir()] == ["IMG_0001.jpg"]


@pytest.mark.parametrize(
    ("marker", "says"),
    [
        ("", "Could not read"),
        ("[]", "is not the marker of a store"),
        ('{"format": 1}', "is not the marker of a store"),
        ('{"format": 1, "id": "../../etc"}', "is not the marker of a store"),
        ("[" * 100_000, "Could not read"),
        (json.dumps({"format": 2, "id": "a"}), "states format 2; this version reads 1"),
    ],
)
def test_a_marker_that_is_not_ours_is_an_error(tmp_path: Path, marker: str, says: str) -> None:
    (tmp_path / MARKER).write_text(marker)
    with pytest.raises(StoreUnavailableError, match=says):
        FolderStore("home", tmp_path).open()


def test_the_marker_is_read_only(store: FolderStore) -> None:
    assert stat.S_IMODE((store.root / MARKER).stat().st_mode) == 0o444


def test_a_store_is_created_in_a_folder_that_exists(tmp_path: Path) -> None:
    """A folder that is missing may be that of a disk that is not connected."""
    with pytest.raises(StorageError, match="does not exist"):
        FolderStore("home", tmp_path / "disk" / "vault").create()
    assert not (tmp_path / "disk").exists()


def test_what_a_killed_writer_left_is_no_obstacle(tmp_path: Path) -> None:
    store = FolderStore("home", tmp_path / "vault")
    (store.root / "blobs" / "sha256" / "ab").mkdir(parents=True)
    (store.root / ".4711-0123abcd.tmp").write_bytes(b"half a marker")
    (store.root / "blobs" / "sha256" / "ab" / ".4711-0123abcd.tmp").write_bytes(b"half")
    store.create()
    other = FolderStore("other", tmp_path / "other")
    (other.root / "blobs" / "sha256" / "ab").mkdir(parents=True)
    (other.root / "blobs" / "sha256" / "ab" / "IMG_0001.jpg").write_bytes(b"photo")
    with pytest.raises(StorageError, match=r"not empty \(it contains blobs\)"):
        other.create()


def test_nothing_is_absent_from_a_store_that_is_not_there(store: FolderStore) -> None:
    (store.root / MARKER).unlink()
    for ask in (store.size, store.verify, store.protect):
        with pytest.raises(StoreUnavailableError):
            ask(BLOB)
    with pytest.raises(StoreUnavailableError):
        list(store.list())


@pytest.mark.parametrize("linked", ["blobs", "blobs/sha256"])
def test_the_folders_of_a_store_are_no_links(
    store: FolderStore, tmp_path: Path, linked: str
) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    (store.root / linked).parent.mkdir(exist_ok=True)
    (store.root / linked).symlink_to(target)
    with pytest.raises(StoreUnavailableError, match="is a link"):
        store.put(BLOB, io.BytesIO(PHOTO))
    assert list(target.iterdir()) == []


def test_another_store_in_its_place_gets_nothing(store: FolderStore, tmp_path: Path) -> None:
    class Exchanging(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            chunk = super().read(size)
            if not chunk:
                (store.root / MARKER).unlink()
                (store.root / MARKER).write_text(json.dumps({"format": 1, "id": "0" * 32}))
            return chunk

    with pytest.raises(StoreUnavailableError, match="Another store"):
        store.put(BLOB, Exchanging(PHOTO))
    assert files(store) == []


def test_a_link_is_not_opened_as_a_blob(store: FolderStore, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(PHOTO)
    path = store.path(BLOB)
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError, match="Could not read"), store.get(BLOB):
        pass


def test_the_bytes_are_on_the_disk_before_the_name_and_the_name_before_the_answer(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    sync, rename = os.fsync, os.replace

    def fsync(fd: int) -> None:
        order.append("file" if stat.S_ISREG(os.fstat(fd).st_mode) else "folder")
        sync(fd)

    def replace(source: str, target: str) -> None:
        order.append("rename")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    store.put(BLOB, io.BytesIO(PHOTO))
    # The folder of the blob, then those around it, which are new.
    assert order == ["file", "rename", *["folder"] * 5]
    del order[:]
    store.put(BLOB, io.BytesIO())  # its writer may have been killed before the last sync
    assert order == ["folder"]


@pytest.mark.parametrize("number", range(4))
def test_folders_are_synced_again_after_one_of_them_failed(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    synced: list[Path] = []

    def fail_once(folder: Path) -> None:
        synced.append(folder)
        if len(synced) == number + 1:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(blob_folders, "sync_directory", fail_once)
    folder = store.path(BLOB).parent
    folders = BlobFolders(store.root)
    with pytest.raises(StorageError, match="Input/output error"):
        folders.sync(folder)
    assert len(synced) == number + 1
    folders.sync(folder)
    assert synced[number + 1 :] == [*folder.parents][:4]
    folders.sync(folder)
    assert len(synced) == number + 5


def test_a_file_system_without_modes_is_named(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAT and some network file systems accept chmod and change nothing."""
    store.put(BLOB, io.BytesIO(PHOTO))
    store.path(BLOB).chmod(0o666)
    monkeypatch.setattr(Path, "chmod", lambda _path, _mode: None)
    with pytest.raises(StorageError, match="does not let"):
        store.protect(BLOB)


def test_a_sweep_removes_what_killed_writers_left_a_day_ago(store: FolderStore) -> None:
    store.put(BLOB, io.BytesIO(PHOTO))
    folder = store.path(BLOB).parent
    old, recent = folder / ".1-0123abcd.tmp", folder / ".2-0123abcd.tmp"
    for path in (old, recent):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    blocked = folder.parent.parent / ("00" if folder.parent.name != "00" else "01")
    blocked.write_bytes(b"no folder")
    assert store.sweep() == 1
    assert (old.exists(), recent.exists()) == (False, True)
    assert store.verify(BLOB).is_copy


def test_a_link_or_folder_in_place_of_a_blob_is_no_copy(store: FolderStore, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(PHOTO)
    path = store.path(BLOB)
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path / "elsewhere")
    assert store.verify(BLOB).condition is Condition.ABSENT


def test_stray_files_are_not_blobs(store: FolderStore) -> None:
    store.put(BLOB, io.BytesIO(PHOTO))
    folder = store.path(BLOB).parent
    (folder / "Thumbs.db").write_bytes(b"")
    (folder / f"{BLOB.hex()}.jpg").write_bytes(b"")
    (store.root / "blobs" / "sha256" / "lost+found").mkdir()
    assert list(store.list()) == [BLOB]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EMFILE])
@pytest.mark.parametrize("call", ["open", "fsync", "replace", "mkdir"])
def test_a_refusal_of_any_call_leaves_no_part_of_a_blob(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    real = getattr(os, call)
    with monkeypatch.context() as patch:

        def refuse(*arguments: object, **options: object) -> object:
            if call == "open" and not str(arguments[0]).endswith(".tmp"):
                return real(*arguments, **options)
            raise OSError(code, os.strerror(code))

        patch.setattr(os, call, refuse)
        with pytest.raises(StorageError) as refused:
            store.put(BLOB, io.BytesIO(PHOTO))
    assert os.strerror(code) in str(refused.value)
    assert str(store.root) in str(refused.value)
    assert files(store) == []
    store.put(BLOB, io.BytesIO(PHOTO))
    assert store.verify(BLOB).condition is Condition.INTACT


@pytest.mark.parametrize("times", [20, pytest.param(1_000, marks=pytest.mark.slow)])
def test_kills_at_random_moments_lose_and_double_nothing(tmp_path: Path, times: int) -> None:
    arguments = ["-m", "photo_assets_tests.vault.crashes", str(tmp_path), str(times)]
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) == times


def test_a_crash_at_any_call_leaves_a_whole_blob_or_none(tmp_path: Path) -> None:
    """Each call that changes the disk is the last one once; see `crashes`."""
    command = [sys.executable, "-m", "photo_assets_tests.vault.crashes", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    crashes, kept = map(int, done.stdout.split())
    assert crashes > 10  # folders, temporary file, writes, syncs, rename
    assert 0 < kept < crashes
