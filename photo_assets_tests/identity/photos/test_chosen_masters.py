"""Masters that people chose: joined again alone, with the same result as a join of everything."""

from pathlib import Path

from photo_assets.identity.photos.made import due_months, recipe_of
from photo_assets.lake.inputs import photo_table
from photo_assets.ledger import PhotoRegistry
from photo_assets.model.tables import PHOTOS
from photo_assets_tests.configured import default_hierarchy
from photo_assets_tests.identity.photos.library import Library, again, taken
from photo_assets_tests.identity.photos.making import Key, Thing


def several(number: int, month: int) -> list[Thing]:
    """Return three entries of one photo, the largest in Eagle."""
    names = (("lightroom", "small"), ("eagle", "large"), ("google_takeout", "middle"))
    return [
        taken(
            Thing(
                source=source, id=name if number == 1 else f"{name}{number}", content=b"%d" % number
            ),
            2020,
            month,
        )
        for source, name in names
    ]


def test_a_choice_joins_its_photo_alone_and_a_moved_file_stays_chosen(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    registry, library = (
        sqlite_registry,
        Library(tmp_path, [*several(1, 5), *several(2, 6), *several(3, 6)]),
    )
    again(library, registry)
    first = masters(library)
    chosen = sorted({*several_keys(1)} - {*first.values()})[0]
    library.masters = [chosen]
    assert due(library, registry) == ["2020-05-01"]
    written = again(library, registry)
    assert written.joined == 3, "the items of one photo"
    assert [*masters(library).values()].count(chosen) == 1
    assert due(library, registry) == []
    library.move(chosen, "moved")
    again(library, registry)
    assert (*chosen[:2], "moved") in masters(library).values()
    library.masters = []
    again(library, registry)
    assert masters(library).keys() == first.keys()
    assert chosen not in masters(library).values()


def several_keys(number: int) -> list[Key]:
    return [thing.key for thing in several(number, 5)]


def masters(library: Library) -> dict[str, Key]:
    """Return photo -> its master."""
    rows = library.lake.read_all(photo_table(PHOTOS), PHOTOS).to_pylist()
    names = ("source", "catalog", "native_id")
    found = {}
    for row in rows:
        source, catalog, native_id = (row[f"master_{name}"] for name in names)
        found[row["photo_id"]] = (source, catalog, native_id)
    return found


def due(library: Library, registry: PhotoRegistry) -> list[str]:
    recipe, folder = recipe_of(default_hierarchy()), library.folder / "record"
    return due_months(library.lake, folder, recipe, registry, (), library.masters)
