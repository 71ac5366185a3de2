"""Keywords, people and albums: merged, complete, in a stable order."""

import dataclasses
import unicodedata
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.metadata import build_metadata
from photo_assets.model.item import Album, Item, Keyword, Person
from photo_assets.model.rows import row_to_keyword
from photo_assets.model.vocabulary import AlbumKind, Availability
from photo_assets_tests.configured import default_rules
from photo_assets_tests.metadata.collection import Collection, item, one


def tagged(source: str, *paths: str, native_id: str = "1") -> Item:
    keywords = tuple(Keyword(path=tuple(path.split("|"))) for path in paths)
    return item(source, native_id, keywords=keywords)


def shown(folder: Path, *items: Item) -> list[str]:
    row, _ = one(folder, *items)
    return ["|".join(path) for path in row["keywords"]]


def test_a_thousand_tags_from_each_of_three_catalogs_survive(tmp_path: Path) -> None:
    names = {s: [f"{s} {n}" for n in range(1000)] for s in ("lightroom", "eagle", "flickr")}
    common = [f"common {n}" for n in range(100)]
    row, conflicts = one(
        tmp_path, *(tagged(source, *own, *common) for source, own in names.items())
    )
    expected = sorted({*common, *(name for own in names.values() for name in own)})
    assert ["|".join(path) for path in row["keywords"]] == expected
    assert len(expected) == 3100
    assert conflicts == []


def test_case_is_kept_and_normal_forms_are_merged(tmp_path: Path) -> None:
    nfd = unicodedata.normalize("NFD", "Café")
    found = shown(tmp_path, tagged("lightroom", "Café", "berlin"), tagged("eagle", nfd, "Berlin"))
    assert found == ["Berlin", "Café", "berlin"]


def test_a_flat_keyword_is_the_leaf_of_another_catalogs_path(tmp_path: Path) -> None:
    items = tagged("lightroom", "Places|Berlin"), tagged("eagle", "Berlin", "Wall")
    row, _ = one(tmp_path, *items)
    assert row["keywords"] == [["Places", "Berlin"], ["Wall"]]
    assert [(p["source"], p["rule"]) for p in row["provenance"] if p["field"] == "keywords"] == [
        ("lightroom", "union"),
        ("eagle", "union: flat keyword is the leaf of a path"),
    ]


def test_a_flat_keyword_beside_a_path_in_one_catalog_is_kept(tmp_path: Path) -> None:
    assert shown(tmp_path, tagged("lightroom", "Places|Berlin", "Berlin")) == [
        "Berlin",
        "Places|Berlin",
    ]


def test_a_leaf_of_another_photo_subsumes_nothing(tmp_path: Path) -> None:
    photos = [
        [tagged("lightroom", "Places|Berlin")],
        [tagged("eagle", "Berlin"), tagged("folders", "Places|Bern")],
    ]
    tables = Collection(photos).build(tmp_path)
    found = sorted(tables.unified["keywords"].to_pylist())
    assert found == [[["Berlin"], ["Places", "Bern"]], [["Places", "Berlin"]]]


def test_two_paths_with_the_same_leaf_stay_separate(tmp_path: Path) -> None:
    found = shown(tmp_path, tagged("lightroom", "Cars|Jaguar"), tagged("eagle", "Animals|Jaguar"))
    assert found == ["Animals|Jaguar", "Cars|Jaguar"]


def test_people_are_merged_with_keywords_that_are_people(tmp_path: Path) -> None:
    row, _ = one(
        tmp_path,
        item("lightroom", keywords=(Keyword(path=("Family", "Anna"), person=True),)),
        item("immich", people=(Person(name="Bob"), Person(name="Anna"))),
        item("google_takeout", people=(Person(name="Carla?", confirmed=False),)),
    )
    assert row["people"] == ["Anna", "Bob"]
    assert row["keywords"] == [["Family", "Anna"]]
    assert [(p["source"], p["rule"]) for p in row["provenance"] if p["field"] == "people"] == [
        ("lightroom", "union"),
        ("immich", "union"),
        ("google_takeout", "not shown: unconfirmed guess"),
    ]


def test_albums_are_merged_as_paths(tmp_path: Path) -> None:
    row, _ = one(
        tmp_path,
        item(albums=(Album(id="1", path=("Trips", "2019"), kind=AlbumKind.COLLECTION),)),
        item("eagle", albums=(Album(id="x", path=("Best",), kind=AlbumKind.ALBUM),)),
    )
    assert row["albums"] == ["Best", "Trips / 2019"]


def test_set_values_of_a_trashed_item_are_kept(tmp_path: Path) -> None:
    keywords = (Keyword(path=("only here",)),)
    gone = item("eagle", keywords=keywords, availability=Availability.TRASHED)
    row, _ = one(tmp_path, item("lightroom"), gone)
    assert row["keywords"] == [["only here"]]


def test_empty_names_are_ignored(tmp_path: Path) -> None:
    row, _ = one(
        tmp_path,
        item(keywords=(Keyword(path=()), Keyword(path=(" ",))), people=(Person(name=""),)),
    )
    assert (row["keywords"], row["people"], row["albums"]) == ([], [], [])
    assert not [p for p in row["provenance"] if p["field"] in {"keywords", "people"}]


def test_marked_keywords_are_people_or_excluded_from_exports(tmp_path: Path) -> None:
    marked = (
        Keyword(path=("Clients", "Job 77"), private=True, synonyms=("j77",)),
        Keyword(path=("Europe", "Rome"), exported_from=1),
        Keyword(path=("Zorah",), person=True, private_synonyms=("Zozo",)),
    )
    plain = Keyword(path=("harbour",), private_synonyms=("port",))
    other = Keyword(path=("Zorah",))
    photos = [
        [
            item("lightroom", keywords=(*marked, plain)),
            item("eagle", "2", keywords=(other, marked[0])),
        ],
        [item("lightroom", "3", keywords=(plain,))],
        [item("eagle", "4", keywords=(marked[2],))],
    ]
    rows = Collection(photos).build(tmp_path).unified.to_pylist()
    found = {row["photo_id"]: [row_to_keyword(k) for k in row["marked_keywords"]] for row in rows}
    collection = Collection(photos)
    assert found == {
        collection.photo_id(0): list(marked),
        collection.photo_id(1): [],
        collection.photo_id(2): [marked[2]],
    }


def test_marked_keywords_do_not_depend_on_order_or_other_photos(tmp_path: Path) -> None:
    marked = [Keyword(path=(name,), private=True) for name in "dbca"]
    alone = Collection([[item("lightroom", keywords=tuple(marked))]])
    (row,) = alone.build(tmp_path / "a").unified.to_pylist()
    others = [[item("eagle", str(n), keywords=(marked[n],))] for n in range(4)]
    both = Collection([*alone.photos, *others])
    for seed in range(3):
        rows = both.build(tmp_path / str(seed), seed=seed).unified.to_pylist()
        same = next(one for one in rows if one["photo_id"] == row["photo_id"])
        assert same["marked_keywords"] == row["marked_keywords"]
    assert [keyword["path"] for keyword in row["marked_keywords"]] == [["a"], ["b"], ["c"], ["d"]]


def test_guesses_are_separate_from_people(tmp_path: Path) -> None:
    people = (Person(name="Ann", confirmed=True), Person(name="Bo", confirmed=False))
    row, _ = one(tmp_path, item("lightroom", people=people))
    assert (row["people"], row["guessed_people"]) == (["Ann"], ["Bo"])


def test_tables_without_marks_are_read_together_with_newer_ones(
    tmp_path: Path,
) -> None:
    """DuckDB uses the first file's columns for all files, and drops additional ones silently."""
    photos = [
        [item("eagle", keywords=(Keyword(path=("boat",)),))],
        [item("lightroom", "2", keywords=(Keyword(path=("Job",), private=True),), archived=True)],
    ]
    inputs = Collection(photos).write(tmp_path)
    (old,) = [path for path in inputs.items if path.parent.name == "eagle"]
    rows = pq.read_table(old).drop_columns(["archived", "file_ctime_ns"]).to_pylist()
    struct = pa.struct(
        [
            ("path", pa.list_(pa.string())),
            ("person", pa.bool_()),
            ("synonyms", pa.list_(pa.string())),
        ]
    )
    schema = pa.schema(
        [
            pa.field(f.name, pa.list_(struct) if f.name == "keywords" else f.type)
            for f in pq.read_schema(old)
            if f.name not in ("archived", "file_ctime_ns")
        ]
    )
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), old)
    for files in (inputs.items, inputs.items[::-1], [old]):
        tables = build_metadata(dataclasses.replace(inputs, items=files), default_rules())
        found = {row["sources"][0]: row for row in tables.unified.to_pylist() if row["sources"]}
        assert found["eagle/main"]["keywords"] == [["boat"]]
        assert found["eagle/main"]["archived"] is None
        if len(files) > 1:
            assert found["lightroom/main"]["archived"] is True
            assert found["lightroom/main"]["marked_keywords"][0]["private"] is True
