"""`docs/adding-a-catalog.md` is executed: its files, in another folder, are a complete source."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from photo_assets.catalogs import registry
from photo_assets_tests.following import CONTRACT, Followed, follow


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    """The page, and beside the project a box of prints."""
    box = tmp_path / "prints"
    box.mkdir()
    Image.new("RGB", (40, 30), (90, 60, 30)).save(box / "wedding.jpg")
    # Without a year it would be in the first month there is; each month since costs each run.
    (box / "index.csv").write_text(
        "file,title,year\nwedding.jpg,The wedding,2026\nlost.jpg,,2026\n"
    )
    return follow("adding-a-catalog.md", tmp_path, "catalogs", "CatalogSpec", "shoebox")


# One process for all: most of what each command costs is starting.
COMMANDS = """
import json, sys
from photo_assets.cli.main import run
codes = [int(run(command)) for command in json.loads(sys.argv[1])]
from photo_assets.definitions import defs
from photo_assets.library import open_workspace
from photo_assets.model.tables import UNIFIED
graph = defs().resolve_asset_graph()
rows = open_workspace().lake.read_all(('metadata', 'unified'), UNIFIED)
print(json.dumps({
    "codes": codes,
    "assets": [key.to_user_string() for key in graph.get_all_asset_keys()],
    "checks": [n.name for n in graph.asset_check_keys if n.asset_key.path[-1] == 'shoebox'],
    "titles": rows['title'].to_pylist(),
}))
"""


def test_the_reader_holds_the_contract(followed: Followed) -> None:
    assert " passed" in followed.run(CONTRACT, str(followed.outside / "test_contract.py"))


def test_it_is_a_whole_service(followed: Followed) -> None:
    prints = followed.project.parent / "prints"
    assert "shoebox" not in registry.SOURCES  # not in this process
    commands = [
        ["init", "--yes", "--path", str(prints)],
        ["schema"],
        ["doctor", "--json"],
        ["discover", "--service", "shoebox"],
    ]
    told = followed.run(COMMANDS, json.dumps(commands))
    found, schema, rest = split_at_json(told)
    assert "found shoebox" in found
    written = (followed.project / "photosync.yaml").read_text()
    assert "# Scans of old prints, with an index.csv beside them" in written
    assert yaml.safe_load(written)["catalogs"] == {"shoebox": {"prints": {"path": str(prints)}}}

    assert "separator" in schema["$defs"]["ShoeboxSettings"]["properties"]
    priority = schema["$defs"]["IdentitySettings"]["properties"]["master_priority"]
    around = [name for name in priority["default"] if name in {"folders", "shoebox", "eagle"}]
    assert around == ["folders", "shoebox", "eagle"]
    assert "2 prints" in rest
    assert "shoebox/prints" in rest

    result = json.loads(told.splitlines()[-1])
    assert result["codes"][:2] == [0, 0] and {*result["codes"][2:]} <= {0, 1}
    assert {"source/shoebox_source", "catalog/shoebox"} <= {*result["assets"]}
    assert "every_catalog_was_read" in result["checks"]
    assert sorted(map(str, result["titles"])) == ["None", "The wedding"]


def split_at_json(told: str) -> tuple[str, dict[str, Any], str]:
    """Return what stands before the first JSON document, the document, and what follows."""
    start = told.index("\n{\n") + 1
    document, end = json.JSONDecoder().raw_decode(told, start)
    return told[:start], document, told[end:]
