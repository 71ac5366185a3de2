"""Whether files may be deleted elsewhere: only copies that are read now count."""

import os
import random
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from photo_assets.vault.copies import Needs, examine
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.store import BlobStore, StoreUnavailableError
from photo_assets_tests.vault.library import VaultLibrary, flip_bit


def put(store: FolderStore, path: Path) -> bytes:
    blob = sha256(path.read_bytes()).digest()
    with path.open("rb") as content:
        store.put(blob, content)
    return blob


def phone(library: VaultLibrary, *names: str) -> Path:
    """Return a folder of files."""
    folder = library.root / "phone"
    for name in names:
        path = folder / "DCIM" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() * 100)
    return folder


def test_files_with_enough_intact_copies_are_safe(library: VaultLibrary) -> None:
    stores = [library.store("home"), library.store("nas")]
    folder = phone(library, "1.jpg", "2.jpg")
    for path in (folder / "DCIM").iterdir():
        for store in stores:
            put(store, path)
    report = examine([folder], stores, Needs(2))
    assert report.safe
    assert (report.files, report.bytes, report.short) == (2, 1000, [])
    assert not examine([folder], stores, Needs(3)).safe


def test_a_damaged_or_missing_copy_does_not_count(library: VaultLibrary) -> None:
    home = library.store("home")
    folder = phone(library, "1.jpg", "2.jpg", "3.jpg")
    good, bad, _ = sorted((folder / "DCIM").iterdir())
    put(home, good)
    flip_bit(home.path(put(home, bad)), 4)
    report = examine([folder], [home], Needs(1))
    assert not report.safe
    assert [(Path(one.path).name, one.stores) for one in report.short] == [
        ("2.jpg", ()),
        ("3.jpg", ()),
    ]


def test_what_cannot_be_read_is_not_safe(library: VaultLibrary) -> None:
    home = library.store("home")
    folder = phone(library, "1.jpg")
    put(home, folder / "DCIM" / "1.jpg")
    (folder / "link.jpg").symlink_to(folder / "DCIM" / "1.jpg")
    (folder / "linked").symlink_to(folder / "DCIM")
    os.mkfifo(folder / "pipe")
    report = examine([folder], [home], Needs(1))
    assert not report.safe
    assert (report.files, len(report.short)) == (4, 3)
    reasons = {Path(one.path).name: one.error for one in report.short}
    assert reasons["link.jpg"] == "is a link"
    assert reasons["linked"] == "is a link to a folder"
    assert reasons["pipe"] is not None


def test_an_empty_folder_is_not_safe(library: VaultLibrary) -> None:
    (library.root / "mnt").mkdir()  # perhaps a phone that is not mounted
    assert not examine([library.root / "mnt"], [library.store("home")], Needs(1)).safe


def test_an_empty_folder_beside_others_is_not_safe(library: VaultLibrary) -> None:
    home, folder = library.store("home"), phone(library, "1.jpg")
    put(home, folder / "DCIM" / "1.jpg")
    (library.root / "mnt").mkdir()
    report = examine([folder, library.root / "mnt"], [home], Needs(1))
    assert report.empty == [str(library.root / "mnt")]
    assert (report.files, report.short, report.safe) == (1, [], False)
    assert examine(
        [folder, folder / "DCIM"], [home], Needs(1)
    ).safe  # one within the other is not empty


def test_a_store_that_is_away_counts_for_nothing_and_is_named(library: VaultLibrary) -> None:
    home, away = library.store("home"), library.store("away")
    folder = phone(library, "1.jpg")
    for store in (home, away):
        put(store, folder / "DCIM" / "1.jpg")
    away.root.rename(library.root / "unplugged")
    report = examine([folder], [home, away], Needs(1))
    assert report.safe
    assert [*report.away] == ["away"]
    assert not examine([folder], [home, away], Needs(2)).safe
    with pytest.raises(StoreUnavailableError):
        examine([folder], [away], Needs(1))


def test_a_copy_that_may_be_written_to_is_a_copy(library: VaultLibrary) -> None:
    home, folder = library.store("home"), phone(library, "1.jpg")
    home.path(put(home, folder / "DCIM" / "1.jpg")).chmod(0o644)
    assert examine([folder], [home], Needs(1)).safe


def test_a_link_that_arrives_meanwhile_is_not_safe(library: VaultLibrary) -> None:
    home, folder = library.store("home"), phone(library, "1.jpg")
    put(home, folder / "DCIM" / "1.jpg")
    arriving = folder / "linked"

    def arrive(_files: int) -> None:
        if not arriving.is_symlink():
            arriving.symlink_to(library.root)

    report = examine([folder], [home], Needs(1), arrive)
    assert [(one.path, one.error) for one in report.short] == [
        (str(arriving), "is a link to a folder")
    ]


def test_links_between_stores_are_one_copy(library: VaultLibrary) -> None:
    """As programs make them that replace duplicates by hard links."""
    stores = [library.store(name) for name in ("a", "b", "c")]
    file = phone(library, "1.jpg") / "DCIM" / "1.jpg"
    for store in stores:
        put(store, file)
    first, *others = (store.path(_blob(file)) for store in stores)
    for other in others:
        other.unlink()
        other.hardlink_to(first)
    assert examine([file], stores, Needs(1)).safe
    (short,) = examine([file], stores, Needs(2)).short
    assert len(short.stores) == 1


def test_a_file_is_no_copy_of_itself(library: VaultLibrary) -> None:
    home = library.store("home")
    file = phone(library, "1.jpg") / "DCIM" / "1.jpg"
    put(home, file)
    home.path(_blob(file)).unlink()
    home.path(_blob(file)).hardlink_to(file)
    assert not examine([file], [home], Needs(1)).safe


def test_a_store_whose_blobs_are_a_link_is_refused(library: VaultLibrary) -> None:
    home = library.store("home")
    file = phone(library, "1.jpg") / "DCIM" / "1.jpg"
    put(home, file)
    (home.root / "blobs").rename(library.root / "phone" / "blobs")
    (home.root / "blobs").symlink_to(library.root / "phone" / "blobs")
    with pytest.raises(StoreUnavailableError, match="is a link"):
        examine([library.root / "phone"], [home], Needs(1))


def test_another_store_below_the_folder_is_not_safe(library: VaultLibrary) -> None:
    home, inner = library.store("home"), FolderStore("inner", library.root / "phone" / "inner")
    file = phone(library, "1.jpg") / "DCIM" / "1.jpg"
    put(home, file)
    inner.create()
    put(inner, file)
    report = examine([library.root / "phone"], [home], Needs(1))
    assert [Path(one.path).name for one in report.short] == ["inner", "photosync-vault.json"]


def test_a_store_is_no_copy_of_itself_where_it_is_mounted_a_second_time(
    library: VaultLibrary,
) -> None:
    home = library.store("home")
    put(home, phone(library, "1.jpg") / "DCIM" / "1.jpg")
    shutil.copytree(home.root, library.root / "mnt")  # other inodes, as a network mount has
    for below in ("mnt", "mnt/blobs", "mnt/blobs/sha256"):
        report = examine([library.root / below], [home], Needs(1))
        assert [one.error for one in report.short] == ["is in a store of originals"]


def test_each_file_is_counted_and_listed_once(library: VaultLibrary) -> None:
    home = library.store("home")
    file = phone(library, "1.jpg") / "DCIM" / "1.jpg"

    def change(_files: int) -> None:
        with file.open("ab") as stream:
            stream.write(b"edited")

    report = examine([file, file, file.parent], [home], Needs(1), change)
    assert (report.files, [one.path for one in report.short]) == (1, [str(file)])


@pytest.mark.parametrize("event", ["edited", "new", "replaced", "gone"])
def test_what_changes_while_the_rest_is_read_is_not_safe(library: VaultLibrary, event: str) -> None:
    home = library.store("home")
    folder = phone(library, "1.jpg", "2.jpg") / "DCIM"
    for path in folder.iterdir():
        put(home, path)

    def change(files: int) -> None:
        if files == 2:
            first = folder / "1.jpg"
            if event == "edited":
                with first.open("ab") as stream:
                    stream.write(b"edited")
            elif event == "new":
                (folder / "0.jpg").write_bytes(b"new")
            elif event == "gone":
                first.rename(library.root / "elsewhere.jpg")
            else:
                first.rename(folder / "3.jpg")
                first.write_bytes((folder / "3.jpg").read_bytes())

    report = examine([folder], [home], Needs(1), change)
    assert report.safe is (event == "gone")
    assert all("changed or appeared" in str(one.error) for one in report.short)


def test_500_random_topologies_never_break_the_policy(library: VaultLibrary) -> None:
    """Against a model that knows which store holds which bytes."""
    chance = random.Random(13)
    stores = [library.store(name) for name in ("a", "b", "c")]
    folder = phone(library, *(f"{number}.jpg" for number in range(4)))
    paths = sorted((folder / "DCIM").iterdir())
    holds: dict[tuple[str, Path], bool] = {}
    for _ in range(500):
        store, path = chance.choice(stores), chance.choice(paths)
        if not holds.get((store.name, path)):
            here = store.path(_blob(path))
            here.unlink(missing_ok=True)
            put(store, path)
            holds[store.name, path] = True
        elif chance.random() < 0.5:
            store.path(_blob(path)).unlink()
            holds[store.name, path] = False
        else:
            flip_bit(store.path(_blob(path)), chance.randrange(500))
            holds[store.name, path] = False
        wanted = chance.randint(1, 3)
        used: list[BlobStore] = chance.sample(stores, chance.randint(1, 3))
        report = examine(paths, used, Needs(wanted))
        enough = {
            str(one): sum(holds.get((store.name, one), False) for store in used) >= wanted
            for one in paths
        }
        assert {one.path for one in report.short} == {p for p, good in enough.items() if not good}


def _blob(path: Path) -> bytes:
    return sha256(path.read_bytes()).digest()
