"""Answers that lose nothing, and so need no person: exact duplicates, and texts within others.

Everything else is left to people. These answers are counted apart from theirs.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow.compute as pc

from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_table
from photo_assets.metadata.conflict import ConflictKind
from photo_assets.metadata.fields import FACT_BY_NAME, Comparison
from photo_assets.model.tables import MEMBERS
from photo_assets.questions.question import REVIEWED, Question
from photo_assets.questions.rules import Answers
from photo_assets.questions.texts import holding_all

_ENTRY = ("source", "catalog", "native_id")


def simple_answers(lake: Lake, questions: Sequence[Question]) -> Answers:
    """Return the answers to those questions for which nothing can be lost.

    A picture that a catalog lists several times with the same bytes: all entries are kept. A title,
    caption, creator or copyright that holds what the others state. Raises `StorageError`.
    """
    answers: Answers = []
    duplicates: defaultdict[str, list[Question]] = defaultdict(list)
    for question in questions:
        if question.kind == ConflictKind.DUPLICATE:
            duplicates[question.month or ""].append(question)
        elif (text := _whole_text(question)) is not None:
            answers.append((question, {"value": text}))
    for month, some in duplicates.items():
        blobs = _blobs(lake, month, {question.photo_ids[0] for question in some})
        answers += [(one, REVIEWED) for one in some if _is_one_file(one, blobs)]
    return answers


def _whole_text(question: Question) -> str | None:
    if question.kind != ConflictKind.METADATA_MISMATCH:
        return None
    if FACT_BY_NAME[question.field or ""].comparison is not Comparison.TEXT:
        return None  # "Paris" is not "Paris, Texas"
    return holding_all(question)


def _blobs(lake: Lake, month: str, photos: set[str]) -> dict[tuple[str, ...], bytes | None]:
    columns = ["photo_id", *_ENTRY, "sha256"]
    table = lake.read(photo_table(MEMBERS), month, MEMBERS, columns)
    rows = table.filter(pc.field("photo_id").isin(sorted(photos))).to_pylist()
    return {tuple(row[name] for name in _ENTRY): row["sha256"] for row in rows}


def _is_one_file(question: Question, blobs: Mapping[tuple[str, ...], Any]) -> bool:
    """Return whether all entries have the same known bytes."""
    found = {blobs.get((one.source, one.catalog, one.native_id)) for one in question.values}
    return len(found) == 1 and None not in found
