"""How the paths of photosync.yaml resolve."""

from pathlib import Path

import pytest

from photo_assets.configuration.loading import holds_variable
from photo_assets.library import load_configuration
from photo_assets.model.errors import ConfigurationError
from photo_assets_tests.configuration.conftest import write
from photo_assets_tests.configured import of


def test_every_path_is_found_from_the_file_that_names_it(home: Path) -> None:
    text = """
data_dir: d
thumbnails: {folder: t}
fingerprints: {exiftool: bin/exiftool}
catalogs: {lightroom: {main: {path: a.lrcat, root_map: {"D:/": pictures}}}}
"""
    settings = load_configuration(write(home / "photosync.yaml", text)).settings
    (lightroom,) = of(settings.catalogs, "lightroom").values()
    assert [
        settings.data_dir,
        settings.thumbnails.folder,
        settings.fingerprints.exiftool,
        lightroom.path,
        *lightroom.root_map.values(),
    ] == [home / name for name in ("d", "t", "bin/exiftool", "a.lrcat", "pictures")]
    beneath = "catalogs: {folders: {nas: {path: photos}}}\nthumbnails: {folder: photos/thumbs}\n"
    with pytest.raises(ConfigurationError, match=r"thumbnails\.folder"):
        load_configuration(write(home / "photosync.yaml", beneath))
    at_home = write(home / "photosync.yaml", "thumbnails: {folder: ~/thumbs}")
    assert load_configuration(at_home).settings.thumbnails.folder == Path.home() / "thumbs"


def test_paths_are_of_the_file_the_home_and_the_environment(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHOTOS", "/mnt/photos")
    text = """\
data_dir: ../state
fingerprints: {exiftool: bin/exiftool}
catalogs:
  folders:
    relative: {path: card/../card2}
    absolute: {path: /mnt/../srv/x/}
    home: {path: ~/Pictures}
    variable: {path: $PHOTOS/2020}
    braces: {path: "${PHOTOS}2"}
    dollar: {path: /mnt/c$/photos}
    uncommon: {path: "/mnt/Ä b/100%/#1/a:b/~x"}
  lightroom:
    main:
      path: main.lrcat
      root_map: {"D:/$PHOTOS/": pictures, "/Users/me/": ~/Pictures}
"""
    loaded = load_configuration(write(home / "conf" / "p.yaml", text))
    folders = {name: str(one.path) for name, one in of(loaded.settings.catalogs, "folders").items()}
    assert folders == {
        "relative": f"{home}/conf/card2",
        "absolute": "/srv/x",
        "home": f"{tmp_path}/me/Pictures",
        "variable": "/mnt/photos/2020",
        "braces": "/mnt/photos2",
        "dollar": "/mnt/c$/photos",
        "uncommon": "/mnt/Ä b/100%/#1/a:b/~x",
    }
    main = of(loaded.settings.catalogs, "lightroom")["main"]
    assert main.path == home / "conf" / "main.lrcat"
    assert main.root_map == {
        "D:/$PHOTOS/": home / "conf" / "pictures",
        "/Users/me/": tmp_path / "me" / "Pictures",
    }
    assert loaded.data_dir == home / "state"
    assert loaded.settings.fingerprints.exiftool == home / "conf" / "bin" / "exiftool"
    bare = load_configuration(write(home / "b.yaml", "fingerprints: {exiftool: exiftool}"))
    assert bare.settings.fingerprints.exiftool == Path("exiftool")


def test_a_path_through_a_link_keeps_its_name(home: Path, tmp_path: Path) -> None:
    (tmp_path / "disk1").mkdir()
    (home / "photos").symlink_to(tmp_path / "disk1")
    file = write(home / "photosync.yaml", "catalogs: {folders: {nas: {path: photos}}}")
    assert of(load_configuration(file).settings.catalogs, "folders")["nas"].path == home / "photos"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("data_dir: $NOT_SET/x", "`data_dir` is '$NOT_SET/x', and the environment variable NOT_SET is not set"),
        ("catalogs: {folders: {nas: {path: '${NOT_SET}'}}}", "`catalogs.folders.nas.path` is '${NOT_SET}', and"),
        ("catalogs: {lightroom: {m: {path: /x, root_map: {a: $NOT_SET}}}}", "`catalogs.lightroom.m.root_map` is"),
        ("catalogs: {eagle: {e: {path: ~nobody-of-this-name/x}}}", "`catalogs.eagle.e.path` is '~nobody-of-this-name/x', and there is no such user"),
        ("fingerprints: {exiftool: $NOT_SET/exiftool}", "`fingerprints.exiftool` is"),
    ],
)  # fmt: skip
def test_paths_that_cannot_be_expanded(home: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(write(home / "photosync.yaml", text))
    assert said in str(caught.value)
    assert str(home / "photosync.yaml") in str(caught.value)


@pytest.mark.parametrize(
    ("path", "holds"),
    [("/a/$B/c", True), ("/a/${B}", True), ("~/x", True), ("/a/$", False), ("/c$/x", False),
     ("/a~b", False), ("/a", False)],
)  # fmt: skip
def test_paths_that_would_be_expanded(path: str, holds: bool) -> None:
    assert holds_variable(path) is holds


@pytest.mark.parametrize(
    ("written", "expected"),
    [("rel.git", "/p/rel.git"), ("./rel.git", "/p/rel.git"), ("~/rel.git", "/h/rel.git"),
     ("/mnt/h.git", "/mnt/h.git"), ("git@nas:h.git", "git@nas:h.git"),
     ("file:///mnt/h.git", "file:///mnt/h.git")],
)  # fmt: skip
def test_the_paths_of_the_history_are_found_from_the_file(
    home: Path, monkeypatch: pytest.MonkeyPatch, written: str, expected: str
) -> None:
    monkeypatch.setenv("HOME", str(home / "h"))
    (home / "p").mkdir()
    text = f"vault: {{history: {{folder: h.git, remote: '{written}'}}}}\n"
    found = load_configuration(write(home / "p" / "photosync.yaml", text)).settings.vault.history
    local = expected.startswith(("/p", "/h"))
    assert found.remote == (f"{home}{expected}" if local else expected)
    assert found.folder == home / "p" / "h.git"


def test_a_variable_of_any_length_leaves_a_sentence_one_can_read(home: Path) -> None:
    (home / "photosync.yaml").write_text(f"data_dir: /mnt/$X{'9' * 5000}")
    with pytest.raises(ConfigurationError, match="is not set") as caught:
        load_configuration(home / "photosync.yaml")
    assert len(str(caught.value)) < 1000
