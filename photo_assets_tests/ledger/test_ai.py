"""AI calls are made once and within the ceiling; proposals leave only as a person saw them."""

import ast
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

import photo_assets
from photo_assets.ledger import AiCalls, AiProposals, Ledger, open_ledger
from photo_assets.ledger.ai_calls import (
    CeilingReachedError,
    Known,
    Outcome,
    Reservation,
    Settled,
    Usage,
)
from photo_assets.ledger.ai_proposals import Proposal, Review, ReviewChangedError
from photo_assets.ledger.keeping import BY_TIME, Keeping
from photo_assets.ledger.restoring import restoring
from photo_assets.model.ai_release import Released, Reviewed, ReviewState, release
from photo_assets.model.ai_values import AiValues
from photo_assets.model.errors import StorageError
from photo_assets_tests.ledgers import ledger, ledger_url, postgres_server

__all__ = ["ledger", "ledger_url", "postgres_server"]

MOST = Usage(calls=1, tokens=100, micros=10)
CEILING = Usage(calls=3, tokens=250, micros=1000)
VALUES = AiValues(description="A red kayak", tags=("kayak", "dawn"), quality_score=7.5)


def reserve(calls: AiCalls, request: str, *, again: bool = False) -> Reservation | Known:
    return calls.reserve(request, "p1", "m", most=MOST, ceiling=CEILING, again=again)


def reserved(calls: AiCalls, request: str, *, again: bool = False) -> Reservation:
    found = reserve(calls, request, again=again)
    assert isinstance(found, Reservation)
    return found


def proposed(request: str, photo: str = "p1") -> Proposal:
    return Proposal(photo_id=photo, request=request, model="m", prompt="1", values=VALUES)


def test_a_request_is_asked_once_whatever_became_of_it(ledger: Ledger) -> None:
    calls = AiCalls(ledger)
    first = reserved(calls, "a")
    assert reserve(calls, "a") is Known.ASKED  # interrupted, or under way
    assert calls.outcomes()["a"].kind is Outcome.UNKNOWN
    calls.settle(first, Settled(kind=Outcome.UNKNOWN, input_tokens=100, micros=10))
    assert reserve(calls, "a") is Known.ASKED
    second = reserved(calls, "a", again=True)
    assert second.attempt == 2
    calls.settle(second, Settled(kind=Outcome.ANSWERED, input_tokens=5), proposed("a"))
    assert reserve(calls, "a") is reserve(calls, "a", again=True) is Known.ANSWERED
    assert calls.used() == Usage(calls=2, tokens=105, micros=10)


def test_what_was_never_sent_costs_nothing_and_is_asked_again(ledger: Ledger) -> None:
    calls = AiCalls(ledger)
    calls.settle(reserved(calls, "a"), Settled(kind=Outcome.NOT_SENT))
    assert calls.used() == Usage()
    assert reserved(calls, "a").attempt == 2


def test_no_call_is_reserved_that_could_pass_the_ceiling(ledger: Ledger) -> None:
    calls = AiCalls(ledger)
    first, _ = reserved(calls, "a"), reserved(calls, "b")
    with pytest.raises(CeilingReachedError) as reached:
        reserve(calls, "c")
    assert reached.value.part == "tokens"
    calls.settle(first, Settled(kind=Outcome.ANSWERED, input_tokens=40), proposed("a"))
    reserved(calls, "c")  # what was reserved and not used is free again
    assert calls.used() == Usage(calls=3, tokens=240, micros=20)
    with pytest.raises(CeilingReachedError) as reached:
        calls.reserve("d", "p", "m", most=Usage(calls=1), ceiling=CEILING)
    assert reached.value.part == "photos"
    ((month, model),) = calls.used_by_month()
    assert (model, len(month)) == ("m", 7)


def test_only_what_a_person_saw_is_released(ledger: Ledger) -> None:
    calls, proposals = AiCalls(ledger), AiProposals(ledger)
    for request, photo in (("a", "p1"), ("b", "p2")):
        calls.settle(
            reserved(calls, request), Settled(kind=Outcome.ANSWERED), proposed(request, photo)
        )
    assert proposals.released() == {} and proposals.pending() == 2
    one, two = proposals.all()
    assert (one.proposal.values, one.state) == (VALUES, ReviewState.PENDING)
    ids = [found.proposal.proposal_id for found in (one, two)]
    approved = Review(proposal_id=ids[0], state=ReviewState.APPROVED, seen=VALUES, who="mara")
    own = AiValues(description="Our kayak")
    edited = Review(
        proposal_id=ids[1], state=ReviewState.EDITED, seen=VALUES, given=own, who="mara"
    )
    batch = proposals.review([approved, edited])
    released = proposals.released()
    assert {photo: found.values for photo, found in released.items()} == {"p1": VALUES, "p2": own}
    assert {(one.model, one.request, one.who) for one in released.values()} == {
        ("m", "a", "mara"),
        ("m", "b", "mara"),
    }
    with pytest.raises(ReviewChangedError, match="reviewed meanwhile"):
        proposals.review([approved])
    first, second = proposals.of_batch(batch)
    undone = Review(
        proposal_id=ids[0],
        state=ReviewState.PENDING,
        seen=VALUES,
        who="jon",
        supersedes=first.review_id,
    )
    assert proposals.pending() == 0
    proposals.review([undone])
    assert proposals.pending() == 1
    assert proposals.released().keys() == {"p2"}
    assert [review.state for review in proposals.history(ids[0])] == ["approved", "pending"]
    assert second.given == own


def test_a_review_of_other_values_releases_nothing() -> None:
    asked: dict[str, Any] = {"photo_id": "p", "model": "m", "request": "r"}
    answered: dict[str, Any] = {"review": 1, "who": "mara", "at": "2026-01-02T03:04:05Z"}
    seen = AiValues(description="Something else")
    one = Reviewed(**asked, proposed=VALUES, state=ReviewState.APPROVED, seen=seen, **answered)
    assert release([one]) == {}
    seen_so = replace(one, seen=VALUES)
    assert release([seen_so])["p"].values == VALUES
    assert release([replace(seen_so, who=None)]) == release([replace(seen_so, at=None)]) == {}
    with pytest.raises(TypeError, match="Only"):
        Released(**asked, values=VALUES, **answered, _by=object())
    root = Path(photo_assets.__file__).parent
    makers = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Released")
        or getattr(node, "id", getattr(node, "attr", "")) == "_RELEASED_HERE"
    }
    assert makers == {"model/ai_release.py"}


@pytest.mark.parametrize("table", ["ai_calls", "ai_outcomes", "ai_proposals", "ai_reviews"])
def test_the_database_changes_no_row(ledger: Ledger, table: str) -> None:
    calls = AiCalls(ledger)
    calls.settle(reserved(calls, "a"), Settled(kind=Outcome.ANSWERED), proposed("a"))
    proposals = AiProposals(ledger)
    (one,) = proposals.all()
    proposals.review(
        [
            Review(
                proposal_id=one.proposal.proposal_id,
                state=ReviewState.REJECTED,
                seen=VALUES,
                who="m",
            )
        ]
    )
    with pytest.raises(StorageError, match="append-only"), ledger.writing() as connection:
        connection.execute(text(f"DELETE FROM {table}"))


_VALUES = st.builds(AiValues, description=st.sampled_from(["canary", "fine", None]))
_REVIEWED = st.builds(
    Reviewed,
    photo_id=st.sampled_from(["p", "q"]),
    proposed=_VALUES,
    state=st.sampled_from(list(ReviewState)),
    seen=st.none() | _VALUES,
    given=st.none() | st.just(AiValues(description="own")),
    review=st.none() | st.integers(1, 20),
)


@settings(max_examples=60)
@given(st.lists(_REVIEWED, max_size=6, unique_by=lambda one: one.review or id(one)))
def test_nothing_is_released_without_an_approval_of_it(reviewed: list[Reviewed]) -> None:
    released = release(reviewed)
    for photo, found in released.items():
        (by,) = [one for one in reviewed if one.review == found.review]
        assert by.photo_id == photo
        if by.state is ReviewState.EDITED:
            assert found.values == by.given
        else:
            assert by.state is ReviewState.APPROVED
            assert found.values == by.proposed == by.seen


def test_values_survive_their_json() -> None:
    assert AiValues.of(json.loads(VALUES.as_json())) == VALUES


def test_a_restored_ledger_asks_nobody_again_and_releases_the_same(
    ledger: Ledger, tmp_path: Path
) -> None:
    calls, proposals = AiCalls(ledger), AiProposals(ledger)
    calls.settle(
        reserved(calls, "a"), Settled(kind=Outcome.ANSWERED, input_tokens=5), proposed("a")
    )
    reserved(calls, "b")
    (one,) = proposals.all()
    number = one.proposal.proposal_id
    given = Review(proposal_id=number, state=ReviewState.APPROVED, seen=VALUES, who="m")
    proposals.review([given])
    with ledger.reading() as connection:
        rows = {str(table.name): Keeping(connection).by_time(table) for table in BY_TIME}
    other = open_ledger(f"sqlite:///{tmp_path / 'restored.sqlite'}")
    with restoring(other, "1" * 40) as restore:
        assert restore.finish(rows) == []
    assert AiProposals(other).all() == proposals.all()
    assert AiProposals(other).released() == proposals.released() != {}
    assert AiCalls(other).used() == calls.used()
    assert reserve(AiCalls(other), "a") is Known.ANSWERED
    assert reserve(AiCalls(other), "b") is Known.ASKED
