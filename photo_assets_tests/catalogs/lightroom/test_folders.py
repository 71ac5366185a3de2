"""Lightroom's paths on this machine: the root map, separators, and files on disk."""

import os
import time
from pathlib import Path

import pytest

from photo_assets.catalogs.lightroom.folders import FolderPath, RootMap, UnsafePathError
from photo_assets.catalogs.lightroom.presence import Presence, root_on_disk
from photo_assets.model.vocabulary import Availability
from photo_assets_tests.catalogs.lightroom.builder import ROOT, Lrcat
from photo_assets_tests.catalogs.lightroom.reading import by_name, failures, items, reader, scanned


@pytest.mark.parametrize(
    ("root_map", "root", "below", "folder"),
    [
        (
            {},
            "/Users/ada/Pictures/",
            "2013/",
            FolderPath("/Users/ada/Pictures", "/Users/ada/Pictures/2013"),
        ),
        ({}, "/", "a/", FolderPath("/", "/a")),
        ({}, "D:/Photos/", "a/", FolderPath("D:/Photos", "D:/Photos/a")),
        ({"D:/Photos/": "/mnt/p"}, "D:/Photos/", "a/b/", FolderPath("/mnt/p", "/mnt/p/a/b")),
        ({"d:\\photos": "/mnt/p"}, "D:/Photos/", "", FolderPath("/mnt/p", "/mnt/p")),
        ({"D:/": "/mnt/d"}, "D:/Photos/", "a/", FolderPath("/mnt/d/Photos", "/mnt/d/Photos/a")),
        (
            {"\\\\nas\\share": "/nas"},
            "//nas/share/Pics/",
            "x/",
            FolderPath("/nas/Pics", "/nas/Pics/x"),
        ),
        # the longest rule wins, and only whole names match
        ({"/a": "/1", "/a/b": "/2"}, "/a/b/", "c/", FolderPath("/2", "/2/c")),
        ({"/a/b": "/2"}, "/a/bc/", "", FolderPath("/a/bc", "/a/bc")),
        # a rule may reach into the root folder
        ({"/a/b/2013": "/old"}, "/a/b/", "2013/x/", FolderPath("/old", "/old/x")),
        ({"/a/b/2013": "/old"}, "/a/b/", "2014/x/", FolderPath("/a/b", "/a/b/2014/x")),
        # outside Windows a backslash is a letter
        ({}, "/a\\b/", "c\\d/", FolderPath("/a\\b", "/a\\b/c\\d")),
    ],
)
def test_the_root_map(root_map: dict[str, str], root: str, below: str, folder: FolderPath) -> None:
    rules = {known: Path(here) for known, here in root_map.items()}
    assert RootMap(rules).folder_path(root, below) == folder


@pytest.mark.parametrize("path", ["../etc/", "a/../../b/", "a\\..\\b", "a\x00b/"])
def test_paths_never_leave_their_root(path: str) -> None:
    with pytest.raises(UnsafePathError):
        RootMap({}).folder_path("/photos/", path)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    for name in ("disk/2013/a.jpg", "disk/2013/Straße.JPG", "disk/2013/x.jpg", "disk/2013/X.JPG"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"1234")
    return tmp_path / "disk"


def _folder(disk: Path, below: str = "2013") -> FolderPath:
    return FolderPath(str(disk), str(disk / below))


def test_present_files_have_their_status(disk: Path) -> None:
    seen = Presence().sight(_folder(disk), "a.jpg")
    status = (disk / "2013/a.jpg").stat()
    assert seen.availability is Availability.ONLINE
    assert (seen.size, seen.mtime_ns, seen.inode) == (4, status.st_mtime_ns, status.st_ino)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("A.JPG", "a.jpg"),
        ("strasse.jpg", "Straße.JPG"),
        ("x.jpg", "x.jpg"),
        ("X.JPG", "X.JPG"),
        ("X.jpg", None),  # two differ only in case: neither is guessed
        ("b.jpg", None),
        ("", None),
    ],
)
def test_names_match_as_on_lightrooms_own_file_systems(
    disk: Path, asked: str, found: str | None
) -> None:
    seen = Presence().sight(_folder(disk), asked)
    if found is None:
        assert seen.availability is Availability.MISSING
    else:
        assert seen.path == str(disk / "2013" / found)


def test_folders_match_in_any_case_too(disk: Path) -> None:
    (disk / "2013" / "Été").mkdir()
    (disk / "2013" / "Été" / "b.jpg").write_bytes(b"1")
    decomposed = "2013/E\u0301te\u0301"
    seen = Presence().sight(_folder(disk, decomposed.upper()), "b.jpg")
    assert seen.availability is Availability.ONLINE
    assert seen.path == str(disk / "2013" / "Été" / "b.jpg")


@pytest.mark.parametrize(
    "asked",
    [
        "Disk/Été",  # another case
        "disk/E\u0301te\u0301",  # another composition
        "DISK/E\u0301TE\u0301",
    ],
)
def test_root_folders_match_in_any_case_and_composition(tmp_path: Path, asked: str) -> None:
    real = tmp_path / "disk" / "Été"
    (real / "2013").mkdir(parents=True)
    (real / "2013" / "a.jpg").write_bytes(b"1234")
    root = f"{tmp_path}/{asked}"
    assert root_on_disk(root) == str(real)
    seen = Presence().sight(FolderPath(root, f"{root}/2013"), "a.jpg")
    assert (seen.availability, seen.path) == (Availability.ONLINE, str(real / "2013" / "a.jpg"))
    gone = Presence().sight(FolderPath(root, f"{root}/2013"), "b.jpg")
    assert gone.availability is Availability.MISSING


def test_a_root_folder_that_two_could_be_is_not_guessed(tmp_path: Path) -> None:
    for name in ("Photos", "photos"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jpg").write_bytes(b"1")
    assert root_on_disk(f"{tmp_path}/PHOTOS") is None
    assert root_on_disk(f"{tmp_path}/photos") == f"{tmp_path}/photos"


def test_an_empty_root_folder_of_the_very_name_is_an_unmounted_one(tmp_path: Path) -> None:
    (tmp_path / "Photos").mkdir()
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"1")
    assert root_on_disk(f"{tmp_path}/Photos") is None


def test_links_are_not_followed_out_of_a_root_of_another_case(disk: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (disk / "2013" / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (disk / "2013" / "inside.jpg").symlink_to(disk / "2013" / "a.jpg")
    folder = FolderPath(f"{tmp_path}/DISK", f"{tmp_path}/DISK/2013")
    assert Presence().sight(folder, "link.jpg").availability is Availability.OFFLINE
    assert Presence().sight(folder, "inside.jpg").size == 4


@pytest.mark.parametrize(
    ("root", "root_map"),
    [
        ("{0}/PICTURES/", {}),
        ("D:/Photos/", {"D:/Photos/": "{0}/PICTURES"}),  # what the root map names
        ("D:/pictures/", {"D:/": "{0}"}),  # what is below it
        ("D:\\PICTURES/", {"d:/": "{0}"}),
    ],
)
def test_a_catalog_whose_root_differs_in_case_is_online(
    lrcat: Lrcat, tmp_path: Path, root: str, root_map: dict[str, str]
) -> None:
    pictures = tmp_path / "Pictures"
    (pictures / "2013").mkdir(parents=True)
    (pictures / "2013" / "a.jpg").write_bytes(b"12")
    lrcat.photo(lrcat.folder(lrcat.root(root.format(tmp_path)), "2013/"), "a.jpg")
    lrcat.close()
    os.utime(lrcat.path, (5, 5))  # settled
    rules = {known: Path(here.format(tmp_path)) for known, here in root_map.items()}
    catalog = reader(lrcat.path, tmp_path / "s", rules)
    first = catalog.probe(time.monotonic() + 60)
    assert "1 of 1 root folders available" in first.summary
    (item,) = items(catalog.scan({})).values()
    assert item.availability is Availability.ONLINE
    assert item.path == str(pictures / "2013" / "a.jpg")
    memory = catalog.memory()
    assert memory is not None
    assert catalog.is_as_remembered(memory)
    assert catalog.probe(time.monotonic() + 60) == first
    pictures.rename(tmp_path / "pictures")
    assert not catalog.is_as_remembered(memory)
    assert catalog.probe(time.monotonic() + 60).token != first.token


def test_offline_and_missing_are_distinguished(disk: Path, tmp_path: Path) -> None:
    presence = Presence()
    assert presence.sight(_folder(disk), "gone.jpg").availability is Availability.MISSING
    assert presence.sight(_folder(disk, "2014"), "a.jpg").availability is Availability.MISSING
    away = FolderPath(str(tmp_path / "away"), str(tmp_path / "away/2013"))
    assert presence.sight(away, "a.jpg").availability is Availability.OFFLINE
    foreign = FolderPath("D:/Photos", "D:/Photos/2013")
    assert presence.sight(foreign, "a.jpg").availability is Availability.OFFLINE
    (tmp_path / "mount").mkdir()
    unmounted = FolderPath(str(tmp_path / "mount"), str(tmp_path / "mount/2013"))
    assert presence.sight(unmounted, "a.jpg").availability is Availability.OFFLINE


def test_links_are_not_followed_out_of_the_root(disk: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.jpg").write_bytes(b"secret")
    (disk / "2013" / "link.jpg").symlink_to(secret / "key.jpg")
    (disk / "2013" / "inside.jpg").symlink_to(disk / "2013" / "a.jpg")
    (disk / "linked").symlink_to(secret)
    (disk / "2013" / "dangling.jpg").symlink_to(disk / "nothing")
    presence = Presence()
    assert presence.sight(_folder(disk), "link.jpg").availability is Availability.OFFLINE
    assert presence.sight(_folder(disk, "linked"), "key.jpg").availability is Availability.OFFLINE
    assert presence.sight(_folder(disk), "inside.jpg").size == 4
    assert presence.sight(_folder(disk), "dangling.jpg").availability is Availability.MISSING
    os.mkfifo(disk / "2013" / "pipe.jpg")
    assert Presence().sight(_folder(disk), "pipe.jpg").availability is Availability.MISSING


def test_a_name_with_invalid_utf_8_is_found_by_its_bytes(lrcat: Lrcat, tmp_path: Path) -> None:
    name = b"fu\xdfball.jpg"
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / os.fsdecode(name)).write_bytes(b"12")
    folder = lrcat.folder(lrcat.root())
    lrcat.photo(folder, "other.jpg")
    lrcat.db.execute("UPDATE AgLibraryFile SET baseName = CAST(? AS TEXT)", [name[:-4]])
    lrcat.close()
    (item,) = items(scanned(lrcat.path, tmp_path / "s", {ROOT: pictures})).values()
    assert item.availability is Availability.ONLINE
    assert item.file_size == 2
    assert item.file_name == "fu\uefdfball.jpg"


def test_hostile_paths_cost_one_item(lrcat: Lrcat, scratch: Path) -> None:
    folder = lrcat.folder(lrcat.root())
    lrcat.photo(lrcat.folder(lrcat.root("/other/"), "../../etc/"), "passwd.jpg")
    for name in ("../x.jpg", "/etc/passwd.jpg", "a\x00b.jpg"):
        lrcat.photo(folder, name)
    lrcat.photo(folder, "good.jpg")
    lrcat.close()
    events = scanned(lrcat.path, scratch)
    assert sorted(by_name(events)) == ["good.jpg"]
    assert [failure.reason for failure in failures(events)] == ["unsafe path"] * 4
    assert all(failure.native_id for failure in failures(events))
