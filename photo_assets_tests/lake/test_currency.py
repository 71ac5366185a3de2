"""A table is current if it exists, is intact, of this version, and made from these inputs."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from photo_assets.lake import Lake
from photo_assets.lake.currency import INPUTS, intact_footer, is_current
from photo_assets.model.tables import TableKind

ASSET = ("layer", "things")
NAME = "2024-01-01"
KIND = TableKind("things", 2, pa.schema([("a", pa.int64())]))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path)
    lake.write(ASSET, NAME, KIND, pa.table({"a": [1]}), extra={INPUTS: "from this"})
    return lake


def current(lake: Lake, kind: TableKind = KIND, inputs: str = "from this") -> bool:
    return is_current(lake, ASSET, NAME, kind, inputs)


def test_a_table_made_from_the_same_inputs_is_current(lake: Lake) -> None:
    assert current(lake)
    assert not current(lake, inputs="from that")


@pytest.mark.parametrize("kind", [replace(KIND, version=3), replace(KIND, name="others")])
def test_a_table_of_another_kind_or_version_is_not_current(lake: Lake, kind: TableKind) -> None:
    assert not current(lake, kind)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no table at all" * 100])
def test_a_damaged_table_is_never_current(lake: Lake, content: bytes) -> None:
    lake.path(ASSET, NAME).write_bytes(content)
    assert intact_footer(lake, ASSET, NAME) is None
    assert not current(lake)
    assert not is_current(lake, ASSET, NAME, KIND, "from this", may_lack=True)


def test_a_missing_table_is_current_if_there_are_no_rows(lake: Lake) -> None:
    lake.path(ASSET, NAME).unlink()
    assert not current(lake)
    assert is_current(lake, ASSET, NAME, KIND, "from this", may_lack=True)
    assert intact_footer(lake, ASSET, NAME) is None


def test_the_tables_digest_may_identify_its_inputs(lake: Lake) -> None:
    lake.write(ASSET, NAME, KIND, pa.table({"a": [2]}), digest="abc", extra={"parts": "{}"})
    assert current(lake, inputs="abc")
    assert not current(lake, inputs="from this")


def test_the_footer_key_of_the_inputs_is_configurable(lake: Lake) -> None:
    lake.write(ASSET, NAME, KIND, pa.table({"a": [2]}), extra={"made_from": "x"})
    assert is_current(lake, ASSET, NAME, KIND, "x", key="made_from")
    assert not current(lake, inputs="x")
