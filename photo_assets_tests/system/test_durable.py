"""A failed or killed write leaves the old content intact; a successful one is durable."""

import contextlib
import errno
import functools
import gc
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from photo_assets.model.errors import StorageError
from photo_assets.system import durable
from photo_assets.system.durable import (
    Replacements,
    make_directory,
    replacing,
    sweep_temporaries,
    sync_directory,
    write_bytes,
)

OLD, NEW = b"old content", b"new " * 50_000
REFUSALS = [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EDQUOT]


class Disk:
    """Records the calls that reach the operating system, and makes one of them fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.synced_size: int | None = None
        self._failing: tuple[str, int] | None = None
        self._real = {name: getattr(os, name) for name in ("open", "fsync", "replace")}
        for name in self._real:
            monkeypatch.setattr(os, name, functools.partial(self._call, name))

    def fail(self, call: str, code: int) -> None:
        self._failing = call, code

    def _call(self, name: str, *args: Any, **options: Any) -> Any:
        on_directory = isinstance(args[0], int | Path) and stat.S_ISDIR(_mode(args[0]))
        call = f"{name} directory" if on_directory and name != "replace" else name
        self.calls.append(call)
        if call == "fsync":
            self.synced_size = os.fstat(args[0]).st_size
        if self._failing is not None and call == self._failing[0]:
            raise OSError(self._failing[1], os.strerror(self._failing[1]))
        return self._real[name](*args, **options)


def test_a_failed_write_leaves_no_references(tmp_path: Path) -> None:
    """A stream that keeps the error, whose frames keep the stream, is never freed by pyarrow."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    frames: list[weakref.ref[object]] = []

    def write() -> None:
        held = _Held()
        frames.append(weakref.ref(held))
        with (
            replacing(tmp_path / "a.parquet") as stream,
            # References the stream from C++, where garbage collection cannot follow.
            pq.ParquetWriter(stream, pa.schema([("a", pa.binary())])) as writer,
        ):
            for _ in range(64):
                writer.write_table(pa.table({"a": [os.urandom(100_000)]}))

    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
        with pytest.raises(StorageError) as refused:
            write()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    del refused
    gc.collect()
    assert frames[0]() is None


class _Held:
    """Something a frame holds."""


def _mode(file: int | Path) -> int:
    try:
        return os.stat(file).st_mode
    except FileNotFoundError:
        return 0


@contextlib.contextmanager
def full_after(size: int) -> Iterator[None]:
    """Make the kernel refuse to write files beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    file = tmp_path / "folder" / "target.json"
    file.parent.mkdir()
    file.write_bytes(OLD)
    return file


def only(target: Path) -> bool:
    return os.listdir(target.parent) == [target.name]


def test_each_step_is_durable_before_the_next(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch)
    write_bytes(target, NEW)
    assert disk.calls == ["open", "fsync", "replace", "open directory", "fsync directory"]
    assert disk.synced_size == len(NEW)
    assert target.read_bytes() == NEW


@pytest.mark.parametrize("code", REFUSALS, ids=errno.errorcode.get)
@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
def test_a_disk_error_leaves_the_old_content(
    target: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    disk = Disk(monkeypatch)
    disk.fail(call, code)
    with pytest.raises(StorageError) as caught:
        write_bytes(target, NEW)
    monkeypatch.undo()
    assert str(target) in str(caught.value)
    assert os.strerror(code) in str(caught.value)
    assert "nothing was replaced" in str(caught.value)
    assert target.read_bytes() == OLD
    assert only(target)


@pytest.mark.parametrize("code", REFUSALS, ids=errno.errorcode.get)
@pytest.mark.parametrize("call", ["open directory", "fsync directory"])
def test_a_rename_that_cannot_be_synced_is_reported(
    target: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    disk = Disk(monkeypatch)
    disk.fail(call, code)
    with pytest.raises(StorageError) as caught:
        write_bytes(target, NEW)
    monkeypatch.undo()
    assert str(target) in str(caught.value)
    assert "nothing was replaced" not in str(caught.value)
    assert target.read_bytes() == NEW
    assert only(target)


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP, errno.ENOSYS])
def test_a_file_system_without_directory_sync_is_accepted(
    target: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    disk = Disk(monkeypatch)
    disk.fail("fsync directory", code)
    write_bytes(target, NEW)
    assert target.read_bytes() == NEW


@pytest.mark.parametrize("pieces", [1, 100])
@pytest.mark.parametrize("size", [0, 1, 8192, len(NEW) - 1])
def test_a_full_disk_leaves_the_old_content(target: Path, size: int, pieces: int) -> None:
    with (
        full_after(size),
        pytest.raises(StorageError, match=r"Could not write .*File too large") as caught,
        replacing(target) as stream,
    ):
        for n in range(pieces):
            stream.write(NEW[n * len(NEW) // pieces : (n + 1) * len(NEW) // pieces])
    assert str(target) in str(caught.value)
    assert target.read_bytes() == OLD
    assert only(target)


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt(), OSError(5, "elsewhere")])
def test_exceptions_of_the_block_are_passed_on(target: Path, error: BaseException) -> None:
    """An I/O error of another file is not blamed on the target."""
    with pytest.raises(type(error)) as caught, replacing(target) as stream:
        stream.write(NEW)
        raise error
    assert caught.value is error
    assert target.read_bytes() == OLD
    assert only(target)


def test_invalid_locations_are_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(OLD)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inside").write_bytes(OLD)
    for target in (tmp_path / "file" / "below", tmp_path / "folder", tmp_path / ("n" * 300)):
        with pytest.raises(StorageError) as caught:
            write_bytes(target, NEW)
        assert str(target) in str(caught.value)
    assert (tmp_path / "folder" / "inside").read_bytes() == OLD
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def test_the_longest_permitted_name_works(tmp_path: Path) -> None:
    target = tmp_path / ("ü" * 127)
    write_bytes(target, NEW)
    assert target.read_bytes() == NEW


def test_new_folders_are_made_durable_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []

    def watched(directory: Path) -> None:
        synced.append(directory)
        sync_directory(directory)

    monkeypatch.setattr("photo_assets.system.durable.sync_directory", watched)
    write_bytes(tmp_path / "a" / "b" / "c", NEW)
    assert synced == [tmp_path, tmp_path / "a", tmp_path / "a" / "b"]
    make_directory(tmp_path / "a" / "b")
    assert len(synced) == 3


def test_a_link_to_a_folder_works_like_the_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_bytes(tmp_path / "link" / "x", NEW)
    assert (tmp_path / "real" / "x").read_bytes() == NEW


def test_concurrent_writers_of_one_target_leave_one_complete_content(tmp_path: Path) -> None:
    target = tmp_path / "target"
    contents = [bytes([n]) * 300_000 for n in range(6)]

    def write(content: bytes) -> None:
        for _ in range(8):
            write_bytes(target, content)

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if target.exists():
            assert target.read_bytes() in contents
    assert target.read_bytes() in contents
    assert only(target)


_WRITER = """
import sys; from pathlib import Path
from photo_assets.system.durable import write_bytes
print("ready", flush=True)
n = 0
while True:
    n += 1
    write_bytes(Path(sys.argv[1]), bytes([n % 251]) * (200_000 + n % 97))
"""


def kill_while_replacing(tmp_path: Path, kills: int) -> None:
    target = tmp_path / "target"
    rng = random.Random(5)
    whole = 0
    for _ in range(kills):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(target)], stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(rng.uniform(0.001, 0.03))
        writer.kill()
        assert writer.wait() == -signal.SIGKILL, "it writes forever"
        writer.stdout.close()
        if target.exists():
            whole += 1
            content = target.read_bytes()
            assert 200_000 <= len(content) < 200_097
            assert content == content[:1] * len(content)
    left = [name for name in os.listdir(tmp_path) if name != target.name]
    assert len(left) <= kills
    assert whole >= kills // 3, "too few kills came after a first whole file"
    assert sweep_temporaries(tmp_path, 3600.0, time.time()) == 0
    assert sweep_temporaries(tmp_path, 3600.0, time.time() + 7200) == len(left)
    assert only(target)


def test_killed_while_replacing(tmp_path: Path) -> None:
    kill_while_replacing(tmp_path, 12)


@pytest.mark.slow
def test_killed_while_replacing_three_hundred_times(tmp_path: Path) -> None:
    kill_while_replacing(tmp_path, 300)


def test_only_abandoned_temporary_files_are_removed(tmp_path: Path) -> None:
    stays = [
        ".hidden.tmp",
        "notes.tmp",
        ".12-0123456.tmp",
        ".12-01234567.tmp.jpg",
        "12-01234567.tmp",
    ]
    for name in stays:
        (tmp_path / name).write_bytes(b"mine")
    (tmp_path / ".12-01234567.tmp").write_bytes(b"half")
    assert sweep_temporaries(tmp_path, 60.0, time.time() + 61) == 1
    assert sorted(os.listdir(tmp_path)) == sorted(stays)
    assert sweep_temporaries(tmp_path / "nowhere", 60.0, time.time()) == 0


def test_a_writer_may_finish_during_the_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        (tmp_path / f".{n}-01234567.tmp").write_bytes(b"half")
    real = os.scandir

    def scandir(directory: Path) -> list[os.DirEntry[str]]:
        entries = list(real(directory))
        Path(entries[1].path).unlink()
        return entries

    monkeypatch.setattr(os, "scandir", scandir)
    assert sweep_temporaries(tmp_path, 60.0, time.time() + 61) == 2


def write_together(files: dict[Path, bytes], replacements: Replacements) -> None:
    for file, content in files.items():
        with replacements.replacing(file) as stream:
            stream.write(content)


def test_files_written_together_are_synced_before_the_first_rename(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {target: NEW, target.with_name("b"): b"", target.with_name("c"): b"c"}
    disk, replacements = Disk(monkeypatch), Replacements()
    monkeypatch.setattr(durable, "_syncfs", lambda _fd: disk.calls.append("sync file system"))
    write_together(files, replacements)
    assert target.read_bytes() == OLD
    assert set(disk.calls) == {"open"}
    disk.calls.clear()
    replacements.finish()
    assert disk.calls == [
        *("open directory", "sync file system"),
        *["replace"] * 3,
        *("open directory", "fsync directory"),
    ]
    assert {file: file.read_bytes() for file in target.parent.iterdir()} == files


@pytest.mark.parametrize("call", ["open", "replace", "open directory", "fsync directory"])
def test_files_that_fail_together_stay_complete_and_leave_no_temporary_files(
    target: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    files = {target: NEW, target.with_name("b"): NEW}
    disk, replacements = Disk(monkeypatch), Replacements()
    disk.fail(call, errno.EIO)
    with pytest.raises(StorageError):
        try:
            write_together(files, replacements)
            replacements.finish()
        finally:
            replacements.drop()
    found = {file: file.read_bytes() for file in target.parent.iterdir()}
    assert found[target] in {OLD, NEW}
    assert found == {target: OLD} or call == "fsync directory"
    assert found == files or call != "fsync directory"
