"""The terminal and the page say the same: what is asked, each answer, and why it is asked again."""

import html
from collections.abc import Iterator

import pytest

from photo_assets.cli.resolving.showing import answer_text, key_line, keys, question_lines
from photo_assets.library import open_workspace
from photo_assets.questions.asking import answer_words, asked_words, likeness, offers, open_words
from photo_assets.questions.question import DIFFERENT, REVIEWED, SAME
from photo_assets_tests.questions.alike import find
from photo_assets_tests.questions.library import Asked, entry
from photo_assets_tests.web.visiting import Page, served


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """A rating that was answered and stated anew, a duplicate, and two photos that look alike."""
    made = Asked(
        tmp_path_factory.mktemp("asked"),
        [
            entry("lightroom", "1", rating=3),
            entry("eagle", "1", rating=4),
            *(entry("lightroom", name, b"2", month=6) for name in ("2", "2 again")),
        ],
    )
    made.answering.answer(made.one(field="rating"), {"value": 1})
    made.put(entry("eagle", "1", rating=5))
    find(made, ("1", "2", 3))
    return made


@pytest.fixture(scope="module")
def shown(asked: Asked) -> Iterator[Page]:
    with served(lambda: open_workspace(asked.folder / "photosync.yaml")) as page:
        yield page


def test_a_question_and_its_answers_have_the_same_words_in_both(asked: Asked, shown: Page) -> None:
    client, kinds = shown.visitor(), []
    for question in asked.questions():
        kinds.append(question.kind)
        page = html.unescape(client.get("/questions/one", params={"id": question.id}).text)
        printed = "\n".join([*question_lines(question, 1, 1), key_line(question)])
        assert asked_words(question) in page and asked_words(question) in printed
        for offer in offers(question):
            assert offer.words in printed
            assert offer.words in page or offer.words[0].upper() + offer.words[1:] in page
            assert answer_text(question, offer.answer) == offer.words
            assert offer.effect in page
            assert not offer.effect or f"{offer.words}: {offer.effect}" in keys(question).values()
    assert kinds == ["lookalike", "duplicate", "metadata_mismatch"]


def test_why_a_question_is_asked_again_is_said_in_both(asked: Asked, shown: Page) -> None:
    (question,) = asked.questions(field="rating")
    page = html.unescape(shown.visitor().get("/questions/one", params={"id": question.id}).text)
    printed = "\n".join(question_lines(question, 1, 1))
    for words in (
        "Asked again: Mara answered “★☆☆☆☆” on ",
        "eagle/main says since then: ★★★★★",
        "eagle/main no longer says: ★★★★☆",
    ):
        assert words in page and words in printed


def test_two_photos_are_to_be_seen_on_the_page(asked: Asked) -> None:
    (question,) = asked.questions(kind="lookalike")
    assert "     To see both pictures: photosync review" in [*question_lines(question, 1, 1)]


def test_an_answer_without_its_question_is_no_json() -> None:
    place = {"latitude": 48.85837, "longitude": 2.29448}
    time = {"time": "2019-08-04T11:28:00", "offset_min": 120, "kind": "wall", "precision": "minute"}
    said = [
        *(answer_words(None, {"value": value}) for value in ("Sea", 3, True, None, place, time)),
        *(answer_words(None, answer) for answer in (SAME, DIFFERENT, REVIEWED)),
    ]
    assert said == [
        *("Sea", "3", "yes", "no value", "48.858370, 2.294480", "2019-08-04 11:28 +02:00"),
        *("the same photo", "different photos", "seen, leave it as it is"),
    ]


def test_likeness_and_counts_are_sentences() -> None:
    found = {"distance": 3, "turn": "rotated_90", "capture_difference_s": 0, "relation": "edit_of"}
    assert likeness(found) == (
        "3 of 64 picture bits differ; A looks like B when it is rotated 90; "
        "taken in the same second; a catalog relates them: edit of."
    )
    assert open_words({"lookalike": 1, "duplicate": 2000}) == (
        "2,001 open questions: 1 lookalike, 2,000 duplicate"
    )
    assert open_words({}) == "no open questions"
