"""No decision is lost or doubled by kills, and undoing all gives the tables before them.

The rows are equal digest by digest, and the files byte for byte but for what the footers say of the
decisions: which questions were ever answered, and the digest of the answers.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from photo_assets.model.tables import CONFLICTS
from photo_assets_tests.questions.crashes import (
    answer_everything,
    killed_again_and_again,
    stored,
    undo_everything,
)
from photo_assets_tests.questions.library import Asked, entry

_FIELDS = ("title", "caption", "label", "city", "state", "country", "creator", "copyright")


def library(folder: Path, photos: int) -> Asked:
    """Return a library in which two catalogs disagree about ten fields of each photo."""
    things = []
    for n in range(photos):
        for source, rating, pick in (("lightroom", 2, 1), ("eagle", 5, -1)):
            texts: dict[str, Any] = {field: f"{field} of {source}" for field in _FIELDS}
            texts |= {"rating": rating, "pick": pick}
            things.append(entry(source, str(n), month=1 + n % 4, **texts))
    return Asked(folder, things)


@pytest.mark.parametrize(
    ("photos", "most"), [(4, 25), pytest.param(500, 400, marks=pytest.mark.slow)]
)
def test_decisions_survive_kills_and_undoing_them_restores_the_view(
    tmp_path: Path, photos: int, most: int
) -> None:
    asked = library(tmp_path / "library", photos)
    before, questions = asked.digests(), asked.questions()
    assert len(questions) == photos * 10
    assert killed_again_and_again(asked.workspace, answer_everything, most, seed=1) > 0
    decisions = stored(asked.workspace)
    assert Counter(one.conflict_id for one in decisions) == Counter(q.id for q in questions)
    asked.refresh()
    assert asked.rows(CONFLICTS) == []
    assert all(row["rating"] == 5 for row in asked.rows())
    assert killed_again_and_again(asked.workspace, undo_everything, most, seed=2) > 0
    assert len(stored(asked.workspace)) == 2 * len(questions)
    asked.refresh()
    assert asked.digests() == before
    assert [one.id for one in asked.questions()] == [one.id for one in questions]
