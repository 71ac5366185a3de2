"""The doctor on good and on broken set-ups; it changes nothing while it looks."""

import json
import os
import sqlite3
from pathlib import Path

import pytest
from PIL import Image

from photo_assets.cli.doctor.check import Check, Level, fail, ok, run_checks
from photo_assets.cli.doctor.run import worst
from photo_assets.cli.doctor.storage import mountinfo_of_mac, synchronized_by
from photo_assets.ledger.address import file_system
from photo_assets_tests.catalogs.lightroom.builder import Lrcat
from photo_assets_tests.catalogs.manifest import manifest
from photo_assets_tests.cli.running import Project, make_photos


def checks(project: Project, *arguments: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
    done = project.run_here("doctor", "--json", *arguments)
    assert "Traceback" not in done.stderr, done.stderr
    found: dict[str, list[dict[str, str]]] = {}
    for check in json.loads(done.stdout)["checks"]:
        found.setdefault(check["name"], []).append(check)
    return done.returncode, found


@pytest.fixture
def good(project: Project) -> Project:
    make_photos(project.user / "nas", 3)
    project.configure(f"catalogs: {{folders: {{nas: {{path: {project.user}/nas}}}}}}")
    return project


def test_a_valid_setup_has_no_failure_and_is_not_changed(good: Project) -> None:
    before = manifest(good.home), manifest(good.user)
    code, found = checks(good)
    assert (manifest(good.home), manifest(good.user)) == before
    assert code == 0
    assert found["folders/nas"][0]["level"] == "OK"
    assert "not read yet" in found["folders/nas"][0]["text"]
    for name in ("Python", "Dagster", "configuration", "data_dir", "local disk", "ledger", "clock"):
        assert found[name][0]["level"] == "OK", found[name]
    assert "exiftool" in found and "rawpy" in found and "free space" in found and "lake" in found


def test_every_failure_has_a_fix(project: Project) -> None:
    (project.home / "dagster.yaml").unlink()
    make_photos(project.user / "file", 1)
    (project.user / "broken.lrcat").write_bytes(b"no database")
    project.configure(
        "data_dir: Dropbox/data\n"
        f"catalogs:\n  folders:\n    gone: {{path: {project.user}/nowhere}}\n"
        f"  lightroom:\n    broken: {{path: {project.user}/broken.lrcat}}\n"
    )
    code, found = checks(project)
    assert code == 1
    for name in ("Dagster", "folders/gone", "lightroom/broken", "local disk"):
        assert found[name][0]["level"] == "FAIL", found[name]
    for check in (c for same in found.values() for c in same):
        assert check["level"] == "OK" or check["fix"]


def test_an_invalid_configuration_is_one_failure_and_other_checks_run(project: Project) -> None:
    project.configure("catalogs: [")
    code, found = checks(project)
    assert code == 1
    assert "not valid YAML" in found["configuration"][0]["text"]
    assert found["Python"][0]["level"] == "OK"
    assert "clock" in found


def test_telemetry_left_on_is_a_failure(good: Project) -> None:
    (good.home / "dagster.yaml").write_text("telemetry: {enabled: true}\n")
    code, found = checks(good)
    assert (code, found["Dagster"][0]["level"]) == (1, "FAIL")


def test_damaged_stores_are_named(good: Project) -> None:
    data = good.home / "data"
    damaged = data / "lake" / "catalog" / "folders" / "2026-01-01.parquet"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"PAR1 and nothing else")
    (data / "ledger.sqlite").write_bytes(b"SQLite format 3\x00" + os.urandom(4096))
    code, found = checks(good)
    assert code == 1
    assert "2026-01-01.parquet" in found["lake"][0]["text"]
    assert found["ledger"][0]["level"] == "FAIL"
    assert damaged.read_bytes() == b"PAR1 and nothing else"


def test_a_ledger_of_a_newer_version_is_left_alone(good: Project) -> None:
    (good.home / "data").mkdir()
    with sqlite3.connect(good.home / "data" / "ledger.sqlite") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    code, found = checks(good)
    assert (code, found["ledger"][0]["level"]) == (1, "FAIL")
    assert "newer version" in found["ledger"][0]["text"]


def test_data_dir_that_is_a_file(good: Project) -> None:
    (good.home / "data").write_text("")
    code, found = checks(good)
    assert (code, found["data_dir"][0]["level"]) == (1, "FAIL")


def test_an_open_lightroom_is_reported(project: Project, real_data: Path) -> None:
    catalog = project.user / "main.lrcat"
    catalog.write_bytes((real_data / "lightroom" / "lr14_fresh.lrcat").read_bytes())
    (project.user / "main.lrcat.lock").touch()
    project.configure(f"catalogs: {{lightroom: {{main: {{path: {catalog}}}}}}}")
    before = manifest(project.user)
    code, found = checks(project)
    assert manifest(project.user) == before
    assert code == 0
    assert any("open in Lightroom" in check["text"] for check in found["lightroom/main"])


def lightroom_check(project: Project, roots: str) -> dict[str, str]:
    project.configure(
        f"catalogs: {{lightroom: {{main: {{path: {project.user}/main.lrcat, root_map: {roots}}}}}}}"
    )
    code, found = checks(project)
    assert code == 0
    return found["lightroom/main"][0]


def test_root_folders_that_are_not_there_are_named_with_the_setting_for_them(
    project: Project,
) -> None:
    with Lrcat(project.user / "main.lrcat") as catalog:
        for root, name in (("D:/Photos/", "a.jpg"), ("/nowhere/More/", "b.jpg")):
            catalog.photo(catalog.folder(catalog.root(root)), name)
    here = project.user / "photos"
    make_photos(here, 1)
    away = lightroom_check(project, "{}")
    assert away["level"] == "WARN"
    assert "0 of 2 root folders available" in away["text"]
    assert "catalogs.lightroom.main.root_map in photosync.yaml" in away["fix"]
    assert "Missing or empty: /nowhere/More and 1 more." in away["fix"]
    half = lightroom_check(project, f'{{"D:/Photos/": {here}}}')
    assert (half["level"], "1 of 2 root folders available" in half["text"]) == ("WARN", True)
    wrong = lightroom_check(project, f'{{"D:/Photos/": {here}, "/nowhere/": /nor/here}}')
    assert "Missing or empty: /nor/here" in wrong["fix"]
    there = lightroom_check(project, f'{{"D:/Photos/": {here}, "/nowhere/More/": {here}}}')
    assert there["level"] == "OK"


def test_names_are_shown_escaped(project: Project) -> None:
    folder = project.user / "a\x1b[2Jb"
    folder.mkdir()
    Image.new("RGB", (8, 8)).save(folder / "x.jpg")
    project.configure(f'catalogs: {{folders: {{x: {{path: "{project.user}/a\\x1b[2Jc"}}}}}}')
    done = project.run_here("doctor")
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    assert "\\x1b[2J" in done.stdout


def test_a_check_that_raises_does_not_stop_others() -> None:
    def broken() -> list[Check]:
        raise RuntimeError("boom")

    found = list(run_checks([("a", broken), ("b", lambda: [ok("b", "fine")])]))
    assert [(c.name, c.level) for c in found] == [("a", Level.FAIL), ("b", Level.OK)]
    assert worst(found) is Level.FAIL
    assert worst([ok("b", "fine")]) is Level.OK
    assert fail("a", "b", "c").fix == "c"


def test_synchronized_folders_are_known_by_name(tmp_path: Path) -> None:
    for name in ("Dropbox", "Google Drive", "OneDrive - Studio", "GoogleDrive-a@b.c", "Nextcloud"):
        assert synchronized_by(Path("/home/a") / name / "photos") == name
    assert synchronized_by(Path("/home/a/photos")) is None
    (tmp_path / "shared" / ".stfolder").mkdir(parents=True)
    assert synchronized_by(tmp_path / "shared" / "x") == "shared (Syncthing)"


def test_network_mounts_on_a_mac_are_recognized() -> None:
    text = mountinfo_of_mac(
        "/dev/disk3s1s1 on / (apfs, sealed, local, read-only)\n"
        "//mara@nas._smb._tcp.local/My%20Photos on /Volumes/My Photos (smbfs, nodev, nosuid)\n"
    )
    assert file_system(Path("/Volumes/My Photos/data"), text) == "smbfs"
    assert file_system(Path("/home/mara"), text) == "apfs"


def test_missing_setup_of_sinks_is_listed_without_secrets(good: Project) -> None:
    _, found = checks(good)
    assert "NOTION_ARCHIVE_TOKEN" in found["notion"][0]["text"]
    assert found["supabase"][0]["level"] == "OK"
    good.variables["SUPABASE_SECRET_KEY"] = "sb_secret_of_mine"
    good.variables["NOTION_ARCHIVE_TOKEN"] = "ntn_of_mine"
    _, found = checks(good)
    assert found["supabase"][0]["level"] == "WARN"
    assert "SUPABASE_URL" in found["supabase"][0]["text"]
    assert "of_mine" not in json.dumps(found)


def test_the_second_sign_in_of_albums_that_may_be_renamed_is_checked(project: Project) -> None:
    project.configure("catalogs: {smugmug: {me: {}}}\nalbums: {rename: [smugmug/me]}\n")
    _, found = checks(project)
    (one,) = found["smugmug_names/me"]
    assert one["level"] == "WARN" and "photosync auth smugmug_names me" in one["fix"]
