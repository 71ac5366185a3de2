"""Every setting of every source that affects rows is in the settings digest."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.online.settings import OnlineCatalogSettings
from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.registry import SOURCES, build_catalogs, spec_of
from photo_assets.configuration.catalogs import (
    NOT_IN_ROWS,
    CatalogSettings,
    LocalCatalogSettings,
)
from photo_assets.library import SETTINGS
from photo_assets.model.vocabulary import GONE
from photo_assets_tests.catalogs.eagle import test_contract as eagle
from photo_assets_tests.catalogs.folders import test_contract as folders
from photo_assets_tests.catalogs.folders.trees import place, small
from photo_assets_tests.catalogs.google_takeout import test_contract as takeout
from photo_assets_tests.catalogs.lightroom import test_contract as lightroom
from photo_assets_tests.catalogs.lightroom.builder import ROOT
from photo_assets_tests.configured import workspace_of
from photo_assets_tests.media.xmp.packets import packet

LOCAL = [one for one in SOURCES if issubclass(spec_of(one).settings, LocalCatalogSettings)]
"""The catalogs on a disk; those of services have the test in their own folder."""


def tree_with_five_stars(folder: Path) -> Path:
    tree = folders.TestFoldersContract().populate(folder)
    place(tree, "IMG-20200601-WA0001.jpg", small(12))
    place(tree, "phone/IMG_E1234.JPG.xmp", packet(attributes='xmp:Rating="5"'))
    return tree


POPULATE: dict[str, Callable[[Path], Path]] = {
    "lightroom": lambda folder: lightroom.TestLightroomContract().populate(folder),
    "eagle": lambda folder: eagle.TestEagleContract().populate(folder),
    "folders": tree_with_five_stars,
    "google_takeout": lambda folder: takeout.TestTakeoutTreeContract().populate(folder),
}
ANOTHER: dict[str, Any] = {
    "account": "family",
    "dates_from_names": False,
    "enabled": False,
    "exclude": ["*.jpg"],
    "fetch": "identify",
    "files_endpoint": "https://files.test",
    "poll_seconds": 60,
    "rating_five_is_favourite": True,
    "root_map": {ROOT: "/nowhere"},
    "settle_seconds": 3.0,
    "stale_after_hours": 2.0,
    "api_key_env": "ANOTHER_KEY",
    "folders": ["1-folder"],
    "full_listing_days": 7.0,
    "key_file": "/x/key.json",
    "longest_wait_minutes": 1.0,
    "max_parallel_downloads": 2,
    "requests_per_second": 2.0,
    "reuse_listing_hours": 1.0,
    "shared_drives": False,
    "shared_with_me": False,
    "timeout_seconds": 9.0,
}
"""A second value of every setting but `path` and `endpoint`; a setting that is added needs one."""
LOCAL = [s for s in SOURCES if issubclass(spec_of(s).settings, LocalCatalogSettings)]
WHERE = {source: "path" if source in LOCAL else "endpoint" for source in SOURCES}
ONE = {"path": "/x", "endpoint": "https://x.test"}
OTHER = {"path": "/y", "endpoint": "https://y.test"}
WITHOUT_TRACE = {(source, "dates_from_names") for source in SOURCES if source != "folders"}
"""Settings that show in no row of the sources built here."""
OWN = {
    "lightroom": ("root_map",),
    "folders": ("exclude", "settle_seconds", "rating_five_is_favourite"),
    "google_drive": ("folders", "key_file", "shared_drives", "shared_with_me"),
    "flickr": ("files_endpoint",),
    "immich": ("api_key_env", "root_map"),
    "smugmug": ("files_endpoint",),
}
EVERY = [
    (source, name)
    for source in SOURCES
    for name in (
        *(LocalCatalogSettings if source in LOCAL else OnlineCatalogSettings).model_fields,
        *OWN.get(source, ()),
    )
]


def settings(source: str, **values: Any) -> CatalogSettings:
    place = {WHERE[source]: ONE[WHERE[source]]}
    found = SETTINGS.model_validate({"catalogs": {source: {"test": {**place, **values}}}})
    return found.catalogs.of(source)["test"]


def reaches_rows(source: str, name: str) -> bool:
    return NOT_IN_ROWS not in type(settings(source)).model_fields[name].metadata


def reader(source: str, scratch: Path, **values: Any) -> Catalog:
    place = {WHERE[source]: ONE[WHERE[source]]}
    workspace = workspace_of({source: {"test": {**place, **values}}}, scratch)
    (found,) = build_catalogs(workspace, source)
    return found


def test_all_settings_are_among_the_cases() -> None:
    for source in SOURCES:
        names = set(type(settings(source)).model_fields)
        assert names == {name for one, name in EVERY if one == source}


@pytest.mark.parametrize(("source", "name"), EVERY)
def test_the_digest_covers_exactly_the_unmarked_settings(source: str, name: str) -> None:
    value = OTHER.get(name, ANOTHER.get(name))
    one, other = settings(source), settings(source, **{name: value})
    assert (one.rows_digest != other.rows_digest) == reaches_rows(source, name)
    assert one.rows_digest == settings(source).rows_digest


@pytest.mark.parametrize("source", LOCAL)
def test_every_reader_has_the_digest_of_its_settings(source: str, tmp_path: Path) -> None:
    for account in (None, "family"):
        said = settings(source, account=account).rows_digest
        assert reader(source, tmp_path, account=account).settings_digest == said


class Place:
    """A source of photos and its discovery folder."""

    def __init__(self, source: str, root: Path) -> None:
        self.source, self.root = source, root
        (root / "place").mkdir()
        self.path = POPULATE[source](root / "place")
        self.more: dict[str, Any] = {}
        self.another = dict(ANOTHER)
        if source == "lightroom":
            self.more = {"root_map": {ROOT: root / "place" / "pictures"}}
            # Not a missing folder: the known values of missing files are kept.
            shutil.copytree(root / "place" / "pictures", root / "backup")
            self.another["root_map"] = {ROOT: root / "backup"}

    def discover(self, staging: str, **values: Any) -> Discovery:
        values = {"path": self.path, **self.more, **values}
        catalog = reader(self.source, self.root / "scratch", **values)
        anyway = Guard(is_confirmed=lambda _digest: True)
        return discover(catalog, self.root / staging, guard=anyway)

    def rows(self, staging: str, **values: Any) -> dict[str, Any]:
        """Return the known items of the existing entries."""
        manifest = self.discover(staging, **values).manifest
        assert manifest is not None
        folder = catalog_folder(self.root / staging, self.source, "test")
        tables = [read_part(folder, part) for part in manifest.months.values()]
        rows = pa.concat_tables(tables).to_pylist()
        return {row["native_id"]: row for row in rows if row["change_token"] != GONE}


@pytest.mark.parametrize(
    ("source", "name"),
    [case for case in EVERY if case[0] in LOCAL and case[1] not in {"path", "enabled"}],
)
def test_rows_are_those_of_a_first_scan_with_the_new_setting(
    source: str, name: str, tmp_path: Path
) -> None:
    spot = Place(source, tmp_path)
    before = spot.rows("staging")
    changed = {name: spot.another[name]}
    after = spot.rows("staging", **changed)
    assert after == spot.rows("again", **changed)
    assert (after != before) == (reaches_rows(source, name) and (source, name) not in WITHOUT_TRACE)
    assert spot.rows("staging") == before, "and back"


@pytest.mark.parametrize("source", LOCAL)
def test_a_source_that_is_somewhere_else_now_costs_one_refresh(source: str, tmp_path: Path) -> None:
    spot = Place(source, tmp_path)
    before = spot.rows("staging")
    shutil.move(tmp_path / "place", tmp_path / "elsewhere")
    spot.path = tmp_path / "elsewhere" / spot.path.relative_to(tmp_path / "place")
    if spot.more:
        spot.more = {"root_map": {ROOT: tmp_path / "elsewhere" / "pictures"}}
    found = spot.discover("staging")
    assert (found.held, found.offline, found.accounting.kept) == (None, None, 0)
    assert found.accounting.unchanged == 0
    after = spot.rows("staging")
    assert after.keys() == before.keys()
    for native_id, row in after.items():
        assert row["path"] is None or row["path"].startswith(f"{tmp_path}/elsewhere/")
        assert row["file_inode"] == before[native_id]["file_inode"]
    assert after == spot.rows("again")
    assert spot.discover("staging").changed_months == ()
