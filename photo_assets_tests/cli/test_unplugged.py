"""`photosync discover` while originals are away: the same photos, ids, values and derived files."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from photo_assets.library import open_workspace
from photo_assets.model.tables import EDGES, FINGERPRINTS, MEMBERS, PHOTOS, THUMBNAILS, UNIFIED
from photo_assets_tests.catalogs.lightroom.builder import ROOT, Lrcat
from photo_assets_tests.catalogs.manifest import manifest
from photo_assets_tests.cli.running import TAKEN, Project
from photo_assets_tests.identity.fingerprints.material import photo

pytestmark = pytest.mark.timeout(1200)

_ABOUT_NOW = {"availability", "master_availability"}
_JOINED = (PHOTOS, MEMBERS, EDGES, UNIFIED)


@pytest.fixture
def shared(project: Project, tmp_path: Path) -> Project:
    """Seven originals in Lightroom below a mapped root, two of them also in a folder."""
    disk, nas = tmp_path / "disk", tmp_path / "nas"
    with Lrcat(tmp_path / "photos.lrcat") as catalog:
        folder = catalog.folder(catalog.root())
        for n in range(7):
            photo(disk, f"DSC_{n}.jpg", n)
            taken = datetime(2020, 1 + n % 5, 3, 10, n).isoformat()
            catalog.photo(folder, f"DSC_{n}.jpg", captureTime=taken, rating=float(n % 6))
    nas.mkdir()
    for n, name in ((2, "sunset.jpg"), (4, "harbour.jpg")):
        (nas / name).write_bytes((disk / f"DSC_{n}.jpg").read_bytes())
    for path in [*disk.iterdir(), *nas.iterdir()]:
        os.utime(path, (TAKEN, TAKEN))
    project.configure(
        "catalogs:\n"
        f'  lightroom: {{main: {{path: "{tmp_path}/photos.lrcat", root_map: {{"{ROOT}": "{disk}"}}}}}}\n'
        f'  folders: {{nas: {{path: "{nas}", settle_seconds: 0}}}}\n'
    )
    return project


def discover(project: Project, *options: str) -> int:
    done = project.run_here("discover", "--json", *options)
    assert done.returncode == 0, done.stderr
    return int(json.loads(done.stdout)["photos"])


def known(project: Project) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every derived table, without where files are now."""
    lake = open_workspace(project.home / "photosync.yaml").lake
    found = {
        kind.name: lake.read_all(
            ("metadata" if kind is UNIFIED else "identity", kind.name), kind
        ).to_pylist()
        for kind in _JOINED
    }
    for kind, layer in ((FINGERPRINTS, "identity"), (THUMBNAILS, "vault")):
        asset = (layer, kind.name)
        months = lake.names(asset)
        found[kind.name] = [row for m in months for row in lake.read(asset, m, kind).to_pylist()]
    return {
        name: [{key: row[key] for key in row.keys() - _ABOUT_NOW} for row in rows]
        for name, rows in found.items()
    }


def thumbnails(project: Project) -> dict[str, Any]:
    folder = open_workspace(project.home / "photosync.yaml").thumbnails.root
    return {name: entry for name, entry in manifest(folder).items() if name.endswith(".jpg")}


@pytest.mark.slow
def test_photos_do_not_change_while_their_originals_are_offline(
    shared: Project, tmp_path: Path
) -> None:
    assert discover(shared) == 7
    before, drawn = known(shared), thumbnails(shared)
    assert len(before["members"]) == 9
    assert len(before["fingerprints"]) == 9

    (tmp_path / "disk").rename(tmp_path / "away")
    assert discover(shared) == 7
    assert known(shared) == before
    assert thumbnails(shared) == drawn

    (tmp_path / "away").rename(tmp_path / "disk")
    (tmp_path / "disk/DSC_2.jpg").rename(tmp_path / "lost.jpg")
    assert discover(shared) == 7, "one original is missing"
    assert known(shared) == before

    (tmp_path / "lost.jpg").rename(tmp_path / "disk/DSC_2.jpg")
    assert discover(shared) == 7
    assert known(shared) == before
    assert thumbnails(shared) == drawn
