"""Moving a ledger to another database: completely, with continued numbers, or not at all."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from photo_assets.ledger import Audit, AuditEntry, Decision, Decisions, Ledger, open_ledger
from photo_assets.ledger.move import holds_photos, move_ledger
from photo_assets.ledger.tables import METADATA, PHOTO_KEYS, PHOTOS
from photo_assets.model.errors import ConfigurationError, StorageError

HOSTILE = "a/b%2F'\";DROP TABLE photos;--\n\t\u202e😀é"


def answer(**more: Any) -> Decision:
    values = {"evidence_digest": "e" * 64, "values_seen": "[]", "answer": '"a"', "who": HOSTILE}
    return Decision(**{"conflict_id": "c1", **values, **more})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A ledger with something in most tables, and many photos."""
    file = tmp_path / "data" / "ledger.sqlite"
    ledger = open_ledger(f"sqlite:///{file}")
    first = Decisions(ledger).append(answer(why=HOSTILE))
    Decisions(ledger).append(answer(answer='"b"', supersedes=first.decision_id))
    Audit(ledger).append(AuditEntry(who="me", action="tested", subject=HOSTILE))
    photos = [{"photo_id": f"p{n}", "anchor": f"k{n}", "created_at": "now"} for n in range(12_345)]
    with ledger.writing() as connection:
        connection.execute(insert(PHOTOS), photos)
        keys = [{"key": f"k{n}", "photo_id": f"p{n}", "blob": None} for n in range(12_345)]
        connection.execute(insert(PHOTO_KEYS), keys)
        for table in METADATA.sorted_tables:
            values = {c.name: _value(c.type.python_type) for c in table.columns}
            if not connection.execute(select(table).limit(1)).first():
                if table.name == "photo_aliases":
                    values |= {"old_id": "p1", "photo_id": "p2"}
                connection.execute(insert(table).values(values))
    return file


def _value(kind: type) -> Any:
    return HOSTILE[:20] if kind is str else kind(7)


def content(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    with ledger.reading() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
        }


def test_everything_is_copied_and_the_file_is_renamed(file: Path, ledger_url: str) -> None:
    before = content(open_ledger(f"sqlite:///{file}"))
    assert all(before.values()), "a table without a row proves nothing"
    copied = move_ledger(file, ledger_url)
    there = open_ledger(ledger_url)
    assert content(there) == before
    assert copied == {name: len(rows) for name, rows in before.items()}
    assert sorted(path.name for path in file.parent.iterdir()) == ["ledger.sqlite.moved"]
    kept = file.with_name("ledger.sqlite.moved")
    assert content(open_ledger(f"sqlite:///{kept}")) == before


def test_numbers_continue_after_the_copied_ones(file: Path, ledger_url: str) -> None:
    move_ledger(file, ledger_url)
    decisions = Decisions(open_ledger(ledger_url))
    known = {decision.decision_id for decision in decisions.all()}
    assert decisions.append(answer(conflict_id="c2")).decision_id not in known
    assert len(decisions.all()) == len(known) + 1


def test_a_ledger_that_is_in_use_is_not_written_over(file: Path, ledger_url: str) -> None:
    Decisions(open_ledger(ledger_url)).append(answer())
    there, here = content(open_ledger(ledger_url)), content(open_ledger(f"sqlite:///{file}"))
    with pytest.raises(StorageError, match="table decisions has rows"):
        move_ledger(file, ledger_url)
    assert content(open_ledger(ledger_url)) == there
    assert content(open_ledger(f"sqlite:///{file}")) == here


def test_an_empty_ledger_is_filled(file: Path, ledger_url: str) -> None:
    open_ledger(ledger_url)
    assert move_ledger(file, ledger_url)["photos"] == 12_345


def test_its_own_file_and_an_existing_one_are_refused(file: Path, tmp_path: Path) -> None:
    before = content(open_ledger(f"sqlite:///{file}"))
    with pytest.raises(ConfigurationError, match="is already there"):
        move_ledger(file, f"sqlite:///{file}")
    file.with_name("ledger.sqlite.moved").touch()
    with pytest.raises(StorageError, match="already exists"):
        move_ledger(file, f"sqlite:///{tmp_path / 'other.sqlite'}")
    assert not (tmp_path / "other.sqlite").exists()
    assert content(open_ledger(f"sqlite:///{file}")) == before


def test_whether_a_file_holds_photos(file: Path, tmp_path: Path) -> None:
    assert holds_photos(file)
    empty = tmp_path / "empty.sqlite"
    open_ledger(f"sqlite:///{empty}")
    assert not holds_photos(empty)
    (tmp_path / "blank.sqlite").touch()
    assert not holds_photos(tmp_path / "blank.sqlite")
    assert not holds_photos(tmp_path / "nothing.sqlite")
    assert not (tmp_path / "nothing.sqlite").exists()
