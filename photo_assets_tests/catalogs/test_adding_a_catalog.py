"""`docs/adding-a-catalog.md` is executed: its files, in another folder, are a complete source."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from PIL import Image

from photo_assets.catalogs import registry
from photo_assets_tests.cli.running import REPOSITORY
from photo_assets_tests.time_limit import PATIENCE_S

PAGE = REPOSITORY / "docs" / "adding-a-catalog.md"
_FILE = re.compile(r"^`([\w./]+)`:\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# Adds the line in the registry, before anything else is imported.
LISTED = """
import sys, types
from pathlib import Path
import photo_assets.catalogs
file = Path(photo_assets.catalogs.__file__).with_name("registry.py")
text = file.read_text().replace("SPECS: tuple[CatalogSpec, ...] = (", "SPECS = (shoebox.SPEC,", 1)
module = types.ModuleType("photo_assets.catalogs.registry")
module.__file__ = str(file)
sys.modules[module.__name__] = photo_assets.catalogs.registry = module
exec(compile("import shoebox\\n" + text, str(file), "exec"), module.__dict__)
assert "shoebox" in module.SOURCES
"""


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """The files of the page, and `listed`, which lists the service in a process."""
    folder = tmp_path / "outside"
    for name, text in _FILE.findall(PAGE.read_text()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "listed.py").write_text(LISTED)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    home = tmp_path / "project"
    home.mkdir()
    (home / "dagster.yaml").write_text((REPOSITORY / "dagster.yaml").read_text())
    box = tmp_path / "prints"
    box.mkdir()
    Image.new("RGB", (40, 30), (90, 60, 30)).save(box / "wedding.jpg")
    (box / "index.csv").write_text("file,title,year\nwedding.jpg,The wedding,2026\nlost.jpg,,\n")
    return home


def run(project: Path, outside: Path, *command: str, codes: tuple[int, ...] = (0,)) -> str:
    """Run Python code after the service was listed, with `command` as its arguments."""
    path = os.pathsep.join([str(outside), str(REPOSITORY)])
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PHOTO", "DAGSTER"))}
    environment = {**kept, "PYTHONPATH": path, "DAGSTER_HOME": str(project), "HOME": str(project)}
    done = subprocess.run(
        [sys.executable, "-c", f"import listed; {command[0]}", *command[1:]],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode in codes, done.stderr + done.stdout
    return done.stdout


PHOTOSYNC = "from photo_assets.cli.main import main; main()"
GRAPH = (
    "from photo_assets.definitions import defs;"
    "graph = defs().resolve_asset_graph();"
    "print(*(key.to_user_string() for key in graph.get_all_asset_keys()));"
    "print(*(name.name for name in graph.asset_check_keys if name.asset_key.path[-1] == 'shoebox'))"
)


CONTRACT = (
    "import pytest, sys; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', sys.argv[1]]))"
)


def test_the_reader_fulfills_the_contract(outside: Path, project: Path) -> None:
    assert " passed" in run(project, outside, CONTRACT, str(outside / "test_contract.py"))


def test_it_is_a_whole_service(outside: Path, project: Path) -> None:
    prints = project.parent / "prints"
    assert "shoebox" not in registry.SOURCES  # not in this process
    found = run(project, outside, PHOTOSYNC, "init", "--yes", "--path", str(prints))
    assert "found shoebox" in found
    written = (project / "photosync.yaml").read_text()
    assert "# Scans of old prints, with an index.csv beside them" in written
    assert yaml.safe_load(written)["catalogs"] == {"shoebox": {"prints": {"path": str(prints)}}}

    schema = json.loads(run(project, outside, PHOTOSYNC, "schema"))
    assert "separator" in schema["$defs"]["ShoeboxSettings"]["properties"]
    priority = schema["$defs"]["IdentitySettings"]["properties"]["master_priority"]
    assert priority["default"] == ["lightroom", "folders", "shoebox", "eagle", "google_takeout"]

    assets, checks = run(project, outside, GRAPH).splitlines()
    assert {"source/shoebox_source", "catalog/shoebox"} <= set(assets.split())
    assert "every_catalog_was_read" in checks.split()

    doctor = run(project, outside, PHOTOSYNC, "doctor", "--json", codes=(0, 1))
    assert "2 prints" in doctor
    told = run(project, outside, PHOTOSYNC, "discover", "--service", "shoebox", codes=(0, 1))
    assert "shoebox/prints" in told
    rows = run(
        project,
        outside,
        "from photo_assets.library import open_workspace;"
        "from photo_assets.model.tables import UNIFIED;"
        "lake = open_workspace().lake;"
        "print(sorted(map(str, lake.read_all(('metadata', 'unified'), UNIFIED)['title'].to_pylist())))",
    )
    assert rows.strip() == "['None', 'The wedding']"
