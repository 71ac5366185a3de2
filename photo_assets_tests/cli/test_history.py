"""`log` and `diff` as a person runs them, and the repository that `discover` leaves."""

import json
import shutil
import uuid
from pathlib import Path

import pytest
import yaml

from photo_assets.cli.dates import DateError
from photo_assets.cli.doctor.history import check_remote
from photo_assets.cli.history_reports import changes_after
from photo_assets.library import open_workspace
from photo_assets.model.errors import ExitCode
from photo_assets.status.catalogs import UnknownCatalogError
from photo_assets.vault.history.records import photo_path
from photo_assets.vault.history.remote import is_pushed, push
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets_tests.cli.running import Project, make_photos
from photo_assets_tests.vault.history.commits import commit, contents
from photo_assets_tests.vault.history.reading import files_of, git, objects_of, photos_of


@pytest.fixture
def kept(project: Project, tmp_path: Path) -> Project:
    """Three photos, discovered once."""
    make_photos(tmp_path / "photos", 3)
    project.configure(
        f'catalogs: {{folders: {{nas: {{path: "{tmp_path}/photos", settle_seconds: 0}}}}}}\n'
    )
    done = project.run_here("discover")
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    commit = git(folder_of(project), "rev-parse", "--short=12", "main").strip()
    assert f"History: commit {commit}: 3 new photos" in done.stdout
    return project


def folder_of(project: Project) -> Path:
    return open_workspace(project.home / "photosync.yaml").history.folder


def test_discover_keeps_the_history_and_log_shows_it(kept: Project, tmp_path: Path) -> None:
    repository = folder_of(kept)
    git(repository, "fsck", "--strict")
    records = photos_of(repository)
    assert len(records) == 3
    first = git(repository, "rev-parse", "main").strip()
    again = kept.run_here("discover")
    assert (again.returncode, "History:" in again.stdout) == (ExitCode.OK, False)
    assert git(repository, "rev-parse", "main").strip() == first  # nothing changed

    item = "folders/nas/IMG_0001.JPG"
    by_item = kept.run_here("log", item)
    assert by_item.returncode == ExitCode.OK, by_item.stderr
    assert by_item.stdout.splitlines()[0].endswith("  new")
    assert 'photo_state: "resolved"' in by_item.stdout
    assert "--json shows whole values." in by_item.stdout
    assert "raw_sha256" not in by_item.stdout
    assert f'file_name: "IMG_0001.JPG"  ({item}; rule: master)' in by_item.stdout
    photo_id = next(k for k, one in records.items() if one["instances"][0]["file_name"][7] == "1")
    assert kept.run_here("log", photo_id.upper()).stdout == by_item.stdout
    assert kept.run_here("log", str(tmp_path / "photos" / "IMG_0001.JPG")).stdout == by_item.stdout
    (entry,) = json.loads(kept.run_here("log", photo_id, "--json").stdout)
    assert entry["commit"] == first
    unknown = kept.run_here("log", "00000000-0000-0000-0000-000000000000")
    assert unknown.returncode == ExitCode.USAGE
    assert "does not know the photo" in unknown.stderr
    other = tmp_path / "h.git"  # it has no photo at all
    commit(other, contents(1), 1)
    kept.configure(
        (kept.home / "photosync.yaml").read_text() + f"vault: {{history: {{folder: '{other}'}}}}\n"
    )
    by_item = kept.run_here("log", item)
    assert by_item.returncode == ExitCode.USAGE
    assert f"does not know the photo '{item}'" in by_item.stderr


def test_diff_shows_what_changed_since(kept: Project, tmp_path: Path) -> None:
    repository = folder_of(kept)
    first = git(repository, "rev-parse", "main").strip()
    assert kept.run_here("diff", "--since", first).stdout == "Nothing changed.\n"
    (tmp_path / "photos" / "IMG_0000.JPG").rename(tmp_path / "photos" / "moved.JPG")
    make_photos(tmp_path / "photos", 1, start=7)
    assert kept.run_here("discover").returncode == ExitCode.OK
    shown = kept.run_here("diff", "--since", first[:10]).stdout
    assert "new  IMG_0007.JPG" in shown
    assert (
        'folders/nas/moved.JPG: moved: "folders/nas/IMG_0000.JPG" -> "folders/nas/moved.JPG"'
        in shown
    )
    assert "  changed  moved.JPG" in shown
    assert "removed" not in shown
    assert "file_mtime_ns" not in shown
    found = json.loads(kept.run_here("diff", "--since", "yesterday", "--json").stdout)
    assert len(found) == 4
    assert kept.run_here("diff", "--since", "abcdef0123").returncode == ExitCode.USAGE
    assert kept.run_here("diff", "--since", "when?").returncode == ExitCode.USAGE


def test_without_a_history_both_say_what_to_do(project: Project) -> None:
    project.configure("catalogs: {}\n")
    for command in (("log", "x"), ("diff", "--since", "yesterday")):
        done = project.run_here(*command)
        assert done.returncode == ExitCode.STORAGE
        assert "There is no history yet. Run: photosync discover" in " ".join(done.stderr.split())


def test_a_deleted_history_is_written_again_and_off_means_off(kept: Project) -> None:
    repository = folder_of(kept)
    before = files_of(repository)
    shutil.rmtree(repository)
    assert kept.run_here("discover").returncode == ExitCode.OK
    assert files_of(repository) == before
    shutil.rmtree(repository)
    file = kept.home / "photosync.yaml"
    file.write_text(file.read_text() + "vault: {history: {enabled: false}}\n")
    assert kept.run_here("discover").returncode == ExitCode.OK
    assert not repository.exists()


def test_doctor_reads_the_history_and_asks_its_remote(kept: Project, tmp_path: Path) -> None:
    sound = kept.run_here("doctor").stdout
    assert "OK    history: 1 commit, " in sound
    assert "history's remote" not in sound
    file = kept.home / "photosync.yaml"
    before = file.read_text()
    file.write_text(f"{before}vault: {{history: {{remote: 'file://{tmp_path}/nowhere.git'}}}}\n")
    assert "WARN  history's remote: git says: fatal: " in kept.run_here("doctor").stdout
    git(tmp_path, "init", "-q", "--bare", "remote.git")
    file.write_text(f"{before}vault: {{history: {{remote: 'file://{tmp_path}/remote.git'}}}}\n")
    assert (
        "reachable; it has no commit yet, and the next discover pushes to it"
        in kept.run_here("doctor").stdout
    )
    pushed = kept.run_here("discover")
    assert pushed.returncode == ExitCode.OK, pushed.stdout
    assert "reachable, and has every commit" in kept.run_here("doctor").stdout
    (tmp_path / "remote.git").rename(tmp_path / "away.git")
    make_photos(tmp_path / "photos", 1, start=9)
    refused = kept.run_here("discover")
    assert refused.returncode == ExitCode.ATTENTION
    assert "remote.git" in refused.stdout
    assert len(photos_of(folder_of(kept))) == 4  # the commit is there all the same

    for pack in (folder_of(kept) / "objects" / "pack").glob("*.pack"):
        pack.chmod(0o644)
        content = bytearray(pack.read_bytes())
        content[20:-20] = bytes(len(content) - 40)
        pack.write_bytes(content)
    damaged = kept.run_here("doctor")
    assert f"FAIL  history: The history in {folder_of(kept)} is damaged" in damaged.stdout


@pytest.mark.parametrize("damage", ["packs", "branch", "bytes of the branch", "a missing commit"])
def test_a_damaged_history_costs_the_history_only(
    kept: Project, tmp_path: Path, damage: str
) -> None:
    repository = folder_of(kept)
    branch = repository / "refs" / "heads" / "main"
    if damage == "packs":
        shutil.rmtree(repository / "objects" / "pack")
        (repository / "objects" / "pack").mkdir()
    elif damage == "branch":
        branch.write_bytes(b"")
    else:
        branch.write_bytes(b"a" * 40 + b"\n" if damage.startswith("a ") else b"\xff\xfe\x00" * 14)
    make_photos(tmp_path / "photos", 1, start=9)
    done = kept.run_here("discover")
    assert done.returncode != ExitCode.OK
    assert "failed; its other work is complete" in done.stdout
    assert "Waiting to be written: notion 4 rows" in done.stdout  # a later layer did its work
    status = kept.run_here("status", "--json")
    assert status.returncode in (ExitCode.OK, ExitCode.ATTENTION), status.stderr
    (row,) = (one for one in json.loads(status.stdout)["layers"] if one["asset"] == "vault/history")
    assert row["waiting"] == 1


def test_a_history_on_a_disk_that_is_away_is_not_begun_again(kept: Project, tmp_path: Path) -> None:
    disk, drawer = tmp_path / "disk", tmp_path / "drawer"
    folder = disk / "history.git"
    file = kept.home / "photosync.yaml"
    file.write_text(f"{file.read_text()}vault: {{history: {{folder: '{folder}'}}}}\n")

    def refused(sentence: str) -> None:
        for command in ("discover", "status"):
            done = kept.run_here(command)
            assert done.returncode == ExitCode.ATTENTION
            assert sentence in " ".join(done.stdout.split())
            assert "failed; its other work" not in done.stdout
        assert "vault/history:" not in done.stdout  # no months wait for a run
        assert not folder.exists()
        assert "FAIL  history: " in kept.run_here("doctor").stdout

    refused(f"the folder {disk} does not exist")
    assert not disk.exists()
    disk.mkdir()
    assert kept.run_here("discover").returncode == ExitCode.OK
    head = git(folder, "rev-parse", "main")
    disk.rename(drawer)
    disk.mkdir()  # the mount point
    refused(f"The history in {folder} is not there any more. Connect its disk")
    assert kept.run_here("log", "folders/nas/IMG_0001.JPG").returncode == ExitCode.STORAGE
    disk.rmdir()
    drawer.rename(disk)
    assert kept.run_here("discover").returncode == ExitCode.OK
    assert git(folder, "rev-parse", "main") == head
    shutil.rmtree(folder)
    (kept.home / "data" / "history_folders.json").unlink()
    assert kept.run_here("discover").returncode == ExitCode.OK  # begun anew as the hint says
    assert len(photos_of(folder)) == 3


def test_doctor_compares_the_remote_with_the_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = HistoryRepository(tmp_path / "h.git")
    commit(repository.folder, contents(1), 1)
    git(tmp_path, "init", "-q", "--bare", "remote.git")
    folder, remote = tmp_path / "remote.git", f"file://{tmp_path}/remote.git"

    def text() -> str:
        (found,) = check_remote(repository, remote)
        assert found.level == "OK"
        return found.text

    push(repository, remote)
    commit(repository.folder, contents(2), 2)
    push(repository, remote)
    assert text() == "reachable, and has every commit"
    git(
        folder,
        "update-ref",
        "refs/heads/main",
        git(repository.folder, "rev-parse", "main~1").strip(),
    )
    assert "it lacks the last commits" in text()
    assert not is_pushed(repository, remote)  # the next run pushes
    push(repository, remote)
    git(folder, "update-ref", "-d", "refs/heads/main")
    assert "it has no commit yet" in text()
    push(repository, remote)
    assert is_pushed(repository, remote)
    commit(tmp_path / "other.git", contents(7), 7)
    git(tmp_path / "other.git", "push", "-q", "--force", remote, "refs/heads/main")
    (foreign,) = check_remote(repository, remote)
    assert (foreign.level, "docs/history.md" in (foreign.fix or "")) == ("FAIL", True)
    monkeypatch.setattr("photo_assets.cli.doctor.history.is_public", lambda *_: True)
    public, _ = check_remote(repository, remote)
    assert (public.level, public.text) == ("WARN", "anyone can read it")


def test_a_day_begins_in_the_configured_zone_and_digits_may_name_a_commit(
    tmp_path: Path,
) -> None:
    file = tmp_path / "photosync.yaml"
    file.write_text("discovery: {timezone: Pacific/Kiritimati}\n")  # 14 hours before UTC
    workspace = open_workspace(file)
    folder = workspace.history.folder
    commit(folder, contents(1), 1_699_900_000)
    photo = uuid.UUID(int=7)
    path = photo_path(str(photo))
    # 2023-11-15 00:30 there, 2023-11-14 10:30 UTC
    commit(folder, {path: b'{"state": "resolved"}'}, 1_699_957_800)
    assert [one.photo_id for one in changes_after(workspace, "2023-11-15")] == [str(photo)]
    with pytest.raises(UnknownCatalogError, match="no commit '1234567'"):
        changes_after(workspace, "1234567")
    for date in ("20231115", "123"):
        with pytest.raises(DateError, match="is not a recognized date") as unknown:
            changes_after(workspace, date)
        assert "commit" in str(unknown.value)


def test_the_history_has_the_configuration_without_its_comments(
    kept: Project, tmp_path: Path
) -> None:
    repository = folder_of(kept)
    file = kept.home / "photosync.yaml"
    text = file.read_text() + "discovery: {timezone: Europe/Oslo}  # canary-password\n"
    kept.configure(text)
    done = kept.run_here("discover")
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    assert yaml.safe_load(files_of(repository)["photosync.yaml"]) == yaml.safe_load(text)
    assert not [one for one in objects_of(repository) if b"canary" in one]
    first = git(repository, "rev-parse", "main")
    kept.configure(text.replace("canary", "another"))
    assert kept.run_here("discover").returncode == ExitCode.OK
    assert git(repository, "rev-parse", "main") == first
