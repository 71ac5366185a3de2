"""`docs/adding-a-catalog.md` is executed: its files, in another folder, are a complete source."""

import json
from pathlib import Path

import pytest
import yaml
from PIL import Image

from photo_assets.catalogs import registry
from photo_assets_tests.following import CONTRACT, PHOTOSYNC, Followed, follow


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    """The page, and beside the project a box of prints."""
    box = tmp_path / "prints"
    box.mkdir()
    Image.new("RGB", (40, 30), (90, 60, 30)).save(box / "wedding.jpg")
    (box / "index.csv").write_text("file,title,year\nwedding.jpg,The wedding,2026\nlost.jpg,,\n")
    return follow("adding-a-catalog.md", tmp_path, "catalogs", "CatalogSpec", "shoebox")


GRAPH = (
    "from photo_assets.definitions import defs;"
    "graph = defs().resolve_asset_graph();"
    "print(*(key.to_user_string() for key in graph.get_all_asset_keys()));"
    "print(*(name.name for name in graph.asset_check_keys if name.asset_key.path[-1] == 'shoebox'))"
)


def test_the_reader_holds_the_contract(followed: Followed) -> None:
    assert " passed" in followed.run(CONTRACT, str(followed.outside / "test_contract.py"))


def test_it_is_a_whole_service(followed: Followed) -> None:
    prints = followed.project.parent / "prints"
    assert "shoebox" not in registry.SOURCES  # not in this process
    found = followed.run(PHOTOSYNC, "init", "--yes", "--path", str(prints))
    assert "found shoebox" in found
    written = (followed.project / "photosync.yaml").read_text()
    assert "# Scans of old prints, with an index.csv beside them" in written
    assert yaml.safe_load(written)["catalogs"] == {"shoebox": {"prints": {"path": str(prints)}}}

    schema = json.loads(followed.run(PHOTOSYNC, "schema"))
    assert "separator" in schema["$defs"]["ShoeboxSettings"]["properties"]
    priority = schema["$defs"]["IdentitySettings"]["properties"]["master_priority"]
    around = [name for name in priority["default"] if name in {"folders", "shoebox", "eagle"}]
    assert around == ["folders", "shoebox", "eagle"]

    assets, checks = followed.run(GRAPH).splitlines()
    assert {"source/shoebox_source", "catalog/shoebox"} <= set(assets.split())
    assert "every_catalog_was_read" in checks.split()

    doctor = followed.run(PHOTOSYNC, "doctor", "--json", codes=(0, 1))
    assert "2 prints" in doctor
    told = followed.run(PHOTOSYNC, "discover", "--service", "shoebox", codes=(0, 1))
    assert "shoebox/prints" in told
    rows = followed.run(
        "from photo_assets.library import open_workspace;"
        "from photo_assets.model.tables import UNIFIED;"
        "lake = open_workspace().lake;"
        "print(sorted(map(str, lake.read_all(('metadata', 'unified'), UNIFIED)['title'].to_pylist())))",
    )
    assert rows.strip() == "['None', 'The wedding']"
