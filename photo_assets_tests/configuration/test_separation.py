"""Folders and buckets that must be apart."""

from pathlib import Path

import pytest
import yaml

from photo_assets.library import load_configuration
from photo_assets.model.errors import ConfigurationError
from photo_assets_tests.configuration.conftest import write

_SEPARATE = (
    "data_dir: /mnt/data\n"
    "catalogs: {folders: {nas: {path: /mnt/photos}}}\n"
    "thumbnails: {folder: /mnt/thumbs}\n"
    "vault: {stores: {a: {folder: /mnt/store}}, history: {folder: %s}}\n"
)


HERE, THERE = "http://localhost:9000", "http://localhost:9001"


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


def test_a_catalog_beside_or_below_the_data_is_fine(home: Path) -> None:
    text = (
        "data_dir: data\ncatalogs: {folders: {a: {path: data/sample/nas}, b: {path: data2},"
        " c: {path: dat}}}"
    )
    assert load_configuration(write(home / "photosync.yaml", text)).data_dir == home / "data"


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
