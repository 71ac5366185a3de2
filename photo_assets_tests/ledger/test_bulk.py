"""Batches of photos and keys: they are stored completely, and every key belongs to a photo."""

import pyarrow as pa
import pytest
from alembic import command
from sqlalchemy import text

from photo_assets.ledger import Ledger, PhotoRegistry, RegistryChange, bulk, open_ledger
from photo_assets.ledger.address import parse_address
from photo_assets.ledger.aliases import Merge
from photo_assets.ledger.engine import build_engine
from photo_assets.ledger.migrate import _config
from photo_assets.ledger.photos import KNOWN_KEYS
from photo_assets.model.errors import StorageError

P1, P2 = "11111111-1111-5111-8111-111111111111", "22222222-2222-5222-8222-222222222222"
HOSTILE = ["a,b", 'say "no"', "two\nlines", "\\N", "", "'; DROP TABLE photos", "żółć 📷", "\t\\."]


def photos(*ids: str) -> pa.Table:
    return pa.table({"photo_id": list(ids), "anchor": [f"anchor of {one}" for one in ids]})


def keys(*rows: tuple[str, str, str | None, str | None]) -> pa.Table:
    return pa.table(dict(zip(KNOWN_KEYS.names, zip(*rows, strict=True), strict=True)), KNOWN_KEYS)


def known(registry: PhotoRegistry) -> list[dict[str, str | None]]:
    with registry.session() as session:
        rows = [row for batch in session.known(None) for row in batch.to_pylist()]
    return sorted(rows, key=lambda row: str(row["key"]))


def test_stored_photos_are_read_back(ledger: Ledger) -> None:
    registry = PhotoRegistry(ledger)
    rows = keys(*((key, P1, key or None, None if n % 2 else "") for n, key in enumerate(HOSTILE)))
    with registry.session() as session:
        session.apply(RegistryChange(photos(P1), rows))
    assert known(registry) == sorted(rows.to_pylist(), key=lambda row: str(row["key"]))
    assert registry.counts() == {"photos": 1, "aliases": 0, "keys": len(HOSTILE)}


def test_a_key_given_again_is_replaced(ledger: Ledger) -> None:
    registry = PhotoRegistry(ledger)
    with registry.session() as session:
        session.apply(
            RegistryChange(photos(P1, P2), keys(("a", P1, "x", "y"), ("b", P1, None, None)))
        )
    with registry.session() as session:
        session.apply(RegistryChange(photos(), keys(("a", P2, None, "z"))))
    assert known(registry) == keys(("a", P2, None, "z"), ("b", P1, None, None)).to_pylist()


def test_assigned_ids_are_distinguished_from_others(ledger: Ledger) -> None:
    registry = PhotoRegistry(ledger)
    ours = [f"{number:036}" for number in range(2_000)]
    with registry.session() as session:
        session.apply(RegistryChange(photos(*ours, P1, P2), KNOWN_KEYS.empty_table()))
        merge = Merge(old_id=P2, photo_id=P1, why="the same")
        session.apply(RegistryChange(photos(), KNOWN_KEYS.empty_table(), [merge]))
    others = [f"x{number:035}" for number in range(2_000)]
    assert registry.given_out([*others, *ours, P2]) == {*ours, P2}
    assert registry.given_out([]) == set()


def test_a_key_of_no_photo_is_refused_and_nothing_is_stored(ledger: Ledger) -> None:
    registry = PhotoRegistry(ledger)
    with pytest.raises(StorageError), registry.session() as session:
        session.apply(
            RegistryChange(photos(P1), keys(("a", P1, None, None), ("b", P2, None, None)))
        )
    assert registry.counts() == {"photos": 0, "aliases": 0, "keys": 0}
    # Other transactions still check foreign keys.
    with pytest.raises(StorageError), ledger.writing() as connection:
        connection.execute(
            text("INSERT INTO photo_keys (key, photo_id) VALUES ('a', :photo)"), {"photo": P2}
        )


@pytest.mark.parametrize("others", [1, 899, 20_000, 120_000])
def test_one_key_of_no_photo_among_many_is_refused(ledger: Ledger, others: int) -> None:
    registry = PhotoRegistry(ledger)
    ours = [f"{number:036}" for number in range(others)]
    rows = [(f"key {number}", photo, None, None) for number, photo in enumerate([*ours, P2])]
    with pytest.raises(StorageError, match=P2), registry.session() as session:
        session.apply(RegistryChange(photos(*ours), keys(*rows)))
    assert registry.counts() == {"photos": 0, "aliases": 0, "keys": 0}
    with registry.session() as session:
        session.apply(RegistryChange(photos(*ours, P2), keys(*rows)))
    assert registry.counts() == {"photos": others + 1, "aliases": 0, "keys": others + 1}


def test_a_key_of_no_photo_among_more_than_are_kept_in_memory_is_refused(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_COMPARED", 2)
    registry = PhotoRegistry(ledger)
    ids = [f"{number:036}" for number in range(5)]
    good = keys(*((one, one, None, None) for one in ids))
    with registry.session() as session:
        session.apply(RegistryChange(photos(*ids), good))
    with pytest.raises(StorageError, match=P2), registry.session() as session:
        session.apply(RegistryChange(photos(P1), pa.concat_tables([good, keys(("k", P2, "", ""))])))
    assert registry.counts() == {"photos": 5, "aliases": 0, "keys": 5}


def test_every_change_gives_the_registry_a_new_revision(ledger: Ledger) -> None:
    registry = PhotoRegistry(ledger)
    seen = []
    for number in range(3):
        with registry.session() as session:
            seen.append(session.revision)
            change = RegistryChange(photos(), keys((f"k{number}", P1, None, None)))
            if number == 0:
                change = RegistryChange(photos(P1), change.keys)
            assert session.apply(change) == session.revision
    assert len({*seen}) == 3
    with pytest.raises(RuntimeError), registry.session() as session:
        session.apply(RegistryChange(photos(P2), keys(("late", P2, None, None))))
        raise RuntimeError
    with registry.session() as session:
        last = session.revision
    with registry.session() as session:
        assert (
            session.revision == last
        )  # a transaction that failed or changed nothing gave no revision
    assert last not in seen


def test_an_older_ledger_is_brought_up_with_its_photos(ledger_url: str) -> None:
    engine = build_engine(parse_address(ledger_url))
    with engine.begin() as connection:
        command.upgrade(_config(connection), "0001")
        connection.execute(
            text("INSERT INTO photos VALUES (:photo, 'sha256:00', '2026-01-01')"), {"photo": P1}
        )
        connection.execute(
            text("INSERT INTO photo_keys VALUES ('k', :photo, NULL, NULL)"), {"photo": P1}
        )
    registry = PhotoRegistry(open_ledger(ledger_url))
    assert registry.photo_of("k") == P1
    with registry.session() as session:
        assert len(session.revision) == 32
