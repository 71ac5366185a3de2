"""Commands that are printed can be pasted where they are printed."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from photo_assets.cli.main import photosync
from photo_assets.cli.program import COMMANDS, as_called
from photo_assets_tests.cli.running import Project


@pytest.fixture
def installed(project: Project) -> Path:
    """The program as pip installs it, below the project's folder and not on PATH."""
    program = project.home / "my env" / "bin" / "photosync"
    program.parent.mkdir(parents=True)
    lines = [f"#!{sys.executable}", "from photo_assets.cli.main import main", "main()", ""]
    program.write_text("\n".join(lines))
    program.chmod(0o755)
    return program


def shell(project: Project, command: str, folder: Path, **variables: str) -> tuple[int, str]:
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env={**project.environment(), **variables},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def printed(text: str, command: str) -> str:
    """Return the command line that contains `command`, up to the end of its line or backquotes."""
    found = re.search(
        rf"(?:^|`|: )([^`:\n]*photosync'?[^`:\n]*{command}[^`\n]*)", text, re.MULTILINE
    )
    assert found is not None, text
    return found[1].strip()


def test_from_the_projects_folder(project: Project, installed: Path) -> None:
    project.configure("catalogs: {}")
    code, said = shell(project, "'my env/bin/photosync' status", project.home)
    assert code == 0, said
    command = printed(said, "init")
    assert shlex.split(command) == ["my env/bin/photosync", "init"]
    code, said = shell(project, f"{command} --yes", project.home)
    assert (code, "exists and was not changed" in said) == (3, True)


def test_in_its_own_folder(project: Project, installed: Path) -> None:
    code, said = shell(
        project, "./photosync frobnicate", installed.parent, DAGSTER_HOME=str(project.home)
    )
    assert code == 2
    assert printed(said, "--help").startswith("./photosync --help")
    assert "`./photosync demo`" in shell(project, "./photosync --help", installed.parent)[1]


def test_from_another_folder(project: Project, installed: Path) -> None:
    """Relative to it, the path would go up and down again: it is printed in full."""
    project.configure("catalogs: {}")
    code, said = shell(
        project,
        "'../project/my env/bin/photosync' status",
        project.user,
        DAGSTER_HOME=str(project.home),
    )
    assert shlex.split(printed(said, "init")) == [str(installed), "init"]
    code, said = shell(project, "'../project/my env/bin/photosync' status", project.user)
    assert code == 3
    assert f"{project.user} is not the project's folder" in said
    assert "set DAGSTER_HOME to it" in said


def test_on_the_path_its_name_is_enough(project: Project, installed: Path) -> None:
    project.configure("catalogs: {}")
    path = f"{installed.parent}:{os.environ['PATH']}"
    said = shell(project, "photosync status", project.home, PATH=path)[1]
    assert printed(said, "init") == "photosync init"
    other = project.user / "photosync"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    path = f"{project.user}:{os.environ['PATH']}"
    said = shell(project, f"'{installed}' status", project.home, PATH=path)[1]
    assert shlex.split(printed(said, "init"))[0] == "my env/bin/photosync"


@pytest.mark.slow
def test_a_configuration_that_was_named_is_named_again(project: Project, installed: Path) -> None:
    other = project.home / "its own.yaml"
    other.write_text("catalogs: {folders: {nas: {path: nowhere}}}\n")
    code, said = shell(
        project, "'my env/bin/photosync' --config 'its own.yaml' status", project.home
    )
    assert code == 1
    command = printed(said, "discover")
    assert shlex.split(command)[1:] == ["--config", "its own.yaml", "discover"]
    code, said = shell(project, command, project.home)
    assert (code, "folders/nas is offline" in said) == (5, True)


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("  photosync ui   (or: make ui)", "  X ui   (or: make ui)"),
        (
            "folders/nas: 1 file: photosync report folders/nas",
            "folders/nas: 1 file: X report folders/nas",
        ),
        ("Run `photosync init`, or `photosync demo`.", "Run `X init`, or `X demo`."),
        (
            "Check it: photosync doctor. Then: photosync discover",
            "Check it: X doctor. Then: X discover",
        ),
        ("delete the file, then run photosync discover.", "delete the file, then run X discover."),
        # prose, and what files are called
        ("Run photosync in the project's folder.", None),
        ("photosync: the ledger refused", None),
        ("  /nas/my photosync status.jpg - broken", None),
        ("  /nas/photosync report", None),
    ],
)
def test_commands_are_distinguished_from_prose(
    monkeypatch: pytest.MonkeyPatch, text: str, called: str | None
) -> None:
    monkeypatch.setattr("photo_assets.cli.program.program", lambda: "X")
    assert as_called(text) == (called or text)


def test_every_command_is_known() -> None:
    assert set(COMMANDS) == set(photosync.commands)
