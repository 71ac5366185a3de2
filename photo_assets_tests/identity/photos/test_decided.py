"""Photos that a person decided to be one, or different, and what remains of it afterwards."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from photo_assets.lake.inputs import photo_table
from photo_assets.ledger import Audit, open_ledger
from photo_assets.model.tables import EDGES, MEMBERS, RELATIONS
from photo_assets.model.vocabulary import LinkKind
from photo_assets_tests.identity.photos.deciding import Deciding
from photo_assets_tests.identity.photos.library import Library, taken
from photo_assets_tests.identity.photos.making import Thing, exif, link

A = taken(Thing(id="a.jpg", content=b"a", exif=exif("2019-01-03T12:00:00")), 2019, 1)
B = taken(Thing(source="lightroom", id="b", content=b"b"), 2019, 2)
C = taken(Thing(source="flickr", catalog="me", id="c"), 2019, 3)  # never read
D = taken(Thing(id="d.jpg", content=b"d"), 2019, 4)
OTHERS = [taken(Thing(id=f"{n}.jpg", content=b"%d" % n), 2019, 5) for n in range(4)]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A, B, C and D in a month each, and four others. A is the oldest of the four."""
    folder = tmp_path_factory.mktemp("start")
    library = Library(folder / "library", OTHERS)
    found = Deciding(library, open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}"))
    for thing in (A, B, C, D):
        library.put(thing)
        library.store()
        library.join(found.registry)
    return folder


@pytest.fixture
def deciding(start: Path, tmp_path: Path) -> Deciding:
    """A copy of `start`, with the same entries."""
    shutil.copytree(start, tmp_path, dirs_exist_ok=True)
    library = Library(tmp_path / "library", [*OTHERS, A, B, C, D])
    return Deciding(library, open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}"))


def test_a_decision_joins_two_photos_under_the_older_id(deciding: Deciding) -> None:
    before = deciding.ids()
    question = deciding.same(before[B.key], before[A.key])
    assert deciding.due() == ["2019-01-01", "2019-02-01"]
    made = deciding.join(whole=True)
    assert made.joined == 2
    assert deciding.due() == []
    after = deciding.ids()
    assert after == {**before, B.key: before[A.key]}
    assert deciding.registry.resolve(before[B.key]) == before[A.key]
    assert made.summary.merged_photos == 1
    assert made.summary.items_by_step[4] == 2
    rows = deciding.library.lake.read_all(photo_table(EDGES), EDGES).to_pylist()
    (edge,) = (row for row in rows if row["step"] == 4)
    assert (edge["key"], edge["value"]) == ("decision", question)
    assert {edge["a_native_id"], edge["b_native_id"]} == {"a.jpg", "b"}
    assert deciding.join().joined == 0


def test_an_undone_merge_gives_both_their_old_ids(deciding: Deciding) -> None:
    before = deciding.ids()
    deciding.same(before[A.key], before[B.key])
    deciding.join()
    deciding.library.put(dataclasses.replace(B, content=b"edited"))
    deciding.join()
    assert deciding.photo(B) == before[A.key]
    deciding.undo(before[A.key], before[B.key])
    assert deciding.due() == ["2019-01-01", "2019-02-01"]
    assert deciding.join(whole=True).summary.split_photos == 1
    assert deciding.ids() == before
    assert deciding.registry.aliases() == {}
    (entry,) = Audit(deciding.ledger).about(before[B.key])
    assert entry.action == "photo.separated"
    for _ in range(1):
        deciding.same(before[A.key], before[B.key])
        deciding.join()
        assert deciding.photo(B) == before[A.key]
        deciding.different(before[A.key], before[B.key])
        deciding.join()
        assert deciding.ids() == before


def test_same_bytes_stay_one_photo_whatever_anybody_says(deciding: Deciding) -> None:
    before = deciding.ids()
    deciding.different(before[A.key], before[B.key])
    assert deciding.due() == []
    deciding.library.put(taken(dataclasses.replace(B, content=b"a"), 2019, 2))
    deciding.join()
    assert deciding.photo(B) == deciding.photo(A) == before[A.key]
    deciding.undo(before[A.key], before[B.key])
    deciding.join()
    assert deciding.photo(B) == before[A.key]


def test_one_of_three_pairs_is_undone(deciding: Deciding) -> None:
    a, b, c = (deciding.photo(thing) for thing in (A, B, C))
    for one, other in ((a, b), (b, c), (a, c)):
        deciding.same(one, other)
    deciding.join()
    assert {deciding.photo(thing) for thing in (A, B, C)} == {a}
    deciding.undo(b, c)
    deciding.join()
    assert {deciding.photo(thing) for thing in (A, B, C)} == {a}
    deciding.undo(a, b)
    deciding.join()
    assert [deciding.photo(thing) for thing in (A, B, C)] == [a, b, a]
    deciding.undo(a, c)
    deciding.join()
    assert [deciding.photo(thing) for thing in (A, B, C)] == [a, b, c]


def test_a_photo_is_decided_to_be_one_that_was_merged_before(deciding: Deciding) -> None:
    a, b, c, d = (deciding.photo(thing) for thing in (A, B, C, D))
    deciding.same(c, d)
    deciding.join()
    assert deciding.photo(D) == c
    deciding.same(b, c)
    deciding.join()
    assert {deciding.photo(thing) for thing in (B, C, D)} == {b}
    deciding.same(a, b)
    deciding.join()
    assert deciding.registry.aliases() == {b: a, c: a, d: a}
    deciding.undo(b, c)
    deciding.join()
    assert [deciding.photo(thing) for thing in (A, B, C, D)] == [a, a, c, c]
    assert deciding.registry.aliases() == {b: a, d: c}


def test_photos_that_are_different_are_not_joined_by_a_third(deciding: Deciding) -> None:
    a, b, c = (deciding.photo(thing) for thing in (A, B, C))
    deciding.different(a, b)
    deciding.same(a, c)
    deciding.same(b, c)
    made = deciding.join()
    assert [deciding.photo(thing) for thing in (A, B, C)] == [a, b, a]
    assert made.summary.contradicted_decisions == 1
    deciding.undo(a, b)
    assert deciding.due() == ["2019-01-01", "2019-02-01", "2019-03-01"]
    made = deciding.join(whole=True)
    assert {deciding.photo(thing) for thing in (A, B, C)} == {a}
    assert made.summary.contradicted_decisions == 0


def test_a_merge_by_bytes_and_one_by_decision_go_together(deciding: Deciding) -> None:
    """B and C become one by their bytes while D is B by decision; each separation is undone."""
    b, c, d = (deciding.photo(thing) for thing in (B, C, D))
    deciding.same(b, d)
    deciding.join()
    deciding.library.put(taken(dataclasses.replace(C, content=b"b"), 2019, 3))
    deciding.join()
    assert {deciding.photo(thing) for thing in (B, C, D)} == {b}
    assert deciding.registry.aliases() == {c: b, d: b}
    deciding.undo(b, d)
    deciding.join()
    assert [deciding.photo(thing) for thing in (B, C, D)] == [b, b, d]
    deciding.same(c, d)  # the person still had the older page open
    deciding.join()
    assert {deciding.photo(thing) for thing in (B, C, D)} == {b}


def test_an_alias_by_decision_becomes_one_by_bytes(deciding: Deciding) -> None:
    a, b, d = (deciding.photo(thing) for thing in (A, B, D))
    deciding.same(b, d)
    deciding.join()
    deciding.library.put(taken(dataclasses.replace(D, content=b"a"), 2019, 4))
    deciding.join()  # the file is another picture, a copy of A
    assert [deciding.photo(thing) for thing in (A, B, D)] == [a, b, a]
    assert deciding.registry.resolve(d) == b  # what D was is B's, until somebody undoes it
    deciding.undo(b, d)
    deciding.join()
    assert deciding.registry.resolve(d) == d


def test_a_reused_path_does_not_inherit_a_decision(deciding: Deciding) -> None:
    a, d = deciding.photo(A), deciding.photo(D)
    deciding.same(a, d)
    deciding.join()
    other = dataclasses.replace(D, content=b"another picture")
    deciding.library.put(other)
    deciding.join()
    assert deciding.photo(other) not in {a, d}
    back = taken(Thing(id="found/d.jpg", content=b"d"), 2019, 6)
    deciding.library.put(back)
    deciding.join()
    assert deciding.photo(back) == a
    deciding.undo(a, d)
    deciding.join()
    assert deciding.photo(back) == d


def test_a_decision_about_an_entry_that_was_never_read_holds(deciding: Deciding) -> None:
    a, c = deciding.photo(A), deciding.photo(C)
    deciding.same(a, c)
    deciding.join()
    assert deciding.photo(C) == a
    deciding.library.put(taken(dataclasses.replace(C, content=b"read now"), 2019, 3))
    deciding.join()
    assert deciding.photo(C) == a
    deciding.undo(a, c)
    deciding.join()
    assert deciding.photo(C) == c


@pytest.mark.parametrize("away", [A, D], ids=["the older", "the younger"])
def test_a_decision_waits_for_a_photo_that_is_away(deciding: Deciding, away: Thing) -> None:
    a, d = deciding.photo(A), deciding.photo(D)
    deciding.same(a, d)
    del deciding.library.things[away.key]
    deciding.join()
    assert deciding.ids().keys().isdisjoint({away.key})
    deciding.library.put(away)
    deciding.join()
    assert deciding.photo(A) == deciding.photo(D) == a
    del deciding.library.things[away.key]
    deciding.join()
    (left,) = {A.key, D.key} - {away.key}
    assert deciding.ids()[left] in {a, d}
    deciding.undo(a, d)
    deciding.join()
    assert deciding.registry.aliases() == {}
    deciding.library.put(away)
    deciding.join()
    assert (deciding.photo(A), deciding.photo(D)) == (a, d)


def test_relations_of_both_photos_lead_to_the_joined_one(deciding: Deciding) -> None:
    raw = taken(
        Thing(id="b.nef", content=b"raw", links=(link(LinkKind.EDIT_OF, "a.jpg"),)), 2020, 1
    )
    pair = taken(
        Thing(source="lightroom", id="p", content=b"p", links=(link(LinkKind.RAW_JPEG_PAIR, "b"),)),
        2020,
        2,
    )
    deciding.library.put(raw, pair)
    deciding.join()
    a, b = deciding.photo(A), deciding.photo(B)
    deciding.same(a, b)
    deciding.join()
    rows = deciding.library.lake.read_all(photo_table(RELATIONS), RELATIONS).to_pylist()
    found = {(row["kind"], row["from_photo_id"], row["to_photo_id"]) for row in rows}
    assert found == {
        ("edit_of", deciding.photo(raw), a),
        ("raw_jpeg_pair", deciding.photo(pair), a),
    }
    deciding.undo(a, b)
    deciding.join()
    rows = deciding.library.lake.read_all(photo_table(RELATIONS), RELATIONS).to_pylist()
    assert {row["to_photo_id"] for row in rows} == {a, b}


def test_members_of_a_joined_photo_are_in_one_month(deciding: Deciding) -> None:
    a, b = deciding.photo(A), deciding.photo(B)
    deciding.same(a, b)
    deciding.join()
    found = {
        month
        for month in deciding.library.lake.names(photo_table(MEMBERS))
        for row in deciding.library.lake.read(photo_table(MEMBERS), month, MEMBERS).to_pylist()
        if row["photo_id"] == a
    }
    assert len(found) == 1
