"""Replies are untrusted text: what is stored of one fits the question exactly."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.ai.prompt import LONGEST_DESCRIPTION, MOST_TAGS, Prompt, request_digest
from photo_assets.ai.reply import InvalidReplyError, read_reply
from photo_assets.configuration.ai import AiVocabulary

PROMPT = Prompt("en", AiVocabulary(emotion=("joy",), photo_category=()))
FINE: dict[str, Any] = {
    "language": "en",
    "description": "  A kayak at dawn. ",
    "tags": ["kayak", "dawn", "kayak"],
    "emotion": None,
    "quality_score": 7,
    "confidence": 0.5,
}
_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


def test_a_fitting_reply_is_read() -> None:
    answer = read_reply(json.dumps(FINE), PROMPT)
    assert answer.values.description == "A kayak at dawn."
    assert answer.values.tags == ("kayak", "dawn")
    assert (answer.values.quality_score, answer.confidence) == (7.0, 0.5)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"description": "a\u202eb"}, "control_characters"),
        ({"description": "line\nbreak"}, "control_characters"),
        ({"tags": ["<b>bold"]}, "address_or_markup"),
        ({"description": "see www.example.org"}, "address_or_markup"),
        ({"description": "x" * (LONGEST_DESCRIPTION + 1)}, "not_in_schema"),
        ({"tags": [str(n) for n in range(MOST_TAGS + 1)]}, "not_in_schema"),
        ({"description": " "}, "not_in_schema"),
        ({"quality_score": 11}, "not_in_schema"),
        ({"confidence": "0.5"}, "not_in_schema"),
        ({"photo_category": "action"}, "not_in_vocabulary"),  # was not asked for
        ({"emotion": "JOY"}, "not_in_vocabulary"),
        ({"description": "Байдарка на рассвете"}, "wrong_language"),
    ],
)
def test_what_does_not_fit_is_refused_by_a_code(change: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidReplyError) as refused:
        read_reply(json.dumps({**FINE, **change}), PROMPT)
    assert str(refused.value) == code


def test_each_language_has_its_script() -> None:
    russian = {**FINE, "language": "ru", "description": "Байдарка на рассвете", "tags": []}
    assert read_reply(json.dumps(russian), Prompt("ru", AiVocabulary())).values.description
    with pytest.raises(InvalidReplyError, match="wrong_language"):
        read_reply(json.dumps({**russian, "description": "A kayak"}), Prompt("ru", AiVocabulary()))


@settings(max_examples=100)
@given(
    st.text()
    | _JSON.map(json.dumps)
    | st.dictionaries(st.sampled_from([*FINE]), _JSON).map(
        lambda change: json.dumps({**FINE, **change})
    )
)
def test_no_reply_ends_a_run(text: str) -> None:
    try:
        answer = read_reply(text, PROMPT)
    except InvalidReplyError as error:
        assert text not in str(error) or len(text) < 3
        return
    description = answer.values.description or ""
    assert 0 < len(description) <= LONGEST_DESCRIPTION and "://" not in description
    assert answer.values.emotion in (None, "joy") and answer.values.photo_category is None


def test_another_question_has_another_name() -> None:
    names = {
        request_digest(blob, size, model, prompt)
        for blob in (b"a" * 32, b"b" * 32)
        for size in (500, 1920)
        for model in ("m", "n")
        for prompt in (PROMPT, Prompt("de", PROMPT.vocabulary), Prompt("en", AiVocabulary()))
    }
    assert len(names) == 24
