"""Equal values are equal texts; digests are those that stored tables already hold."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import IntEnum, StrEnum

import pytest

from photo_assets.model.canonical import canonical, canonical_digest, canonical_json, inputs_digest


class Word(StrEnum):
    ONE = "one"


class Number(IntEnum):
    TWO = 2


class Names(list[str]):
    pass


@dataclass(frozen=True, slots=True)
class Pair:
    b: int
    a: bytes


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": {"d": [2, 1], "c": None}}, '{"a":{"c":null,"d":[2,1]},"b":1}'),
        (Pair(1, b"\x00\xff"), '{"b":1,"a":"00ff"}'),
        ([Word.ONE, Number.TWO, ("x",)], '["one",2,["x"]]'),
        (Counter({"b": 2, "a": 1}), '{"a":1,"b":2}'),
        (defaultdict(Names, {"a": Names(["x"])}), '{"a":["x"]}'),
        ("Ünï 写真 \u0000 \"'/", '"Ünï 写真 \\u0000 \\"\'/"'),
        ([1.5, 1e300, True, -0.0], "[1.5,1e+300,true,-0.0]"),
        ([date(2020, 1, 2), time(3, 4)], '["2020-01-02","03:04:00"]'),
    ],
)
def test_a_value_has_one_text(value: object, text: str) -> None:
    assert canonical(value) == text
    assert canonical_json(value) == text.encode()


def test_one_instant_has_one_text_whatever_its_zone() -> None:
    instant = datetime(2020, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
    other = instant.astimezone(timezone(timedelta(hours=9)))
    assert canonical_json([instant]) == canonical_json([other])
    assert canonical_json([instant]) == b'["2020-01-02T03:04:05.000006+00:00"]'


def test_a_stored_wall_clock_gets_no_zone() -> None:
    """Extras hold wall clocks; with a zone they would be read back as instants."""
    assert canonical([datetime(2020, 1, 2, 3, 4, 5)]) == '["2020-01-02T03:04:05"]'
    assert canonical([datetime(2020, 1, 2, tzinfo=UTC)]) == '["2020-01-02T00:00:00+00:00"]'


@pytest.mark.parametrize("value", [object(), {1, 2}, "\ud800"])
def test_what_has_no_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


def test_digests_are_those_that_are_stored() -> None:
    """With others every table of every library would be rebuilt, and every row sent again."""
    value = [{"b": "é", "a": None}, ["x", 1]]
    assert (
        canonical_digest(value)
        == "98682e3a027184765493b235bdcf9de704720b2bc3356bea84747efc8972bf83"
    )
    assert (
        inputs_digest(value) == "5e9ce1fd893f83bd117bb1afaafcfe9d29d6fa85c7cfdcc24ec4547d7d5f57ab"
    )
