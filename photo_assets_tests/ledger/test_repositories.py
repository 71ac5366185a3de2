"""Confirmations, decisions, attempts, audit: how they are stored, and that history is fixed."""

from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, text

from photo_assets.ledger import (
    Audit,
    AuditEntry,
    Confirmations,
    Decision,
    DecisionChangedError,
    Decisions,
    Ledger,
    MadeBy,
    PartitionAttempts,
)
from photo_assets.ledger.tables import APPROVALS
from photo_assets.model.errors import StorageError

HOSTILE = "a/b%2F'\";DROP TABLE photos;--\n\t\u202e😀é"


def test_a_confirmation_is_bound_to_one_scan(ledger: Ledger) -> None:
    confirmations = Confirmations(ledger)
    assert not confirmations.is_confirmed("folders", "nas", "d1")
    given = confirmations.confirm("folders", "nas", "d1", HOSTILE, lost=900, known=1000)
    assert confirmations.find("folders", "nas", "d1") == given
    assert (given.who, given.lost, given.known) == (HOSTILE, 900, 1000)
    for other in (("folders", "nas", "d2"), ("folders", "old", "d1"), ("eagle", "nas", "d1")):
        assert not confirmations.is_confirmed(*other)
    assert confirmations.confirm("folders", "nas", "d1", "other", 1, 2) == given


def decision(**more: object) -> Decision:
    values = {
        "conflict_id": "c1",
        "evidence_digest": "e" * 64,
        "values_seen": '["a","b"]',
        "answer": '"a"',
        "who": "me",
    }
    return Decision(**{**values, **more})  # type: ignore[arg-type]


def test_decisions_are_appended_and_superseded(ledger: Ledger) -> None:
    decisions = Decisions(ledger)
    first = decisions.append(decision(why=HOSTILE))
    other = decisions.append(decision(conflict_id="c2"))
    second = decisions.append(decision(answer='"b"', supersedes=first.decision_id))
    assert decisions.history("c1") == [first, second]
    assert decisions.all() == [first, other, second]
    assert decisions.standing() == {"c1": second, "c2": other}
    assert first.why == HOSTILE


def test_decisions_are_read_again_only_when_there_are_others(ledger: Ledger) -> None:
    read: list[str] = []

    def note(*values: Any) -> None:
        statement = str(values[2])
        read.extend([statement] if "values_seen" in statement and "SELECT" in statement else [])

    decisions = Decisions(ledger)
    first = decisions.append(decision(conflict_id="lookalike/a/b"))
    event.listen(Engine, "before_cursor_execute", note)
    try:
        for _ in range(3):
            assert decisions.all() == [first]
            assert Decisions(ledger).standing_of("lookalike") == {"lookalike/a/b": first}
        assert len(read) == 1
        second = decisions.append(decision())
        assert decisions.all() == [first, second]
        assert [*decisions.standing_of("lookalike")] == ["lookalike/a/b"]
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_a_decision_is_superseded_once_and_for_its_own_question_only(ledger: Ledger) -> None:
    decisions = Decisions(ledger)
    first = decisions.append(decision())
    decisions.append(decision(supersedes=first.decision_id))
    for wrong in (
        decision(supersedes=first.decision_id),
        decision(conflict_id="c9", supersedes=first.decision_id),
        decision(supersedes=4711),
        decision(),
    ):
        with pytest.raises(StorageError, match="was answered meanwhile"):
            decisions.append(wrong)
    assert len(decisions.all()) == 2


def test_decisions_made_at_once_are_stored_together_or_not_at_all(ledger: Ledger) -> None:
    decisions = Decisions(ledger)
    first = decisions.append(decision())
    made = decisions.append_all(
        [decision(conflict_id=f"c{n}", batch="b1", made_by=MadeBy.RULE) for n in range(2, 5)]
    )
    assert decisions.of_batch("b1") == made
    assert {one.made_by for one in made} == {"rule"}
    assert first.made_by == "person"
    again = [decision(conflict_id="c9"), decision(supersedes=first.decision_id)] * 2
    with pytest.raises(DecisionChangedError):
        decisions.append_all(again)
    assert decisions.all() == [first, *made]
    assert decisions.find(made[0].decision_id or 0) == made[0]
    assert decisions.find(4711) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE decisions SET answer = 'x'",
        "DELETE FROM decisions",
        "UPDATE approvals SET level = 'public'",
        "DELETE FROM approvals",
        "UPDATE audit SET who = 'x'",
        "DELETE FROM audit",
    ],
)
def test_the_database_refuses_to_rewrite_history(ledger: Ledger, change: str) -> None:
    Decisions(ledger).append(decision())
    Audit(ledger).append(AuditEntry(who="me", action="test", subject="s"))
    with ledger.writing() as connection:
        row = {"photo_id": "p", "target": "t", "level": "friends", "who": "me", "at": ledger.now()}
        connection.execute(insert(APPROVALS), row)
    with pytest.raises(StorageError, match="append-only"), ledger.writing() as connection:
        connection.execute(text(change))
    assert len(Decisions(ledger).all()) == 1
    assert len(Audit(ledger).about("s")) == 1


def test_attempts_count_per_input_and_end_with_success(ledger: Ledger) -> None:
    attempts = PartitionAttempts(ledger)
    key = ("catalog/nas", "2024-05-01")
    assert attempts.started(*key, "d1") == 1
    attempts.failed(*key, "d1", "disk full" + "!" * 10_000)
    assert attempts.started(*key, "d1") == 2
    seen = attempts.attempts("catalog/nas")["2024-05-01"]
    assert (seen.input_digest, seen.attempts) == ("d1", 2)
    assert seen.last_error is not None
    assert seen.last_error.startswith("disk full!")
    assert attempts.started(*key, "d2") == 1  # another input
    assert attempts.attempts("catalog/nas")["2024-05-01"].last_error is None
    attempts.succeeded(*key)
    assert attempts.attempts("catalog/nas") == {}


def test_a_start_forgets_the_tries_of_the_partition_before_it(ledger: Ledger) -> None:
    attempts = PartitionAttempts(ledger)
    attempts.started("a", "p", "d1")
    attempts.started("a", "other", "d1")
    attempts.started("b", "p", "d1")
    assert attempts.started("a", "q", "d1", succeeded="p") == 1
    assert list(attempts.attempts("a")) == ["other", "q"]
    assert list(attempts.attempts("b")) == ["p"]


def test_a_failure_that_was_never_started_is_one_attempt(ledger: Ledger) -> None:
    attempts = PartitionAttempts(ledger)
    attempts.failed("a", "p", "d1", "killed")
    attempts.started("a", "q", "d1")
    attempts.started("b", "p", "d1")
    assert attempts.attempts("a")["p"].attempts == 1
    assert attempts.started("a", "p", "d1") == 2
    attempts.forget("a")
    assert attempts.attempts("a") == {}
    assert list(attempts.attempts("b")) == ["p"]


def test_a_block_that_fails_stores_nothing(ledger: Ledger) -> None:
    with pytest.raises(ZeroDivisionError), ledger.writing() as connection:
        connection.execute(
            text("INSERT INTO photos (photo_id, anchor, created_at) VALUES ('p', 'a', 'now')")
        )
        raise ZeroDivisionError
    with ledger.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM photos")) == 0
