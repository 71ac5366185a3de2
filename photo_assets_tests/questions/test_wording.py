"""Values are shown as people write them, and what they type back is the same value."""

from typing import Any

import pytest

from photo_assets.metadata.fields import FACT_BY_NAME
from photo_assets.questions import AnswerError, Question
from photo_assets.questions.answering import checked
from photo_assets.questions.wording import accepted, typed_value, value_text


def about(field: str) -> Question:
    return Question(
        id="q",
        kind="metadata_mismatch",
        photo_ids=("p",),
        month=None,
        detail="",
        evidence_digest="00",
        field=field,
    )


def time(
    text: str, precision: str, offset: int | None = None, kind: str = "wall"
) -> dict[str, Any]:
    return {"time": text, "offset_min": offset, "kind": kind, "precision": precision}


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("rating", "3", 3),
        ("rating", "***", 3),
        ("pick", "rejected", -1),
        ("favourite", "Yes", True),
        ("gps", "48.85837, 2.29448", {"latitude": 48.85837, "longitude": 2.29448}),
        ("capture_time", "2019", time("2019-01-01T00:00:00", "year")),
        ("capture_time", "2019-08", time("2019-08-01T00:00:00", "month")),
        ("capture_time", "2019-08-04 11:28", time("2019-08-04T11:28:00", "minute")),
        ("capture_time", "2019-08-04 11:28:12 +02:00", time("2019-08-04T11:28:12", "second", 120)),
        (
            "capture_time",
            "2019-08-04 11:28:12 UTC",
            time("2019-08-04T11:28:12", "second", None, "utc"),
        ),
        ("exposure_time_s", "1/250", 0.004),
        ("iso", "400", 400),
        ("aperture", "2.8", 2.8),
        ("visibility", "friends", "friends"),
        ("caption", "  By the sea ", "By the sea"),
        ("title", "none", None),
    ],
)
def test_what_is_typed_is_a_valid_answer_and_reads_back(field: str, typed: str, value: Any) -> None:
    found = typed_value(field, typed)
    assert found == value
    assert checked(about(field), {"value": found})["value"] == value
    if value is not None and field not in ("rating",):
        assert typed_value(field, value_text(about(field), value)) == value


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("rating", "good"),
        ("gps", "Paris"),
        ("gps", "1, 2, 3"),
        ("capture_time", "last summer"),
        ("favourite", "maybe"),
        ("exposure_time_s", "1/0"),
        ("visibility", "everybody"),
        ("caption", ""),
    ],
)
def test_what_is_no_value_is_refused_with_what_is_accepted(field: str, typed: str) -> None:
    with pytest.raises(AnswerError) as refused:
        typed_value(field, typed)
    assert accepted(field) in (refused.value.hint or "")


def test_every_field_says_what_it_accepts() -> None:
    assert all(accepted(field) for field in FACT_BY_NAME)


def test_stars_and_files_are_readable() -> None:
    assert value_text(about("rating"), 3) == "★★★☆☆"
    assert value_text(about("caption"), None) == "no value"
