"""`photosync discover` as a process: the accounting, --since, a terminal, Ctrl-C."""

import json
import os
import pty
import re
import signal
from pathlib import Path

import pytest

from photo_assets_tests.catalogs.manifest import manifest
from photo_assets_tests.cli.running import Project, make_photos
from photo_assets_tests.time_limit import PATIENCE_S


def files(folder: Path) -> dict[str, object]:
    """Return every file with its times; a folder's own change when a temporary file comes and goes."""
    return {name: entry for name, entry in manifest(folder).items() if entry[0].startswith("-")}


def test_the_first_read_adds_up_and_suggests_next_steps(synced: Project) -> None:
    out = (synced.home / "first.out").read_text()
    rows = {
        line.split()[0]: line.split()[1:]
        for line in out.partition("total")[0].splitlines()
        if line.startswith("folders/")
    }
    found, written, discarded, failed = (int(n) for n in rows["folders/nas"][:4])
    assert (found, written, discarded, failed) == (7, 6, 0, 1)
    assert rows["folders/drawer"][0] == "offline"
    total = next(line.split() for line in out.splitlines() if line.startswith("total"))
    assert total[1:5] == ["10", "9", "0", "1"]
    assert "folders/drawer is offline; its 0 rows are unchanged" in out
    assert "photosync report folders/nas" in out
    assert "6 photos" in out
    assert (synced.home / "first.code").read_text() == "1"  # an entry failed


def test_progress_is_plain_lines_on_standard_error(synced: Project) -> None:
    said = (synced.home / "first.err").read_text()
    assert said.startswith("starting ...\n")
    assert "reading folders/nas: 7 of 7 items (100 %)" in said
    assert "\x1b" not in said
    assert "dagster - " not in said
    assert "Traceback" not in said


def test_reading_again_changes_nothing_and_prints_only_json(synced: Project) -> None:
    lake = synced.home / "data" / "lake"
    before = files(lake)
    done = synced.run("discover", "--json", "--since", "2017-01-01")
    document = json.loads(done.stdout)
    assert files(lake) == before
    nas = next(c for c in document["catalogs"] if c["catalog"] == "folders/nas")
    assert nas["balanced"] and nas["unchanged"] == 6
    assert not any(document["months_written"].values())
    assert document["photos"] == 6
    assert document["failed_runs"] == []


def test_nothing_to_read_is_reported(project: Project) -> None:
    project.configure("catalogs: {}")
    done = project.run_here("discover")
    assert done.returncode == 2
    assert "No enabled catalog" in done.stderr


def test_bars_are_shown_only_on_a_terminal(synced: Project) -> None:
    ours, theirs = pty.openpty()
    process = synced.start("discover", "--catalog", "nas", stderr=theirs)
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
    out, _ = process.communicate(timeout=PATIENCE_S)
    os.close(ours)
    assert process.returncode == 1
    assert b"\x1b[" in seen
    text = re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", seen).decode()
    assert "starting" in text
    assert "7 of 7 items (100 %)" in text
    assert "DEBUG" not in text and "dagster" not in text
    assert b"\x1b" not in out
    assert b"folders/nas" in out


@pytest.mark.slow
def test_a_large_loss_is_held_back_until_it_is_confirmed(project: Project) -> None:
    nas = project.user / "nas"
    make_photos(nas, 10)
    project.configure(f"catalogs: {{folders: {{nas: {{path: {nas}, settle_seconds: 0}}}}}}")
    assert project.run_here("discover").returncode == 0
    for path in sorted(nas.iterdir())[:8]:
        path.unlink()
    held = project.run_here("discover")
    assert held.returncode == 1
    assert "lost 8 of 10 items at once (80.0 %)" in held.stdout
    assert "photosync confirm folders/nas" in held.stdout
    assert project.run_here("confirm", "folders/nas", "--yes").returncode == 0
    after = project.run_here("discover", "--json")
    assert after.returncode == 0, after.stderr
    catalog = json.loads(after.stdout)["catalogs"][0]
    assert (catalog["held"], catalog["written"], catalog["kept"]) == (None, 2, 8)
    standing = json.loads(project.run_here("status", "--json").stdout)
    assert (standing["catalogs"][0]["rows"], standing["catalogs"][0]["missing"]) == (10, 8)
    assert standing["attention"] == []


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
def test_interrupting_a_read_loses_nothing(project: Project, number: signal.Signals) -> None:
    nas = project.user / "nas"
    make_photos(nas, 200)
    project.configure(f"catalogs: {{folders: {{nas: {{path: {nas}, settle_seconds: 0}}}}}}")
    before = manifest(nas)
    process = project.start("discover")
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(b"reading folders/nas"):
            break
    os.killpg(process.pid, number)
    said = process.stderr.read().decode()
    assert process.wait(timeout=PATIENCE_S) == 130
    assert "Interrupted" in said
    assert "Traceback" not in said
    assert manifest(nas) == before
    again = project.run_here("discover", "--json")
    assert again.returncode == 0, again.stderr
    document = json.loads(again.stdout)
    assert document["catalogs"][0]["written"] == 200
    assert document["photos"] == 200
