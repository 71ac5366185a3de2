"""`vault create`, `copies` and `fsck` as a person runs them, with what they say."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from photo_assets.library import open_workspace
from photo_assets.model.errors import ExitCode
from photo_assets.vault.folder import FolderStore
from photo_assets_tests.cli.running import Project, make_photos
from photo_assets_tests.vault.library import flip_bit


@pytest.fixture
def vault(project: Project, tmp_path: Path) -> Project:
    """Three photos, and two stores that do not exist yet."""
    make_photos(tmp_path / "photos", 3)
    project.configure(
        f'catalogs: {{folders: {{nas: {{path: "{tmp_path}/photos", settle_seconds: 0}}}}}}\n'
        f'vault: {{copies: 2, stores: {{home: {{folder: "{tmp_path}/home"}}, '
        f'usb: {{folder: "{tmp_path}/usb"}}}}}}\n'
    )
    return project


def first_store(vault: Project) -> FolderStore:
    store = open_workspace(vault.home / "photosync.yaml").stores[0]
    assert isinstance(store, FolderStore)
    return store


def test_from_an_empty_store_to_safe_to_delete(vault: Project, tmp_path: Path) -> None:
    done = vault.run_here("discover")
    assert done.returncode == ExitCode.ATTENTION
    assert f"The store `home` is not in {tmp_path}/home" in done.stdout
    for name in ("home", "usb"):
        assert f"photosync vault create {name}" in done.stdout
        assert f"photosync vault create {name}" in vault.run_here("status").stdout
    assert not (tmp_path / "home").exists()  # nothing is written where the mark is missing

    created = vault.run_here("vault", "create")
    assert created.stdout == f"home: {tmp_path}/home created.\nusb: {tmp_path}/usb created.\n"
    done = vault.run_here("discover", "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    assert json.loads(done.stdout)["months_written"]["vault/originals"] == 1
    assert "Nothing needs attention." in vault.run_here("status").stdout
    assert json.loads(done.stdout)["copies_written"] == 6

    same = "WARN  vault.stores.usb: is on the same disk as the store `home`: they fail together"
    assert same in vault.run_here("doctor").stdout
    safe = vault.run_here("copies", str(tmp_path / "photos"))
    assert safe.returncode == ExitCode.OK
    assert safe.stdout.startswith("Safe to delete: 3 files (")
    assert "2 verified copies each" in safe.stdout


def test_photos_that_lack_copies_are_named(vault: Project, tmp_path: Path) -> None:
    vault.run_here("vault", "create", "home")
    vault.run_here("discover")
    lacking = vault.run_here("copies")
    assert lacking.returncode == ExitCode.ATTENTION
    assert "copies: 1; it needs 2" in lacking.stdout
    assert "3 of 3 photos have too few copies, as of the last runs." in lacking.stdout
    vault.run_here("vault", "create", "usb")
    assert "3 copies written to the stores of originals." in vault.run_here("discover").stdout
    enough = vault.run_here("copies", "--json")
    assert enough.returncode == ExitCode.OK
    assert json.loads(enough.stdout) == {"photos": 3, "with_too_few_copies": []}

    local = vault.run_here("copies", "--catalog", "folders/nas")
    assert local.returncode == ExitCode.CONFIGURATION
    assert "The items of folders/nas are files on this machine." in local.stderr
    unknown = vault.run_here("copies", "--catalog", "flickr/me")
    assert unknown.returncode == ExitCode.CONFIGURATION
    assert "Its catalogs are: folders/nas." in unknown.stderr
    assert vault.run_here("copies", "--catalog", "folders/nas", ".").returncode == ExitCode.USAGE


def test_a_damaged_copy_is_not_safe_until_it_is_repaired(vault: Project, tmp_path: Path) -> None:
    vault.run_here("vault", "create")
    vault.run_here("discover")
    home = first_store(vault)
    damaged = next(home.list())
    flip_bit(home.path(damaged), 11)
    unsafe = vault.run_here("copies", "--json", str(tmp_path / "photos"))
    assert unsafe.returncode == ExitCode.ATTENTION
    assert [one["stores"] for one in json.loads(unsafe.stdout)["without_enough_copies"]] == [
        ["usb"]
    ]

    checked = vault.run_here("fsck")
    assert checked.returncode == ExitCode.ATTENTION
    (photo,) = (
        one for one in (tmp_path / "photos").iterdir()
        if hashlib.sha256(one.read_bytes()).digest() == damaged
    )  # fmt: skip
    assert f"{damaged.hex()} ({photo}) damaged: its" in checked.stdout
    assert "To replace them from good copies: photosync fsck --repair" in checked.stdout
    assert checked.stdout.index("home: read 3 originals") < checked.stdout.index(damaged.hex())
    told = "The store `home` has 1 problem. To list and repair: photosync fsck --store home"
    for command in ("status", "discover"):  # not only where it was found
        said = vault.run_here(command)
        assert (said.returncode, told in said.stdout) == (ExitCode.ATTENTION, True)
    assert "FAIL  vault.stores: The store `home` has 1 problem" in vault.run_here("doctor").stdout
    assert "1 of 3 photos has too few copies" in vault.run_here("copies").stdout
    repaired = vault.run_here("fsck", "--store", "home", "--repair")
    assert repaired.returncode == ExitCode.OK
    assert told not in vault.run_here("status").stdout
    assert "replaced from the store usb" in repaired.stdout
    assert vault.run_here("copies", str(tmp_path / "photos")).returncode == ExitCode.OK
    assert json.loads(vault.run_here("fsck", "--json").stdout)[0]["problems"] == []


def test_a_folder_that_cannot_be_listed_is_told(vault: Project) -> None:
    vault.run_here("vault", "create")
    vault.run_here("discover")
    home = first_store(vault)
    damaged, *_ = home.list()
    part = home.path(damaged).parents[1]
    shutil.rmtree(part)
    part.write_bytes(b"")
    done = vault.run_here("fsck", "--store", "home", "--repair")
    assert done.returncode == ExitCode.ATTENTION
    assert "1 unreadable, 1 folder or table that cannot be read." in done.stdout
    assert "Repaired" not in done.stdout
    (document,) = json.loads(vault.run_here("fsck", "--store", "home", "--json").stdout)
    assert [str(part) in error for error in document["errors"]] == [True]
    assert (document["complete"], document["parts"], document["earlier_parts"]) == (True, 256, 0)


def test_a_store_that_is_unplugged_costs_only_the_vault(vault: Project, tmp_path: Path) -> None:
    vault.run_here("vault", "create")
    shutil.move(tmp_path / "usb", tmp_path / "unplugged")
    done = vault.run_here("discover", "--json")
    assert done.returncode == ExitCode.ATTENTION
    said = json.loads(done.stdout)
    assert said["photos"] == 3
    assert "The store `usb` is not in" in said["vault"][0]
    told = vault.run_here("copies", str(tmp_path / "photos"))
    assert told.returncode == ExitCode.ATTENTION
    assert "Copies in the store `usb` were not counted: " in told.stdout
    assert "Connect its disk" in told.stdout
    (check,) = (
        one
        for one in json.loads(vault.run_here("doctor", "--json").stdout)["checks"]
        if one["name"] == "vault.stores.usb"
    )
    assert check["level"] == "FAIL"
    home, _ = open_workspace(vault.home / "photosync.yaml").stores
    assert len([*home.list()]) == 3
    shutil.move(tmp_path / "unplugged", tmp_path / "usb")
    assert vault.run_here("discover").returncode == ExitCode.OK
    assert vault.run_here("copies", str(tmp_path / "photos")).returncode == ExitCode.OK


def test_a_store_that_is_not_there_is_not_begun_anew(vault: Project, tmp_path: Path) -> None:
    vault.run_here("vault", "create")
    vault.run_here("discover")
    shutil.move(tmp_path / "usb", tmp_path / "unplugged")
    refused = vault.run_here("vault", "create")
    assert refused.returncode == ExitCode.CONFIGURATION
    assert "The store `usb` exists, but is not in" in refused.stderr
    assert not (tmp_path / "usb").exists()
    assert vault.run_here("vault", "create", "usb", "--new").returncode == ExitCode.OK
    vault.run_here("discover")
    assert vault.run_here("copies", str(tmp_path / "photos")).returncode == ExitCode.OK


def test_what_fsck_found_is_told_although_another_store_is_away(
    vault: Project, tmp_path: Path
) -> None:
    vault.run_here("vault", "create")
    vault.run_here("discover")
    home = first_store(vault)
    flip_bit(home.path(next(home.list())), 3)
    shutil.move(tmp_path / "usb", tmp_path / "unplugged")
    done = vault.run_here("fsck")
    assert done.returncode == ExitCode.STORAGE
    assert "Problems: 1 damaged." in done.stdout
    assert "The store `usb` is not in" in done.stderr


def test_a_copy_cannot_vouch_for_itself(vault: Project, tmp_path: Path) -> None:
    vault.run_here("vault", "create")
    marker = tmp_path / "home" / "photosync-vault.json"
    for path in (tmp_path / "home", tmp_path, marker):
        refused = vault.run_here("copies", str(path))
        assert refused.returncode == ExitCode.CONFIGURATION
        assert "contain each other" in refused.stderr


def test_unknown_and_unconfigured_stores_are_named(vault: Project) -> None:
    unknown = vault.run_here("fsck", "--store", "hone")
    assert unknown.returncode == ExitCode.CONFIGURATION
    assert "contains no store `hone`" in unknown.stderr
    assert "home, usb" in unknown.stderr
    vault.configure("catalogs: {}\n")
    assert "No store is configured" in vault.run_here("vault", "create").stderr


@pytest.mark.parametrize("inner", ["photos/vault", ".", "link/vault", "data/vault"])
def test_a_store_and_a_catalog_do_not_contain_each_other(
    vault: Project, tmp_path: Path, inner: str
) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "photos")
    vault.configure(
        f'data_dir: "{tmp_path}/data"\n'
        f'catalogs: {{folders: {{nas: {{path: "{tmp_path}/photos"}}}}}}\n'
        f'vault: {{stores: {{home: {{folder: "{tmp_path}/{inner}"}}}}}}\n'
    )
    refused = vault.run_here("status")
    assert refused.returncode == ExitCode.CONFIGURATION
    assert "vault.stores.home.folder" in refused.stderr
