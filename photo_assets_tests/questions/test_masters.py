"""A missing master is replaced by the file that a person chooses, until that is undone."""

import json
from pathlib import Path
from typing import Any

import pytest

from photo_assets.cli.resolving.showing import key_line, question_lines
from photo_assets.defs.joins import chosen_masters, photos_due
from photo_assets.identity.photos.checking import count_followed
from photo_assets.lake.inputs import photo_table
from photo_assets.ledger import PhotoRegistry
from photo_assets.model.tables import PHOTOS
from photo_assets.model.vocabulary import Availability
from photo_assets.questions import AnswerError
from photo_assets.questions.asking import asked_words, offers
from photo_assets.questions.question import REVIEWED
from photo_assets_tests.questions.library import Asked, entry

MISSING = "missing_master"
TAKEOUT = {"source": "google_takeout", "catalog": "main", "native_id": "1"}


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """A photo whose master is missing; two of its other files are there, one is in the trash."""
    return Asked(
        tmp_path / "library",
        [
            entry("lightroom", "1", availability=Availability.MISSING),
            entry("eagle", "1", availability=Availability.OFFLINE),
            entry("flickr", "1", availability=Availability.TRASHED),
            entry("google_takeout", "1"),
            entry("lightroom", "2", month=6),
        ],
    )


def master(asked: Asked) -> dict[str, Any]:
    """Return the stored master of the first photo, and the rule that chose it."""
    rows = asked.workspace.lake.read(photo_table(PHOTOS), "2020-05-01", PHOTOS).to_pylist()
    (row,) = rows
    return {name: row[f"master_{name}"] for name in (*TAKEOUT, "reason")}


def unfollowed(asked: Asked) -> int:
    workspace = asked.workspace
    registry, masters = PhotoRegistry(workspace.ledger), chosen_masters(workspace)
    return count_followed(workspace.lake, registry, (), masters).broken


def test_files_that_are_there_may_be_chosen_those_at_hand_first(asked: Asked) -> None:
    question = asked.one(kind=MISSING)
    assert asked_words(question) == "Which file stands for the photo?"
    assert [(one.answer, one.words) for one in offers(question)] == [
        ({"master": TAKEOUT}, "the main file is that of google_takeout/main: 1"),
        (
            {"master": {**TAKEOUT, "source": "eagle"}},
            "the main file is that of eagle/main: 1",
        ),
        (REVIEWED, "seen, leave it as it is"),
    ]
    printed = [*question_lines(question, 1, 1)]
    keys = [line[2] for line in printed[printed.index("") + 1 :: 2]]
    files = [one.source for one in question.values]
    expected = {"google_takeout": "A", "eagle": "B"}
    assert keys == [expected.get(source, " ") for source in files]
    assert key_line(question).startswith("A B use  R seen, leave it as it is  S skip")
    for wrong in ("lightroom", "flickr"):  # missing, and in the trash
        with pytest.raises(AnswerError):
            asked.answering.answer(question, {"master": {**TAKEOUT, "source": wrong}})


def test_the_chosen_file_is_the_master_until_the_answer_is_undone(asked: Asked) -> None:
    before, question = asked.digests(), asked.one(kind=MISSING)
    assert master(asked)["source"] == "lightroom"
    asked.answering.answer(question, {"master": TAKEOUT})
    assert unfollowed(asked) == 1
    assert photos_due(asked.workspace) == ["2020-05-01"]  # and no other month
    asked.refresh()
    assert master(asked) == {**TAKEOUT, "reason": "decision"}
    assert photos_due(asked.workspace) == [] == asked.questions(kind=MISSING)
    assert unfollowed(asked) == 0
    asked.put(entry("lightroom", "1"))  # the missing file is back: the choice stands
    assert master(asked)["source"] == "google_takeout"
    asked.put(entry("lightroom", "1", availability=Availability.MISSING))
    (undone,) = asked.answering.undo_last()
    assert json.loads(undone.answer) == {"withdrawn": True}
    assert photos_due(asked.workspace) == ["2020-05-01"]
    asked.refresh()
    assert master(asked)["source"] == "lightroom"
    assert asked.digests() == before and len(asked.questions(kind=MISSING)) == 1


def test_if_the_chosen_file_goes_missing_too_the_question_is_asked_again(asked: Asked) -> None:
    asked.answering.answer(asked.one(kind=MISSING), {"master": TAKEOUT})
    asked.put(entry("google_takeout", "1", availability=Availability.MISSING))
    again = asked.one(kind=MISSING)
    assert again.reopened is not None and again.reopened.answer == {"master": TAKEOUT}
    asked.answering.answer(again, dict(offers(again)[0].answer))
    asked.refresh()
    assert (master(asked)["source"], asked.questions(kind=MISSING)) == ("eagle", [])
