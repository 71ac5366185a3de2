"""The repository: a commit is there whole or not at all, and what is damaged is named."""

import errno
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.model.errors import StorageError
from photo_assets.system import durable
from photo_assets.system.checked_json import write_json
from photo_assets.vault.history.committing import committing
from photo_assets.vault.history.packs import BLOB, PackWriter, object_id
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets.vault.history.trees import Entries, differing, entries_of, files, updated
from photo_assets_tests.vault.history.commits import commit, contents, packs_of, state_of
from photo_assets_tests.vault.history.power_failures import Disk, watched
from photo_assets_tests.vault.history.reading import git


def test_a_crash_at_any_call_leaves_the_old_commit_or_the_new_one(tmp_path: Path) -> None:
    """Each call that changes the disk is the last one once; see `commits`."""
    command = [sys.executable, "-m", "photo_assets_tests.vault.history.commits", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    crashes, kept = map(int, done.stdout.split())
    assert crashes > 60  # folders, temporary files, writes, syncs, renames, of two commits
    assert 0 < kept < crashes


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="names of open files: Linux only")
@pytest.mark.parametrize("start", [0, 1])
def test_a_power_failure_leaves_the_old_commit_or_the_new_one(tmp_path: Path, start: int) -> None:
    """Whatever of the unsynced data is lost; and once a commit returned, none of it is."""
    folder = tmp_path / "disk" / "h.git"
    folder.parent.mkdir()
    if start:
        commit(folder, contents(start), start)
    disk = Disk(folder.parent)
    disk.sync_all()
    found: list[dict[str, bytes]] = []

    def fail() -> None:
        for early in (False, True):
            image = tmp_path / f"image-{len(found)}"
            disk.image(image, early=early)
            there = (image / "h.git" / "HEAD").exists()
            found.append(state_of(image / "h.git") if there else {})
            images.append(image)

    images: list[Path] = []
    old = state_of(folder) if start else {}
    with watched(disk, fail):
        commit(folder, contents(start + 1), start + 1)
    new = state_of(folder)
    fail()
    assert found[-2:] == [new, new]
    assert all(one in (old, new) for one in found)
    assert old in found
    assert len(found) >= 30
    for image in images:
        commit(image / "h.git", contents(start + 1), start + 1)
        assert state_of(image / "h.git") == new


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EMFILE])
@pytest.mark.parametrize("call", ["open", "fsync", "replace", "write"])
def test_a_refusal_of_any_call_leaves_one_of_both_commits_and_names_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    start, done = tmp_path / "start", tmp_path / "done"
    commit(start, contents(1), 1)
    shutil.copytree(start, done)
    commit(done, contents(2), 2)
    old, new = state_of(start), state_of(done)
    found = []
    for number in range(100):
        folder = tmp_path / str(number)
        shutil.copytree(start, folder)
        with monkeypatch.context() as patch:
            _refuse(patch, call, number, OSError(code, os.strerror(code)))
            try:
                commit(folder, contents(2), 2)
            except StorageError as error:
                assert os.strerror(code) in str(error)
                assert str(folder) in str(error)
            else:
                break
        found.append(state_of(folder))
        git(folder, "fsck", "--strict")
        commit(folder, contents(2), 2)
        assert state_of(folder) == new
    assert old in found
    assert all(one in (old, new) for one in found)


def _refuse(patch: pytest.MonkeyPatch, call: str, number: int, error: OSError) -> None:
    """Have the call with this number, of those that change the disk, fail."""
    place: Any = durable._Watched if call == "write" else os
    real, left = getattr(place, call), number

    def refuse(*arguments: Any, **options: Any) -> Any:
        nonlocal left
        if call == "open" and not str(arguments[0]).endswith((".tmp", ".lock")):
            return real(*arguments, **options)
        left -= 1
        if left == -1:
            raise error
        return real(*arguments, **options)

    patch.setattr(place, call, refuse)


def test_packs_that_no_commit_refers_to_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "h.git"
    commit(folder, contents(1), 1)
    before = packs_of(folder)
    with monkeypatch.context() as patch:
        patch.setattr("photo_assets.vault.history.packs.PACK_BYTES", 1)
        repository = HistoryRepository(folder)
        with pytest.raises(KeyboardInterrupt), committing(repository) as writer:
            writer._packs._limit = 1
            for number in range(3):
                writer.add(BLOB, b"%d" % number)
            raise KeyboardInterrupt
    assert len(packs_of(folder)) == len(before) + 6
    commit(folder, contents(2), 2)
    assert len(packs_of(folder)) == len(before) + 2
    assert {*before} <= {*packs_of(folder)}


def test_packs_stay_when_another_program_went_on_from_their_commit(tmp_path: Path) -> None:
    """A killed process may leave the note about its packs although the branch refers to them."""
    folder = tmp_path / "h.git"
    commit(folder, contents(1), 1)
    head = git(folder, "rev-parse", "main").strip()
    packs = sorted({name.split(".")[0] for name in packs_of(folder)})
    git(folder, "update-ref", "refs/heads/main", _further_commit(folder, head))
    for before in ("", head):
        note = {"packs": packs, "commit": head, "before": before}
        write_json(folder / "photosync" / "unfinished", note)
        commit(folder, contents(2), 2)
        git(folder, "fsck", "--strict")


def _further_commit(folder: Path, head: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@localhost")
    return git(folder, *who, "commit-tree", f"{head}^{{tree}}", "-p", head, "-m", "more").strip()


def test_large_commits_are_several_packs(tmp_path: Path) -> None:
    packs = PackWriter(tmp_path, lambda _: None, limit=1000)
    content = [random.Random(n).randbytes(300) for n in range(20)]
    names = [packs.add(BLOB, one) for one in content]
    packs.flush()
    found = sorted(os.listdir(tmp_path))
    assert len(found) == 10
    for name in found:
        if name.endswith(".pack"):
            git(tmp_path, "verify-pack", name)
    assert names == [object_id(BLOB, one) for one in content]


@pytest.mark.parametrize(
    "command", [("gc", "-q", "--prune=now"), ("repack", "-adfq"), ("pack-refs", "--all")]
)
def test_git_may_pack_the_repository(tmp_path: Path, command: tuple[str, ...]) -> None:
    folder = tmp_path / "h.git"
    for version in (1, 2, 3):
        commit(folder, contents(version), version)
    state = state_of(folder)
    git(folder, *command)
    assert state_of(folder) == state
    commit(folder, contents(4), 4)
    git(folder, "fsck", "--strict")
    assert git(folder, "rev-list", "--count", "main").strip() == "4"


def test_a_lock_of_git_is_respected_and_named(tmp_path: Path) -> None:
    folder = tmp_path / "h.git"
    commit(folder, contents(1), 1)
    lock = folder / "refs" / "heads" / "main.lock"
    lock.touch()
    with pytest.raises(StorageError, match=r"main\.lock"):
        commit(folder, contents(2), 2)
    assert b"one 1" in state_of(folder).values()
    lock.unlink()
    commit(folder, contents(2), 2)
    assert b"one 2" in state_of(folder).values()


def test_another_repository_or_folder_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "file.txt").touch()
    with pytest.raises(StorageError, match="not empty"):
        commit(tmp_path / "notes", contents(1), 1)
    git(tmp_path, "init", "-q", "-b", "main", "code")
    who = ("-c", "user.name=a", "-c", "user.email=a@localhost")
    git(tmp_path / "code", *who, "commit", "-q", "--allow-empty", "-m", "code")
    before = {*(tmp_path / "code").rglob("*")}
    with pytest.raises(StorageError, match="not a history"):
        commit(tmp_path / "code" / ".git", contents(1), 1)
    assert {*(tmp_path / "code").rglob("*")} == before


def test_a_bare_clone_goes_on_where_the_history_stopped(tmp_path: Path) -> None:
    commit(tmp_path / "h.git", contents(1), 1)
    git(tmp_path, "clone", "-q", "--bare", "h.git", "clone.git")
    commit(tmp_path / "clone.git", contents(2), 2)
    assert git(tmp_path / "clone.git", "rev-list", "--count", "main").strip() == "2"


def test_a_changed_byte_in_a_pack_is_found_when_the_object_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "h.git"
    commit(folder, contents(1), 1)
    pack = next((folder / "objects" / "pack").glob("*.pack"))
    pack.chmod(0o644)
    content = bytearray(pack.read_bytes())
    found = 0
    for place in range(12, len(content) - 20):
        pack.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        repository = HistoryRepository(folder)
        try:
            tree = repository.tree_of(repository.head())
            list(map(repository.blob, (name for _, name in files(repository, tree))))
        except StorageError as error:
            found += str(folder) in str(error)
    assert found >= len(content) - 40  # some bits of a zlib header have no meaning


@pytest.mark.parametrize("option", ["--object-format=sha256", "--initial-branch=master"])
def test_an_empty_repository_is_refused_or_can_be_cloned(tmp_path: Path, option: str) -> None:
    folder = tmp_path / "h.git"
    git(tmp_path, "init", "-q", "--bare", option, "h.git")
    if "sha256" in option:
        before = {*folder.rglob("*")}
        with pytest.raises(StorageError, match="format"):
            commit(folder, contents(1), 1)
        assert {*folder.rglob("*")} == before
        return
    commit(folder, contents(1), 1)
    git(tmp_path, "clone", "-q", "h.git", "copy")
    assert (tmp_path / "copy" / "schemas" / "photo.schema.json").is_file()


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe" * 20, b"a" * 39, b"ref: refs/heads/x"])
def test_a_branch_without_a_commit_is_damage_that_is_named(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "h.git"
    commit(folder, contents(1), 1)
    (folder / "refs" / "heads" / "main").write_bytes(content)
    with pytest.raises(StorageError, match=r"damaged: .*main") as raised:
        HistoryRepository(folder).head()
    assert "git clone --bare" in str(raised.value)
    with pytest.raises(StorageError, match="damaged"):
        commit(folder, contents(2), 2)


def test_a_folder_that_cannot_be_looked_at_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StorageError, match="could not be read"):
        HistoryRepository(tmp_path / ("a" * 300)).head()

    def refuse(_: Path) -> bool:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "is_file", refuse)
    with pytest.raises(StorageError, match="Permission denied"):
        HistoryRepository(tmp_path).exists()


_PATHS = st.tuples(st.sampled_from([b"a", b"a.b", b"b"]), st.sampled_from([b"a-", b"a", b"a0"]))
_STATE = st.dictionaries(_PATHS, st.binary(max_size=3), max_size=9)


@given(_STATE, _STATE)
def test_applying_changes_gives_the_tree_of_all_files(
    old: dict[tuple[bytes, ...], bytes], new: dict[tuple[bytes, ...], bytes]
) -> None:
    store = _Memory()
    blobs = {content: store.add(BLOB, content) for content in {*old.values(), *new.values()}}
    before = updated(store, store.add, None, ((p, blobs[c]) for p, c in sorted(old.items())))
    after = updated(store, store.add, None, ((p, blobs[c]) for p, c in sorted(new.items())))
    changes = sorted(
        (path, blobs[new[path]] if path in new else None)
        for path in old.keys() | new.keys()
        if old.get(path) != new.get(path)
    )
    assert updated(store, store.add, before, iter(changes)) == after
    assert dict(files(store, after)) == {path: blobs[content] for path, content in new.items()}
    found = {path: (one, other) for path, one, other in differing(store, before, after)}
    assert found.keys() == {path for path, _ in changes}


class _Memory:
    """Objects in memory."""

    def __init__(self) -> None:
        self._objects: dict[bytes, bytes] = {}

    def add(self, kind: int, content: bytes) -> bytes:
        name = object_id(kind, content)
        self._objects[name] = content
        return name

    def tree(self, name: bytes) -> bytes:
        return self._objects[name]

    def entries(self, name: bytes) -> Entries:
        return entries_of(self._objects[name])
