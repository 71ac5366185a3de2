"""Asking one question after another, and storing each answer at once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from photo_assets.cli.resolving.screens import Screen
from photo_assets.cli.resolving.showing import (
    answer_text,
    choices,
    key_line,
    keys,
    question_lines,
)
from photo_assets.cli.terminal import shown
from photo_assets.ledger import Decision, DecisionChangedError
from photo_assets.model.errors import PhotoAssetsError
from photo_assets.questions import AnswerError, Answering, Question
from photo_assets.questions.texts import combined
from photo_assets.questions.wording import accepted, typed_value


@dataclass(slots=True)
class Dialogue:
    """The questions of one sitting. `answered`: positions that have an answer now.

    `given`: the position and number of every decision that was not undone, in their order.
    """

    screen: Screen
    answering: Answering
    questions: list[Question]
    at: int = 0
    answered: set[int] = field(default_factory=set)
    given: list[tuple[int, int]] = field(default_factory=list)
    confirmed: set[int] = field(default_factory=set)
    elsewhere: set[int] = field(default_factory=set)
    changed: bool = False  # whether a decision was stored, be it undone since

    def run(self) -> None:
        """Ask until every question is answered or skipped, or the person quits."""
        while self.at < len(self.questions):
            question = self.questions[self.at]
            place, total = self.at + 1, len(self.questions)
            self.screen.show(question_lines(question, place, total, self.screen.mark))
            while True:
                key = self.screen.key(key_line(question))
                if key == "Q":
                    return
                if self._pressed(key, question):
                    break

    def _pressed(self, key: str, question: Question) -> bool:
        """Do what a key means; return whether another question, or this one again, is shown."""
        given = choices(question)
        if key in given:
            return self._answer(question, given[key])
        match key:
            case "S" | "J":
                self.at += 1
            case "K":
                self.at = max(self.at - 1, 0)
            case "U":
                return self._undo()
            case "C" | "T" if key in keys(question):
                return self._typed(key, question)
            case _:
                meanings = keys(question).items()
                self.screen.explain(f"  {name}  {meaning}" for name, meaning in meanings)
                return False
        return True

    def _typed(self, key: str, question: Question) -> bool:
        name = question.field or ""
        draft = combined(question) if key == "C" else ""
        text = self.screen.text("Text" if key == "C" else accepted(name), draft)
        if text is None:
            self.screen.tell("Nothing was stored.")
            return False
        try:
            return self._answer(question, {"value": typed_value(name, text)})
        except AnswerError as error:
            self._tell(error)
            return False

    def _answer(self, question: Question, answer: Mapping[str, Any]) -> bool:
        try:
            stored = self.answering.answer(question, answer)
        except AnswerError as error:
            self._tell(error)
            return False
        except DecisionChangedError:
            self.elsewhere.add(self.at)
            self.screen.tell(
                "Somebody answered this question meanwhile; your answer is not stored."
            )
        else:
            self._keep(stored)
            self.screen.tell(f"Stored: {answer_text(question, answer)}.")
        self.at = self._next_open()
        return True

    def _undo(self) -> bool:
        if not self.given:
            self.screen.tell("There is nothing to undo in this sitting: photosync resolve --undo")
            return False
        self.at, decision_id = self.given.pop()
        try:
            (undone,) = self.answering.undo(decision_id)
        except (AnswerError, DecisionChangedError) as error:  # somebody answered it again
            self._tell(error)
            return True
        question = self.questions[self.at]
        self.questions[self.at] = replace(question, standing=undone.decision_id)
        if undone.withdrawn:
            self.answered.discard(self.at)
            self.screen.tell("Undone.")
        else:
            now = answer_text(question, json.loads(undone.answer))
            self.screen.tell(f"Undone. The answer before is valid again: {now}.")
        return True

    def _keep(self, stored: Decision) -> None:
        """Remember that the question shown is answered: by a decision, or without a number."""
        if stored.decision_id is None:
            self.confirmed.add(self.at)
            return
        self.answered.add(self.at)
        self.given.append((self.at, stored.decision_id))
        self.changed = True
        self.questions[self.at] = replace(self.questions[self.at], standing=stored.decision_id)

    def _next_open(self) -> int:
        done = {*self.answered, *self.confirmed, *self.elsewhere}
        return next(
            (n for n in range(self.at + 1, len(self.questions)) if n not in done),
            len(self.questions),
        )

    def _tell(self, error: PhotoAssetsError) -> None:
        self.screen.tell(shown(" ".join(part for part in (error.message, error.hint) if part)))


def ask(screen: Screen, answering: Answering, questions: Sequence[Question]) -> Dialogue:
    """Ask the questions, and return what was answered."""
    dialogue = Dialogue(screen, answering, list(questions))
    dialogue.run()
    return dialogue
