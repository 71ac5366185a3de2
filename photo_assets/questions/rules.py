"""Rules that answer many questions at once, with what they would do before they do it.

A rule is applied once, by a person, to the questions that are open then. The rules that decide by
themselves are those of `metadata.rules`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from photo_assets.metadata.conflict import ConflictKind
from photo_assets.metadata.fields import FACT_BY_NAME
from photo_assets.model.wording import counted
from photo_assets.questions.answering import AnswerError
from photo_assets.questions.question import Question, Stated
from photo_assets.questions.texts import loses_text

Answers = list[tuple[Question, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """Use what `preferred` states: a source, or a catalog as source/catalog. `field` is a fact."""

    field: str
    preferred: str

    @classmethod
    def parse(cls, text: str) -> "Rule":
        """Return the rule of a text such as `caption=lightroom`. Raises `AnswerError`."""
        name, _, preferred = (part.strip() for part in text.partition("="))
        if name not in FACT_BY_NAME or not preferred:
            raise AnswerError(
                f"{text!r} is not a rule.",
                hint="A rule is FIELD=SOURCE or FIELD=SOURCE/CATALOG, such as caption=lightroom. "
                f"Fields: {', '.join(FACT_BY_NAME)}.",
            )
        return cls(name, preferred)

    def __str__(self) -> str:
        return f"{self.field}={self.preferred}"

    def takes(self, stated: Stated) -> bool:
        """Return whether a statement is one of the preferred ones."""
        return self.preferred in (stated.source, stated.carrier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a rule would do: its answers, and the questions that it leaves open.

    `losing`: answered questions for which a catalog's text is neither chosen nor part of the chosen
    one. `silent`: the preferred catalog states nothing. `divided`: it states several values.
    """

    rule: Rule
    answers: Answers = field(default_factory=list)
    losing: list[Question] = field(default_factory=list)
    silent: int = 0
    divided: int = 0

    def sentence(self) -> str:
        """Return the preview in one line."""
        words = FACT_BY_NAME[self.rule.field].words.lower()
        parts = [
            f"Prefer the {words} of {self.rule.preferred}: {counted(len(self.answers), 'photo')}"
        ]
        if self.losing:
            parts.append(f"{len(self.losing):,} of them would lose text")
        if self.silent:
            parts.append(f"{self.silent:,} stay open because {self.rule.preferred} states none")
        if self.divided:
            parts.append(f"{self.divided:,} stay open because it states several")
        return ", ".join(parts) + "."


def preview(questions: Iterable[Question], rule: Rule) -> Preview:
    """Return what `rule` would do with the questions about its field. Nothing is stored."""
    made: Answers = []
    losing: list[Question] = []
    silent = divided = 0
    for question in questions:
        if question.kind != ConflictKind.METADATA_MISMATCH or question.field != rule.field:
            continue
        preferred = [
            value
            for value, stated in question.different()
            if value is not None and any(rule.takes(one) for one in stated)
        ]
        if len(preferred) != 1:
            silent += not preferred
            divided += bool(preferred)
            continue
        made.append((question, {"value": preferred[0]}))
        if loses_text(question, preferred[0]):
            losing.append(question)
    return Preview(rule=rule, answers=made, losing=losing, silent=silent, divided=divided)
