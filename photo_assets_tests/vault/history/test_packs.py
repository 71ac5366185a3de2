"""Many commits: their packs are joined, and few files are open while they are read."""

import subprocess
import sys
from pathlib import Path

import pytest

from photo_assets.vault.history import committing
from photo_assets.vault.history.log import commits
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets_tests.vault.history.commits import commit, contents, packs_of, state_of
from photo_assets_tests.vault.history.reading import git

MANY = 33


@pytest.fixture
def long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a small pack per commit."""
    folder = tmp_path / "h.git"
    with monkeypatch.context() as patch:
        patch.setattr(committing, "join_packs", lambda _: None)
        for number in range(1, MANY):
            commit(folder, contents(number), number)
    return folder


def test_many_small_packs_are_joined(long: Path) -> None:
    before = state_of(long)
    assert len(packs_of(long)) == 2 * (MANY - 1)
    commit(long, contents(MANY), MANY)
    assert len(packs_of(long)) == 2
    assert state_of(long).items() >= (before | contents_of(MANY)).items()
    assert sum(1 for _ in commits(HistoryRepository(long))) == MANY
    git(long, "fsck", "--strict")
    commit(long, contents(MANY + 1), MANY + 1)
    assert len(packs_of(long)) == 4


def test_a_lock_of_git_is_left_alone_while_packs_are_joined(long: Path) -> None:
    lock = long / "refs" / "heads" / "main.lock"
    lock.touch()
    with committing.committing(HistoryRepository(long)):
        pass
    assert len(packs_of(long)) == 2
    assert lock.exists()


def test_packs_of_git_and_kept_ones_are_left_alone(long: Path) -> None:
    git(long, "gc", "-q")
    (gathered,) = [name for name in packs_of(long) if name.endswith(".pack")]
    for number in range(MANY, 2 * MANY):
        commit(long, contents(number), number)
    assert gathered in packs_of(long)
    assert len([name for name in packs_of(long) if name.endswith(".pack")]) < 10


def test_a_damaged_pack_stops_the_joining_and_not_the_commit(long: Path) -> None:
    packs = sorted((long / "objects" / "pack").glob("*.pack"), key=lambda p: p.stat().st_mtime_ns)
    pack = packs[10]  # neither of the last commit nor of the first one, which are read anyway
    pack.chmod(0o644)
    pack.write_bytes(pack.read_bytes()[:-1] + b"?")
    before = packs_of(long)
    with committing.committing(HistoryRepository(long)):
        pass
    assert packs_of(long) == before


def test_a_crash_while_packs_are_joined_loses_nothing(long: Path, tmp_path: Path) -> None:
    """Each call that changes the disk is the last one once; see `joining_crashes`."""
    program = "photo_assets_tests.vault.history.joining_crashes"
    command = [sys.executable, "-m", program, str(long), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 2 * (MANY - 1)  # each old file is removed by a call


_READ = """
import resource, sys
from pathlib import Path
from photo_assets.vault.history.log import commits
from photo_assets.vault.history.repository import HistoryRepository
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
repository = HistoryRepository(Path(sys.argv[1]))
print(sum(1 for _ in commits(repository)))
from photo_assets.model.errors import StorageError
resource.setrlimit(resource.RLIMIT_NOFILE, (3, 64))
try:
    list(commits(HistoryRepository(Path(sys.argv[1]))))
except StorageError as error:
    print(error)
"""


def test_a_long_history_is_read_with_few_open_files(long: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(long)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    count, message = done.stdout.splitlines()
    assert count == str(MANY - 1)
    assert "Too many open files" in message
    assert "damaged" not in message


def contents_of(number: int) -> dict[str, bytes]:
    return {b"/".join(path).decode(): content for path, content in contents(number).items()}
