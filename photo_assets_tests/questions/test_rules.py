"""Rules and automatic answers say first what they would do, and leave open what could lose."""

import pytest

from photo_assets.questions import AnswerError
from photo_assets.questions.automatic import simple_answers
from photo_assets.questions.rules import Rule, preview
from photo_assets.questions.texts import combined, holding_all, loses_text
from photo_assets_tests.questions.library import Asked, entry


def test_a_preview_counts_what_would_be_lost_and_stores_nothing(asked: Asked) -> None:
    asked.put(
        entry("lightroom", "7", month=8, caption="Dunes"),
        entry("eagle", "7", month=8, caption="Dunes at dusk"),
        entry("flickr", "8", month=8, caption="A boat"),
        entry("eagle", "8", month=8, caption="A ship"),
        entry("lightroom", "9", month=8, caption="Old"),
        entry("lightroom", "9 again", b"9", month=8, caption="New"),
    )
    found = preview(asked.questions(), Rule.parse("caption = eagle"))
    assert {question.field for question, _ in found.answers} == {"caption"}
    assert found.sentence() == (
        "Prefer the caption of eagle: 3 photos, 1 of them would lose text, "
        "1 photo stays open because eagle states none."
    )
    found = preview(asked.questions(), Rule.parse("caption=lightroom/main"))
    assert (len(found.answers), len(found.losing), found.silent, found.divided) == (2, 2, 1, 1)
    assert len(asked.questions(field="caption")) == 4


@pytest.mark.parametrize("text", ["caption", "keywords=eagle", "=eagle", "caption="])
def test_what_is_no_rule_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(AnswerError) as refused:
        Rule.parse(text)
    assert "caption=lightroom" in (refused.value.hint or "")


def test_simple_answers_lose_nothing(asked: Asked) -> None:
    answers = simple_answers(asked.workspace.lake, asked.questions())
    assert {(question.kind, question.field, str(answer)) for question, answer in answers} == {
        ("metadata_mismatch", "caption", "{'value': 'At the sea, in May'}"),
        ("duplicate", None, "{'reviewed': True}"),
    }


def test_duplicates_of_other_bytes_are_left_to_people(asked: Asked) -> None:
    asked.put(
        entry("lightroom", "5", b"edited", image=b"same"),
        entry("lightroom", "5 again", b"as shot", image=b"same"),
    )
    answered = {
        question.values[0].native_id
        for question, _ in simple_answers(asked.workspace.lake, asked.questions(kind="duplicate"))
    }
    assert answered == {"2"}
    assert len(asked.questions(kind="duplicate")) == 2


def test_a_draft_holds_every_text_once(asked: Asked) -> None:
    caption, title = asked.one(field="caption"), asked.one(field="title")
    assert combined(caption) == holding_all(caption) == "At the sea, in May"
    assert set(combined(title).splitlines()) == {"Hill", "Mount"}
    assert holding_all(title) is None
    assert not loses_text(title, combined(title))
    assert loses_text(title, "Hill")
    assert loses_text(title, None)
