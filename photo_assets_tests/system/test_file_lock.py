"""One holder at a time, and none after its process ended."""

import multiprocessing
import threading
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from photo_assets.model.errors import StorageError
from photo_assets.system.file_lock import file_lock, is_locked
from photo_assets_tests.time_limit import PATIENCE_S

SPAWN = multiprocessing.get_context("spawn")


def hold(path: Path, held: Event) -> None:
    with file_lock(path):
        held.set()
        threading.Event().wait()


def test_a_lock_ends_with_its_process_and_its_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "[x] *'lock"
    held = SPAWN.Event()
    other = SPAWN.Process(target=hold, args=(path, held))
    other.start()
    assert held.wait(PATIENCE_S)
    assert is_locked(path)
    other.kill()
    with file_lock(path):
        assert is_locked(path)
    other.join()
    assert not is_locked(path)
    assert path.exists()


def test_threads_wait_for_each_other(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        with file_lock(tmp_path / "lock"):
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert most == [1] * 8


def test_the_content_of_a_lock_file_is_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_bytes(b"x")
    with file_lock(path):
        pass
    assert path.read_bytes() == b"x"


def test_a_lock_that_cannot_be_opened_is_reported(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="missing"), file_lock(tmp_path / "missing" / "lock"):
        pass
    with pytest.raises(FileNotFoundError):
        is_locked(tmp_path / "lock")
