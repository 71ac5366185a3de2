"""A folder gets a link where Dagster would misinterpret its path."""

import os
import tempfile
from pathlib import Path

import pytest

from photo_assets.model.errors import ConfigurationError
from photo_assets.system.plain_folder import plain_folder

PLAIN = ["photos", "ä b#1;x&y 100%", "'q' {a,b}.", "50% off", "a\tb", "$HOME ~"]
SPECIAL = ["[nas] *photos", "what?", "a%20b", "x[", "%41", "**"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_name_is_kept_without_a_link(tmp_path: Path, cache: Path, name: str) -> None:
    assert plain_folder(tmp_path / name) == tmp_path / name
    assert not cache.exists()


@pytest.mark.parametrize("name", SPECIAL)
def test_a_link_leads_to_the_same_folder(tmp_path: Path, cache: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "x").touch()
    found = plain_folder(folder)
    assert found.is_relative_to(cache)
    assert os.listdir(found) == ["x"]
    assert plain_folder(folder) == found, "it is always the same one"
    assert plain_folder(tmp_path / f"{name}2") != found
    assert len(list(found.parent.iterdir())) == 2


def test_a_wrong_link_is_corrected(tmp_path: Path) -> None:
    folder = tmp_path / "[x]"
    found = plain_folder(folder)
    found.unlink()
    found.symlink_to(tmp_path)
    assert plain_folder(folder) == found
    assert Path(os.readlink(found)) == folder


def test_the_temporary_folder_is_used_without_a_cache_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "[cache]"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    assert plain_folder(tmp_path / "[x]").is_relative_to(tmp_path / "temporary")
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert plain_folder(tmp_path / "[x]").is_relative_to(tmp_path / "temporary")


def test_a_folder_that_cannot_be_linked_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    with pytest.raises(ConfigurationError) as caught:
        plain_folder(tmp_path / "[x]")
    assert "[x]" in str(caught.value)
    assert "XDG_CACHE_HOME" in (caught.value.hint or "")
