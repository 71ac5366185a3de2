"""Long texts are shown with the words in which they differ, on the page and on a terminal."""

import html
from pathlib import Path

import pytest

from photo_assets.cli.resolving.showing import question_lines
from photo_assets.library import open_workspace
from photo_assets.questions import Question, Stated
from photo_assets.questions.differing import marked_values
from photo_assets_tests.questions.library import Asked, entry
from photo_assets_tests.web.visiting import served

SEA = "Mara and Jon walk along the beach near Husum at low tide, in May."
LAKE = "Mara and Elif walk along the beach near Sankt Peter at low tide, in May."


def about(*texts: str | None, field: str = "caption") -> Question:
    """Return a question with these values, the first one proposed."""
    values = tuple(Stated("eagle", str(n), "1", text) for n, text in enumerate(texts))
    return Question(
        id="q",
        kind="metadata_mismatch",
        photo_ids=("p",),
        month=None,
        detail="",
        evidence_digest="00",
        field=field,
        values=values,
        proposal=texts[0],
    )


def marks(question: Question) -> list[list[str]]:
    return [[text for text, differs in parts if differs] for parts in marked_values(question)]


def test_the_words_that_differ_are_marked_in_both_texts() -> None:
    question = about(SEA, LAKE)
    assert marks(question) == [["Jon", "Husum"], ["Elif", "Sankt Peter"]]
    assert ["".join(text for text, _ in parts) for parts in marked_values(question)] == [SEA, LAKE]
    third = f"{SEA} Nobody else is there."
    assert marks(about(SEA, LAKE, third))[2] == [" Nobody else is there."]


@pytest.mark.parametrize(
    "texts",
    [
        ("By the sea", "At the lake"),  # short
        (SEA, "A hill with a castle on it, seen from the train to Prague"),  # hardly alike
        (SEA, None),
        (" ".join(map(str, range(2000))), " ".join(map(str, range(2001)))),  # very long
    ],
)
def test_other_texts_are_left_as_they_are(texts: tuple[str | None, ...]) -> None:
    assert marks(about(*texts)) == [[], []]
    assert marks(about(3, 4, field="rating")) == [[], []]  # type: ignore[arg-type]


def test_the_page_and_the_terminal_show_the_marks(tmp_path: Path) -> None:
    other = LAKE.replace("Elif", "<b>Elif\x1b</b>")
    things = [entry("lightroom", "1", caption=SEA), entry("eagle", "1", caption=other)]
    asked = Asked(tmp_path / "library", things)
    (question,) = asked.questions()
    with served(lambda: open_workspace(asked.folder / "photosync.yaml")) as page:
        text = page.visitor().get("/questions/one").text
    assert "<mark>Sankt Peter</mark>" in text and "<mark>Husum</mark>" in text
    assert "<b>" not in text.split('id="asked"')[1].split('class="values"')[1].split("</ul>")[0]
    assert "Elif" in html.unescape(text)
    printed = "\n".join(question_lines(question, 1, 1, lambda part: f"[{part}]"))
    assert "near [Husum] at" in printed and "near [Sankt Peter] at" in printed
    assert "\x1b" not in printed and "[" not in "\n".join(question_lines(question, 1, 1))
