"""A change of photosync.yaml is noticed once, when the file is complete, with its kind."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from photo_assets.cli.configuration_watch import Change, ConfigurationWatch
from photo_assets_tests.cli.running import Project


@pytest.fixture
def file(project: Project) -> Iterator[Path]:
    """The photosync.yaml of a project that is this process's own."""
    with mock.patch.dict(os.environ, {"DAGSTER_HOME": str(project.home)}):
        os.environ.pop("PHOTOSYNC_CONFIG", None)
        (project.home / "photosync.yaml").write_text("catalogs: {}\n")
        yield project.home / "photosync.yaml"


def settled(watch: ConfigurationWatch) -> list[Change]:
    return [change for change in (watch.look() for _ in range(4)) if change is not Change.NONE]


def test_nothing_is_reported_without_a_change(file: Path) -> None:
    watch = ConfigurationWatch()
    file.touch()
    assert settled(watch) == []


def test_a_change_is_reported_once(file: Path) -> None:
    watch = ConfigurationWatch()
    file.write_text("catalogs: {}\ndiscovery: {nightly_reconcile: '1 2 * * *'}\n")
    assert settled(watch) == [Change.CONTENT]
    assert watch.configuration.settings.discovery.nightly_reconcile == "1 2 * * *"
    assert settled(watch) == []


def test_a_file_that_is_being_written_is_waited_for(file: Path) -> None:
    watch = ConfigurationWatch()
    for n in range(4):
        file.write_text(f"catalogs: {{}}\n# {n}\n")
        assert watch.look() is Change.NONE
    file.unlink()
    file.write_text("catalogs: {}\n# 3\n")
    assert settled(watch) == [Change.CONTENT]


@pytest.mark.parametrize("text", ["catalogs: {}\ndata_dir: elsewhere\n", None])
def test_another_data_dir_is_recognized(file: Path, text: str | None) -> None:
    sample = file.parent / "data" / "sample"
    sample.mkdir(parents=True)
    (sample / "photosync.yaml").write_text("catalogs: {}\ndata_dir: ../demo\n")
    watch = ConfigurationWatch()
    if text is None:
        file.unlink()
    else:
        file.write_text(text)
    assert settled(watch) == [Change.ELSEWHERE]


def test_a_first_file_beside_the_sample_is_another_place(file: Path) -> None:
    """What `photosync init` does while `make ui` shows the sample."""
    mine = file.read_text()
    file.unlink()
    sample = file.parent / "data" / "sample"
    sample.mkdir(parents=True)
    (sample / "photosync.yaml").write_text("catalogs: {}\ndata_dir: ../demo\n")
    watch = ConfigurationWatch()
    file.write_text(mine)
    assert settled(watch) == [Change.ELSEWHERE]
    assert watch.configuration.file == file


def test_an_invalid_file_is_refused_and_the_old_one_is_kept(file: Path) -> None:
    watch = ConfigurationWatch()
    before = watch.configuration
    file.write_text("catalogs: {nonsense: 1}\n")
    assert settled(watch) == [Change.REFUSED]
    assert "nonsense" in watch.refusal
    assert watch.configuration is before
    file.write_text("catalogs: {}\n")
    assert settled(watch) == [Change.CONTENT]


def test_a_named_file_that_is_away_is_waited_for(file: Path) -> None:
    with mock.patch.dict(os.environ, {"PHOTOSYNC_CONFIG": str(file)}):
        watch = ConfigurationWatch()
        file.unlink()
        assert settled(watch) == []
        file.write_text("catalogs: {}\n# again\n")
        assert settled(watch) == [Change.CONTENT]
