"""A join of the changes gives the same bytes as a join of everything."""

import dataclasses
import shutil
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pytest

from photo_assets.identity.photos import portions
from photo_assets.identity.photos.made import (
    due_months,
    read_made,
    recipe_of,
    stored_digests,
    whole,
    write_made,
)
from photo_assets.lake.inputs import item_rows, photo_table
from photo_assets.ledger import PhotoRegistry, open_ledger
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import MEMBERS
from photo_assets_tests.configured import default_hierarchy
from photo_assets_tests.identity.photos.library import Library, again, taken
from photo_assets_tests.identity.photos.making import Thing

RECIPE = recipe_of(default_hierarchy())
MANY = [taken(Thing(id=f"{n:02d}.jpg", content=b"%d" % n), 2019, 1 + n % 6) for n in range(30)]


@pytest.fixture
def registry(tmp_path: Path) -> PhotoRegistry:
    return PhotoRegistry(open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}"))


@pytest.fixture
def library(tmp_path: Path, registry: PhotoRegistry) -> Library:
    """Thirty photos of six months, joined."""
    library = Library(tmp_path / "library", MANY)
    library.store()
    library.join(registry)
    return library


def test_the_size_of_a_join_is_known_before_it(library: Library) -> None:
    assert item_rows(library.lake) == len(MANY)


def test_unchanged_inputs_join_nothing(library: Library, registry: PhotoRegistry) -> None:
    files = {path: path.stat().st_mtime_ns for path in library.folder.rglob("*.parquet")}
    assert due_months(library.lake, library.folder / "record", RECIPE, registry) == []
    assert again(library, registry).joined == 0
    assert files == {path: path.stat().st_mtime_ns for path in library.folder.rglob("*.parquet")}


@pytest.mark.parametrize("rows", [1, 4, 29])
def test_tables_and_ledger_are_the_same_however_many_rows_are_sorted_together(
    library: Library,
    registry: PhotoRegistry,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rows: int,
) -> None:
    monkeypatch.setattr(portions, "_LEAST_ROWS", rows)
    monkeypatch.setattr(portions, "_SAMPLE", 1)
    other = PhotoRegistry(open_ledger(f"sqlite:///{tmp_path / 'other.sqlite'}"))
    again = Library(tmp_path / "again", MANY)
    again.store()
    assert again.join(other).joined == len(MANY)
    whole, divided = (
        {path.relative_to(one.folder): path.read_bytes() for path in one.folder.rglob("*.parquet")}
        for one in (library, again)
    )
    assert len(whole) > 6 * 4
    assert whole == divided
    with registry.session() as first, other.session() as second:
        assert set(_rows(first.known(None))) == set(_rows(second.known(None)))


def _rows(batches: Iterable[pa.RecordBatch]) -> list[tuple[str | None, ...]]:
    return [tuple(row.values()) for batch in batches for row in batch.to_pylist()]


def test_one_edited_file_joins_one_item(library: Library, registry: PhotoRegistry) -> None:
    files = {path: path.stat().st_mtime_ns for path in library.folder.rglob("*.parquet")}
    library.put(dataclasses.replace(library.things[MANY[4].key], content=b"edited"))
    library.store()
    assert due_months(library.lake, library.folder / "record", RECIPE, registry) == ["2019-05-01"]
    assert again(library, registry).joined == 1
    changed = {path for path in files if path.stat().st_mtime_ns != files[path]}
    assert {path.stem for path in changed} == {"2019-05-01"}


def test_a_column_that_identity_does_not_read_joins_nothing(
    library: Library, registry: PhotoRegistry
) -> None:
    thing = library.things[MANY[4].key]
    before = read_made(library.folder / "record")
    library.put(dataclasses.replace(thing, more=(*thing.more, ("caption", "At the lake"))))
    made = again(library, registry)
    assert made.joined == 0
    assert before is not None
    changed = {m for m in made.made.months if made.made.version(m) != before.version(m)}
    assert changed == {"2019-05-01"}


def test_a_photo_in_two_months_is_stored_in_that_of_its_master(
    library: Library, registry: PhotoRegistry
) -> None:
    library.put(taken(Thing(source="lightroom", id="1", content=b"4"), 2018, 2))
    made = again(library, registry)
    assert made.joined == 2
    assert made.made.sources["2018-02-01"] == ["2018-02-01", "2019-05-01"]
    rows = library.lake.read(photo_table(MEMBERS), "2018-02-01", MEMBERS).to_pylist()
    assert {row["month"] for row in rows} == {"2018-02-01", "2019-05-01"}
    del library.things["lightroom", "nas", "1"]
    made = again(library, registry)
    assert "2018-02-01" not in made.made.months
    assert not library.lake.names(photo_table(MEMBERS)).count("2018-02-01")


def test_a_photo_linked_by_its_old_content_is_joined_again(
    library: Library, registry: PhotoRegistry
) -> None:
    """The entry keeps its photo; a new entry with the old content is another photo."""
    library.put(taken(Thing(source="lightroom", id="1", content=b"before"), 2019, 1))
    first = again(library, registry)
    library.put(taken(Thing(source="lightroom", id="1", content=b"after"), 2019, 1))
    again(library, registry)
    library.put(taken(Thing(id="found/old.jpg", content=b"before"), 2021, 7))
    made = again(library, registry)
    assert made.joined == 2  # the new entry, and the photo's current entry
    assert made.summary.new_photos == 1
    assert made.summary.photos == first.summary.photos + 1


def test_blobs_with_one_short_name_are_found_whenever_they_arrive_or_leave(
    library: Library, registry: PhotoRegistry
) -> None:
    found = []
    for month, letter in enumerate("abc", 1):
        stated = (("sha256", b"12345678" + letter.encode() * 24),)
        one = Thing(source="google_drive", id=letter, more=stated)
        library.put(taken(one, 2019, month))
        found.append([len(one.blobs) for one in again(library, registry).summary.uii_collisions])
    library.put(dataclasses.replace(library.things[MANY[4].key], image=b"rewritten"))
    found.append([len(one.blobs) for one in again(library, registry).summary.uii_collisions])
    for letter in "ab":
        del library.things["google_drive", MANY[0].catalog, letter]
        found.append([len(one.blobs) for one in again(library, registry).summary.uii_collisions])
    assert found == [[], [2], [3], [3], [2], []]


def test_lost_or_damaged_counts_are_made_again(library: Library, registry: PhotoRegistry) -> None:
    again(library, registry)
    counts = [library.folder / "record" / name for name in ("totals", "collisions")]
    counts[0].unlink()
    counts[1].write_bytes(b"{")
    again(library, registry)
    assert all(file.stat().st_size > 64 for file in counts)


def test_another_ledger_joins_everything(
    library: Library, registry: PhotoRegistry, tmp_path: Path
) -> None:
    other = PhotoRegistry(open_ledger(f"sqlite:///{tmp_path / 'other.sqlite'}"))
    assert library.join(other).joined == len(MANY)
    assert library.join(other).joined == 0
    assert library.join(registry).joined == len(MANY)


@pytest.mark.parametrize("damage", ["table", "memory", "record", "cut"])
def test_lost_or_damaged_data_is_rebuilt(
    library: Library, registry: PhotoRegistry, damage: str
) -> None:
    before = library.tables()
    record = library.folder / "record"
    lost = {
        "table": library.lake.path(photo_table(MEMBERS), "2019-02-01"),
        "memory": record / "photos" / "items" / "2019-02-01.parquet",
        "record": record / "made.json",
        "cut": library.lake.path(photo_table(MEMBERS), "2019-02-01"),
    }[damage]
    if damage == "cut":
        lost.write_bytes(lost.read_bytes()[:100])
    else:
        lost.unlink()
    assert library.join(registry).joined == len(MANY)
    assert library.tables() == before
    assert whole(library.lake, record) is not None


def test_an_item_between_two_months_joins_everything(
    library: Library, registry: PhotoRegistry
) -> None:
    """Its new month is written, its old one is not yet."""
    moved = taken(MANY[4], 2021, 3)
    before = Library(library.folder.parent / "before", library.things.values())
    before.store()
    library.put(moved)
    library.store()
    for asset in (("catalog", "folders"), ("identity", "fingerprints")):
        shutil.copyfile(
            before.lake.path(asset, "2019-05-01"), library.lake.path(asset, "2019-05-01")
        )
    made = library.join(registry)
    assert made.joined == len(MANY)
    assert made.summary.repeated_rows > 0
    assert library.join(registry).joined == len(MANY)  # no memory is kept of such a state
    assert again(library, registry).joined == len(MANY)
    assert again(library, registry).joined == 0


def test_a_damaged_changed_month_is_reported(library: Library, registry: PhotoRegistry) -> None:
    library.lake.path(("catalog", "folders"), "2019-05-01").write_bytes(b"PAR1 no more")
    with pytest.raises(StorageError, match="2019-05-01"):
        library.join(registry)


def test_a_complete_join_with_different_tables_lists_the_months(
    library: Library, registry: PhotoRegistry
) -> None:
    record, lake = library.folder / "record", library.lake
    right, made = library.tables(), read_made(record)
    assert made is not None
    assert library.join(registry, everything=True).made.otherwise == []
    wrong = lake.read(photo_table(MEMBERS), "2019-02-01", MEMBERS).slice(1)
    lake.write(photo_table(MEMBERS), "2019-02-01", MEMBERS, wrong)
    write_made(record, dataclasses.replace(made, tables=stored_digests(lake)))
    assert library.join(registry).made.otherwise == []
    assert library.join(registry, everything=True).made.otherwise == ["2019-02-01"]
    assert library.tables() == right
    assert library.join(registry).made.otherwise == ["2019-02-01"]  # until the next complete one
    assert library.join(registry, everything=True).made.otherwise == []


def test_a_large_part_is_joined_with_the_rest(tmp_path: Path, registry: PhotoRegistry) -> None:
    many = [taken(Thing(id=f"{n:04d}.jpg", content=b"%d" % n), 2019, 1) for n in range(1_200)]
    library = Library(tmp_path / "large", many)
    library.store()
    library.join(registry)
    library.put(*(dataclasses.replace(thing, content=b"all new") for thing in many[:120]))
    library.store()
    assert library.join(registry).joined == 120
    library.put(*(dataclasses.replace(thing, content=b"and again") for thing in many[:121]))
    library.store()
    assert library.join(registry).joined == len(many)
