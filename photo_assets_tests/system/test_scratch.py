"""The scratch space: its limit holds with threads and processes, and a killed owner frees its room."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from photo_assets.system.scratch import DiskFullError, OverLimitError, Scratch
from photo_assets_tests.time_limit import PATIENCE_S

_HOLDS = """
import sys
from pathlib import Path
from photo_assets.system.scratch import Scratch
with Scratch(Path(sys.argv[1]), 100).file(60, ".jpg") as file:
    file.write(0, b"x" * 10)
    print("holds", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> "subprocess.Popen[str]":
    """Start a process that holds 60 of 100 bytes until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDS, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "holds\n"
    return process


def test_a_file_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    with Scratch(tmp_path, 100).file(100, ".jpg") as file:
        assert file.path.suffix == ".jpg"
        assert file.path.stat().st_mode & 0o777 == 0o600
        file.write(0, b"abc")
        assert file.path.read_bytes() == b"abc"
    assert not file.path.exists()


def test_an_odd_ending_is_left_out(tmp_path: Path) -> None:
    for ending in ("/../x", ".j p", ".", ""):
        with Scratch(tmp_path, 100).file(1, ending) as file:
            assert file.path.parent == tmp_path
            assert file.path.suffix == ""


def test_more_than_the_limit_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(OverLimitError), Scratch(tmp_path, 100).file(101):
        pass


def test_a_full_disk_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(DiskFullError), Scratch(tmp_path, 1 << 62).file(1 << 61):
        pass
    assert [one.name for one in tmp_path.iterdir()] == [".lock"]


def test_the_limit_holds_with_many_threads(tmp_path: Path) -> None:
    scratch, held, most = Scratch(tmp_path, 100), [0], [0]
    lock = threading.Lock()

    def use() -> None:
        for room in (30, 60, 100):
            with scratch.file(room):
                with lock:
                    held[0] += room
                    most[0] = max(most[0], held[0])
                with lock:
                    held[0] -= room

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert held == [0]
    assert 0 < most[0] <= 100


def test_another_process_waits_for_room_and_takes_that_of_a_killed_one(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        scratch, got = Scratch(tmp_path, 100), threading.Event()

        def use() -> None:
            with scratch.file(50):
                got.set()

        thread = threading.Thread(target=use)
        with scratch.file(40):  # what is left
            pass
        thread.start()
        assert not got.wait(0.3)
        process.kill()
        assert got.wait(PATIENCE_S)
        thread.join()
    assert [one.name for one in tmp_path.iterdir()] == [".lock"]


def test_opening_removes_what_a_killed_process_left_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not ours")
    with holder(tmp_path) as process:
        Scratch(tmp_path, 100)
        assert len(list(tmp_path.iterdir())) == 3
        process.kill()
        process.wait(PATIENCE_S)
    Scratch(tmp_path, 100)
    assert sorted(one.name for one in tmp_path.iterdir()) == [".lock", "notes.txt"]


def test_stop_ends_the_wait(tmp_path: Path) -> None:
    scratch, stopped = Scratch(tmp_path, 100), threading.Event()
    with scratch.file(100):
        threading.Timer(0.1, stopped.set).start()
        with pytest.raises(InterruptedError), scratch.file(1, "", stopped):
            pass
    with scratch.file(100):  # others are not stopped
        pass
