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
from photo_assets.vault.folder import MARKER, FolderStore
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
        f"The store `nas` is not in {unmounted.root}: it contains no {MARKER}. Connect the disk. "
        "To create a new store there: photosync vault create nas."
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
        (json.dumps({"format": 2, "id": "a"}), "states format 2; this version reads 1"),
    ],
)
def test_a_marker_that_is_not_ours_is_an_error(tmp_path: Path, marker: str, says: str) -> None:
    (tmp_path / MARKER).write_text(marker)
    with pytest.raises(StoreUnavailableError, match=says):
        FolderStore("home", tmp_path).open()


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


def test_a_crash_at_any_call_leaves_a_whole_blob_or_none(tmp_path: Path) -> None:
    """Each call that changes the disk is the last one once; see `crashes`."""
    command = [sys.executable, "-m", "photo_assets_tests.vault.crashes", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    crashes, kept = map(int, done.stdout.split())
    assert crashes > 10  # folders, temporary file, writes, syncs, rename
    assert 0 < kept < crashes
