"""A clone of a history shares nothing with the repository it was made from."""

import shutil
from pathlib import Path

import pytest

from photo_assets.model.errors import StorageError
from photo_assets.vault.history.cloning import clone, repository_at
from photo_assets.vault.history.git_program import RemoteError
from photo_assets_tests.vault.history.library import HistoryLibrary, Shot
from photo_assets_tests.vault.history.reading import files_of, git


@pytest.fixture
def source(history: HistoryLibrary) -> Path:
    history.put(*(Shot(name=name) for name in "abc"))
    history.commit()
    return history.repository.folder


def test_a_clone_of_a_folder_shares_no_file_and_names_no_remote(
    source: Path, tmp_path: Path
) -> None:
    made = clone(str(source), tmp_path / "own.git")
    assert files_of(made.folder) == files_of(source)
    assert {file.stat().st_nlink for file in made.folder.rglob("*") if file.is_file()} == {1}
    assert git(made.folder, "remote") == ""
    assert str(source) not in (made.folder / "config").read_text()


def test_a_clone_holds_the_objects_that_another_repository_keeps(
    source: Path, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "-q", "--bare", "--shared", str(source), "shared.git")
    expected = files_of(source)
    made = clone(str(tmp_path / "shared.git"), tmp_path / "own.git")
    source.rename(tmp_path / "away.git")
    assert not (made.folder / "objects" / "info" / "alternates").exists()
    assert files_of(made.folder) == expected


def test_a_clone_without_git_says_to_install_it(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(RemoteError, match="git program is not installed") as raised:
        clone(str(source), tmp_path / "own.git")
    assert raised.value.hint == "Install git, then run again."
    assert not (tmp_path / "own.git").exists()


def test_a_clone_without_earlier_commits_is_refused(
    history: HistoryLibrary, tmp_path: Path
) -> None:
    for name in "ab":
        history.put(Shot(name=name))
        history.commit()
    shallow, address = tmp_path / "shallow.git", history.repository.folder.as_uri()
    git(tmp_path, "clone", "-q", "--bare", "--depth", "1", address, str(shallow))
    with pytest.raises(StorageError, match="is a shallow clone") as raised:
        repository_at(str(shallow))
    assert "git fetch --unshallow" in (raised.value.hint or "")
    git(shallow, "fetch", "-q", "--unshallow")
    assert repository_at(str(shallow)) is not None
