"""Look-alikes are asked once, the most likely first, and again only for what nobody had seen."""

import shutil
from pathlib import Path

import pytest

from photo_assets.questions import AnswerError, Queue
from photo_assets.questions.wording import value_text
from photo_assets_tests.questions.alike import find
from photo_assets_tests.questions.library import Asked, entry


@pytest.fixture(scope="module")
def alike(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    things = [entry("lightroom", n, month=5 + int(n) % 2, rating=int(n)) for n in "123"]
    return Asked(tmp_path_factory.mktemp("alike"), things)


@pytest.fixture
def asked(alike: Asked, tmp_path: Path) -> Asked:
    shutil.copytree(alike.folder, tmp_path / "library")
    copy = Asked(tmp_path / "library", alike.catalogs.things.values(), made=True)
    find(copy, ("1", "2", 7), ("2", "3", 2))
    return copy


def pairs(asked: Asked) -> list[set[str]]:
    """Return the entries of each pair that is asked about, in order."""
    return [
        {one.native_id for one in question.values} for question in asked.questions(kind="lookalike")
    ]


def test_the_most_likely_pair_is_asked_first_and_crowds_are_not(asked: Asked) -> None:
    assert pairs(asked) == [{"1", "2"}, {"2", "3"}]
    first = asked.questions(kind="lookalike")[0]
    assert first.more is not None and first.more["distance"] == 7
    assert {one.value["file_name"] for one in first.values} == {"IMG_1.JPG", "IMG_2.JPG"}
    assert {one.value["taken"] for one in first.values} >= {"2020-06-03 12:00:00"}
    assert {one.value["file_size"] for one in first.values} == {1}
    assert all(", 1 B, 2020-" in value_text(first, one.value) for one in first.values)
    one_photo = asked.questions(photo_id=first.photo_ids[0])
    assert first in one_photo


def test_photos_called_different_are_asked_about_again_only_for_new_contents(asked: Asked) -> None:
    question = asked.questions(kind="lookalike")[0]
    asked.answering.answer(question, {"same": False})
    assert pairs(asked) == [{"2", "3"}]
    asked.refresh()
    asked.put(entry("eagle", "1 again", b"1"))  # a further item shows nothing new
    find(asked, ("1", "2", 7), ("2", "3", 2))
    assert pairs(asked) == [{"2", "3"}]
    asked.put(entry("eagle", "1 edited", b"edited", image=b"pixels of 1"))
    find(asked, ("1 edited", "2", 5), ("2", "3", 2))
    again = asked.questions(kind="lookalike")[0]
    assert again.photo_ids == question.photo_ids
    assert again.reopened is not None and again.reopened.answer == {"same": False}
    asked.answering.answer(again, {"same": False})
    assert pairs(asked) == [{"2", "3"}]


def test_merged_photos_are_one_and_their_answers_go_with_them(asked: Asked) -> None:
    first, second = asked.questions(kind="lookalike")
    asked.answering.answer(first, {"same": False})
    asked.answering.answer(second, {"same": True})
    asked.refresh()
    assert len(asked.rows()) == 2
    find(asked, ("1", "2", 7), ("2", "3", 2), ("1", "3", 6))
    # The third photo is now the second one; only its own content was never compared with the first.
    assert pairs(asked) in ([], [{"1", "2"}], [{"1", "3"}])
    asked.answering.undo_last()
    asked.refresh()
    assert {row["photo_id"] for row in asked.rows()} == {
        *first.photo_ids,
        *second.photo_ids,
    }
    find(asked, ("1", "2", 7), ("2", "3", 2))
    assert pairs(asked) == [{"2", "3"}]


def test_undoing_a_second_answer_brings_the_first_one_back(asked: Asked) -> None:
    first, second = asked.questions(kind="lookalike")
    asked.answering.answer(first, {"same": False})
    asked.put(entry("eagle", "1 edited", b"edited", image=b"pixels of 1"))
    found = ("1 edited", "2", 5), ("2", "3", 2), ("1", "3", 6)
    find(asked, *found)
    again = asked.questions(kind="lookalike")[0]
    asked.answering.answer(again, {"same": True})
    (undone,) = asked.answering.undo_last()
    assert (undone.answer, undone.evidence_digest) == ('{"same":false}', first.evidence_digest)
    reopened = asked.questions(kind="lookalike")[0]
    assert reopened.id == again.id and reopened.reopened is not None
    # As the two are different, what joins each of them with a third one is not followed.
    third = asked.questions(kind="lookalike")[-1]
    asked.answering.answer(second, {"same": True})
    asked.answering.answer(third, {"same": True})
    asked.refresh()
    assert len(asked.rows()) == 2


def test_a_pair_whose_photo_is_gone_is_neither_counted_nor_asked(asked: Asked) -> None:
    first, second = asked.questions(kind="lookalike")
    (shared,) = {*first.photo_ids} & {*second.photo_ids}
    asked.answering.answer(first, {"same": True})
    asked.refresh()  # the search does not run, so it still lists the photo that was merged
    (stayed,) = {*first.photo_ids} & {row["photo_id"] for row in asked.rows()}
    expected = 1 if stayed == shared else 0
    assert len(asked.questions(kind="lookalike")) == expected
    assert Queue(asked.workspace).counts().get("lookalike", 0) == expected


def test_other_answers_do_not_fit(asked: Asked) -> None:
    with pytest.raises(AnswerError):
        asked.answering.answer(asked.questions(kind="lookalike")[0], {"reviewed": True})
