"""`photosync duplicates`: its output, exit codes and imports."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from photo_assets.model.names import to_bytes
from photo_assets_tests.cli.running import COMMAND, REPOSITORY, Project


@pytest.fixture
def pictures(project: Project) -> Path:
    folder = project.user / "pictures"
    folder.mkdir()
    for name in ("one.jpg", "two.jpg", "new\nline\x1b[31m.jpg"):
        (folder / name).write_bytes(b"x" * 5_000)
    (folder / "other.jpg").write_bytes(b"y" * 5_000)
    os.link(folder / "two.jpg", folder / "two again.jpg")
    return folder


def test_groups_are_listed_with_one_file_per_line(project: Project, pictures: Path) -> None:
    done = project.run_here("duplicates", str(pictures))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "3 files of 4.9 KiB",
        f"  {pictures}/new\\nline\\x1b[31m.jpg",
        f"  {pictures}/one.jpg",
        f"  {pictures}/two again.jpg",
        f"    the same file: {pictures}/two.jpg",
        "",
        "1 group, 2 redundant copies using 9.8 KiB; searched 4 files, 19.5 KiB.",
    ]
    assert done.stderr == ""


def test_json_keeps_every_byte_of_a_name(project: Project, tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/odd"
    (tmp_path / "odd").mkdir()
    names = [folder + b"/" + name for name in (b"\xff.jpg", b"a\nb.jpg")]
    for name in names:
        with open(name, "wb") as file:
            file.write(b"same")
    done = project.run("duplicates", "--json", os.fsdecode(folder))
    document = json.loads(done.stdout)
    (group,) = document["groups"]
    assert group["bytes"] == 4
    assert sorted(to_bytes(paths[0]) for paths in group["files"]) == sorted(names)
    assert (document["copies"], document["bytes_in_copies"]) == (1, 4)
    assert done.returncode == 0


def test_without_a_folder_the_configured_ones_are_read(project: Project, pictures: Path) -> None:
    (pictures / "@eaDir").mkdir()
    (pictures / "@eaDir" / "one.jpg").write_bytes(b"x" * 5_000)
    project.configure(
        f"catalogs: {{folders: {{nas: {{path: {pictures}}}, gone: {{path: {pictures}/gone}}}}}}"
    )
    done = project.run_here("duplicates", "--json")
    document = json.loads(done.stdout)
    assert [len(group["files"]) for group in document["groups"]] == [3]
    assert [problem["reason"] for problem in document["unreadable"]] == [
        "No such file or directory"
    ]
    assert done.returncode == 1


def test_what_a_person_gets_wrong(project: Project) -> None:
    nowhere = project.run_here("duplicates", "nowhere")
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert project.run_here("duplicates").returncode == 3
    project.configure("catalogs: {}")
    none = project.run_here("duplicates")
    assert none.returncode == 3
    assert "photosync duplicates FOLDER" in none.stderr


def test_nothing_found(project: Project) -> None:
    (project.user / "empty").mkdir()
    done = project.run_here("duplicates", str(project.user / "empty"))
    assert (done.returncode, done.stdout) == (0, "No duplicates in 0 files, 0 B.\n")
    assert sorted(path.name for path in project.home.iterdir()) == [
        "dagster.yaml",
        "workspace.yaml",
    ]


def test_it_loads_only_the_libraries_of_the_command_line(tmp_path: Path) -> None:
    """Loading the settings' models alone took longer than comparing 300 photos."""
    code = (
        f"import sys, runpy\nsys.argv = ['photosync', 'duplicates', {str(tmp_path)!r}]\n"
        f"try:\n    {COMMAND[-1].replace('; ', chr(10) + '    ')}\nexcept SystemExit: pass\n"
        "heavy = {'dagster', 'pyarrow', 'pydantic', 'yaml', 'sqlalchemy', 'duckdb', 'numpy', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
