"""Content that PostgreSQL would refuse is replaced, and the row notes it."""

import json

import pytest

from photo_assets.sinks.supabase import content


def settle(text: str) -> tuple[str, str | None]:
    return content.settle(content.parse(text), text)


def test_content_is_canonical() -> None:
    text, note = settle('{"b": [1.50, {"y": null, "x": "é"}], "a": "\\u00e9"}')
    assert text == '{"a":"é","b":[1.5,{"x":"é","y":null}]}'
    assert note is None


@pytest.mark.parametrize(
    ("value", "mended"),
    [
        (r'"a\u0000b"', "a\ufffdb"),
        (r'"half \ud83d of it"', "half \ufffd of it"),
        (r'"half \uDE00 of it"', "half \ufffd of it"),
        (r'[{"deep": ["\u0000"]}]', [{"deep": ["\ufffd"]}]),
        (r'{"\u0000": 1}', {"\ufffd": 1}),
    ],
)
def test_characters_no_database_stores_are_replaced_and_noted(value: str, mended: object) -> None:
    """In a catalog's own JSON, which comes as text and may hold what no reader looked at."""
    text, note = settle(json.dumps({"extras": value, "other": 1, "notes": None}))
    assert note is not None
    assert "extras" in note
    assert "other" not in note
    assert json.loads(text) == {"extras": mended, "other": 1, "notes": [note]}


def test_nul_in_a_plain_column_is_replaced() -> None:
    text, note = settle('{"title": "a\\u0000b", "notes": null}')
    assert json.loads(text) == {"title": "a\ufffdb", "notes": [note]}


@pytest.mark.parametrize("value", [r'"\ud83d\ude00"', r'"\\u0000"', r'"\\ud83d"'])
def test_text_that_only_looks_like_an_escape_is_kept(value: str) -> None:
    text, note = settle(json.dumps({"extras": value, "notes": None}))
    assert note is None
    assert json.loads(text) == {"extras": json.loads(value), "notes": None}


def test_numbers_beyond_64_bits_become_fractions() -> None:
    text, _ = settle(
        json.dumps({"extras": r'{"a": 123456789012345678901234567890, "b": "\ud83d"}'})
    )
    assert json.loads(text)["extras"]["a"] == pytest.approx(1.2345678901234568e29)


def test_invalid_json_is_kept_as_text() -> None:
    text, note = settle('{"extras": "{broken", "notes": null}')
    assert (json.loads(text)["extras"], note) == ("{broken", None)


@pytest.mark.parametrize("levels", [300, 5000])
def test_deeply_nested_json_is_kept_as_text(levels: int) -> None:
    deep = "[" * levels + "]" * levels
    text, _ = settle(json.dumps({"extras": deep, "notes": None}))
    assert json.loads(text)["extras"] == deep


def test_stated_values_are_the_parsed_json() -> None:
    text, _ = settle('{"stated_values": [{"value": "{\\"a\\": 1}"}, {"value": null}]}')
    assert json.loads(text) == {"stated_values": [{"value": {"a": 1}}, {"value": None}]}


def test_an_emptied_row_keeps_its_columns_and_identity() -> None:
    """A column that is not sent would keep what it holds in the database."""
    row = {"item_id": "i", "photo_id": "p", "title": "x", "keywords": ["y"], "gone": False}
    assert content.emptied(row, ["item_id"]) == {
        "item_id": "i",
        "photo_id": None,
        "title": None,
        "keywords": None,
        "gone": True,
    }
