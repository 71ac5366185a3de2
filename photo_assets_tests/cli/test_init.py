"""Finding catalogs in a home that was made up, and writing the first configuration."""

import os
import shutil
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from photo_assets.catalogs.google_takeout.catalog import TakeoutCatalog
from photo_assets.catalogs.recognition import FoundCatalog, LeftOut
from photo_assets.cli.setup.document import catalog_name, configuration_text
from photo_assets.cli.setup.search import Root, Search
from photo_assets.cli.setup.search_roots import search_roots
from photo_assets.configuration.catalogs import CatalogName
from photo_assets.library import load_configuration
from photo_assets.model.events import Discarded, Found
from photo_assets_tests.catalogs.google_takeout.export import jpeg, photo_json
from photo_assets_tests.catalogs.manifest import manifest
from photo_assets_tests.cli.running import Project, make_photos
from photo_assets_tests.configured import of
from photo_assets_tests.media.archives.build import write_zip

SQLITE = b"SQLite format 3\x00" + bytes(84)


@pytest.fixture
def pictures(project: Project) -> Path:
    """Return ~/Pictures with one catalog of each kind and files that must be left out."""
    root = project.user / "Pictures"
    lightroom = root / "Lightroom"
    for name in ("Main Catalog-v13.lrcat", "Main Catalog-old.lrcat"):
        path = lightroom / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(SQLITE)
    backup = lightroom / "Backups" / "2024-05-01 1200" / "Main Catalog-v13.lrcat"
    backup.parent.mkdir(parents=True)
    backup.write_bytes(SQLITE)
    (lightroom / "note.lrcat").write_text("not a catalog")
    eagle = root / "Inspiration.library"
    (eagle / "images" / "A.info").mkdir(parents=True)
    (eagle / "metadata.json").write_text("{}")
    (root / "iTunes.library").mkdir()
    takeout = root / "Google"
    takeout.mkdir()
    for part in ("001", "002"):
        (takeout / f"takeout-20240612T103430Z-{part}.zip").write_bytes(b"PK")
    make_photos(root / "2017" / "Holidays", 25)
    make_photos(root / "few", 2)
    return root


def search(root: Path, *, named: bool = False, depth: int = 8) -> list[FoundCatalog | LeftOut]:
    found = Search(deadline=time.monotonic() + 60).run([Root(str(root), depth, named=named)])
    return list(found)


def catalogs(found: list[FoundCatalog | LeftOut]) -> set[tuple[str, str]]:
    return {(f.source, os.path.basename(f.path)) for f in found if isinstance(f, FoundCatalog)}


def test_init_writes_a_valid_file_and_omits_backups(project: Project, pictures: Path) -> None:
    before = manifest(pictures)
    done = project.run_here("init", "--yes")
    assert done.returncode == 0, done.stderr
    assert manifest(pictures) == before
    loaded = load_configuration(project.home / "photosync.yaml").settings.catalogs
    assert {name: c.path for name, c in of(loaded, "lightroom").items()} == {
        "main-catalog-v13": pictures / "Lightroom" / "Main Catalog-v13.lrcat"
    }
    assert [c.path.name for c in of(loaded, "eagle").values()] == ["Inspiration.library"]
    assert [c.path.name for c in of(loaded, "google_takeout").values()] == ["Google"]
    assert [c.path.name for c in of(loaded, "folders").values()] == ["2017"]
    assert "left out, a backup of a Lightroom catalog" in done.stdout
    assert "before an upgrade: " in done.stdout
    assert "not readable as one" in done.stdout
    assert "photosync doctor" in done.stdout


def test_an_existing_file_is_left_alone_and_kept_with_force(
    project: Project, pictures: Path
) -> None:
    project.configure("# mine\n")
    refused = project.run_here("init", "--yes")
    assert refused.returncode == 3
    assert (project.home / "photosync.yaml").read_text() == "# mine\n"
    forced = project.run_here("init", "--yes", "--force", "--path", str(pictures))
    assert forced.returncode == 0, forced.stderr
    (kept,) = project.home.glob("photosync.yaml.*.bak")
    assert kept.read_text() == "# mine\n"
    assert "Main Catalog" in (project.home / "photosync.yaml").read_text()


def test_init_writes_to_config(project: Project, pictures: Path) -> None:
    done = project.run_here("init", "--yes", "--path", str(pictures), "--config", "other.yaml")
    assert done.returncode == 0, done.stderr
    assert (project.home / "other.yaml").is_file()
    assert not (project.home / "photosync.yaml").exists()


def test_nothing_found_still_gives_a_file_to_fill_in(project: Project) -> None:
    done = project.run_here("init", "--yes", "--path", str(project.user))
    assert done.returncode == 1
    assert (
        of(load_configuration(project.home / "photosync.yaml").settings.catalogs, "folders") == {}
    )


def test_a_folder_that_contains_the_project_is_left_out(project: Project, pictures: Path) -> None:
    around = project.home.parent
    done = project.run_here("init", "--yes", "--path", str(around), "--path", str(pictures))
    assert done.returncode == 0, done.stderr
    assert (
        f"it contains the project's own folder; name the other folders with --path: {around}"
        in (done.stdout)
    )
    loaded = load_configuration(project.home / "photosync.yaml").settings.catalogs
    assert around not in [catalog.path for catalog in of(loaded, "folders").values()]
    assert len(of(loaded, "lightroom")) == 1
    assert "FAIL  configuration" not in project.run_here("doctor").stdout


def test_hostile_names_are_escaped_and_survive_yaml(project: Project) -> None:
    name = 'a"b: #\\\n\x1b[31m\u202e\u0085é.lrcat'
    path = project.user / "Pictures" / name
    path.parent.mkdir()
    path.write_bytes(SQLITE)
    done = project.run_here("init", "--yes")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout and "\u202e" not in done.stdout
    loaded = of(load_configuration(project.home / "photosync.yaml").settings.catalogs, "lightroom")
    assert [catalog.path for catalog in loaded.values()] == [path]


@pytest.mark.parametrize("name", [b"caf\xe9.lrcat", b"$HOME.lrcat"])
def test_paths_that_yaml_cannot_contain_are_left_out_and_listed(
    project: Project, name: bytes
) -> None:
    folder = project.user / "Pictures"
    folder.mkdir()
    (folder / os.fsdecode(name)).write_bytes(SQLITE)
    done = project.run_here("init", "--yes")
    assert done.returncode == 1
    assert "rename it" in done.stdout


def test_links_are_not_followed_and_cannot_loop(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    make_photos(outside, 30)
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (root / "out").symlink_to(outside)
    (root / "a" / "up").symlink_to(root)
    (root / "linked.lrcat").symlink_to(outside / "IMG_0000.JPG")
    assert search(root) == []


def test_depth_and_time_are_bounded(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*"abcdef")
    make_photos(deep, 25)
    assert search(tmp_path, depth=5) == []
    assert catalogs(search(tmp_path, depth=6)) == {("folders", "a")}
    late = Search(deadline=time.monotonic() - 1)
    assert list(late.run([Root(str(tmp_path), 9)])) == []
    assert late.cut == [str(tmp_path)]


def test_a_named_folder_counts_with_any_photo_and_cards_by_their_dcim(tmp_path: Path) -> None:
    make_photos(tmp_path / "few", 1)
    assert catalogs(search(tmp_path / "few")) == set()
    assert catalogs(search(tmp_path / "few", named=True)) == {("folders", "few")}
    make_photos(tmp_path / "mixed" / "many", 21)
    make_photos(tmp_path / "mixed" / "few", 3)
    proposed, left = search(tmp_path / "mixed")
    assert isinstance(proposed, FoundCatalog)
    assert isinstance(left, LeftOut)
    assert (os.path.basename(proposed.path), os.path.basename(left.path)) == ("many", "mixed")
    assert left.reason.startswith("3 photos and videos in folders with fewer than 20")
    make_photos(tmp_path / "CARD" / "DCIM" / "100CANON", 2)
    (card,) = search(tmp_path / "CARD")
    assert isinstance(card, FoundCatalog)
    assert (os.path.basename(card.path), card.stem) == ("DCIM", "CARD dcim")


def test_an_export_inside_a_folder_of_photos_belongs_to_one_catalog(tmp_path: Path) -> None:
    make_photos(tmp_path / "nas" / "2017", 30)
    for part in ("001", "002"):
        make_photos(
            tmp_path / f"nas/exports/takeout-20240612T103430Z-{part}/Takeout/Google Photos/A", 30
        )
    found = [f for f in search(tmp_path / "nas", named=True) if isinstance(f, FoundCatalog)]
    assert catalogs(list(found)) == {("google_takeout", "exports"), ("folders", "nas")}
    settings = yaml.safe_load(configuration_text(found))["catalogs"]["folders"]["nas"]
    assert "exports" in settings["exclude"] and "@eaDir" in settings["exclude"]


PART = "takeout-20240612T103430Z-001"


def test_a_folder_with_an_export_and_other_things_is_proposed_without_them(
    project: Project,
) -> None:
    downloads = project.user / "Downloads"
    downloads.mkdir()
    write_zip(
        downloads / f"{PART}.zip",
        {
            "Takeout/Google Photos/Photos from 2023/a.jpg": jpeg(1),
            "Takeout/Google Photos/Photos from 2023/a.jpg.json": photo_json("a.jpg"),
        },
    )
    write_zip(downloads / "theme.zip", {"theme/logo.png": jpeg(2)})
    (downloads / "takeout-menu.zip").write_bytes(b"no export")
    (downloads / "screenshot.png").write_bytes(jpeg(3))
    done = project.run_here("init", "--yes", "--path", str(downloads))
    assert done.returncode == 0, done.stderr
    assert (
        "1 archive, " in done.stdout
        and "other files in the folder do not belong to it" in done.stdout
    )
    loaded = load_configuration(project.home / "photosync.yaml").settings.catalogs
    assert [c.path for c in of(loaded, "google_takeout").values()] == [downloads]
    assert of(loaded, "folders") == {}
    (settings,) = of(loaded, "google_takeout").values()
    events = list(TakeoutCatalog("mine", settings).scan({}))
    assert [e.item.file_name for e in events if isinstance(e, Found)] == ["a.jpg"]
    assert {
        e.ref: e.reason for e in events if isinstance(e, Discarded) and "zip:" not in e.ref
    } == {
        "theme.zip": "not Google Photos",
        "takeout-menu.zip": "not Google Photos",
        "screenshot.png": "not Google Photos",
    }


def test_archives_with_a_similar_name_are_not_exports(tmp_path: Path) -> None:
    for name in ("takeout-menu.zip", "takeout-2024.zip", "Takeout.zip"):
        (tmp_path / name).write_bytes(b"PK")
    assert search(tmp_path, named=True) == []
    (tmp_path / f"{PART}.tar").write_bytes(b"")
    assert catalogs(search(tmp_path)) == {("google_takeout", tmp_path.name)}


@pytest.mark.parametrize(
    "name", ["Google Fotos", "Google Foto's", "Zdjęcia Google", "Google フォト"]
)
def test_an_unpacked_export_is_found_in_every_language(tmp_path: Path, name: str) -> None:
    make_photos(tmp_path / "Takeout" / name / "2023", 30)
    make_photos(tmp_path / "Takeout" / "Drive", 30)
    assert catalogs(search(tmp_path)) == {("google_takeout", tmp_path.name)}


def test_photos_in_folders_beside_an_export_are_proposed_without_it(tmp_path: Path) -> None:
    make_photos(tmp_path / "Takeout" / "Google Photos" / "2023", 30)
    make_photos(tmp_path / "holiday", 30)
    make_photos(tmp_path, 30)
    found = [f for f in search(tmp_path, named=True) if isinstance(f, FoundCatalog)]
    assert {(f.source, f.path) for f in found} == {
        ("google_takeout", str(tmp_path)),
        ("folders", str(tmp_path)),
    }
    (folders,) = (f for f in found if f.source == "folders")
    assert folders.exclude == ("Takeout",)


def test_roots_follow_the_desktops_own_names(tmp_path: Path) -> None:
    (tmp_path / "Bilder").mkdir()
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config" / "user-dirs.dirs").write_text(
        'XDG_PICTURES_DIR="$HOME/Bilder"\nXDG_DOWNLOAD_DIR="$HOME/"\n'
    )
    (tmp_path / "media" / "mara" / "CARD").mkdir(parents=True)
    roots = [root.path for root in search_roots([], tmp_path, [str(tmp_path / "media")])]
    assert roots == [str(tmp_path / "Bilder"), str(tmp_path / "media/mara/CARD"), str(tmp_path)]


@given(st.lists(st.text(max_size=60), max_size=6))
def test_names_are_valid_different_and_text_in_yaml(stems: list[str]) -> None:
    taken: list[str] = []
    for stem in [*stems, "off", "2024", "2024", "1e5", "null", "2024-01-01"]:
        taken.append(TypeAdapter(CatalogName).validate_python(catalog_name(stem, taken)))
    assert len(set(taken)) == len(taken)
    found = [
        FoundCatalog(source="folders", path="/x", summary="", stem=stem)
        for stem in [*stems, "off", "2024", "null"]
    ]
    names = yaml.safe_load(configuration_text(found))["catalogs"]["folders"]
    assert all(isinstance(name, str) for name in names)
    assert len(names) == len(found)


def test_a_real_catalog_is_found(real_data: Path, tmp_path: Path, project: Project) -> None:
    shutil.copytree(real_data / "lightroom", tmp_path / "lr")
    shutil.copytree(real_data / "eagle", tmp_path / "eagle")
    before = manifest(tmp_path / "lr")
    found = search(tmp_path / "lr") + search(tmp_path / "eagle")
    assert {("lightroom", "lr14_fresh.lrcat"), ("lightroom", "lr5.lrcat")} < catalogs(found)
    assert ("eagle", "test.library") in catalogs(found)
    assert manifest(tmp_path / "lr") == before
