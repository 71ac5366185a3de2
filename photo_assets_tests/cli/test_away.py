"""Catalogs whose disk is not connected: messages and exit codes of the commands."""

import json

import pytest

from photo_assets.model.errors import ExitCode
from photo_assets_tests.cli.running import Project, make_photos


def configure(project: Project, *names: str) -> None:
    lines = [f"    {n}: {{path: {project.user}/{n}, settle_seconds: 0}}\n" for n in names]
    project.configure("catalogs:\n  folders:\n" + "".join(lines))


def test_the_only_catalog_is_gone(project: Project) -> None:
    nas = project.user / "nas"
    make_photos(nas, 3)
    configure(project, "nas")
    assert project.run_here("discover").returncode == ExitCode.OK
    nas.rename(project.user / "unplugged")
    done = project.run_here("discover", "--json")
    assert done.returncode == ExitCode.SOURCE
    assert "No catalog could be read: folders/nas cannot be reached" in done.stderr
    document = json.loads(done.stdout)
    assert document["catalogs"][0]["offline"]
    assert document["photos"] == 3
    status = project.run_here("status")
    assert status.returncode == ExitCode.ATTENTION
    assert "! No catalog could be reached: folders/nas. The folder" in status.stdout
    assert "Nothing needs attention" not in status.stdout
    doctor = project.run_here("doctor")
    assert doctor.returncode == ExitCode.ATTENTION
    assert "FAIL  catalogs: no catalog can be read now" in doctor.stdout
    assert project.run_here("report", "folders/nas").returncode == ExitCode.OK
    (project.user / "unplugged").rename(nas)
    assert project.run_here("discover").returncode == ExitCode.OK
    assert project.run_here("status").returncode == ExitCode.OK


@pytest.mark.slow
@pytest.mark.parametrize(
    ("there", "code"), [((), ExitCode.SOURCE), (("nas",), ExitCode.ATTENTION)], ids=["none", "one"]
)
def test_a_path_that_never_existed(
    project: Project, there: tuple[str, ...], code: ExitCode
) -> None:
    for name in there:
        make_photos(project.user / name, 2)
    configure(project, "typo", *there)
    done = project.run_here("discover")
    assert done.returncode == code
    assert "folders/typo is offline; its 0 rows are unchanged." in done.stdout
    assert project.run_here("status").returncode == ExitCode.ATTENTION


@pytest.mark.slow
def test_one_of_two_disks_is_unplugged(project: Project) -> None:
    """A portable disk is often unplugged: this is not an error."""
    for name in ("nas", "disk"):
        make_photos(project.user / name, 2)
    configure(project, "nas", "disk")
    assert project.run_here("discover").returncode == ExitCode.OK
    (project.user / "disk").rename(project.user / "unplugged")
    status = project.run_here("status")  # at once, before anything was read again
    assert status.returncode == ExitCode.OK
    assert "offline since" in status.stdout
    done = project.run_here("discover")
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    assert "folders/disk is offline; its 2 rows are unchanged." in done.stdout
    assert project.run_here("status").returncode == ExitCode.OK
    asked = project.run_here("discover", "--catalog", "disk")
    assert asked.returncode == ExitCode.SOURCE
