"""Every table's schema is documented, names its columns once, and survives a Parquet file."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from photo_assets.model import tables
from photo_assets.model.tables import TableKind

KINDS = [kind for kind in vars(tables).values() if isinstance(kind, TableKind)]


def test_kinds_have_names_of_their_own() -> None:
    assert len(KINDS) >= 7
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert all(kind.version >= 1 for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_columns_are_named_once(kind: TableKind) -> None:
    assert len(set(kind.schema.names)) == len(kind.schema.names)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_schema_comes_back_from_parquet(kind: TableKind, tmp_path: Path) -> None:
    file = tmp_path / "t.parquet"
    pq.write_table(kind.schema.empty_table(), file)
    assert pq.read_table(file).cast(kind.schema).schema.equals(kind.schema)
    assert pq.read_schema(file).equals(kind.schema)
