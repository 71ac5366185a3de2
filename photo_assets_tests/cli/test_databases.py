"""PostgreSQL under the command line: one that answers, and ones that do not, named without secrets."""

import dataclasses
import json

import pytest

from photo_assets_tests.cli.running import Project, make_photos
from photo_assets_tests.ledgers import postgres_server
from photo_assets_tests.postgres import new_database

__all__ = ["postgres_server"]

NOBODY = "postgresql://me:s3cret@127.0.0.1:1/photos"  # port 1 is tcpmux: nothing listens
LEDGER, DAGSTER = "PHOTO_ASSETS_LEDGER_URL", "PHOTO_ASSETS_POSTGRES_URL"


@pytest.fixture
def nas(project: Project) -> Project:
    make_photos(project.user / "nas", 2)
    folder = f"{{path: {project.user}/nas, settle_seconds: 0}}"
    project.configure(f"catalogs: {{folders: {{nas: {folder}}}}}")
    return project


@pytest.mark.parametrize(("variable", "name"), [(LEDGER, "ledger"), (DAGSTER, "Dagster's")])
def test_a_database_that_does_not_respond_is_named_immediately(
    nas: Project, variable: str, name: str
) -> None:
    broken = dataclasses.replace(nas, variables={variable: NOBODY})
    done = broken.run("discover")
    assert done.returncode == 4, done.stderr
    assert name in done.stderr
    assert "unexpected" not in done.stderr
    assert "s3cret" not in done.stdout + done.stderr
    for word in ("\\n", "\\t", "locked", "disk"):  # SQLite's advice, and its way of breaking lines
        assert word not in done.stderr
    seen = broken.run_here("doctor", "--json")
    failed = [c for c in json.loads(seen.stdout)["checks"] if c["level"] == "FAIL"]
    assert [c["name"] for c in failed] == ["ledger" if variable == LEDGER else "Dagster's database"]
    assert failed[0]["fix"]
    assert "s3cret" not in seen.stdout + seen.stderr


@pytest.mark.slow
def test_both_in_postgresql(nas: Project, postgres_server: str) -> None:
    with (
        new_database(postgres_server, "ledger_of_cli") as ledger,
        new_database(postgres_server, "dagster_of_cli") as dagster,
    ):
        project = dataclasses.replace(nas, variables={LEDGER: ledger, DAGSTER: dagster})
        done = project.run("discover", "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["photos"] == 2
        seen = project.run_here("doctor", "--json")
        levels = {c["name"]: c["level"] for c in json.loads(seen.stdout)["checks"]}
        assert (levels["ledger"], levels["Dagster's database"]) == ("OK", "OK")
        assert not list((nas.home / "data").rglob("*.db"))
        assert not (nas.home / "data" / "ledger.sqlite").exists()


def test_a_library_continues_in_postgresql_after_its_ledger_moved(
    nas: Project, postgres_server: str
) -> None:
    """With the variable set, an empty ledger was created silently: new ids, lost decisions."""
    assert nas.run("discover").returncode == 0
    entries = ("folders/nas/IMG_0000.JPG", "folders/nas/IMG_0001.JPG")
    before = json.loads(nas.run_here("explain", *entries, "--json").stdout)
    with new_database(postgres_server, "moved_ledger_of_cli") as url:
        project = dataclasses.replace(nas, variables={LEDGER: url})
        for command in ("discover", "status", "replicate"):
            refused = project.run_here(command)
            assert refused.returncode == 3, refused.stderr
            assert f"{LEDGER}: The database is empty" in refused.stderr
            assert "No new ledger was created there" in refused.stderr
            assert "photosync ledger move" in refused.stderr
        doctor = project.run_here("doctor")
        assert doctor.returncode == 1
        assert "FAIL  ledger: The database is empty" in doctor.stdout
        no = project.run_here("ledger", "move", stdin="n\n")
        assert (no.returncode, "The ledger was not moved" in no.stdout) == (0, True)
        moved = project.run_here("ledger", "move", "--yes")
        assert moved.returncode == 0, moved.stderr
        assert "photos 2" in moved.stdout
        assert project.run("discover").returncode == 0
        after = json.loads(project.run_here("explain", *entries, "--json").stdout)
        assert after == before
        assert project.run_here("doctor").returncode == 0
        assert (
            project.run_here("ledger", "move").returncode == 3
        )  # there is nothing to move any more
    assert (nas.home / "data" / "ledger.sqlite.moved").is_file()
    alone = nas.run("status")  # without the variable: its ledger is elsewhere
    assert "An empty ledger is created, although photos were joined before" in alone.stderr


def test_moving_a_ledger_requires_a_url(nas: Project) -> None:
    done = nas.run_here("ledger", "move", "--yes")
    assert done.returncode == 3
    assert f"{LEDGER} is not set" in done.stderr
