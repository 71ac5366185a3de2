"""Filling an empty ledger from rows that were kept elsewhere, in one transaction."""

from typing import Any

import pytest
from sqlalchemy import func, select

from photo_assets.ledger import (
    Approvals,
    Audit,
    AuditEntry,
    Decision,
    Decisions,
    Ledger,
    PhotoRegistry,
)
from photo_assets.ledger.restoring import holds_rows, restoring
from photo_assets.ledger.tables import PHOTOS
from photo_assets.model.errors import StorageError
from photo_assets_tests.ledgers import ledger, ledger_url, postgres_server

__all__ = ["ledger", "ledger_url", "postgres_server"]

COMMIT = "ab" * 20
AT = "2026-01-0{}T00:00:00.000000Z"


def photo(name: str) -> dict[str, str]:
    return {"photo_id": name, "anchor": f"anchor {name}", "created_at": AT.format(1)}


def key(name: str, photo_id: str) -> dict[str, str | None]:
    return {"key": name, "photo_id": photo_id, "blob": None, "capture": None}


def alias(old: str, new: str, decided: int = 0) -> dict[str, Any]:
    since = AT.format(2)
    return {"old_id": old, "photo_id": new, "since": since, "why": "same", "decided": decided}


def decision(number: int, day: int, answer: str, supersedes: int | None = None) -> dict[str, Any]:
    return {
        **{"decision_id": number, "conflict_id": "c", "evidence_digest": "0" * 64},
        **{"values_seen": "[]", "answer": answer, "who": "me", "at": AT.format(day)},
        **{"why": None, "supersedes": supersedes},
    }


def test_photos_keys_and_aliases_are_stored_together(ledger: Ledger) -> None:
    before = PhotoRegistry(ledger).revision()
    assert not holds_rows(ledger)
    with restoring(ledger, COMMIT) as restore:
        restore.add_photo(photo("gone"), [key("k", "gone"), key("own", "gone")], present=False)
        restore.add_alias(photo("old"), alias("old", "new"), [])
        restore.add_alias(photo("lost"), alias("lost", "nowhere"), [])
        restore.add_photo(photo("new"), [key("k", "new")], present=True)
        assert restore.finish({}) == ["lost"]
    registry = PhotoRegistry(ledger)
    assert registry.counts() == {"photos": 3, "aliases": 1, "keys": 2}
    assert (registry.photo_of("k"), registry.photo_of("own")) == ("new", "gone")
    assert registry.resolve("old") == "new"
    assert registry.revision() != before
    assert holds_rows(ledger)


def test_a_photo_that_a_decision_merged_keeps_its_keys(ledger: Ledger) -> None:
    with restoring(ledger, COMMIT) as restore:
        restore.add_alias(photo("b"), alias("b", "c", 1), [key("of b", "b")])
        restore.add_alias(photo("a"), alias("a", "b"), [])
        restore.add_alias(photo("d"), alias("d", "lost", 1), [key("of d", "d")])
        restore.add_photo(photo("c"), [key("of c", "c")], present=True)
        assert restore.finish({}) == []
    registry = PhotoRegistry(ledger)
    assert registry.current_ids("abcde") == {"a": "c", "b": "c", "c": "c", "d": "d", "e": "e"}
    assert registry.own_ids("abc") == {"a": "b", "b": "b", "c": "c"}
    assert registry.aliases() == {"a": "c", "b": "c"}
    assert (registry.resolve("a"), registry.resolve("d")) == ("c", "d")
    assert (registry.photo_of("of b"), registry.photo_of("of d")) == ("b", "d")


def test_a_ledger_that_is_filled_stays_as_it_is(ledger: Ledger) -> None:
    for name in ("one", "two"):
        with restoring(ledger, COMMIT) as restore:
            restore.add_photo(photo(name), [], present=True)
            restore.add_alias(photo("lost"), alias("lost", "nowhere"), [])
            assert restore.finish({"decisions": [decision(1, 1, "a")]}) == ["lost"]
    assert PhotoRegistry(ledger).given_out(["one", "two", "lost"]) == {"one"}
    assert len(Decisions(ledger).all()) == 1


def test_a_ledger_that_something_else_filled_is_refused(ledger: Ledger) -> None:
    new = Decision(
        conflict_id="d", evidence_digest="0" * 64, values_seen="[]", answer="b", who="me"
    )
    Decisions(ledger).append(new)
    with pytest.raises(StorageError, match="has rows that no restore"), restoring(ledger, COMMIT):
        pytest.fail("it was opened")
    assert len(Decisions(ledger).all()) == 1


def test_a_ledger_that_another_commit_filled_is_refused(ledger: Ledger) -> None:
    for _ in range(2):  # also over the sign of a restore without rows
        with restoring(ledger, "cd" * 20) as restore:
            restore.finish({})
    with restoring(ledger, COMMIT) as restore:
        restore.add_photo(photo("one"), [], present=True)
        restore.finish({})
    with pytest.raises(StorageError), restoring(ledger, "cd" * 20):
        pytest.fail("it was opened")


def test_an_error_leaves_the_ledger_empty(ledger: Ledger) -> None:
    with pytest.raises(RuntimeError), restoring(ledger, COMMIT) as restore:
        for number in range(20_001):  # more than are written at once
            restore.add_photo(photo(str(number)), [], present=True)
        raise RuntimeError
    with ledger.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(PHOTOS)) == 0


def test_numbers_that_two_ledgers_gave_are_kept_apart(ledger: Ledger) -> None:
    rows = [
        decision(1, 1, "first"),
        decision(2, 2, "second", supersedes=1),
        decision(1, 3, "of a new ledger"),
        decision(2, 4, "of a new ledger too", supersedes=1),
        decision(3, 4, "of a new ledger too", supersedes=1),  # written again after a restore
        decision(4, 5, "last", supersedes=3),
    ]
    with restoring(ledger, COMMIT) as restore:
        assert restore.finish({"decisions": rows}) == []
    stored = {one.answer: one for one in Decisions(ledger).all()}
    assert [one.answer for one in Decisions(ledger).all()][:2] == ["first", "second"]
    assert len(stored) == 5
    assert stored["second"].supersedes == stored["first"].decision_id
    assert stored["of a new ledger too"].supersedes == stored["of a new ledger"].decision_id
    assert stored["last"].supersedes == stored["of a new ledger too"].decision_id


def test_a_decision_that_two_rows_supersede_is_superseded_by_one(ledger: Ledger) -> None:
    rows = [
        decision(1, 1, "first"),
        decision(2, 2, "lost with the ledger", supersedes=1),
        decision(3, 3, "lost too", supersedes=2),
        decision(2, 4, "after the backup was put back", supersedes=1),
        decision(3, 5, "and again", supersedes=2),
        decision(4, 6, "from another backup", supersedes=1),
    ]
    with restoring(ledger, COMMIT) as restore:
        assert restore.finish({"decisions": rows}) == []
    by_time = sorted(Decisions(ledger).all(), key=lambda one: str(one.at))
    assert [one.answer for one in by_time] == [row["answer"] for row in rows]
    earlier = [None, *(one.decision_id for one in by_time[:-1])]
    assert [one.supersedes for one in by_time] == earlier


def test_the_next_number_follows_the_restored_ones(ledger: Ledger) -> None:
    entry = {"audit_id": 7, "at": AT.format(1), "who": "w", "action": "a", "subject": "s"}
    with restoring(ledger, COMMIT) as restore:
        rows = {"audit": [{**entry, "detail": None}], "decisions": [decision(9, 1, "a")]}
        restore.finish(rows)
    Audit(ledger).append(AuditEntry(who="w", action="b", subject="s"))
    assert [one.action for one in Audit(ledger).about("s")] == ["a", "b"]
    new = Decision(
        conflict_id="d", evidence_digest="0" * 64, values_seen="[]", answer="b", who="me"
    )
    assert Decisions(ledger).append(new).decision_id == 10


def test_an_approval_that_was_revoked_stays_revoked_under_another_number(ledger: Ledger) -> None:
    def approval(
        number: int, day: int, photo_id: str, revokes: int | None = None
    ) -> dict[str, Any]:
        return {
            **{"approval_id": number, "photo_id": photo_id, "target": "flickr/main"},
            **{"level": "public", "who": "me", "at": AT.format(day), "why": None},
            "revokes": revokes,
        }

    rows = [
        approval(1, 1, "a"),
        approval(1, 2, "b"),  # of a ledger that began to count anew
        approval(2, 3, "b", revokes=1),
        approval(4, 3, "b", revokes=3),  # written again after a restore
    ]
    with restoring(ledger, COMMIT) as restore:
        restore.finish({"approvals": rows})
    approvals = Approvals(ledger)
    assert [one.photo_id for one in approvals.standing()] == ["a"]
    assert len(approvals.all()) == 3
