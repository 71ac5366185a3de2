"""The digest of a search changes with every column that it reads, and with no other."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from photo_assets.identity.lookalikes import LookalikeInputs, search_digest
from photo_assets.identity.lookalikes.search_digest import _READ
from photo_assets.lake import Lake
from photo_assets.lake.stored import AssetPath
from photo_assets.model.tables import FINGERPRINTS, ITEMS, MEMBERS, RELATIONS, TableKind

ASSETS: dict[str, tuple[AssetPath, TableKind]] = {
    ITEMS.name: (("catalog", "folders"), ITEMS),
    FINGERPRINTS.name: (("identity", "fingerprints"), FINGERPRINTS),
    MEMBERS.name: (("identity", "members"), MEMBERS),
    RELATIONS.name: (("identity", "relations"), RELATIONS),
}
MONTHS = ("2020-01-01", "2020-02-01")
NOTHING: Mapping[str, Any] = {}


def value(kind: pa.DataType, salt: int) -> Any:
    """Return a value of a type."""
    if pa.types.is_list(kind):
        return [value(kind.value_type, salt)]
    if pa.types.is_struct(kind):
        return {field.name: value(field.type, salt) for field in kind}
    if pa.types.is_fixed_size_binary(kind):
        return bytes([salt]) * kind.byte_width
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        return pa.scalar(f"v{salt}").cast(kind).as_py()
    if pa.types.is_boolean(kind):
        return bool(salt % 2)
    return pa.scalar(salt).cast(pa.int64()).cast(kind).as_py()


def write(
    lake: Lake,
    name: str,
    salts: list[int],
    month: str = MONTHS[0],
    changed: Mapping[str, Any] = NOTHING,
) -> None:
    asset, kind = ASSETS[name]
    rows = [{f.name: value(f.type, salt) for f in kind.schema} for salt in salts]
    rows[0] |= changed
    lake.write(asset, month, kind, pa.Table.from_pylist(rows, schema=kind.schema))


def told(lake: Lake, *, remember: bool = False, recipe: str = "") -> str:
    files = {name: tuple(lake.files(asset)) for name, (asset, _) in ASSETS.items()}
    inputs = LookalikeInputs(
        items=files[ITEMS.name],
        fingerprints=files[FINGERPRINTS.name],
        members=files[MEMBERS.name],
        relations=files[RELATIONS.name],
    )
    return search_digest(lake, inputs, lake.root / "told", recipe, remember=remember)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path)
    for name in ASSETS:
        for place, month in enumerate(MONTHS):
            write(lake, name, [10 * place, 10 * place + 2], month)
    return lake


@pytest.mark.parametrize("name", ASSETS)
def test_unread_columns_do_not_change_the_digest(lake: Lake, name: str) -> None:
    before = told(lake, remember=True)
    read, schema = _READ[name], ASSETS[name][1].schema
    others = {f.name: value(f.type, 7) for f in schema if f.name not in read}
    write(lake, name, [0, 2], changed=others)
    assert told(lake) == before
    assert told(lake, remember=True) == before


@pytest.mark.parametrize(
    ("name", "column"), [(name, column) for name, columns in _READ.items() for column in columns]
)
def test_read_columns_change_the_digest(lake: Lake, name: str, column: str) -> None:
    before = told(lake, remember=True)
    kind = ASSETS[name][1].schema.field(column).type
    write(lake, name, [0, 2], changed={column: value(kind, 7)})
    assert told(lake) != before
    assert told(lake, remember=True) != before
    write(lake, name, [0, 2])
    assert told(lake) == before


def test_removed_added_and_repeated_rows_change_the_digest(lake: Lake) -> None:
    seen = {told(lake, remember=True)}
    for salts in ([0], [0, 2, 4], [0, 2, 2], [0, 2, 2, 2]):
        write(lake, MEMBERS.name, salts)
        seen.add(told(lake, remember=True))
    assert len(seen) == 5
    assert told(lake, recipe="another distance") not in seen


def test_the_order_and_month_of_rows_have_no_effect(lake: Lake) -> None:
    before = told(lake, remember=True)
    write(lake, MEMBERS.name, [2, 10])
    write(lake, MEMBERS.name, [12, 0], MONTHS[1])
    assert told(lake) == before


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"recipe": 1}', b'{"recipe": [], "x": 0}'])
def test_an_invalid_stored_digest_is_recomputed(lake: Lake, content: bytes) -> None:
    before = told(lake, remember=True)
    (lake.root / "told" / "told.json").write_bytes(content)
    assert told(lake) == before
    assert (lake.root / "told" / "told.json").read_bytes() == content, "nothing is written unasked"
    assert told(lake, remember=True) == before
