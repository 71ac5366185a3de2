"""An answer is stored once, with what was seen, and undone by another one."""

import json
from dataclasses import replace
from typing import Any

import pytest

from photo_assets.ledger import DecisionChangedError, Decisions, MadeBy
from photo_assets.model.tables import CONFLICTS
from photo_assets.questions import AnswerError, Answering
from photo_assets.questions.question import REVIEWED
from photo_assets_tests.questions.library import Asked, entry


def test_each_question_says_who_states_what(asked: Asked) -> None:
    found = {(one.kind, one.field, one.month) for one in asked.questions()}
    may, june, july = (f"2020-0{n}-01" for n in (5, 6, 7))
    assert found == {
        ("metadata_mismatch", "caption", may),
        ("metadata_mismatch", "rating", may),
        ("metadata_mismatch", "gps", may),
        ("metadata_mismatch", "title", june),
        ("duplicate", None, may),
        ("missing_master", None, july),
        ("orphaned", None, july),
    }
    rating = asked.one(field="rating")
    assert {(one.carrier, one.value) for one in rating.values} == {
        ("lightroom/main", 3),
        ("eagle/main", 4),
    }
    assert [value for value, _ in rating.different()] == [rating.proposal, 3]
    assert json.loads(rating.seen) == [one.to_json() for one in rating.values]


def test_an_answer_closes_its_question_at_once_and_reaches_the_view(asked: Asked) -> None:
    question = asked.one(field="rating")
    decision = asked.answering.answer(question, {"value": 1}, "She says so.")
    assert (decision.who, decision.why, decision.made_by) == ("Mara", "She says so.", "person")
    assert json.loads(decision.values_seen) == [one.to_json() for one in question.values]
    assert asked.questions(field="rating") == []  # although the tables still list it
    assert question.id in {row["conflict_id"] for row in asked.rows(CONFLICTS)}
    asked.refresh()
    assert question.id not in {row["conflict_id"] for row in asked.rows(CONFLICTS)}
    assert next(row["rating"] for row in asked.rows() if row["photo_id"] in question.photo_ids) == 1


@pytest.mark.parametrize(
    ("choice", "wrong"),
    [
        ({"field": "rating"}, {"value": 9}),
        ({"field": "rating"}, {"value": "three"}),
        ({"field": "rating"}, {}),
        ({"field": "rating"}, REVIEWED),
        ({"field": "gps"}, {"value": {"latitude": 0, "longitude": 0}}),
        ({"field": "gps"}, {"value": "the sea"}),
        ({"field": "title"}, {"value": ["Hill"]}),
        ({"field": "title"}, {"value": "Hill", "also": 1}),
        ({"kind": "duplicate"}, {"value": 1}),
        ({"kind": "duplicate"}, {"same": True}),
    ],
)
def test_an_answer_that_does_not_fit_stores_nothing(
    asked: Asked, choice: dict[str, str], wrong: dict[str, Any]
) -> None:
    question = asked.one(**choice)
    with pytest.raises(AnswerError):
        asked.answering.answer(question, wrong)
    assert Decisions(asked.workspace.ledger).all() == []


def test_of_two_people_who_answer_at_once_the_second_is_told(asked: Asked) -> None:
    seen_by_both = asked.one(field="rating")
    asked.answering.answer(seen_by_both, {"value": 1})
    with pytest.raises(DecisionChangedError):
        Answering(asked.workspace, "Jon").answer(seen_by_both, {"value": 2})
    (kept,) = Decisions(asked.workspace.ledger).all()
    assert json.loads(kept.answer) == {"value": 1}


def test_new_evidence_asks_again_and_says_why(asked: Asked) -> None:
    asked.answering.answer(asked.one(field="rating"), {"value": 1})
    asked.refresh()
    asked.put(entry("eagle", "1", rating=5))
    again = asked.one(field="rating")
    assert again.reopened is not None
    assert (again.reopened.who, again.reopened.answer) == ("Mara", {"value": 1})
    assert [(one.carrier, one.value) for one in again.reopened.new] == [("eagle/main", 5)]
    assert [one["value"] for one in again.reopened.gone] == [4]
    asked.answering.answer(again, {"value": 2})
    asked.refresh()
    assert asked.questions(field="rating") == []
    asked.answering.undo_last()
    asked.refresh()
    reopened = asked.one(field="rating")
    assert reopened.evidence_digest == again.evidence_digest


def test_an_undone_answer_leaves_the_question_as_it_was(asked: Asked) -> None:
    before, question = asked.digests(), asked.one(field="title")
    asked.answering.answer(question, {"value": "Peak"})
    asked.refresh()
    assert asked.digests() != before
    (undone,) = asked.answering.undo_last()
    assert undone.withdrawn and undone.supersedes is not None
    assert asked.questions(field="title") == []  # until the refresh: the tables do not list it
    asked.refresh()
    assert asked.digests() == before
    again = asked.one(field="title")
    assert again.reopened is None
    assert (again.id, again.values) == (question.id, question.values)


def test_undoing_twice_restores_the_answer_before(asked: Asked) -> None:
    asked.answering.answer(asked.one(field="rating"), {"value": 1})
    (first,) = asked.answering.undo_last()
    (second,) = asked.answering.undo(first.decision_id or 0)
    assert json.loads(second.answer) == {"value": 1}
    with pytest.raises(AnswerError, match="later decision"):
        asked.answering.undo(first.decision_id or 0)


def test_undoing_the_last_answer_again_and_again_goes_back_to_the_first(asked: Asked) -> None:
    question, answering = asked.one(field="rating"), asked.answering
    for value in (1, 2, 3):
        stored = answering.answer(question, {"value": value})
        question = replace(question, standing=stored.decision_id)
    Answering(asked.workspace, "Jon").answer(asked.one(field="title"), {"value": "Peak"})
    undone = [json.loads(answering.undo_last()[0].answer) for _ in range(3)]
    assert undone == [{"value": 2}, {"value": 1}, {"withdrawn": True}]
    with pytest.raises(AnswerError, match="nothing to undo"):  # Jon's answer is not Mara's
        answering.undo_last()
    assert len(asked.questions(field="rating")) == 1
    stored = answering.answer(asked.one(field="rating"), {"value": 5})
    assert [json.loads(one.answer) for one in answering.undo_last()] == [{"withdrawn": True}]


def test_a_batch_is_undone_as_one_but_for_what_was_answered_since(asked: Asked) -> None:
    fields = ("rating", "caption", "title")
    answers = [(one, {"value": one.proposal}) for f in fields for one in asked.questions(field=f)]
    made = asked.answering.answer_all(answers, MadeBy.RULE, "A rule.")
    assert len({one.batch for one in made}) == 1
    asked.refresh()
    later = Decisions(asked.workspace.ledger)
    asked.answering.undo(made[0].decision_id or 0)
    asked.refresh()
    assert len(asked.questions(kind="metadata_mismatch")) == 4
    with pytest.raises(AnswerError):
        asked.answering.undo_batch(made[0].batch or "")
    assert len(later.all()) == 6


def test_nothing_is_undone_for_somebody_who_decided_nothing(asked: Asked) -> None:
    asked.answering.answer(asked.one(field="rating"), {"value": 1})
    with pytest.raises(AnswerError, match="nothing to undo"):
        Answering(asked.workspace, "Jon").undo_last()
    with pytest.raises(AnswerError, match="no decision 7"):
        asked.answering.undo(7)
