"""photosync.yaml: which file is active, how its paths resolve, and errors with key and fix."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from photo_assets.configuration.loading import (
    find_configuration,
    parse_settings,
    portable_text,
)
from photo_assets.configuration.redaction import redact
from photo_assets.configuration.settings import PhotosyncSettings
from photo_assets.library import SETTINGS, load_configuration, open_workspace
from photo_assets.model.errors import ConfigurationError, ExitCode
from photo_assets_tests.configuration.conftest import write

WHOLE = """\
ai: {endpoint: "http://localhost:11434/v1", model: seer, photos: [{album: Trips}]}
data_dir: state
ledger_url_env: MY_LEDGER
query_memory_mib: 900
review_port: 3901
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
albums: {language: de, rename: [smugmug/me]}
sinks: {notion: {requests_per_second: 1}}
"""


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
        ("colour: red", "`colour` is not a known key; known keys: ai, albums, catalogs, data_dir, "),
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


@pytest.mark.parametrize(
    "value",
    ["ntn_canary12345", "secret_canary12345", "Abc1", "tXlq8mZ0vR3n", "0c9f", "a1" * 16],
)
def test_a_key_in_the_place_of_its_variable_is_refused(value: str) -> None:
    said = refusal(f"sinks: {{notion: {{token_env: {value}}}}}")
    assert "the name of an environment variable that holds the value" in said


@pytest.mark.parametrize("name", ["NOTION_TOKEN", "token", "my_token_2", "B2_KEY_ID", "KEY2"])
def test_usual_names_of_variables_are_accepted(name: str) -> None:
    parse_settings(SETTINGS, f"sinks: {{notion: {{token_env: {name}}}}}", "x")


def test_a_configuration_is_portable_as_it_is_but_for_passwords(home: Path) -> None:
    file = write(home / "p.yaml", WHOLE)
    assert yaml.safe_load(portable_text(file)) == yaml.safe_load(WHOLE)
    kept: dict[str, Any] = {
        "vault": {"history": {"remote": "ssh://git@github.com/me/history.git"}},
        "catalogs": {"folders": {"a": {"path": "/photos/Basic Training2019"}, "b": {}}},
    }
    written = {**kept, "catalogs": {"folders": {
        **kept["catalogs"]["folders"], "b": {"path": "//me:pw@nas/photos"}}}}  # fmt: skip
    file.write_text(yaml.safe_dump(written))
    assert yaml.safe_load(portable_text(file)) == kept


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


def test_originals_are_kept_only_with_a_store(home: Path) -> None:
    file = home / "photosync.yaml"
    catalogs = {"immich": {"home": {"endpoint": "https://immich.example", "fetch": "keep"}}}
    file.write_text(yaml.safe_dump({"catalogs": catalogs}))
    with pytest.raises(ConfigurationError, match=r"vault\.stores") as caught:
        load_configuration(file)
    assert "`catalogs.immich.home.fetch: keep`" in str(caught.value)
    vault = {"stores": {"home": {"folder": str(home / "vault")}}}
    file.write_text(yaml.safe_dump({"catalogs": catalogs, "vault": vault}))
    assert load_configuration(file).settings.vault.stores


def test_any_file_gives_settings_or_a_sentence(home: Path) -> None:
    fuzz(home, 300, 1)


@pytest.mark.slow
def test_ten_thousand_wrong_files(home: Path) -> None:
    fuzz(home, 10_000, 2)
