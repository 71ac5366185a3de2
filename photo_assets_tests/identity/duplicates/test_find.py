"""Byte-identical files: exact, whatever their names, and no file affects another one."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.identity.duplicates import DuplicateReport, Problem, Root, find_duplicates
from photo_assets.identity.duplicates import compare as compare_module
from photo_assets.identity.duplicates.content import CHUNK, ChangedError, Reading, ends_digest
from photo_assets.identity.duplicates.walk import find_files
from photo_assets_tests.catalogs.manifest import manifest

LARGE = 3 * CHUNK + 77


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def find(*folders: Path, exclude: tuple[str, ...] = ()) -> DuplicateReport:
    return find_duplicates([Root(str(folder), exclude) for folder in folders])


def names(report: DuplicateReport) -> list[list[str]]:
    return [[Path(file.path).name for file in group.files] for group in report.groups]


def content(kind: int, length: int, changed_at: int | None = None) -> bytes:
    data = bytearray(bytes([kind, 7, kind ^ 0x55, 1]) * (length // 4 + 1))[:length]
    if changed_at is not None:
        data[changed_at] ^= 1
    return bytes(data)


CONTENTS = st.builds(
    content,
    st.integers(1, 2),
    st.sampled_from([1, 100, 4096, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, LARGE]),
    st.sampled_from([None, None, 0, -1]),
)


@given(st.lists(CONTENTS, max_size=14), st.integers(2, 5))
@settings(max_examples=40, deadline=None)
def test_groups_match_a_full_comparison(files: list[bytes], most_open: int) -> None:
    expected: dict[bytes, list[str]] = {}
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(compare_module, "MOST_OPEN", most_open)
        for number, data in enumerate(files):
            path = write(Path(folder, str(number % 3), f"{number:02d}"), data)
            expected.setdefault(data, []).append(str(path))
        report = find(Path(folder))
    groups = [[file.path for file in group.files] for group in report.groups]
    assert groups == sorted(groups)
    assert {tuple(group) for group in groups} == {
        tuple(sorted(paths)) for paths in expected.values() if len(paths) > 1
    }
    assert report.copies == len(files) - len(expected)


@pytest.mark.parametrize("place", [5000, CHUNK, CHUNK + 1, 2 * CHUNK - 1, LARGE - 5000])
def test_files_with_equal_ends_are_distinguished_by_any_byte_between(
    tmp_path: Path, place: int
) -> None:
    write(tmp_path / "a", content(1, LARGE))
    write(tmp_path / "b", content(1, LARGE, place))
    write(tmp_path / "c", content(1, LARGE))
    assert names(find(tmp_path)) == [["a", "c"]]


def test_many_files_with_the_same_content(tmp_path: Path) -> None:
    for n in range(compare_module.MOST_OPEN + 5):
        write(tmp_path / f"{n:02d}", content(1, LARGE))
    write(tmp_path / "other", content(1, LARGE, 2 * CHUNK))
    (group,) = find(tmp_path).groups
    assert len(group.files) == compare_module.MOST_OPEN + 5


def test_names_of_one_file_are_one_file_and_are_listed(tmp_path: Path) -> None:
    one = write(tmp_path / "one", content(1, LARGE))
    os.link(one, tmp_path / "another name")
    assert names(find(tmp_path)) == []
    write(tmp_path / "two", content(1, LARGE))
    report = find(tmp_path)
    assert names(report) == [["another name", "two"]]
    assert [Path(path).name for path in report.groups[0].files[0].paths] == ["another name", "one"]
    assert report.bytes_in_copies == LARGE


def test_empty_files_are_not_duplicates(tmp_path: Path) -> None:
    write(tmp_path / "a", b"")
    write(tmp_path / "b", b"")
    assert find(tmp_path).groups == ()


def test_links_are_not_followed_and_a_folder_found_twice_is_read_once(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write(folder / "deep" / "a", content(1, 500))
    (folder / "link").symlink_to(folder / "deep" / "a")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "deep" / "outside").symlink_to("/usr")
    report = find(folder, folder / "deep", folder)
    assert report.groups == ()
    assert report.files == 1


def test_a_root_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real" / "a", b"same")
    write(tmp_path / "real" / "b", b"same")
    (tmp_path / "root").symlink_to(tmp_path / "real", target_is_directory=True)
    assert names(find(tmp_path / "root")) == [["a", "b"]]


def test_hostile_names(tmp_path: Path) -> None:
    odd = [b"new\nline", b"\xff\xfe not utf-8", b" -rf *", b"\x1b[31m", "é".encode()]
    for name in odd:
        with open(os.fsencode(tmp_path) + b"/" + name, "wb") as file:
            file.write(b"same")
    (group,) = find(tmp_path).groups
    found = [os.path.basename(os.fsencode(file.path)) for file in group.files]
    assert found == sorted(odd)


def test_excluded_names_are_not_read(tmp_path: Path) -> None:
    for name in ("a", "b", "@eaDir/c", ".hidden"):
        write(tmp_path / name, b"same")
    assert names(find(tmp_path, exclude=("@eaDir", ".*"))) == [["a", "b"]]


def test_an_unreadable_file_affects_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        write(tmp_path / name, content(1, LARGE))
    write(tmp_path / "small", b"x")
    write(tmp_path / "small too", b"x")
    real = os.open

    def refusing(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if path == str(tmp_path / "b"):
            raise PermissionError(13, "Permission denied")
        return real(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refusing)
    report = find(tmp_path, tmp_path / "gone")
    assert names(report) == [["a", "c"], ["small", "small too"]]
    assert report.unreadable == (
        Problem(str(tmp_path / "b"), "Permission denied"),
        Problem(str(tmp_path / "gone"), "No such file or directory"),
    )


@pytest.mark.parametrize("how", ["grows", "shrinks", "is written over"])
@pytest.mark.parametrize("size", [1000, LARGE])
def test_a_file_that_changes_while_it_is_read_is_not_grouped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, size: int
) -> None:
    for name in "abc":
        write(tmp_path / name, content(1, size))
    victim = tmp_path / "b"

    def disturb(reading: Reading) -> None:
        if reading.file.path == str(victim):
            with victim.open("r+b") as file:
                if how == "shrinks":
                    file.truncate(10)
                else:
                    file.seek(0, os.SEEK_END if how == "grows" else os.SEEK_SET)
                    file.write(b"!")

    # Small files are read at once, large ones change between two chunks.
    advance, finish = Reading.advance, Reading.finish

    def disturbed_advance(reading: Reading) -> bool:
        more = advance(reading)
        disturb(reading)
        return more

    def disturbed_finish(reading: Reading) -> None:
        disturb(reading)
        finish(reading)

    if size == LARGE:
        monkeypatch.setattr(Reading, "advance", disturbed_advance)
    else:
        monkeypatch.setattr(Reading, "finish", disturbed_finish)
    report = find(tmp_path)
    assert names(report) == [["a", "c"]]
    assert report.changed == (Problem(str(victim), "changed while it was read"),)


def test_a_pipe_or_link_that_replaces_a_file_is_not_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a", content(1, LARGE))
    other = write(tmp_path / "other", content(1, LARGE))
    (file, _) = find_files([Root(str(tmp_path))], [])
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ChangedError):
        ends_digest(file)
    path.unlink()
    path.symlink_to(other)
    with pytest.raises(OSError, match="symbolic"):
        ends_digest(file)


def test_reading_changes_nothing(tmp_path: Path) -> None:
    for name in "abc":
        write(tmp_path / name, content(1, LARGE))
    before = manifest(tmp_path)
    assert find(tmp_path).copies == 2
    assert manifest(tmp_path) == before


def test_an_exception_in_a_thread_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abcd":
        write(tmp_path / name, content(1, 8 << 20))

    def broken(_reading: Reading) -> bool:
        raise MemoryError("no more")

    monkeypatch.setattr(Reading, "ends", broken)
    with pytest.raises(MemoryError):
        find(tmp_path)
