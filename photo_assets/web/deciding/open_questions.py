"""The open questions of a library, kept between requests; what was answered since is left out.

What a question says on its page belongs to `question_view`.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from photo_assets.lake import Snapshot
from photo_assets.ledger import Decision, Decisions
from photo_assets.questions import Choice, Question, Queue
from photo_assets.questions.losses import held_losses
from photo_assets.questions.question import LOST_ITEMS
from photo_assets.web.opened import Library

_TABLES = (("metadata", "conflicts"), ("identity", "lookalikes"))


@dataclass(frozen=True, slots=True)
class Open:
    """Questions by id, in the order in which they are asked. `standing`: question -> decision.

    `answered`: questions that were open while this process ran, to say what an answer was about.
    """

    questions: dict[str, Question]
    standing: dict[str, Decision]
    answered: dict[str, Question]

    def matching(self, choice: Choice) -> list[Question]:
        """Return the matching questions."""
        return [*filter(choice.takes, self.questions.values())]

    def place(self, choice: Choice, question: Question) -> tuple[int | None, int]:
        """Return which one of a group a question is, and of how many; None if it is not in it.

        Those that were answered while this process ran come first, so that the number of all stays
        the same while somebody answers one after another.
        """
        answered = sum(
            choice.takes(one) and self._is_answered(name) for name, one in self.answered.items()
        )
        ids = [one.id for one in self.matching(choice)]
        place = answered + ids.index(question.id) + 1 if question.id in ids else None
        return place, answered + len(ids)

    def _is_answered(self, question_id: str) -> bool:
        decision = self.standing.get(question_id)
        return question_id not in self.questions and decision is not None and not decision.withdrawn


@dataclass(slots=True)
class OpenQuestions:
    """Reads the queue again when a table changed or an answer was undone; else it is kept."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _library: Library | None = None
    _digests: dict[tuple[str, str], str | None] = field(default_factory=dict)
    _queue: dict[str, Question] = field(default_factory=dict)
    _standing: dict[str, Decision] = field(default_factory=dict)
    _seen: dict[str, Question] = field(default_factory=dict)

    def read(self, library: Library) -> Open:
        """Return what is open now. Raises `StorageError`."""
        with self._lock:
            standing = Decisions(library.workspace.ledger).standing()
            digests = _digests(library)
            changed = {
                one.conflict_id
                for one in standing.values()
                if one != self._standing.get(one.conflict_id)
            }
            known = self._library is library and self._digests == digests
            if not known or any(self._reopens(standing[name]) for name in changed):
                questions = Queue(library.workspace).questions()
                self._queue = {one.id: one for one in questions if one.kind != LOST_ITEMS}
                self._seen |= self._queue
                self._library, self._digests, self._standing = library, digests, standing
            done = {
                name
                for name, one in standing.items()
                if name in self._queue and one != self._standing.get(name)
            }
            losses = {one.id: one for one in held_losses(library.workspace)}
            rest = {name: one for name, one in self._queue.items() if name not in done}
            return Open({**losses, **rest}, standing, self._seen)

    def _reopens(self, decision: Decision) -> bool:
        """Return whether a new decision does anything but answer a question of the queue."""
        asked = self._queue.get(decision.conflict_id)
        answers = asked is not None and asked.evidence_digest == decision.evidence_digest
        return decision.withdrawn or not answers


def _digests(library: Library) -> dict[tuple[str, str], str | None]:
    tables = Snapshot(library.workspace.lake)
    return {
        (asset[1], name): tables.digest(asset, name)
        for asset in _TABLES
        for name in tables.names(asset)
    }


def neighbours(
    questions: Iterable[Question], question_id: str
) -> tuple[Question | None, Question | None]:
    """Return the questions before and after one."""
    before = None
    found = False
    for one in questions:
        if found:
            return before, one
        if one.id == question_id:
            found = True
        else:
            before = one
    return (before, None) if found else (None, None)
