"""docs/leaving.md: every command on the page is run, on a history and a store as they really are."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from photo_assets.catalogs.registry import SOURCES
from photo_assets.model.errors import ExitCode
from photo_assets.vault.history.reading_back import HistoryReader
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets_tests.cli.running import REPOSITORY, Project, make_photos, make_project
from photo_assets_tests.vault.history.reading import photos_of

PAGE = REPOSITORY / "docs" / "leaving.md"
CAPTION = "Fog over the harbor"
needs_jq = pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Three photos, of which one has a caption, with a store and a history."""
    root = tmp_path_factory.mktemp("leaving")
    project = make_project(root)
    make_photos(root / "nas", 3)
    (root / "nas" / "IMG_0001.xmp").write_text(_XMP)
    project.configure(
        f"catalogs: {{folders: {{nas: {{path: '{root}/nas', settle_seconds: 0}}}}}}\n"
        f"vault: {{stores: {{home: {{folder: '{root}/store'}}}}}}\n"
    )
    for command in (["vault", "create"], ["discover"]):
        done = project.run_here(*command)
        assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    return project


def commands() -> dict[str, list[str]]:
    """Return the page's shell blocks by heading."""
    found: dict[str, list[str]] = {}
    for part in re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        found[heading] = re.findall(r"```sh\n(.*?)```", body, re.DOTALL)
    return found


def run(script: str, cwd: Path, variables: Mapping[str, str]) -> str:
    done = subprocess.run(
        ["/bin/sh", "-eu", "-c", script],
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def place(library: Project, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A clone, made as the page says, and the variables of the page."""
    root = library.home.parent
    variables = {"HISTORY": str(library.home / "data" / "history.git")}
    variables["STORE"] = str(root / "store")
    (block,) = commands()["Get the metadata"]
    run(block, tmp_path, variables)
    return tmp_path / "photos-history", variables


def test_a_photo_is_found_by_its_caption(place: tuple[Path, dict[str, str]]) -> None:
    folder, variables = place
    records = photos_of(Path(variables["HISTORY"]))
    (photo_id,) = (k for k, one in records.items() if "caption" in one["metadata"])
    exact, _ = commands()["Find a photo by its caption"]
    path = f"photos/{photo_id[:2]}/{photo_id[2:4]}/{photo_id}.json\n"
    assert run(exact, folder, variables) == path
    assert run("git grep -il harbor -- photos", folder, variables) == path
    log = f"git log --format=%s -- {path}"
    assert run(log, folder, variables) == "3 new photos\n"


@needs_jq
def test_all_captions_are_listed(place: tuple[Path, dict[str, str]]) -> None:
    folder, variables = place
    _, every = commands()["Find a photo by its caption"]
    assert run(every, folder, variables).endswith(f"  {CAPTION}\n")


@needs_jq
def test_its_original_is_copied_under_its_own_name(
    library: Project, place: tuple[Path, dict[str, str]]
) -> None:
    folder, variables = place
    block, _ = commands()["Get its original under its own name"]
    run(block, folder, variables)
    name = "IMG_0001.JPG"
    assert (folder / name).read_bytes() == (library.home.parent / "nas" / name).read_bytes()


def test_the_name_of_its_original_is_read_without_jq(
    library: Project, place: tuple[Path, dict[str, str]]
) -> None:
    folder, variables = place
    _, block = commands()["Get its original under its own name"]
    found = run(block, folder, variables)
    original = (library.home.parent / "nas" / "IMG_0001.JPG").read_bytes()
    assert f'"blob": "sha256:{sha256(original).hexdigest()}"' in found
    assert '"file_name": "IMG_0001.JPG"' in found


def test_everything_is_verified(
    library: Project, place: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    folder, variables = place
    names, missing = commands()["Verify everything"]
    assert run(names, folder, variables) == ""
    assert run(missing, folder, variables) == ""
    run("git fsck", folder, variables)
    copy = tmp_path / "store"
    shutil.copytree(variables["STORE"], copy)
    variables = {**variables, "STORE": str(copy)}
    damaged, absent, _ = sorted(path for path in copy.rglob("blobs/**/*") if path.is_file())
    damaged.chmod(0o644)
    damaged.write_bytes(b"damaged")
    absent.unlink()
    with pytest.raises(AssertionError, match="1 computed checksum did NOT match"):
        run(names, folder, variables)
    assert run(missing, folder, variables) == f"{absent.name}\n"
    original = (library.home.parent / "nas" / "IMG_0000.JPG").read_bytes()
    assert (folder / "wanted").read_text().count(sha256(original).hexdigest()) == 1


def test_damage_heals_from_another_copy(library: Project, tmp_path: Path) -> None:
    whole = library.home / "data" / "history.git"
    damaged = tmp_path / "damaged.git"
    shutil.copytree(whole, damaged)
    for pack in (damaged / "objects" / "pack").glob("*.pack"):
        pack.chmod(0o644)
        content = bytearray(pack.read_bytes())
        content[20:-20:7] = bytes(byte ^ 0xFF for byte in content[20:-20:7])
        pack.write_bytes(content)
    _, heal = commands()["Restoring"]
    run(heal, tmp_path, {"OTHER": str(whole), "HISTORY": str(damaged)})
    read = [[*HistoryReader(HistoryRepository(one), SOURCES).records()] for one in (whole, damaged)]
    assert len(read[0]) == 3
    assert read[0] == read[1]


def test_every_command_of_the_page_is_run_here() -> None:
    assert {heading: len(blocks) for heading, blocks in commands().items()} == {
        "Get the metadata": 1,
        "Find a photo by its caption": 2,
        "Get its original under its own name": 2,
        "Verify everything": 2,
        "Restoring": 2,  # the first in test_restore
    }


_XMP = f"""<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{CAPTION}</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>
"""
