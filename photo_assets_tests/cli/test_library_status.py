"""status, report, confirm and explain on a project that was really read."""

import json
import os
import shutil
from pathlib import Path

import pytest

from photo_assets.catalogs.discovery.discover import discover
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.discovery.months import (
    load_staged,
    pending_months,
    read_month,
    write_month,
)
from photo_assets.catalogs.folders.catalog import FoldersCatalog
from photo_assets.catalogs.folders.settings import FoldersSettings
from photo_assets.lake import Lake
from photo_assets.ledger import Confirmations
from photo_assets.library import open_workspace
from photo_assets_tests.catalogs.manifest import manifest
from photo_assets_tests.cli.running import Project, make_photos
from photo_assets_tests.cli.sinks import copy_of


@pytest.fixture
def held(project: Project) -> Project:
    """Return a project whose catalog lost 8 of 10 items at once."""
    nas = project.user / "nas"
    make_photos(nas, 9)
    make_photos(nas / "0evil\x1b[31m\nname", 1, start=9)
    project.configure(
        f"catalogs: {{folders: {{nas: {{path: {nas}, settle_seconds: 0}}}}}}\n"
        "discovery: {disappearance_items: 5}"
    )
    catalog = FoldersCatalog("nas", FoldersSettings(path=nas, settle_seconds=0))
    staging = project.home / "data" / "staging"
    assert discover(catalog, staging).accounting.written == 10
    shutil.rmtree(nas / "0evil\x1b[31m\nname")
    for path in sorted(nas.iterdir())[:7]:
        path.unlink()
    assert discover(catalog, staging, guard=Guard(items=5)).held is not None
    return project


def test_status_lists_held_back_losses_and_waiting_months(held: Project) -> None:
    done = held.run_here("status")
    assert done.returncode == 1
    assert "lost 8 of 10 items" in done.stdout
    assert "photosync confirm folders/nas" in done.stdout
    assert "catalog/folders: 1 month waits" in done.stdout
    document = json.loads(held.run_here("status", "--json").stdout)
    assert document["catalogs"][0]["held"]["lost"] == 8
    assert document["catalogs"][0]["rows"] == 10


def test_confirm_requires_typing_the_number(held: Project) -> None:
    workspace = open_workspace(held.home / "photosync.yaml")
    digest = json.loads((workspace.staging / "folders/nas/held.json").read_text())["scan_digest"]
    wrong = held.run_here("confirm", "folders/nas", stdin="10\n")
    assert wrong.returncode == 2
    assert "nothing was confirmed" in wrong.stderr
    assert held.run_here("confirm", "folders/nas", stdin="").returncode == 130
    confirmations = Confirmations(workspace.ledger)
    assert not confirmations.is_confirmed("folders", "nas", digest)
    right = held.run_here("confirm", "folders/nas", stdin="8\n")
    assert right.returncode == 0, right.stderr
    assert "0evil\\x1b[31m\\nname" in right.stdout
    assert "\x1b" not in right.stdout
    assert "photosync discover --service folders --catalog nas" in right.stdout
    given = confirmations.find("folders", "nas", digest)
    assert given is not None
    assert (given.lost, given.known) == (8, 10)


def test_a_confirmed_loss_is_accepted_and_keeps_every_row(held: Project) -> None:
    assert held.run_here("confirm", "folders/nas", "--yes").returncode == 0
    after = held.run_here("discover", "--json")
    assert after.returncode == 0, after.stderr
    catalog = json.loads(after.stdout)["catalogs"][0]
    assert (catalog["held"], catalog["written"], catalog["kept"]) == (None, 2, 8)
    standing = json.loads(held.run_here("status", "--json").stdout)
    assert (standing["catalogs"][0]["rows"], standing["catalogs"][0]["missing"]) == (10, 8)
    assert standing["attention"] == []


def test_confirm_with_nothing_held_back_and_with_unknown_names(synced: Project) -> None:
    done = synced.run_here("confirm", "folders/nas")
    assert (done.returncode, "folders/nas has no held-back changes" in done.stdout) == (0, True)
    unknown = synced.run_here("confirm", "folders/nose")
    assert unknown.returncode == 2
    assert "folders/card, folders/drawer, folders/nas" in unknown.stderr


def test_report_names_each_entry_by_reason(synced: Project) -> None:
    done = synced.run_here("report", "folders/nas")
    assert done.returncode == 1
    assert "failed: empty file: 1\n  empty.jpg" in done.stdout
    document = json.loads(synced.run_here("report", "folders/nas", "--json").stdout)
    assert [entry["ref"] for entry in document["entries"]] == ["empty.jpg"]
    assert document["reasons"] == {"failed: empty file": 1}


def test_status_after_a_read(synced: Project) -> None:
    done = synced.run_here("status", "--json")
    document = json.loads(done.stdout)
    by_name = {catalog["catalog"]: catalog for catalog in document["catalogs"]}
    assert by_name["folders/nas"]["rows"] == 6
    assert by_name["folders/card"]["rows"] == 3
    assert by_name["folders/drawer"]["online"] is False
    assert document["photos"] == 6
    assert document["bytes"]["lake"] > 0 and document["bytes"]["ledger"] > 0
    assert {layer["asset"] for layer in document["layers"]} >= {
        "catalog/folders",
        "identity/fingerprints",
        "identity/photos",
        "metadata/unified",
    }
    assert not any(layer["waiting"] for layer in document["layers"])
    assert done.returncode == 1  # one entry failed and one catalog was never read
    assert any("folders/nas: 1 entry could not be read" in line for line in document["attention"])
    shown = synced.run_here("status").stdout
    assert "6 photos" in shown and "offline since" in shown


def test_status_changes_nothing(synced: Project) -> None:
    before = manifest(synced.home / "data" / "lake"), manifest(synced.home / "data" / "staging")
    for arguments in (["status"], ["doctor"], ["report", "folders/nas"]):
        synced.run_here(*arguments)
    assert (
        manifest(synced.home / "data" / "lake"),
        manifest(synced.home / "data" / "staging"),
    ) == before


def test_explain_takes_labels_ids_and_paths(synced: Project) -> None:
    nas = synced.home.parent / "nas" / "2017"
    a, b = "folders/nas/2017/IMG_0000.JPG", "folders/card/DCIM/IMG_0000.JPG"
    same = synced.run_here("explain", a, b)
    assert same.returncode == 0, same.stderr
    assert "One photo" in same.stdout and "sha256" in same.stdout
    document = json.loads(synced.run_here("explain", a, b, "--json").stdout)
    assert document["same_photo"] and document["chain"][0]["step"] == 1
    by_id = synced.run_here("explain", document["a"]["photo_id"], str(nas / "IMG_0000.JPG"))
    assert "One photo" in by_id.stdout
    other = synced.run_here("explain", a, "folders/nas/2017/IMG_0001.JPG")
    assert "Two photos" in other.stdout
    unknown = synced.run_here("explain", a, "folders/nas/nothing")
    assert unknown.returncode == 2
    assert "No item, photo or file matches" in unknown.stderr


def test_explain_before_the_first_join_names_the_command_to_run(held: Project) -> None:
    done = held.run_here("explain", "a", "b")
    assert done.returncode == 4
    assert "photosync discover" in done.stderr


def test_a_catalog_removed_from_the_configuration_is_still_listed(held: Project) -> None:
    held.configure("catalogs: {}")
    done = held.run_here("status")
    assert "not configured; its rows are kept" in done.stdout
    assert Path(held.home / "data" / "staging" / "folders" / "nas").is_dir()


def test_report_lists_moved_and_held_back_entries(held: Project) -> None:
    nas = held.user / "nas"
    (nas / "best").mkdir()
    (nas / "IMG_0008.JPG").rename(nas / "best" / "IMG_0008.JPG")
    catalog = FoldersCatalog("nas", FoldersSettings(path=nas, settle_seconds=0))
    found = discover(catalog, held.home / "data" / "staging", guard=Guard(items=5))
    assert (found.accounting.moved, found.held is not None) == (1, True)
    done = held.run_here("report", "folders/nas")
    assert done.returncode == 0
    assert "folders/nas lost 8 of 10 items at once (80.0 %)" in done.stdout
    assert "photosync confirm folders/nas" in done.stdout
    assert "held: gone: 8" in done.stdout
    assert "moved: same file: 1\n  best/IMG_0008.JPG - It was IMG_0008.JPG." in done.stdout
    document = json.loads(held.run_here("report", "folders/nas", "--json").stdout)
    assert document["reasons"] == {"moved: same file": 1, "held: gone": 8}
    assert len(document["entries"]) == 9


def test_status_counts_items_before_the_first_month(project: Project) -> None:
    nas, staging = project.user / "nas", project.home / "data" / "staging"
    make_photos(nas, 4)
    for name, time in {"IMG_0000.JPG": 0, "IMG_0001.JPG": -(10**9), "IMG_0002.JPG": 10**9}.items():
        os.utime(nas / name, (time, time))
    project.configure(f"catalogs: {{folders: {{nas: {{path: {nas}, settle_seconds: 0}}}}}}")
    discover(FoldersCatalog("nas", FoldersSettings(path=nas, settle_seconds=0)), staging)
    lake, staged = Lake(project.home / "data" / "lake"), load_staged(staging, "folders")
    for month in pending_months(staged, lake):
        write_month(staged, lake, month)
    bases = read_month(lake, "folders", "1990-01-01")["month_basis"].to_pylist()
    assert bases == ["before_first"] * 2
    assert (
        "2 items date from before 1990-01 and are stored in that month."
        in project.run_here("status").stdout
    )
    assert json.loads(project.run_here("status", "--json").stdout)["before_first_month"] == 2


def test_status_counts_the_months_of_photos_and_metadata_that_wait(
    synced: Project, tmp_path: Path
) -> None:
    project = copy_of(synced, tmp_path)
    before = waiting(project)
    (month,) = (project.home / "data" / "lake" / "metadata" / "unified").glob("*.parquet")
    month.unlink()
    assert waiting(project) - before == {"metadata/unified: 1 month waits: photosync discover"}
    (project.home / "data" / "cache" / "photos" / "made.json").unlink()
    assert waiting(project) - before == {"identity/photos: 1 month waits: photosync discover"}


def waiting(project: Project) -> set[str]:
    """Return the lines of `attention` about months."""
    document = json.loads(project.run_here("status", "--json").stdout)
    return {line for line in document["attention"] if " month" in line}
