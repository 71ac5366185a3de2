"""`photosync restore`: everything but the history and the stores is lost, and comes back."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from photo_assets.defs.resources import PhotoLibrary
from photo_assets.model.errors import ExitCode, StorageError
from photo_assets.vault.history.records import photo_path
from photo_assets_tests.cli.lost_libraries import (
    LIVING,
    ledger_rows,
    make_library,
    tables_of,
    workspace_of,
)
from photo_assets_tests.cli.running import Project, make_project
from photo_assets_tests.time_limit import PATIENCE_S
from photo_assets_tests.vault.history.commits import commit
from photo_assets_tests.vault.history.reading import files_of, git, photos_of

KILLED = """
import os, signal, sys
from photo_assets.cli import main, restoring
restoring._restore = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
main.run(["restore", sys.argv[1]])
"""
COMMAND = [sys.executable, "-m", "photo_assets_tests.cli.restore_crashes"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A library with a store and a history; only copied from."""
    root = tmp_path_factory.mktemp("kept")
    project = make_project(root)
    make_library(project, root / "catalogs", {"stores": {"home": {"folder": str(root / "store")}}})
    return project


@pytest.fixture
def lost(kept: Project, tmp_path: Path) -> tuple[Project, Path]:
    """A new machine: an empty project, and the history that is left of the other one."""
    project = make_project(tmp_path / "new")
    history = tmp_path / "kept history.git"
    shutil.copytree(kept.home / "data" / "history.git", history)
    return project, history


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_everything_but_history_and_stores_is_lost_and_comes_back(
    kept: Project, lost: tuple[Project, Path]
) -> None:
    project, history = lost
    root = kept.home.parent
    before = [snapshot(folder) for folder in (history, root / "store")]
    (root / "catalogs").rename(root / "away")
    try:
        done = project.run_here("restore", str(history), "--json")
        assert done.returncode == ExitCode.OK, done.stdout + done.stderr
        result = json.loads(done.stdout)
        old, new = workspace_of(kept), workspace_of(project)
        assert ledger_rows(new) == ledger_rows(old)
        expected, found = tables_of(old.lake.root), tables_of(new.lake.root)
        assert found.keys() == expected.keys()
        for name, table in expected.items():
            assert found[name].equals(table), name
        assert [snapshot(folder) for folder in (history, root / "store")] == before
        assert result["found"] == result["photos"] + result["merged"]
        assert (result["merged"], result["failed"], result["not_restored"]) == (2, 0, [])
        assert result["rows"] == {"audit": 2, "confirmations": 1, "decisions": 5}
        assert result["listed_by_store"] == {"home": result["originals"]}

        again = project.run_here("restore", str(history))
        assert (again.returncode, again.stdout) == (ExitCode.STORAGE, "")
        assert "is not empty" in again.stderr
        head = git(history, "rev-parse", "main")
        done = project.run_here("discover")  # no catalog is there
        assert done.returncode == ExitCode.SOURCE, done.stdout + done.stderr
        assert git(new.history.folder, "rev-parse", "main") == head
        (store,) = json.loads(project.run_here("fsck", "--json").stdout)
        # The file of one photo had other bytes before, which no item has any more.
        assert (store["problems"], store["orphans"]) == ([], 1)
        for name in ("originals", "history"):
            tables = [workspace.lake.root / "vault" / name for workspace in (old, new)]
            assert len({str(snapshot_of_rows(folder)) for folder in tables}) == 1
    finally:
        (root / "away").rename(root / "catalogs")


def crash(kept: Project, lost: tuple[Project, Path], tmp_path: Path, times: int) -> None:
    project, history = lost
    copies = tmp_path / "copies"
    copies.mkdir()
    done = subprocess.run(
        [*COMMAND, str(history), str(times), str(copies)],
        cwd=project.home,
        env=project.environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S * times,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["0"] * times
    old = workspace_of(kept)
    expected = tables_of(old.lake.root)
    for number in range(times):
        new = workspace_of(Project(copies / str(number), project.user))
        assert ledger_rows(new) == ledger_rows(old), number
        found = tables_of(new.lake.root)
        assert found.keys() == expected.keys(), number
        assert [name for name in expected if not found[name].equals(expected[name])] == [], number
        assert not (new.data_dir / "restore.json").exists()


def test_a_killed_restore_is_run_again_and_ends_whole(
    kept: Project, lost: tuple[Project, Path], tmp_path: Path
) -> None:
    crash(kept, lost, tmp_path, 2)


@pytest.mark.slow
def test_many_killed_restores_are_run_again_and_end_whole(
    kept: Project, lost: tuple[Project, Path], tmp_path: Path
) -> None:
    crash(kept, lost, tmp_path, 20)


def test_nothing_is_written_before_a_killed_restore_is_run_again(
    kept: Project, lost: tuple[Project, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, history = lost
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(history)],
        cwd=project.home,
        env={**project.environment(), "DAGSTER_HOME": str(project.home)},
        capture_output=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == -signal.SIGKILL
    before = snapshot(project.home)
    for command in (["discover"], ["confirm", "folders/nas"], ["replicate"], ["status"]):
        refused = project.run_here(*command)
        assert refused.returncode == ExitCode.STORAGE, command
        assert "photosync restore HISTORY" in refused.stderr
    assert snapshot(project.home) == before
    workspace = workspace_of(project)
    monkeypatch.setenv("PHOTOSYNC_CONFIG", str(project.home / "photosync.yaml"))
    with pytest.raises(StorageError, match="has not ended"):
        _ = PhotoLibrary().workspace  # as the runs of the UI open it
    assert project.run_here("restore", str(history)).returncode == ExitCode.OK
    assert ledger_rows(workspace) == ledger_rows(workspace_of(kept))


def test_a_refused_restore_leaves_no_configuration(
    kept: Project, lost: tuple[Project, Path]
) -> None:
    project, history = lost
    shutil.copytree(kept.home / "data" / "staging", project.home / "data" / "staging")
    refused = project.run_here("restore", str(history))
    assert refused.returncode == ExitCode.STORAGE, refused.stdout
    assert not (project.home / "photosync.yaml").exists()
    assert not (project.home / "data" / "restore.json").exists()
    commit(history, {(b"photosync.yaml",): b"datadir: 5\n"}, 1_900_000_000)
    refused = project.run_here("restore", str(history))
    assert refused.returncode == ExitCode.CONFIGURATION, refused.stdout
    assert "The configuration in the history cannot be used" in refused.stderr
    assert not (project.home / "photosync.yaml").exists()


def test_another_history_here_is_refused_and_stays(lost: tuple[Project, Path]) -> None:
    project, history = lost
    own = project.home / "data" / "history.git"
    shutil.copytree(history, own)
    commit(own, {(b"README.md",): b"another"}, 1_900_000_000)
    before = snapshot(own)
    refused = project.run_here("restore", str(history))
    assert refused.returncode == ExitCode.STORAGE, refused.stdout
    assert "There is another history" in refused.stderr
    assert snapshot(own) == before
    assert not (project.home / "data" / "restore.json").exists()


def test_a_library_that_is_not_empty_is_refused(kept: Project, lost: tuple[Project, Path]) -> None:
    _, history = lost
    before = ledger_rows(workspace_of(kept))
    refused = kept.run_here("restore", str(history))
    assert refused.returncode == ExitCode.STORAGE
    assert "is not empty: it has tables in its lake, rows of catalogs, photos" in (refused.stderr)
    assert "Nothing was restored." in refused.stderr
    assert ledger_rows(workspace_of(kept)) == before


@pytest.mark.parametrize("layer", ["lake/identity/photos", "staging/folders/nas", "ledger.sqlite"])
def test_one_remaining_part_is_enough_to_be_refused(
    kept: Project, lost: tuple[Project, Path], layer: str
) -> None:
    project, history = lost
    left = kept.home / "data" / layer
    target = project.home / "data" / layer
    target.parent.mkdir(parents=True)
    shutil.copy(kept.home / "photosync.yaml", project.home)
    (shutil.copytree if left.is_dir() else shutil.copy)(left, target)
    before = snapshot(target) if target.is_dir() else ledger_rows(workspace_of(kept))
    refused = project.run_here("restore", str(history))
    assert refused.returncode == ExitCode.STORAGE, refused.stdout
    assert "is not empty" in refused.stderr
    after = snapshot(target) if target.is_dir() else ledger_rows(workspace_of(project))
    assert after == before


@pytest.mark.parametrize("form", ["file://", "clone"])
def test_the_history_may_be_an_address_or_a_clone(
    lost: tuple[Project, Path], tmp_path: Path, form: str
) -> None:
    project, history = lost
    address = {"file://": history.as_uri(), "clone": "a clone"}[form]
    if form == "clone":
        git(tmp_path, "clone", "-q", str(history), str(project.home / address))
    done = project.run_here("restore", address)
    assert done.returncode == ExitCode.OK, done.stderr
    own = workspace_of(project).history.folder
    assert files_of(own) == files_of(history)
    assert "merged photo" in done.stdout
    assert sorted(path.name for path in project.home.iterdir() if ".git" in path.name) == []


def test_what_is_no_history_is_refused(project: Project, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "empty.git")
    for address, words in (
        (str(tmp_path / "absent"), "is not a git repository"),
        (str(tmp_path / "empty.git"), "holds no history"),
        (f"file://{tmp_path}/absent", "git says"),
        ("https://me:canary@example.org/h.git", "leave it out"),
    ):
        done = project.run_here("restore", address)
        assert done.returncode in {ExitCode.STORAGE, ExitCode.CONFIGURATION}, done.stdout
        assert words in done.stderr, done.stderr
        assert "canary" not in done.stderr
    assert sorted(path.name for path in project.home.iterdir()) == [
        "dagster.yaml",
        "workspace.yaml",
    ]


def test_damaged_records_cost_one_photo_each_and_are_named(lost: tuple[Project, Path]) -> None:
    project, history = lost
    records = photos_of(history)
    merged = next(one for one in records.values() if one["state"] == "merged" and "keys" not in one)
    whole = [one for one in records.values() if one["state"] == "resolved"]
    whole = [one for one in whole if one["photo_id"] != merged["merged_into"]]
    bad = {
        photo_path(whole[0]["photo_id"]): b"{",
        photo_path(whole[1]["photo_id"]): json.dumps(
            {**whole[1], "instances": [{**whole[1]["instances"][0], "row": {"rating": "five"}}]}
        ).encode(),
        photo_path(merged["merged_into"]): b"[]",
        (b"ledger", b"decisions", b"2026-01-01.jsonl"): b'{"answer": 1}\n',
    }
    # The catalog's entry of the last photo is in another record too.
    twice = max((one for one in whole[2:]), key=lambda one: str(one["photo_id"]))
    thief = min((one for one in whole[2:]), key=lambda one: str(one["photo_id"]))
    thief["instances"] = sorted(
        [*thief["instances"], twice["instances"][0]],
        key=lambda one: (one["source"], one["catalog"], one["native_id"]),
    )
    path = photo_path(thief["photo_id"])
    commit(history, {**bad, path: json.dumps(thief).encode()}, 1_900_000_000)
    done = project.run_here("restore", str(history), "--json")
    assert done.returncode == ExitCode.ATTENTION, done.stderr
    result = json.loads(done.stdout)
    named = {one["path"] for one in result["not_restored"]}
    item = "/".join(str(twice["instances"][0][name]) for name in ("source", "catalog", "native_id"))
    assert item in named
    named.remove(item)
    paths = {b"/".join(path).decode() for path in bad}
    assert named == {*(f"{p}:1" if "jsonl" in p else p for p in paths), merged["photo_id"]}
    assert result["failed"] == 4
    assert result["found"] == result["photos"] + result["merged"] + 4 == len(records)
    stored = {row[0] for row in ledger_rows(workspace_of(project))["photos"]}
    lost_ids = {path[-1].decode().removesuffix(".json") for path in bad if path[0] == b"photos"}
    assert stored == records.keys() - lost_ids - {merged["photo_id"]}


def test_catalogs_that_are_still_there_are_read_again_and_nothing_else_changes(
    kept: Project, lost: tuple[Project, Path]
) -> None:
    project, history = lost
    assert project.run_here("restore", str(history)).returncode == ExitCode.OK
    done = project.run_here("discover", "--json")
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    rows = {one["catalog"]: one for one in json.loads(done.stdout)["catalogs"]}
    unchanged = {name: rows[f"folders/{name}"]["unchanged"] for name in LIVING}
    assert unchanged == dict.fromkeys(LIVING, 0)
    assert rows["folders/drop"]["held"] is None  # its loss was confirmed before
    old, new = workspace_of(kept), workspace_of(project)
    assert ledger_rows(new) == ledger_rows(old)
    for name, table in tables_of(old.lake.root).items():
        assert tables_of(new.lake.root)[name].equals(table), name
    assert files_of(new.history.folder) == files_of(old.history.folder)


def test_a_history_of_the_first_version_gives_the_same_ids(
    kept: Project, lost: tuple[Project, Path]
) -> None:
    project, history = lost
    older = photos_of(history)
    for record in older.values():
        record["schema_version"] = 1
        for instance in record.get("instances", ()):
            for name in ("fingerprint", "listed"):
                instance.pop(name, None)
    commit(history, {photo_path(k): json.dumps(one).encode() for k, one in older.items()}, 10**9)
    done = project.run_here("restore", str(history))
    assert done.returncode == ExitCode.OK, done.stderr
    old, new = workspace_of(kept), workspace_of(project)
    assert ledger_rows(new) == ledger_rows(old)
    done = project.run_here("discover")
    assert done.returncode == ExitCode.OK, done.stdout  # the loss in `drop` stays confirmed
    assert ledger_rows(new) == ledger_rows(old)
    assert files_of(new.history.folder).keys() == files_of(old.history.folder).keys()


def snapshot_of_rows(folder: Path) -> dict[str, object]:
    return {path.name: pq.read_table(path).to_pylist() for path in folder.glob("*.parquet")}
