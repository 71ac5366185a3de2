"""`photosync demo`: the sample through the whole graph, and nothing of the person's touched."""

import re

import pytest

from photo_assets_tests.cli.running import Project


@pytest.mark.slow
def test_the_demo_ends_with_commands_that_work(project: Project) -> None:
    mine = "catalogs: {}  # mine\n"
    project.configure(mine)
    done = project.run("demo", seconds=600)
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in project.home.iterdir()) == [
        "dagster.yaml",
        "data",
        "photosync.yaml",
        "workspace.yaml",
    ]
    assert sorted(p.name for p in (project.home / "data").iterdir()) == ["demo", "sample"]
    assert (project.home / "photosync.yaml").read_text() == mine
    assert not list(project.user.iterdir())
    total = re.search(r"^total +(\S+) +(\S+) +(\S+) +(\S+)", done.stdout, re.MULTILINE)
    assert total is not None
    found, written, discarded, failed = (int(n.replace(",", "")) for n in total.groups())
    assert found == written + discarded + failed > 300
    example = re.search(r"--config (\S+) explain '(.+)' '(.+)'$", done.stdout, re.MULTILINE)
    assert example is not None, done.stdout
    explained = project.run("--config", example[1], "explain", example[2], example[3])
    assert "One photo" in explained.stdout, explained.stderr
    planned = re.search(r"to be written: notion (\S+) rows, supabase (\S+) rows\.", done.stdout)
    assert planned is not None, done.stdout
    assert re.search(r"--config (\S+) replicate\n +what would be written to Notion", done.stdout)
    for sink, rows in zip(("notion", "supabase"), planned.groups(), strict=True):
        shown = project.run("--config", example[1], "plan", "show", sink, "--limit", "0")
        assert f"for {sink}: {rows} to create (nothing of it was sent)." in shown.stdout
    again = project.run("demo", seconds=600)
    assert again.returncode == 0
    assert "Making the sample" not in again.stderr
    fresh = project.run("demo", "--fresh", seconds=600)
    assert fresh.returncode == 0, fresh.stderr
    assert "Making the sample" in fresh.stderr
