"""Texts that disagree: which of them holds the others, and a draft that combines them."""

import unicodedata
from typing import Any

from photo_assets.metadata.conflict import ConflictKind
from photo_assets.metadata.fields import FACT_BY_NAME, Comparison
from photo_assets.questions.question import Question

_TEXTS = frozenset({Comparison.TEXT, Comparison.NAME, Comparison.DEVICE, Comparison.MAKE})


def is_text(question: Question) -> bool:
    """Return whether texts disagree, which a person can combine."""
    return (
        question.kind == ConflictKind.METADATA_MISMATCH
        and FACT_BY_NAME[question.field or ""].comparison in _TEXTS
    )


def loses_text(question: Question, chosen: Any) -> bool:
    """Return whether a stated text is not part of the chosen one."""
    return is_text(question) and any(
        value is not None and _plain(value) not in _plain(chosen or "")
        for value, _ in question.different()
    )


def holding_all(question: Question) -> str | None:
    """Return the stated text that holds all others, None if there is none.

    A catalog that withdrew its text states that there is none, which no text holds.
    """
    texts = [value for value, _ in question.different()]
    if not is_text(question) or None in texts:
        return None
    longest: str = max(texts, key=len)
    return None if loses_text(question, longest) else longest


def combined(question: Question) -> str:
    """Return a draft with every stated text once, the proposed one first, a paragraph each."""
    found: list[str] = []
    for value, _ in question.different():
        if value is not None and not any(_plain(value) in _plain(one) for one in found):
            found = [one for one in found if _plain(one) not in _plain(value)]
            found.append(value)
    return "\n".join(found)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
