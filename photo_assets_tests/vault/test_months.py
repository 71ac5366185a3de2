"""A month of originals: each store gets what it lacks, a bad file costs its own blob."""

import errno
import io
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pytest

from photo_assets.model.tables import FINGERPRINTS, ORIGINALS, TableKind
from photo_assets.vault import folder
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.marker import MARKER
from photo_assets.vault.months import (
    ASSET,
    count_by_status,
    due_months,
    incomplete_months,
    known_stores,
    make_month,
    open_available,
)
from photo_assets.vault.store import StoreUnavailableError, copy_hashed
from photo_assets_tests.vault.library import MONTH, VaultLibrary, flip_bit

ITEM = ("source", "catalog", "native_id")


def state(root: Path) -> dict[str, tuple[int, int]]:
    """Inode and modification time of every file below a folder."""
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def due(library: VaultLibrary, *stores: FolderStore) -> list[str]:
    return due_months(library.lake, open_available(stores))


def test_every_blob_is_copied_once_to_each_store(library: VaultLibrary) -> None:
    home, nas = library.store("home"), library.store("nas")
    blob = library.add("a.jpg")
    library.add("same.jpg", library.file("a.jpg").read_bytes())
    other = library.add("b.nef")
    made = make_month(library.lake, [home, nas], MONTH)
    assert (made.copies_written, made.bytes_written, made.counts) == (4, 12_000, {"stored": 2})
    for store in (home, nas):
        assert set(store.list()) == {blob, other}
        assert all(store.verify(one).is_copy for one in (blob, other))
    assert library.table()[blob]["stores"] == ["home", "nas"]
    assert library.file("a.jpg").stat().st_nlink == 1  # never an inode shared with a source


def test_a_second_run_writes_nothing_and_is_not_due(library: VaultLibrary) -> None:
    stores = [library.store("home"), library.store("nas")]
    library.add("a.jpg")
    assert due(library, *stores) == [MONTH]
    first = make_month(library.lake, stores, MONTH)
    assert due(library, *stores) == []
    before = state(library.root)
    again = make_month(library.lake, stores, MONTH)
    assert (again.copies_written, again.written.changed, again.version) == (0, False, first.version)
    assert state(library.root) == before


def test_a_new_store_gets_everything_and_the_others_nothing(library: VaultLibrary) -> None:
    home = library.store("home")
    library.add("a.jpg")
    make_month(library.lake, [home], MONTH)
    nas = library.store("nas")
    assert due(library, home, nas) == [MONTH]
    assert make_month(library.lake, [home, nas], MONTH).copies_written == 1
    assert library.table().popitem()[1]["status"] == "stored"


def test_bytes_that_a_store_already_has_are_verified_not_written(library: VaultLibrary) -> None:
    home = library.store("home")
    blob = library.add("a.jpg")
    home.put(blob, io.BytesIO(library.file("a.jpg").read_bytes()))
    flip_bit(home.path(blob), 5)  # before the first run: no record says that it is right
    made = make_month(library.lake, [home], MONTH)
    assert (made.copies_written, made.counts) == (0, {"absent": 1})
    row = library.table()[blob]
    assert row["reason"] == "damaged in a store"
    assert "photosync fsck --store home --repair" in row["detail"]


def test_a_file_that_changed_since_is_not_stored_under_the_old_name(library: VaultLibrary) -> None:
    home = library.store("home")
    edited, kept = library.add("edited.jpg"), library.add("kept.jpg")
    library.file("edited.jpg").write_bytes(b"other bytes")
    made = make_month(library.lake, [home], MONTH)
    assert made.counts == {"absent": 1, "stored": 1}
    assert list(home.list()) == [kept]
    row = library.table()[edited]
    assert row["reason"] == "changed"
    assert str(library.file("edited.jpg")) in row["detail"]
    assert incomplete_months(library.lake) == [MONTH]


def test_a_missing_file_is_read_from_the_next_item_or_another_store(library: VaultLibrary) -> None:
    home = library.store("home")
    twice, once, lost = library.add("1.jpg"), library.add("2.jpg"), library.add("3.jpg")
    library.add("1-copy.jpg", library.file("1.jpg").read_bytes())
    library.file("1.jpg").unlink()
    library.file("3.jpg").unlink()
    make_month(library.lake, [home], MONTH)
    library.file("2.jpg").unlink()
    nas = library.store("nas")
    make_month(library.lake, [home, nas], MONTH)
    assert set(nas.list()) == {twice, once}
    rows = library.table()
    assert [rows[one]["status"] for one in (twice, once, lost)] == ["stored", "stored", "absent"]
    assert rows[lost]["reason"] == "missing"


def test_what_was_once_stored_stays_when_its_file_is_gone(library: VaultLibrary) -> None:
    home = library.store("home")
    blob = library.add("a.jpg")
    make_month(library.lake, [home], MONTH)
    library.file("a.jpg").unlink()
    assert make_month(library.lake, [home], MONTH).counts == {"stored": 1}
    library.rows.clear()  # the item left its catalog
    library.write()
    assert make_month(library.lake, [home], MONTH).counts == {}
    assert home.verify(blob).is_copy


def test_a_blob_removed_from_a_store_is_written_again(library: VaultLibrary) -> None:
    home = library.store("home")
    blob = library.add("a.jpg")
    make_month(library.lake, [home], MONTH)
    home.path(blob).unlink()
    assert make_month(library.lake, [home], MONTH).copies_written == 1
    assert home.verify(blob).is_copy


def test_entries_of_archives_are_stored_as_files(library: VaultLibrary) -> None:
    home, takeout = library.store("home"), library.root / "takeout.zip"
    with zipfile.ZipFile(takeout, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("z.jpg", "a.jpg"):
            archive.writestr(name, name.encode() * 1000)
    blobs = [library.list(str(takeout), n.encode() * 1000, n) for n in ("a.jpg", "z.jpg", "b.jpg")]
    make_month(library.lake, [home], MONTH)
    assert [home.verify(blob).is_copy for blob in blobs] == [True, True, False]
    assert library.table()[blobs[2]]["reason"] == "missing entry"


def test_an_unplugged_store_costs_its_own_copies(library: VaultLibrary) -> None:
    home, nas = library.store("home"), library.store("nas")
    before = library.add("a.jpg")
    make_month(library.lake, [home, nas], MONTH)
    (nas.root / MARKER).rename(library.root / "unplugged")
    assert due(library, home, nas) == [], "a store that went away makes no month due"
    after = library.add("b.jpg")
    assert make_month(library.lake, [home, nas], MONTH).counts == {"stored": 1, "partial": 1}
    rows = library.table()
    assert (rows[before]["stores"], rows[after]["stores"]) == (["home", "nas"], ["home"])
    assert rows[after]["reason"] == "store not connected"
    assert "The store `nas` is not in" in rows[after]["detail"]
    assert due(library, home, nas) == []
    (library.root / "unplugged").rename(nas.root / MARKER)
    assert due(library, home, nas) == [MONTH]
    assert make_month(library.lake, [home, nas], MONTH).counts == {"stored": 2}
    assert nas.verify(after).is_copy
    assert due(library, home, nas) == []


def test_no_connected_store_fails_the_month_and_changes_nothing(library: VaultLibrary) -> None:
    home, nas = library.store("home"), library.store("nas")
    library.add("a.jpg")
    make_month(library.lake, [home, nas], MONTH)
    before = library.table()
    for store in (home, nas):
        (store.root / MARKER).unlink()
    library.add("b.jpg")
    with pytest.raises(StoreUnavailableError, match="The store `home` is not in"):
        make_month(library.lake, [home, nas], MONTH)
    assert library.table() == before


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_a_full_or_read_only_store_costs_its_own_copies(
    library: VaultLibrary, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    home, nas = library.store("home"), library.store("nas")
    blobs = {library.add(f"{number}.jpg") for number in range(12)}
    opened, tried = os.open, []

    def refuse(path: str | Path, *arguments: Any, **options: Any) -> int:
        if str(path).startswith(str(home.root)) and str(path).endswith(".tmp"):
            tried.append(path)
            raise OSError(code, os.strerror(code))
        return opened(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        made = make_month(library.lake, [home, nas], MONTH)
    assert (made.counts, set(nas.list())) == ({"partial": 12}, blobs)
    assert 1 <= len(tried) <= home.at_once  # then it is left alone
    rows = library.table().values()
    assert {row["reason"] for row in rows} == {"refused by a store"}
    assert all(
        os.strerror(code) in row["detail"] and str(home.root) in row["detail"] for row in rows
    )
    assert incomplete_months(library.lake) == [MONTH]
    assert make_month(library.lake, [home, nas], MONTH).counts == {"stored": 12}


def test_another_disk_under_the_same_name_is_filled_and_verified(library: VaultLibrary) -> None:
    home = library.store("home")
    blob = library.add("a.jpg")
    make_month(library.lake, [home], MONTH)
    home.root.rename(library.root / "old disk")
    home = library.store("home")
    assert due(library, home) == [MONTH]
    assert make_month(library.lake, [home], MONTH).copies_written == 1
    assert home.verify(blob).is_copy


def test_two_names_of_one_store_are_refused(library: VaultLibrary) -> None:
    home, again = library.store("home"), library.store("again")
    (again.root / MARKER).unlink()
    (again.root / MARKER).write_bytes((home.root / MARKER).read_bytes())
    with pytest.raises(StoreUnavailableError, match="`home` and `again` are the same store"):
        open_available([home, again])


def test_items_whose_bytes_were_never_read_are_counted(library: VaultLibrary) -> None:
    home = library.store("home")
    library.add("a.jpg")
    item = {"source": "flickr", "catalog": "main", "native_id": "1"}
    library.rows.append({**item, "month": MONTH, "status": "unavailable"})
    library.write()
    made = make_month(library.lake, [home], MONTH)
    assert (made.items_without_blob, made.counts) == (1, {"stored": 1})
    assert count_by_status(library.lake) == {MONTH: {"stored": 1}}


def test_a_store_that_goes_away_during_a_run_is_not_written_to(
    library: VaultLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither as a folder on the system disk, nor as copies in the table."""
    home, nas = library.store("home"), library.store("nas")
    for number in range(3):
        library.add(f"{number}.jpg")
    copied = copy_hashed

    def unplug(content: BinaryIO, into: BinaryIO | None = None) -> tuple[bytes, int]:
        if len([*home.list()]) == 3 and nas.root.exists():
            nas.root.rename(library.root / "unplugged")
        return copied(content, into)

    with monkeypatch.context() as patch:
        patch.setattr(folder, "copy_hashed", unplug)
        made = make_month(library.lake, [home, nas], MONTH)
    assert not [path for path in nas.root.rglob("*") if path.is_file()]
    assert (made.counts, made.copies_written) == ({"partial": 3}, 3)
    for row in library.table().values():
        assert (row["stores"], row["reason"]) == (["home"], "store not connected")
    shutil.rmtree(nas.root, ignore_errors=True)
    (library.root / "unplugged").rename(nas.root)
    assert make_month(library.lake, [home, nas], MONTH).counts == {"stored": 3}
    assert len([*nas.list()]) == 3


def test_a_folder_of_a_store_that_cannot_be_read_costs_its_blobs(library: VaultLibrary) -> None:
    home, nas = library.store("home"), library.store("nas")
    blocked, other = library.add("a.jpg"), library.add("b.jpg")
    by = home.path(blocked).parent.parent
    by.parent.mkdir(parents=True)
    by.write_bytes(b"")
    assert make_month(library.lake, [home, nas], MONTH).counts == {"partial": 1, "stored": 1}
    row = library.table()[blocked]
    assert (row["stores"], row["reason"]) == (["nas"], "refused by a store")
    assert str(by) in row["detail"]
    assert home.verify(other).is_copy


def test_two_catalogs_that_state_other_bytes_of_one_file(library: VaultLibrary) -> None:
    """One of them was read before the file changed; whichever it is, the current one is stored."""
    home = library.store("home")
    for number in range(6):
        current = library.add(f"{number}.jpg")
        stale = library.list(str(library.file(f"{number}.jpg")), b"before" * (number + 1))
        make_month(library.lake, [home], MONTH)
        rows = library.table()
        assert (rows[current]["status"], rows[stale]["status"]) == ("stored", "absent")
        assert rows[stale]["reason"] == "changed"


def test_a_copy_counts_as_verified_only_with_its_size_and_in_the_same_store(
    library: VaultLibrary,
) -> None:
    home = library.store("home")
    blob = library.add("a.jpg")
    make_month(library.lake, [home], MONTH)
    home.path(blob).chmod(0o644)
    home.path(blob).write_bytes(b"cut")
    assert make_month(library.lake, [home], MONTH).counts == {"absent": 1}
    exchanged = library.store("other")  # its disk, with bytes that no run has verified
    exchanged.put(blob, io.BytesIO(library.file("a.jpg").read_bytes()))
    flip_bit(exchanged.path(blob), 8)
    make_month(library.lake, [exchanged], MONTH)
    shutil.rmtree(home.root)
    exchanged.root.rename(home.root)
    assert make_month(library.lake, [home], MONTH).counts == {"absent": 1}


def test_a_store_that_is_exchanged_during_a_run_has_no_copies(
    library: VaultLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = library.store("home")
    library.add("a.jpg")
    put = FolderStore.put

    def exchange(store: FolderStore, sha256: bytes, content: BinaryIO) -> Any:
        done = put(store, sha256, content)
        store.root.rename(library.root / "first disk")
        store.create()
        return done

    monkeypatch.setattr(FolderStore, "put", exchange)
    with pytest.raises(StoreUnavailableError, match="exchanged"):
        make_month(library.lake, [home], MONTH)
    assert library.lake.names(ASSET) == []


def test_the_stores_of_all_months_are_known(library: VaultLibrary) -> None:
    library.add("a.jpg")
    make_month(library.lake, [library.store("home")], MONTH)
    for row in library.rows:
        row["month"] = "2021-06-01"
    table = pa.Table.from_pylist(library.rows, schema=FINGERPRINTS.schema)
    library.lake.write(("identity", "fingerprints"), "2021-06-01", FINGERPRINTS, table)
    make_month(library.lake, [library.store("nas")], "2021-06-01")
    assert known_stores(library.lake) == {"home", "nas"}


def test_copies_count_after_they_were_read_when_no_file_is_left(library: VaultLibrary) -> None:
    stores = [library.store("home"), library.store("nas")]
    whole, damaged, half = (library.add(name) for name in ("a.jpg", "b.jpg", "c.jpg"))
    make_month(library.lake, stores, MONTH)
    before = library.table()
    shutil.rmtree(library.root / "photos")
    library.lake.path(ASSET, MONTH).unlink()
    assert make_month(library.lake, stores, MONTH).copies_written == 0
    assert library.table() == before

    library.lake.path(ASSET, MONTH).unlink()
    for store in stores:
        flip_bit(store.path(damaged), 7)
    stores[0].path(half).unlink()
    made = make_month(library.lake, stores, MONTH)
    assert made.copies_written == 1  # from the other store
    table = library.table()
    assert [table[one]["status"] for one in (whole, damaged, half)] == [
        "stored",
        "absent",
        "stored",
    ]


def test_after_an_upgrade_no_copy_is_read_again(
    library: VaultLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = library.store("home")
    blob = library.add("a.jpg")
    make_month(library.lake, [home], MONTH)
    footer = library.lake.footer(ASSET, MONTH)
    assert footer is not None
    schema = pa.schema([one for one in ORIGINALS.schema if one.name not in ITEM])
    table = library.lake.read(ASSET, MONTH, ORIGINALS).select(schema.names)
    earlier = TableKind("originals", 1, schema)
    library.lake.write(ASSET, MONTH, earlier, table, extra=dict(footer.extra))
    assert due(library, home) == [MONTH]
    monkeypatch.setattr(FolderStore, "verify", None)
    assert make_month(library.lake, [home], MONTH).copies_written == 0
    assert library.table()[blob]["stores"] == ["home"]
