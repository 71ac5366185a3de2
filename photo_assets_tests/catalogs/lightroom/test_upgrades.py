"""Catalogs that Lightroom upgraded: the files of one catalog, and the current one."""

import os
import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.catalogs.lightroom import upgrades
from photo_assets.catalogs.lightroom.upgrades import CatalogFile, families, newest, successor
from photo_assets.model.errors import CatalogUnavailableError, CatalogUnreadableError
from photo_assets_tests.catalogs.lightroom.builder import Lrcat
from photo_assets_tests.catalogs.lightroom.reading import items, reader, scanned
from photo_assets_tests.catalogs.manifest import manifest

DAY = 24 * 3600
BASE = 1_600_000_000


def grouped(*names: str) -> list[list[str]]:
    """Return the names by family, without the suffix; written in the order given."""
    files = [CatalogFile(f"/x/{name}.lrcat", number) for number, name in enumerate(names)]
    return sorted([file.name.removesuffix(".lrcat") for file in same] for same in families(files))


@pytest.mark.parametrize(
    "names",
    [
        ("My Catalog", "My Catalog-v14"),
        ("My Catalog", "My Catalog-2"),
        ("My Catalog", "My Catalog-2", "My Catalog-3", "My Catalog-10"),
        ("My Catalog", "My Catalog-2", "My Catalog-2-2", "My Catalog-2-3"),
        ("Lightroom Catalog", "Lightroom Catalog-2", "Lightroom Catalog-2-v12"),
        ("My Catalog-v9", "My Catalog-v10", "My Catalog-v13", "My Catalog-v13-3", "My Catalog-v14"),
        ("A", "A-2-v12"),  # the one in between was thrown away
        ("A", "A-2-2", "A-2-2-v13-3"),
        ("A-v13", "A-v13-v13-3"),
        ("A-v13-2", "A-v13-3", "A-v13-5"),
        ("A", "A -v14"),
        ("A", "A v14"),
        ("A", "A - v14"),
        ("A", "A_v14"),
        ("LR-Cat2", "LR-Cat2.lrcat-v13-3"),
        ("2018", "2018-v13", "2018-v13-3"),
        ("catalogue 2 - dès juin 2017", "catalogue 2 - dès juin 2017-2-2-v12"),
        ("Über", "U\u0308BER-v14"),
    ],
)
def test_one_catalog_through_its_upgrades(names: tuple[str, ...]) -> None:
    assert grouped(*names) == [list(names)]


@pytest.mark.parametrize(
    "names",
    [
        ("2018", "2019"),
        ("Photos-2019", "Photos-2020"),
        ("Holiday 1", "Holiday 2"),
        ("Client-2", "Client-3"),  # numbered by hand: there is no "Client"
        ("Client-1", "Client"),
        ("Client-02", "Client"),
        ("A", "B-v14"),
        ("A", "A copy"),
        ("A", "A (1)"),
        ("A", "Av14"),
        ("A", "A-v"),
        ("A", "A-v2019"),
        ("Lightroom 5 Catalog", "Lightroom Catalog"),
    ],
)
def test_two_catalogs_stay_two(names: tuple[str, ...]) -> None:
    assert grouped(*names) == sorted([name] for name in names)


def written(name: str, day: float) -> CatalogFile:
    return CatalogFile(f"/x/{name}.lrcat", int((BASE + day * DAY) * 1e9))


@pytest.mark.parametrize(
    ("days", "current"),
    [
        ({"A": 0, "A-v13": 300, "A-v14": 700}, "A-v14"),
        ({"A": 700, "A-v13": 700, "A-v14": 700}, "A-v14"),
        ({"A": 700.9, "A-v14": 700}, "A-v14"),  # copied in another order
        ({"A": 702, "A-v14": 700}, "A"),  # the user returned to the older version
        ({"A": 0, "A-v13": 705, "A-v14": 700}, "A-v13"),
        ({"A": 705, "A-v13": 100, "A-v14": 800}, "A-v14"),
        ({"A-2": 180, "A-3": 50, "A": 0}, "A-2"),
    ],
)
def test_the_newest_is_the_most_upgraded_that_is_in_use(
    days: dict[str, float], current: str
) -> None:
    (family,) = families(written(name, day) for name, day in days.items())
    assert newest(family).name == f"{current}.lrcat"


def put(folder: Path, name: str, day: float = 0) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"SQLite format 3\x00")
    os.utime(path, (BASE + day * DAY, BASE + day * DAY))
    return path


def test_the_successor_of_a_catalog_is_in_the_same_folder(home: Path) -> None:
    old = put(home, "My Catalog.lrcat")
    assert successor(old) is None
    newer = put(home, "My Catalog-v14.LRCAT", 300)
    put(home, "Other-v14.lrcat", 900)
    put(home / "Backups" / "2024-01-01 1200", "My Catalog-v15.lrcat", 900)
    (home / "My Catalog-v15.lrcat").symlink_to(newer)
    (home / "My Catalog-v16.lrcat").mkdir()
    assert successor(old) == newer
    assert successor(newer) is None
    old.unlink()
    assert successor(old) == newer


def test_a_catalog_that_is_gone_may_have_an_older_one_only(home: Path) -> None:
    old = put(home, "A-v12.lrcat")
    older = put(home, "A.lrcat", 0.5)
    assert successor(home / "A-v13.lrcat") == old, "the most upgraded of them"
    old.unlink()
    assert successor(home / "A-v13.lrcat") == older
    older.unlink()
    assert successor(home / "A-v13.lrcat") is None
    assert successor(home / "nowhere" / "A.lrcat") is None


@given(st.lists(st.text("aA2-v13 .", min_size=1, max_size=12), max_size=6, unique=True))
def test_any_names_are_grouped_each_once(names: list[str]) -> None:
    files = [CatalogFile(f"/x/{name}.lrcat", 0) for name in names]
    found = [file for family in families(files) for file in family]
    assert sorted(found, key=lambda f: f.path) == sorted(files, key=lambda f: f.path)
    assert families(reversed(files)) == families(files)


@pytest.fixture
def catalog(lrcat: Lrcat) -> Path:
    lrcat.photo(lrcat.folder(lrcat.root()), "a.jpg")
    lrcat.close()
    return lrcat.path


def test_an_upgraded_catalog_gives_advice_and_is_read(catalog: Path, scratch: Path) -> None:
    assert reader(catalog, scratch).advice() == ()
    newer = catalog.with_name("photos-v14.lrcat")
    shutil.copy2(catalog, newer)
    before = manifest(catalog.parent)
    (advice,) = reader(catalog, scratch).advice()
    assert "photos-v14.lrcat in the same folder is this catalog" in advice.text
    assert f"set catalogs.lightroom.test.path to {newer}" in advice.fix
    assert "photosync discover" in advice.fix
    assert reader(newer, scratch).advice() == ()
    assert set(items(scanned(catalog, scratch))) == set(items(scanned(newer, scratch)))
    assert manifest(catalog.parent) == before


def test_a_missing_catalog_names_its_successor(catalog: Path, scratch: Path) -> None:
    newer = catalog.rename(catalog.with_name("photos-v13-3.lrcat"))
    missing = reader(catalog, scratch)
    for call in (lambda: missing.probe(1e12), lambda: list(missing.scan({}))):
        with pytest.raises(CatalogUnavailableError, match="does not exist") as raised:
            call()
        assert raised.value.hint is not None
        assert f"set the path in photosync.yaml to {newer}" in raised.value.hint
    assert missing.advice() == (), "the error says it"


def test_a_zipped_backup_is_refused_with_a_hint(catalog: Path, scratch: Path) -> None:
    backup = catalog.parent / "Backups" / "2024-05-01 1200" / "photos.zip"
    backup.parent.mkdir(parents=True)
    with zipfile.ZipFile(backup, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(catalog, catalog.name)
    renamed = backup.with_name("photos.lrcat")
    shutil.copyfile(backup, renamed)
    reader(catalog, scratch).probe(1e12)  # the folders of this catalog are known by now
    for path in (backup, renamed):
        zipped = reader(path, scratch)
        for call in (lambda: zipped.probe(1e12), lambda: list(zipped.scan({}))):  # noqa: B023
            with pytest.raises(CatalogUnreadableError, match="is a zip archive") as raised:
                call()
            assert raised.value.hint is not None
            assert raised.value.hint.startswith("Unzip it")


def test_a_folder_that_cannot_be_listed_has_no_catalogs(home: Path) -> None:
    assert upgrades.catalog_files(home / "nowhere") == []
    assert upgrades.catalog_files(put(home, "a.lrcat")) == []
