"""Files that are there and give no picture: named, counted, and never called fine."""

import io
import json
import os
import random
import zipfile
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from PIL import Image

from photo_assets.defs.identity.fingerprint_checks import every_file_was_decoded
from photo_assets.identity.faults import file_faults
from photo_assets.library import open_workspace
from photo_assets.model.tables import CONFLICTS
from photo_assets.workspace import Workspace
from photo_assets_tests.catalogs.google_takeout.export import photo_json
from photo_assets_tests.cli.running import TAKEN, Project, make_photos, make_project


def picture(form: str, seed: int) -> bytes:
    stream = io.BytesIO()
    pixels = random.Random(seed).randbytes(64 * 48 * 3)
    Image.frombytes("RGB", (64, 48), pixels).save(stream, form)
    return stream.getvalue()


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def noisy(data: bytes) -> bytes:
    """Keep the header, so that it is begun to be decoded."""
    return data[:700] + random.Random(1).randbytes(len(data) - 700)


DAMAGED = {
    "half.jpg": half(picture("JPEG", 1)),
    "noise.jpg": noisy(picture("JPEG", 2)),
    "page.jpg": b"<html><body>404 not found</body></html>",
    "zeros.jpg": bytes(30_000),
    "half.png": half(picture("PNG", 3)),
    "half.webp": half(picture("WEBP", 4)),
    "zeros.tif": bytes(5_000),
    "noise.heic": random.Random(2).randbytes(5_000),
    "text.nef": b"no RAW file",
}
IN_ZIP = "Takeout/Google Photos/Photos from 2026/half.jpg"


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that was read once: a folder with whole and damaged files, a Takeout, a whole one."""
    folder = tmp_path_factory.mktemp("damaged")
    project = make_project(folder)
    make_photos(folder / "nas", 3)
    for name, data in DAMAGED.items():
        write(folder / "nas" / name, data)
    make_photos(folder / "whole", 2, start=5)
    (folder / "takeout").mkdir()
    with zipfile.ZipFile(folder / "takeout" / "takeout-20240102T030405Z-001.zip", "w") as archive:
        archive.writestr(IN_ZIP, half(picture("JPEG", 6)))
        # Without a date it would lie in the first month there is; every month since costs each run.
        taken = {"photoTakenTime": {"timestamp": str(TAKEN)}}
        archive.writestr(f"{IN_ZIP}.json", photo_json("half.jpg", **taken))
    project.configure(
        f"catalogs:\n  folders:\n    nas: {{path: {folder}/nas, settle_seconds: 0}}\n"
        f"    whole: {{path: {folder}/whole, settle_seconds: 0}}\n"
        f"  google_takeout:\n    me: {{path: {folder}/takeout}}\n"
    )
    done = project.run_here("discover", "--json")
    assert done.stdout, done.stderr
    (project.home / "first.json").write_text(done.stdout)
    (project.home / "first.code").write_text(str(done.returncode))
    return project


def write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    os.utime(path, (TAKEN, TAKEN))


def document(project: Project, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(project.run_here(*arguments, "--json").stdout)
    return found


def test_discover_counts_them_and_ends_with_1(damaged: Project) -> None:
    assert (damaged.home / "first.code").read_text() == "1"
    first = json.loads((damaged.home / "first.json").read_text())
    counts = {c["catalog"]: (c["failed"], c["unreadable_files"]) for c in first["catalogs"]}
    assert counts == {
        "folders/nas": (0, {"undecodable": len(DAMAGED)}),
        "folders/whole": (0, {}),
        "google_takeout/me": (0, {"undecodable": 1}),
    }


def test_report_names_each_with_its_path_and_reason(damaged: Project) -> None:
    said = damaged.run_here("report", "folders/nas", "--limit", "0")
    assert said.returncode == 1
    assert "wrote everything" not in said.stdout
    for name in DAMAGED:
        assert f"{damaged.home.parent}/nas/{name} - " in said.stdout
    assert "undecodable: unknown_format: " in said.stdout
    found = document(damaged, "report", "folders/nas")
    assert {Path(each["path"]).name for each in found["files"]} == set(DAMAGED)
    assert all(each["reason"] and each["detail"] for each in found["files"])
    assert sum(found["file_reasons"].values()) == len(DAMAGED)
    limited = damaged.run_here("report", "folders/nas", "--limit", "1").stdout
    assert "more: photosync report folders/nas --limit 0" in limited


def test_a_file_in_an_archive_is_named_with_its_archive(damaged: Project) -> None:
    said = damaged.run_here("report", "google_takeout/me")
    assert said.returncode == 1
    assert f"takeout-20240102T030405Z-001.zip, {IN_ZIP} in it - " in said.stdout


def test_a_catalog_without_damage_is_reported_as_complete(damaged: Project) -> None:
    said = damaged.run_here("report", "folders/whole")
    assert said.returncode == 0
    assert said.stdout == (
        "The last scan of folders/whole wrote every entry it found, and decoded every file.\n"
    )


def test_status_counts_them_as_needing_attention(damaged: Project) -> None:
    said = damaged.run_here("status")
    assert said.returncode == 1
    assert "Nothing needs attention" not in said.stdout
    line = f"! folders/nas: {len(DAMAGED)} files cannot be decoded: photosync report folders/nas\n"
    assert line in said.stdout
    assert "! google_takeout/me: 1 file cannot be decoded: " in said.stdout
    found = document(damaged, "status")
    counts = {each["catalog"]: each["unreadable_files"] for each in found["catalogs"]}
    assert counts["folders/nas"] == {"undecodable": len(DAMAGED)}
    assert counts["folders/whole"] == {}
    assert found["questions"]["undecodable"] == len(DAMAGED) + 1


def workspace(project: Project) -> Workspace:
    return open_workspace(project.home / "photosync.yaml")


def test_a_check_warns(damaged: Project) -> None:
    result = every_file_was_decoded(workspace(damaged))
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert f"folders/nas: {len(DAMAGED)} files" in (result.description or "")
    assert "photosync report google_takeout/me" in (result.description or "")
    assert result.metadata["files"].value == len(DAMAGED) + 1


def test_each_is_a_conflict_for_a_person(damaged: Project) -> None:
    lake = workspace(damaged).lake
    rows = lake.read_all(("metadata", "conflicts"), CONFLICTS).to_pylist()
    asked = {row["detail"].split(":")[0]: row for row in rows if row["kind"] == "undecodable"}
    assert set(asked) == set(DAMAGED)
    told = json.loads(asked["zeros.jpg"]["values"][0]["value"])
    assert (Path(told["path"]).name, told["reason"]) == ("zeros.jpg", "unknown_format")


@pytest.mark.slow
def test_repaired_or_deleted_files_are_no_longer_listed(project: Project) -> None:
    nas = project.user / "nas"
    make_photos(nas, 30)
    for name in ("half.jpg", "zeros.jpg"):
        write(nas / name, DAMAGED[name])
    write(nas / "cut.jpg", picture("JPEG", 8)[:-2])
    project.configure(f"catalogs: {{folders: {{nas: {{path: {nas}, settle_seconds: 0}}}}}}")
    assert project.run_here("discover").returncode == 1
    assert [fault.why.split(":")[0] for fault in file_faults(workspace(project).lake)] == [
        "damaged",
        "undecodable",
        "undecodable",
    ]
    said = project.run_here("report", "folders/nas")
    assert f"damaged: 1\n  {nas}/cut.jpg" in said.stdout
    write(nas / "half.jpg", picture("JPEG", 9))
    write(nas / "cut.jpg", picture("JPEG", 8))
    (nas / "zeros.jpg").unlink()
    after = project.run_here("discover")
    assert after.returncode == 0, after.stdout + after.stderr
    assert file_faults(workspace(project).lake) == []
    assert "Nothing needs attention." in project.run_here("status").stdout
    assert every_file_was_decoded(workspace(project)).passed
