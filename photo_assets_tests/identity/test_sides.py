"""What a person sees of two photos, and which answers about pairs of photos are followed."""

from pathlib import Path

import pytest

from photo_assets.identity.answers import (
    Answer,
    Groups,
    answered,
    answers_of,
    settle_answers,
)
from photo_assets.identity.sides import (
    Side,
    lookalike_evidence,
    lookalike_id,
    months_of,
    photos_of,
    sides_of,
)
from photo_assets.lake.inputs import photo_table
from photo_assets.ledger import WITHDRAWN, Decision, PhotoRegistry, open_ledger
from photo_assets.model.tables import PHOTOS
from photo_assets_tests.identity.photos.library import Library, taken
from photo_assets_tests.identity.photos.making import Thing

SEEN = Side("p", ["aa"], [("folders", "nas", "a.jpg")])
OTHER = Side("q", ["bb"], [("folders", "nas", "b.jpg")])
UNREAD = Side("r", [], [("flickr", "me", "1")])


def test_a_question_has_one_id() -> None:
    assert lookalike_id("b", "a") == lookalike_id("a", "b") == "lookalike/a/b"
    assert photos_of("lookalike/a/b") == ("a", "b")
    assert photos_of("metadata_mismatch/a/b") is None
    assert photos_of("lookalike/a") is None


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        (Side("p", ["aa"], [*SEEN.items, ("eagle", "ideas", "K")]), True),
        (Side("other id", ["aa"], SEEN.items), True),
        (Side("p", ["aa", "cc"], SEEN.items), False),
        (Side("p", [], SEEN.items), False),
    ],
    ids=["a further item", "another id", "a further content", "no content"],
)
def test_evidence_is_what_a_person_sees(changed: Side, *, same: bool) -> None:
    before = lookalike_evidence(SEEN, OTHER)
    assert before == lookalike_evidence(OTHER, SEEN)
    assert len(before) == 64
    assert (lookalike_evidence(changed, OTHER) == before) == same
    assert lookalike_evidence(UNREAD, OTHER) != lookalike_evidence(SEEN, OTHER)


def test_sides_are_read_from_the_stored_photos(tmp_path: Path) -> None:
    registry = PhotoRegistry(open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}"))
    a, copy = Thing(id="a.jpg", content=b"a"), Thing(source="eagle", id="K", content=b"a")
    unread = Thing(source="flickr", catalog="me", id="1")
    things = [taken(a, 2020, 1), taken(copy, 2020, 2), taken(unread, 2021, 3)]
    library = Library(tmp_path, things)
    assert sides_of(library.lake, ["anything"]) == {}
    library.store()
    library.join(registry)
    photos = library.lake.read_all(photo_table(PHOTOS), PHOTOS)["photo_id"].to_pylist()
    found = sides_of(library.lake, [*photos, "unknown"])
    assert found.keys() == {*photos}
    two, one = sorted(found.values(), key=lambda side: len(side.items), reverse=True)
    assert two.items == [("eagle", "nas", "K"), ("folders", "nas", "a.jpg")]
    assert (len(two.blobs), two.months) == (1, ["2020-01-01", "2020-02-01"])
    items = [["flickr", "me", "1"]]
    assert one.document() == {"photo_id": one.photo_id, "blobs": [], "items": items}
    assert months_of(library.lake, [one.photo_id]) == {"2021-03-01"}


def test_answers_are_followed_in_their_order_unless_they_contradict() -> None:
    said = [("a", "b", True), ("c", "d", True), ("b", "c", True), ("a", "d", False)]
    answers = [Answer(lookalike_id(a, b), same) for a, b, same in said]
    own = {name: name for name in "abcd"}
    settled = settle_answers(answers, own)
    assert [*settled.joined] == ["lookalike/a/b", "lookalike/c/d"]
    assert settled.contradicted == ["lookalike/b/c"]
    # What was a is c since their files are the same: it is not two photos, whatever was said.
    settled = settle_answers(answers, own | {"a": "c", "d": "c"})
    assert settled.joined == {"lookalike/a/b": ("c", "b"), "lookalike/b/c": ("b", "c")}


def test_an_answer_holds_for_the_photos_that_those_became() -> None:
    said = [("a", "b", False), ("c", "d", True), ("e", "f", None)]
    answers = [Answer(lookalike_id(a, b), same) for a, b, same in said]
    current = {name: name for name in "abcdef"} | {"b": "x", "d": "c"}
    assert answered(answers, current) == {"lookalike/a/x": answers[0]}


def test_only_current_answers_about_photos_count() -> None:
    def decision(question: str, answer: str, number: int) -> Decision:
        return Decision(
            conflict_id=question,
            evidence_digest="0" * 64,
            values_seen="{}",
            answer=answer,
            who="me",
            decision_id=number,
        )

    given = [
        decision("lookalike/c/d", '{"same": true}', 3),
        decision("metadata_mismatch/a/title", '{"value":"x"}', 1),
        decision("lookalike/a/b", WITHDRAWN, 2),
        decision("lookalike/e/f", '"a person wrote this"', 4),
    ]
    assert answers_of(given) == (
        Answer("lookalike/a/b", None),
        Answer("lookalike/c/d", same=True),
        Answer("lookalike/e/f", None),
    )


def test_groups_do_not_depend_on_the_order_of_pairs() -> None:
    pairs = [("d", "e"), ("a", "b"), ("c", "d"), ("b", "c"), ("x", "y")]
    for order in (pairs, pairs[::-1]):
        assert Groups(order).all() == {"a": [*"abcde"], "x": ["x", "y"]}
