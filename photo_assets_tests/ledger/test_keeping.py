"""Which tables of the ledger are kept in the history, and reading them."""

from pathlib import Path

import pyarrow as pa

from photo_assets.ledger import Audit, AuditEntry, Ledger, Merge, PhotoRegistry, RegistryChange
from photo_assets.ledger.keeping import BY_PHOTO, BY_TIME, REPLACEABLE, Keeping
from photo_assets.ledger.tables import AUDIT, METADATA
from photo_assets_tests.ledgers import ledger, ledger_url, postgres_server

__all__ = ["ledger", "ledger_url", "postgres_server"]

DOCS = Path(__file__).parents[2] / "docs" / "history.md"


def test_every_table_is_kept_or_replaceable_for_a_stated_reason() -> None:
    kept = {table.name for table in (*BY_PHOTO, *BY_TIME)}
    assert kept | REPLACEABLE.keys() == METADATA.tables.keys()
    assert not kept & REPLACEABLE.keys()
    assert all(REPLACEABLE.values())


def test_the_documentation_lists_every_table() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for name in METADATA.tables:
        assert f"`{name}`" in text, name
    for name, reason in REPLACEABLE.items():
        assert reason in text, name


def test_rows_are_read_by_photo(ledger: Ledger) -> None:
    ids = [f"photo-{number:04}" for number in range(3000)]
    photos = pa.table({"photo_id": ids, "anchor": [f"anchor {one}" for one in ids]})
    keys = pa.table(
        {
            "key": [f"sha256:{one}" for one in ids],
            "photo_id": ids,
            "blob": ids,
            "capture": pa.nulls(len(ids), pa.string()),
        }
    )
    with PhotoRegistry(ledger).session() as session:
        session.apply(RegistryChange(photos, keys))
        none = photos.slice(0, 0), keys.slice(0, 0)
        session.apply(RegistryChange(*none, [Merge(ids[1], ids[0], "the same")]))
    Audit(ledger).append(AuditEntry(who="w", action="a", subject="s"))
    with ledger.reading() as connection:
        keeping = Keeping(connection)
        assert keeping.photos(ids).keys() == {*ids}
        assert keeping.photos([]) == {}
        found = keeping.keys(ids)
        assert [row["key"] for row in found[ids[0]]] == [f"sha256:{one}" for one in ids[:2]]
        assert ids[1] not in found
        assert type(next(iter(found[ids[0]][0]))) is str
        assert [row["old_id"] for row in keeping.aliases(ids)[ids[0]]] == [ids[1]]
        assert keeping.merged(ids) == {ids[1]}
        assert sorted(keeping.all_photos()) == ids
        assert [row["action"] for row in keeping.by_time(AUDIT)] == ["a"]
