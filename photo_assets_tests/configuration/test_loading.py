"""photosync.yaml: which file is active, how its paths resolve, and errors with key and fix."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from photo_assets.configuration.loading import (
    find_configuration,
    holds_variable,
    parse_settings,
)
from photo_assets.configuration.redaction import redact
from photo_assets.configuration.settings import PhotosyncSettings
from photo_assets.library import SETTINGS, load_configuration, open_workspace
from photo_assets.model.errors import ConfigurationError, ExitCode
from photo_assets_tests.configured import of

WHOLE = """\
data_dir: state
ledger_url_env: MY_LEDGER
query_memory_mib: 900
catalogs:
  lightroom:
    main: {path: ~/Lightroom/Main.lrcat, account: me, root_map: {"D:/Photos/": /mnt/photos}}
  eagle:
    inspiration: {path: /mnt/nas/Inspiration.library, enabled: false}
  folders:
    nas: {path: /mnt/nas/photos, exclude: [".*", "*.tmp"], settle_seconds: 2.5}
    "2024": {path: ../card, poll_seconds: 60, stale_after_hours: 1}
  google_takeout:
    mine: {path: ./Takeout}
discovery: {disappearance_percent: 2, nightly_reconcile: "0 4 * * *", timezone: Europe/Berlin}
identity: {master_priority: [folders, lightroom]}
fingerprints: {max_megapixels: 200, max_seconds: 10, max_memory_mib: 512, workers: 2}
thumbnails: {enabled: false, folder: ~/thumbs}
vault: {copies: 2, stores: {home: {folder: ~/vault}}}
metadata:
  source_order: [lightroom/main, exif]
  rules: {title: first, rating: max}
  settle: [rating, title]
  gps_tolerance_m: 10
sinks: {notion: {requests_per_second: 1}}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(folder))
    for name in ("PHOTOSYNC_CONFIG", "X", "NOT_SET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    return folder


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def refusal(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        parse_settings(SETTINGS, text, "photosync.yaml")
    assert caught.value.exit_code is ExitCode.CONFIGURATION
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_every_key_of_a_whole_file_counts() -> None:
    settings = parse_settings(SETTINGS, WHOLE, "x")
    default = SETTINGS()
    for name in PhotosyncSettings.model_fields:
        assert getattr(settings, name) != getattr(default, name), name


def test_nothing_is_a_configuration_of_defaults() -> None:
    for text in ("", "# nothing yet\n", "{}", "---\n"):
        assert parse_settings(SETTINGS, text, "x") == SETTINGS()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # keys
        ("colour: red", "`colour` is not a known key; known keys: catalogs, data_dir, "),
        ("catalogs: {lightrom: {}}", "`catalogs.lightrom` is not a known key; did you mean `lightroom`?"),
        ("catalogs: {folders: {nas: {paht: /x, path: /x}}}", "`catalogs.folders.nas.paht` is not a known key; did you mean `path`?"),
        ("catalogs: {folders: {nas: {path: /x, root_map: {}}}}", "`catalogs.folders.nas.root_map` is not a known key"),
        ("vault: {stores: {b2: {s3: {buckett: x}}}}", "`vault.stores.b2.s3.bucket` is required; add it; `vault.stores.b2.s3.buckett` is not a known key; did you mean `bucket`?"),
        ("vault: {stores: {b2: {}}}", "`vault.stores.b2` is {}: a store is either a `folder` or a bucket at `s3`; write one of them"),
        ("vault: {stores: {b2: {folder: x, s3: {bucket: abc}}}}", "a store is either a `folder` or a bucket at `s3`"),
        ("vault: {stores: {b2: {s3: {bucket: abc, prefix: a/../b}}}}", "write it as folder/folder, without a / at its beginning"),
        ("vault: {stores: {b2: {s3: {bucket: abc, prefix: /a}}}}", "write it as folder/folder"),
        ("vault: {stores: {b2: {s3: {bucket: abc, endpoint: 'https://key:pass@s3.example.org'}}}}", "`vault.stores.b2.s3.endpoint` is 'https://***@s3.example.org'"),
        ("vault: {stores: {b2: {s3: {bucket: abc, secret_key_env: wJalrXUtnFEMI/K7MDENG}}}}", "name of an environment variable"),
        ("metadata: {rules: {raiting: max}}", "`metadata.rules.raiting` is not a known key; did you mean `rating`?"),
        ("catalogs: {folders: {nas: {account: me}}}", "`catalogs.folders.nas.path` is required; add it"),
        # names
        ("catalogs: {folders: {My NAS: {path: /x}}}", "`catalogs.folders.My NAS`: a name has at most 40 lowercase letters"),
        ("catalogs: {folders: {../up: {path: /x}}}", "`catalogs.folders.../up`: a name has"),
        (f"catalogs: {{folders: {{{'n' * 41}: {{path: /x}}}}}}", "at most 40"),
        ('catalogs: {folders: {"nas\\n": {path: /x}}}', "a name has at most 40 lowercase letters"),
        # shapes
        ("catalogs:", "`catalogs` is empty"),
        ("catalogs: {folders: }", "`catalogs.folders` is empty"),
        ("catalogs: {folders: {nas: }}", "`catalogs.folders.nas` is empty"),
        ("catalogs: {folders: {nas: /mnt/nas}}", "`catalogs.folders.nas` is '/mnt/nas': write its keys below it"),
        ("catalogs: {folders: [nas]}", "`catalogs.folders` is ['nas']: write its keys below it"),
        ("- a", "the top level is a list, not a mapping. Start with `catalogs:`"),
        ("just text", "the top level is a str"),
        # types and bounds
        ("discovery: {disappearance_percent: many}", "`discovery.disappearance_percent` is 'many': input should be a valid number"),
        ("discovery: {disappearance_percent: 101}", "`discovery.disappearance_percent` is 101: input should be less than or equal to 100"),
        ("discovery: {disappearance_percent: .nan}", "`discovery.disappearance_percent` is nan: input should be a finite number"),
        ("catalogs: {folders: {n: {path: /x, stale_after_hours: .inf}}}", "is inf: input should be a finite number"),
        ("catalogs: {folders: {n: {path: /x, poll_seconds: 1}}}", "`catalogs.folders.n.poll_seconds` is 1: input should be greater than or equal to 10"),
        ("catalogs: {folders: {n: {path: /x, enabled: perhaps}}}", "`catalogs.folders.n.enabled` is 'perhaps': input should be a valid boolean"),
        ("catalogs: {folders: {n: {path: /x, account: 12:30}}}", "`catalogs.folders.n.account` is 750: input should be a valid string"),
        ("catalogs: {folders: {n: {path: /x, exclude: a}}}", "`catalogs.folders.n.exclude` is 'a': input should be a valid tuple"),
        ("catalogs: {folders: {n: {path: [a]}}}", "`catalogs.folders.n.path` is ['a']: input is not a valid path"),
        ("catalogs: {folders: {n: {path: }}}", "`catalogs.folders.n.path` is None: input is not a valid path"),
        ('catalogs: {folders: {n: {path: ""}}}', "`catalogs.folders.n.path` is '': an empty path would mean the folder of this file"),
        ('data_dir: " "', "`data_dir` is ' ': an empty path"),
        ("fingerprints: {max_memory_mib: 1}", "`fingerprints.max_memory_mib` is 1: input should be greater"),
        ("metadata: {rules: {rating: best}}", "`metadata.rules.rating` is 'best': input should be 'max', 'first'"),
        ("metadata: {settle: [ratings]}", "`metadata.settle.0` is 'ratings': input should be 'rating'"),
        ("metadata: {settle: [title]}", "settle lists title, but its rule is human"),
        ("metadata: {source_order: [Light room]}", "`metadata.source_order.0` is 'Light room'"),
        # meanings
        ("discovery: {timezone: Mars/Olympus}", "`discovery.timezone` is 'Mars/Olympus': unknown time zone; use a name such as Europe/Berlin"),
        ('discovery: {timezone: ""}', "`discovery.timezone` is '': unknown time zone"),
        ("discovery: {timezone: ../../etc/passwd}", "unknown time zone"),
        ("discovery: {nightly_reconcile: every night}", "`discovery.nightly_reconcile` is 'every night': a schedule has five fields"),
        ("discovery: {nightly_reconcile: 0 0 31 2 *}", "none of the selected months has such a day"),
        ("ledger_url_env: MY-LEDGER", "`ledger_url_env` is 'MY-LEDGER': this must be the name of an environment variable"),
    ],
)  # fmt: skip
def test_errors_name_the_key_the_value_and_the_fix(text: str, said: str) -> None:
    shown = refusal(text)
    assert shown.startswith("photosync.yaml: ")
    assert said in shown


def test_several_errors_are_reported_together_up_to_a_limit() -> None:
    shown = refusal("data_dir: 5\ncolour: red\ncatalogs: {folders: {nas: {}}}")
    assert shown.count("`data_dir`") == shown.count("`colour`") == 1
    assert "`catalogs.folders.nas.path` is required" in shown
    many = refusal("catalogs: {folders: {" + ", ".join(f"n{n}: {{}}" for n in range(50)) + "}}")
    assert "and 40 more" in many
    assert len(many) < 1200


@pytest.mark.parametrize(
    "text",
    [
        f"discovery: {{timezone: {'x' * 10_000}}}",
        f"{'x' * 900}: 1",
        f"catalogs: {{folders: {{? {'x' * 10_000}\n : 1}}}}",
        f"{'9' * 900}: 1",
        f"? {'x' * 10_000}\n: 1\n? {'x' * 10_000}\n: 2",
    ],
)
def test_long_keys_and_values_are_cut(text: str) -> None:
    assert len(refusal(text)) < 400


@pytest.mark.parametrize(
    "text",
    [
        "ledger_url_env: postgresql://me:hunter2@db.example/photos",
        "ledger_url_env: 'postgresql://hunter2@db.example/photos'",
        f"ledger_url_env: postgresql://{'m' * 70}:hunter2@db.example/photos",
        "catalogs: {folders: {nas: ftp://me:hunter2@nas/photos}}",
        "catalogs: {folders: {'smb://me:hunter2@nas': {path: /x}}}",
        "'smb://me:hunter2@nas': 1",
        "'smb://me:hunter2@nas': 1\n'smb://me:hunter2@nas': 2",
        "discovery: {nightly_reconcile: '0 0 0 0 ftp://me:hunter2@x'}",
        "discovery: {timezone: 'https://zones/?token=hunter2&x=1'}",
        "discovery: ['postgresql://host/db?user=me&password=hunter2']",
        "catalogs: {folders: {nas: {path: {x: 'https://me:hunter2@x'}}}}",
    ],
)
def test_passwords_in_wrong_places_are_not_shown(text: str) -> None:
    shown = refusal(text)
    assert "hunter2" not in shown
    assert "***" in shown


def test_redaction_leaves_other_text_alone() -> None:
    for text in ("/mnt/photos", "me@example.org", "https://example.org/a@b", "a: b"):
        assert redact(text) == text


def test_the_order_of_precedence(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_configuration() is None
    none = load_configuration()
    assert (none.file, none.data_dir) == (None, home / "data" / "demo")
    assert none.settings == SETTINGS()
    sample = write(home / "data" / "sample" / "photosync.yaml", "data_dir: s")
    assert load_configuration().file == sample
    own = write(home / "photosync.yaml", "data_dir: o")
    assert load_configuration().file == own
    assert load_configuration().data_dir == home / "o"
    named = write(tmp_path / "elsewhere" / "my.yaml", "data_dir: n")
    monkeypatch.setenv("PHOTOSYNC_CONFIG", str(named))
    assert load_configuration().data_dir == tmp_path / "elsewhere" / "n"
    given = write(tmp_path / "given.yaml", "data_dir: g")
    assert load_configuration(given).data_dir == tmp_path / "g"
    assert open_workspace().configuration.file == named
    monkeypatch.setenv("PHOTOSYNC_CONFIG", "")
    assert load_configuration().file == own


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


def test_without_a_project_folder_the_current_one_counts(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAGSTER_HOME")
    here = write(tmp_path / "here" / "photosync.yaml", "{}")
    monkeypatch.chdir(here.parent)
    assert load_configuration().file == here


@pytest.mark.parametrize("name", ["nowhere.yaml", "n" * 300])
def test_a_named_file_that_is_not_there(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    write(home / "photosync.yaml", "{}")
    monkeypatch.setenv("PHOTOSYNC_CONFIG", f"~/{name}")
    with pytest.raises(
        ConfigurationError, match=r"PHOTOSYNC_CONFIG names .*, which does not exist"
    ):
        load_configuration()


def test_a_link_to_an_unmounted_configuration_is_not_passed_over(home: Path) -> None:
    write(home / "data" / "sample" / "photosync.yaml", "{}")
    (home / "photosync.yaml").symlink_to(home / "unmounted" / "photosync.yaml")
    with pytest.raises(ConfigurationError, match=r"photosync\.yaml cannot be read: No such file"):
        load_configuration()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: \xff\xfe", "is not UTF-8 text (byte 3, in line 1). Save it as UTF-8."),
        ("data_dir: x".encode("utf-16"), "is not UTF-8 text (byte 0"),
        (b"# ok\n# K\xf6ln\n", "(byte 8, in line 2)"),
        (b"#" * (1 << 20) + b"#", "is larger than 1 MiB"),
    ],
)
def test_files_that_are_not_a_configuration(home: Path, content: bytes, said: str) -> None:
    file = home / "photosync.yaml"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        load_configuration()
    assert said in str(caught.value)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize("place", ["/dev/zero", "."])
def test_paths_that_are_not_files(home: Path, place: str) -> None:
    with pytest.raises(ConfigurationError):
        load_configuration(Path(place))


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


@pytest.mark.parametrize("data", ["/mnt/photos", "/mnt/photos/.photosync", "/mnt/x/../photos/data"])
def test_nothing_is_ever_written_into_a_catalog(home: Path, data: str) -> None:
    text = f"data_dir: {data}\ncatalogs: {{folders: {{nas: {{path: /mnt/photos}}}}}}"
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(write(home / "photosync.yaml", text))
    assert "`data_dir`" in str(caught.value)
    assert "is inside the catalog `catalogs.folders.nas` (/mnt/photos)" in str(caught.value)


def test_thumbnails_are_not_written_into_a_catalog_either(home: Path) -> None:
    text = (
        "thumbnails: {folder: /mnt/photos/thumbs}\ncatalogs: {folders: {nas: {path: /mnt/photos}}}"
    )
    with pytest.raises(ConfigurationError, match=r"`thumbnails\.folder`.*`catalogs\.folders\.nas`"):
        load_configuration(write(home / "photosync.yaml", text))


_SEPARATE = (
    "data_dir: /mnt/data\n"
    "catalogs: {folders: {nas: {path: /mnt/photos}}}\n"
    "thumbnails: {folder: /mnt/thumbs}\n"
    "vault: {stores: {a: {folder: /mnt/store}}, history: {folder: %s}}\n"
)


@pytest.mark.parametrize(
    "folder",
    ["/mnt/photos", "/mnt/photos/h.git", "/mnt", "/mnt/store/h.git", "/mnt/store", "/mnt/data",
     "/mnt/data/lake/h.git", "/mnt/data/staging", "/mnt/thumbs/h.git", "/mnt/x/../photos/h.git"],
)  # fmt: skip
def test_the_history_is_apart_from_everything_else(home: Path, folder: str) -> None:
    with pytest.raises(ConfigurationError, match=r"`vault\.history\.folder`"):
        load_configuration(write(home / "photosync.yaml", _SEPARATE % folder))


def test_the_history_is_not_in_a_catalog_through_a_link(home: Path) -> None:
    (home / "photos").mkdir()
    (home / "link").symlink_to(home / "photos")
    text = "catalogs: {folders: {nas: {path: photos}}}\nvault: {history: {folder: link/h.git}}\n"
    with pytest.raises(ConfigurationError, match="is inside the catalog"):
        load_configuration(write(home / "photosync.yaml", text))


@pytest.mark.parametrize("folder", ["/mnt/data/history.git", "/mnt/history.git", "/mnt/photos2"])
def test_the_history_may_be_in_data_dir_or_beside_it(home: Path, folder: str) -> None:
    found = load_configuration(write(home / "photosync.yaml", _SEPARATE % folder))
    assert found.settings.vault.history.folder == Path(folder)


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


def test_a_catalog_beside_or_below_the_data_is_fine(home: Path) -> None:
    text = (
        "data_dir: data\ncatalogs: {folders: {a: {path: data/sample/nas}, b: {path: data2},"
        " c: {path: dat}}}"
    )
    assert load_configuration(write(home / "photosync.yaml", text)).data_dir == home / "data"


def test_settings_never_change() -> None:
    settings = parse_settings(SETTINGS, WHOLE, "x")
    with pytest.raises(ValueError, match="frozen"):
        settings.data_dir = Path("elsewhere")  # type: ignore[misc]


def test_the_json_schema_describes_every_key() -> None:
    schema = PhotosyncSettings.model_json_schema()
    models = [schema, *schema["$defs"].values()]
    assert len(models) >= 9
    for model in models:
        assert model["additionalProperties"] is False
        for name, key in model["properties"].items():
            assert "description" in key or "$ref" in key or "patternProperties" in key, name
    assert schema["properties"].keys() == PhotosyncSettings.model_fields.keys()
    dumped = parse_settings(SETTINGS, WHOLE, "x").model_dump(mode="json")
    assert (
        parse_settings(SETTINGS, yaml.safe_dump(dumped), "again").model_dump(mode="json") == dumped
    )


SPICE = [
    *("\t", "\n", " ", ":", "- ", "{", "}", "[", "]", "&a", "*a", "<<", "!x", "'", '"', "|", ">"),
    *("%", "@", "`", "#", "null", "~", ".inf", "0x", "2001-13-01", "off", "\\ud800", "\x00", "\ufeff"),
    *("$X", "é", "\x85", "1e999", "9" * 5000, "a: ", "? ", "--- ", "... ", "/", "\\", "\u2028"),
]  # fmt: skip

Mutation = Callable[[str, random.Random], str]


def _spiced(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text))
    return text[:at] + rng.choice(SPICE) + text[at + rng.randrange(3) :]


def _cut(text: str, rng: random.Random) -> str:
    return text[: rng.randrange(len(text))]


def _doubled(text: str, rng: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    lines.insert(rng.randrange(len(lines)), rng.choice(lines))
    return "".join(lines)


def _swapped_words(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    a, b = rng.randrange(len(words)), rng.randrange(len(words))
    words[a], words[b] = words[b], words[a]
    return " ".join(words)


def fuzz(home: Path, count: int, seed: int) -> None:
    mutations: list[Mutation] = [_spiced, _spiced, _cut, _doubled, _swapped_words]
    file = home / "photosync.yaml"
    rng = random.Random(seed)
    refused = 0
    for _ in range(count):
        text = WHOLE
        for _ in range(rng.randrange(1, 5)):
            text = rng.choice(mutations)(text or "x", rng)
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            loaded: Any = load_configuration(file)
            assert isinstance(loaded.settings, PhotosyncSettings)
            assert loaded.data_dir.is_absolute()
        except ConfigurationError as error:
            refused += 1
            assert str(file) in str(error)
            assert error.hint
            assert len(str(error)) < 3000
            str(error).encode()
    assert count * 0.3 < refused < count


def test_a_variable_of_any_length_leaves_a_sentence_one_can_read(home: Path) -> None:
    (home / "photosync.yaml").write_text(f"data_dir: /mnt/$X{'9' * 5000}")
    with pytest.raises(ConfigurationError, match="is not set") as caught:
        load_configuration(home / "photosync.yaml")
    assert len(str(caught.value)) < 1000


HERE, THERE = "http://localhost:9000", "http://localhost:9001"


@pytest.mark.parametrize(
    ("one", "other", "accepted"),
    [
        ({}, {"prefix": "b"}, False),
        ({"prefix": "a"}, {"prefix": "a/"}, False),
        ({"prefix": "a/b/c"}, {"prefix": "a"}, False),
        ({"endpoint": "https://s3.eu-central-1.amazonaws.com"}, {"prefix": "b"}, False),
        ({"endpoint": HERE}, {"endpoint": f"{HERE}/"}, False),
        ({"prefix": "a"}, {"prefix": "ab"}, True),
        ({"prefix": "a"}, {"prefix": "b"}, True),
        ({}, {"bucket": "another"}, True),
        ({"endpoint": HERE}, {"endpoint": THERE}, True),
        ({}, {"endpoint": HERE}, True),
    ],
)
def test_a_store_in_a_bucket_contains_no_other(
    home: Path, one: dict[str, str], other: dict[str, str], accepted: bool
) -> None:
    stores = {
        name: {"s3": {"bucket": "photos", **place}} for name, place in (("a", one), ("b", other))
    }
    file = home / "photosync.yaml"
    file.write_text(yaml.safe_dump({"vault": {"stores": stores}}))
    if accepted:
        load_configuration(file)
        return
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(file)
    for name in ("vault.stores.a.s3", "vault.stores.b.s3", "contain each other", "photos"):
        assert name in str(caught.value)


def test_any_file_gives_settings_or_a_sentence(home: Path) -> None:
    fuzz(home, 300, 1)


@pytest.mark.slow
def test_ten_thousand_wrong_files(home: Path) -> None:
    fuzz(home, 10_000, 2)
