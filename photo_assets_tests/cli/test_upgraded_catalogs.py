"""A Lightroom catalog that was upgraded beside the configured one: init, doctor, discover, a check."""

import json
import os
from pathlib import Path

import pytest

from photo_assets.catalogs.recognition import LeftOut
from photo_assets.cli.setup.search import Root, Search
from photo_assets.defs.catalog.checks import check_specs, every_catalog_is_current
from photo_assets.library import load_configuration, open_workspace
from photo_assets_tests.catalogs.lightroom.builder import Lrcat
from photo_assets_tests.catalogs.manifest import manifest
from photo_assets_tests.cli.running import Project
from photo_assets_tests.configured import of

SQLITE = b"SQLite format 3\x00" + bytes(84)
BASE, DAY = 1_600_000_000, 24 * 3600


def put(path: Path, day: float, content: bytes = SQLITE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (BASE + day * DAY, BASE + day * DAY))
    return path


@pytest.fixture
def upgraded(project: Project) -> tuple[Path, Path]:
    """Return the configured catalog and the one that Lightroom created from it."""
    old = project.user / "My Catalog.lrcat"
    with Lrcat(old) as lrcat:
        lrcat.photo(lrcat.folder(lrcat.root()), "a.jpg", captureTime="2026-01-09T10:00:00")
    newer = put(project.user / "My Catalog-v14.lrcat", 9, old.read_bytes())
    os.utime(old, (BASE, BASE))
    project.configure(f'catalogs: {{lightroom: {{main: {{path: "{old}"}}}}}}')
    return old, newer


def said_of(project: Project, *arguments: str) -> str:
    done = project.run_here(*arguments)
    assert "Traceback" not in done.stderr
    return done.stdout


def test_the_doctor_names_the_successor_and_the_line_to_change(
    project: Project, upgraded: tuple[Path, Path]
) -> None:
    old, newer = upgraded
    before = manifest(project.user)
    document = json.loads(said_of(project, "doctor", "--json"))
    told = [check for check in document["checks"] if check["name"] == "lightroom/main"]
    assert [check["level"] for check in told] == ["WARN", "WARN"]
    assert "root_map" in told[0]["fix"]
    assert "My Catalog-v14.lrcat in the same folder is this catalog" in told[1]["text"]
    assert f"catalogs.lightroom.main.path to {newer}" in told[1]["fix"]
    old.unlink()
    before.pop("My Catalog.lrcat")
    document = json.loads(said_of(project, "doctor", "--json"))
    (check,) = [check for check in document["checks"] if check["name"] == "lightroom/main"]
    assert check["level"] == "FAIL"
    assert f"set the path in photosync.yaml to {newer}" in check["fix"]
    assert {n: e for n, e in manifest(project.user).items() if n.endswith("lrcat")} == {
        n: e for n, e in before.items() if n.endswith("lrcat")
    }


@pytest.mark.slow
def test_discover_reports_it_each_time_and_reads_the_configured_catalog(
    project: Project, upgraded: tuple[Path, Path]
) -> None:
    old, newer = upgraded
    done = project.run_here("discover")
    assert done.returncode == 0, done.stderr
    assert "lightroom/main: My Catalog-v14.lrcat in the same folder is this catalog" in done.stdout
    assert f"set catalogs.lightroom.main.path to {newer}" in done.stdout
    old.unlink()
    document = json.loads(project.run_here("discover", "--json").stdout)
    (catalog,) = document["catalogs"]
    assert f"set the path in photosync.yaml to {newer}" in catalog["offline"]
    assert catalog["advice"] == []


def test_a_check_warns_of_it(project: Project, upgraded: tuple[Path, Path]) -> None:
    _, newer = upgraded
    workspace = open_workspace(project.home / "photosync.yaml")
    result = every_catalog_is_current(workspace, "lightroom")
    assert not result.passed
    assert result.description is not None
    assert result.description.startswith("main: My Catalog-v14.lrcat in the same folder")
    assert str(newer) in result.description
    assert "every_catalog_is_current" in {spec.name for spec in check_specs("lightroom")}
    newer.unlink()
    assert every_catalog_is_current(workspace, "lightroom").passed
    assert every_catalog_is_current(workspace, "folders").passed


def test_init_proposes_each_catalog_once_and_the_newest_of_it(project: Project) -> None:
    folder = project.user / "Pictures" / "Lightroom"
    put(folder / "My Catalog.lrcat", 0)
    put(folder / "My Catalog-2.lrcat", 100)
    put(folder / "My Catalog-2-v13-3.lrcat", 500)
    put(folder / "My Catalog-v14.lrcat", 900, b"half written")
    put(folder / "Weddings.lrcat", 800)
    put(folder / "Weddings-v13.lrcat", 400)  # went back to the old one
    put(folder / "Client-2.lrcat", 1)
    put(folder / "Client-3.lrcat", 2)
    put(folder / "Backups" / "2024-05-01 1200" / "My Catalog-v15.lrcat", 950)
    put(folder / "Old Lightroom Catalogs" / "My Catalog-v13_2024-05-01" / "My Catalog-v13.lrcat", 1)
    out = said_of(project, "init", "--yes")
    found = of(load_configuration(project.home / "photosync.yaml").settings.catalogs, "lightroom")
    assert sorted(catalog.path.name for catalog in found.values()) == [
        "Client-2.lrcat",
        "Client-3.lrcat",
        "My Catalog-2-v13-3.lrcat",
        "Weddings.lrcat",
    ]
    assert "left out, an older version of My Catalog-2-v13-3.lrcat: " in out
    assert "left out, an older version of Weddings.lrcat: " in out


def test_everything_found_is_proposed_or_left_out(tmp_path: Path) -> None:
    names = ["A", "A-2", "A-v14", "a-v13", "B", "B-old", "C.lrcat-v12", "C"]
    for day, name in enumerate(names):
        put(tmp_path / f"{name}.lrcat", day)
    found = list(Search(deadline=float("inf")).run([Root(str(tmp_path), 3)]))
    assert sorted(Path(one.path).name for one in found) == sorted(f"{n}.lrcat" for n in names)
    proposed = {Path(one.path).stem for one in found if not isinstance(one, LeftOut)}
    assert proposed == {"A-v14", "B", "C.lrcat-v12"}
