"""A store on the file system of the photos shares their data where that can be (reflink)."""

import os
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from photo_assets.configuration.loading import Configuration
from photo_assets.library import SETTINGS
from photo_assets.system.clone import clone_data
from photo_assets.vault import folder
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.store import Condition, ContentChangedError, Stored
from photo_assets.workspace import Workspace

PHOTO = os.urandom(9_000_001)
BLOB = sha256(PHOTO).digest()
BUCKET = {"bucket": "photos"}


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    store = FolderStore("home", tmp_path / "vault", clones=True)
    store.create()
    return store


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "a.jpg"
    path.write_bytes(PHOTO)
    return path


@pytest.fixture
def _cloning(tmp_path: Path) -> None:
    with (tmp_path / "from").open("wb+") as source, (tmp_path / "to").open("wb") as target:
        source.write(b"photo")
        source.flush()
        if not clone_data(source, target):
            pytest.skip("needs --basetemp on a file system with reflinks, such as XFS or Btrfs")


def free_bytes(path: Path) -> int:
    os.sync()
    return os.statvfs(path).f_bavail * os.statvfs(path).f_frsize


@pytest.mark.usefixtures("_cloning")
def test_a_clone_is_another_file_that_takes_no_space(store: FolderStore, photo: Path) -> None:
    before = free_bytes(photo)
    with photo.open("rb") as content:
        assert store.put(BLOB, content) is Stored.WRITTEN
    assert before - free_bytes(photo) < len(PHOTO) // 2
    made, source = store.path(BLOB).stat(), photo.stat()
    assert (made.st_nlink, source.st_nlink) == (1, 1)
    assert made.st_ino != source.st_ino
    assert made.st_mode & 0o777 == 0o444
    photo.write_bytes(b"another photo")
    assert store.verify(BLOB).condition is Condition.INTACT


@pytest.mark.usefixtures("_cloning")
def test_a_clone_of_other_bytes_is_not_stored(store: FolderStore, photo: Path) -> None:
    photo.write_bytes(PHOTO[:-1] + bytes([PHOTO[-1] ^ 1]))
    with photo.open("rb") as content, pytest.raises(ContentChangedError):
        store.put(BLOB, content)
    assert [*store.list()] == []
    assert not any(store.path(BLOB).parent.iterdir())


@pytest.mark.parametrize("bytes_of_clone", [b"", PHOTO[:-1], PHOTO + b"x", PHOTO[1:] + b"x"])
def test_a_file_system_that_clones_other_bytes_gets_an_ordinary_copy(
    store: FolderStore, photo: Path, monkeypatch: pytest.MonkeyPatch, bytes_of_clone: bytes
) -> None:
    def clone(_source: BinaryIO, target: BinaryIO) -> bool:
        os.pwrite(target.fileno(), bytes_of_clone, 0)
        return True

    monkeypatch.setattr(folder, "clone_data", clone)
    with photo.open("rb") as content:
        store.put(BLOB, content)
    assert store.path(BLOB).read_bytes() == PHOTO


def test_what_cannot_be_cloned_is_copied(store: FolderStore, tmp_path: Path) -> None:
    with (tmp_path / "to").open("wb") as target:
        assert not clone_data(BytesIO(PHOTO), target)
    store.put(BLOB, BytesIO(PHOTO))
    assert store.path(BLOB).read_bytes() == PHOTO


def test_the_blob_of_a_store_is_never_cloned_into_another(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(BLOB, BytesIO(PHOTO))
    second = FolderStore("second", tmp_path / "second", clones=True)
    second.create()
    monkeypatch.setattr(folder, "clone_data", None)  # not called
    with store.get(BLOB) as content:
        second.put(BLOB, content)
    assert second.verify(BLOB).condition is Condition.INTACT


def clones(tmp_path: Path, *names: str) -> dict[str, bool]:
    places: dict[str, Any] = {name: {"folder": str(tmp_path / name)} for name in names}
    settings = SETTINGS.model_validate({"vault": {"stores": {**places, "b2": {"s3": BUCKET}}}})
    stores = Workspace(Configuration(settings, None, tmp_path / "data")).stores
    return {one.name: one.clones for one in stores if isinstance(one, FolderStore)}


def test_a_store_clones_only_while_no_other_is_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    assert clones(tmp_path, "home") == {"home": True}
    # Neither the order nor what is connected matters: the other may have cloned when it was alone.
    assert clones(tmp_path, "away", "home") == {"away": False, "home": False}
    (tmp_path / "away").mkdir()
    assert clones(tmp_path, "home", "away") == {"home": False, "away": False}
