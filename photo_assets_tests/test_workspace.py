"""The locations of the stores of one configuration, and errors if one cannot be opened."""

import os
from pathlib import Path

import pytest

from photo_assets.ledger.address import parse_address, sqlite_file
from photo_assets.library import load_configuration, open_workspace
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.workspace import Workspace

VARIABLE = "PHOTO_ASSETS_LEDGER_URL"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.delenv("PHOTOSYNC_CONFIG", raising=False)
    monkeypatch.delenv(VARIABLE, raising=False)
    return tmp_path


def workspace(home: Path, text: str = "data_dir: state") -> Workspace:
    (home / "photosync.yaml").write_text(text)
    return open_workspace()


def test_everything_is_in_the_data_folder(home: Path) -> None:
    opened = workspace(home)
    state = home / "state"
    assert opened.data_dir == state
    places = [opened.lake.root, opened.staging, opened.scratch, opened.fingerprint_cache]
    ledger = sqlite_file(parse_address(opened.ledger_url))
    assert ledger == state / "ledger.sqlite"
    assert len({*places, ledger}) == 5
    assert all(place.is_relative_to(state) and place != state for place in places)


def test_opening_creates_nothing_and_the_ledger_creates_its_folder(home: Path) -> None:
    opened = workspace(home)
    assert os.listdir(home) == ["photosync.yaml"]
    assert opened.ledger is opened.ledger
    assert (home / "state" / "ledger.sqlite").exists()


@pytest.mark.parametrize("name", ["x?y=z&r", "a%20b", "ä b#1 100%", "a@b:c"])
def test_the_ledger_is_in_the_data_folder(home: Path, name: str) -> None:
    opened = workspace(home, f"data_dir: '{name}'")
    with opened.ledger.reading():
        pass
    assert [str(p.relative_to(home)) for p in home.rglob("*.sqlite")] == [f"{name}/ledger.sqlite"]


def test_its_variable_names_another_ledger(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = f"sqlite:///{home}/elsewhere.sqlite"
    monkeypatch.setenv(VARIABLE, other)
    assert workspace(home).ledger_url == other
    monkeypatch.setenv(VARIABLE, "")
    assert str(workspace(home).ledger_url).endswith("/state/ledger.sqlite")
    monkeypatch.setenv("MY_LEDGER", "postgresql://h/d")
    assert workspace(home, "ledger_url_env: MY_LEDGER").ledger_url == "postgresql://h/d"


@pytest.mark.parametrize("url", ["mysql://me:hunter2@h/d", "hunter2", "sqlite://"])
def test_a_wrong_url_is_refused_by_its_variables_name(
    home: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv(VARIABLE, url)
    with pytest.raises(ConfigurationError) as caught:
        _ = workspace(home).ledger
    assert VARIABLE in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_file_in_the_place_of_the_folder_is_named(home: Path) -> None:
    opened = workspace(home)
    (home / "state").write_text("mine")
    for attempt in (lambda: opened.ledger, lambda: opened.scratch_for("copies")):
        with pytest.raises(StorageError) as caught:
            attempt()
        assert str(home / "state") in str(caught.value)
    assert (home / "state").read_text() == "mine"


def test_only_old_files_are_removed_from_scratch(home: Path) -> None:
    opened = workspace(home)
    folder = opened.scratch_for("copies")
    assert folder == opened.scratch / "copies"
    outside = home / "outside"
    (outside / "inner").mkdir(parents=True)
    for name in ("old", "young"):
        (folder / name).mkdir()
        (folder / name / "file").write_text("x")
        (folder / f"{name}.file").write_text("x")
    (folder / "old.link").symlink_to(outside)
    two_days_ago = (folder / "old").stat().st_mtime - 2 * 86_400
    for path in folder.glob("old*"):
        os.utime(path, (two_days_ago, two_days_ago), follow_symlinks=False)
    assert opened.scratch_for("copies") == folder
    assert sorted(os.listdir(folder)) == ["young", "young.file"]
    assert (outside / "inner").is_dir()


def test_a_workspace_of_a_given_file(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "other.yaml"
    file.write_text("data_dir: other")
    assert open_workspace(file).data_dir == tmp_path / "other"
    assert Workspace(load_configuration(file)).settings.data_dir == tmp_path / "other"
