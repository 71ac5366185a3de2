"""Months of `ai/descriptions`: asking about their chosen photos, and the table of what came back.

Everything that was asked is in the ledger, photo by photo, so a run that was stopped or killed goes
on where it was.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import pyarrow as pa

from photo_assets.ai.asking import Asking, Question
from photo_assets.ai.choosing import Choice, Chosen
from photo_assets.ai.picture import NoPictureError, picture_of
from photo_assets.ai.protocol import Describer
from photo_assets.lake import Written
from photo_assets.ledger import AiCalls, AiProposals
from photo_assets.ledger.ai_calls import CeilingReachedError, Outcome, Settled
from photo_assets.ledger.ai_proposals import Proposal
from photo_assets.model.ai_table import AI_DESCRIPTIONS
from photo_assets.model.canonical import inputs_digest
from photo_assets.sinks.disclosing.joined import VIEW
from photo_assets.system.job_threads import JobThreads
from photo_assets.workspace import Workspace

ASSET: Final = ("ai", "descriptions")

Progress = Callable[[int, int], None]
"""Called with the number of photos looked at, and of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDescribed:
    """One month: the stored table, its photos by status, and the part of the ceiling reached."""

    written: Written
    counts: Mapping[str, int]
    ceiling: str | None


@dataclass
class Describing:
    """The months of one run. `again`: repeat calls without a usable reply, as a person asked.

    `ceiling` is the part of the ceiling that was reached, and `ended` the error that ended the run:
    no further call is made in it.
    """

    workspace: Workspace
    describer: Describer
    again: bool = False
    ceiling: str | None = None
    ended: Exception | None = None
    _done: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.choice = Choice(self.workspace)
        self.question = Question.of(self.workspace.settings.ai)
        self._asking = Asking(
            self.question,
            self.workspace.ledger,
            self.workspace.thumbnails,
            self.describer,
            again=self.again,
        )

    def month(self, month: str, progress: Progress = lambda _done, _total: None) -> MonthDescribed:
        """Ask about the photos of a month and store its table.

        Raises `ServiceError`, `StoppedError`, `ConfigurationError` or `StorageError` if the run has
        to end; the table then tells what was done. After that, no month asks anything.
        """
        chosen = self.choice.of(month)
        try:
            self._ask_all([one for one in chosen if one.held is None], progress)
        finally:
            written, counts = store_month(self.workspace, self.question, month, chosen)
        return MonthDescribed(written=written, counts=counts, ceiling=self.ceiling)

    def _ask_all(self, photos: Sequence[Chosen], progress: Progress) -> None:
        if self.ended is not None:
            raise self.ended
        stopped = threading.Event()

        def stop() -> None:
            stopped.set()
            self.describer.stop()

        def ask(photo: Chosen) -> None:
            if self.ceiling is not None:
                return
            try:
                self._asking.ask(photo)
            except CeilingReachedError as error:
                self.ceiling = error.part
                return
            with self._lock:
                self._done += 1

        self._done = 0
        try:
            threads = JobThreads("ai", ask, stopped, stop)
            threads.run_all(self._reported(photos, progress), self.question.settings.parallel)
        except Exception as error:
            self.ended = error
            raise
        progress(self._done, len(photos))

    def _reported(self, photos: Sequence[Chosen], progress: Progress) -> Iterator[Chosen]:
        """Yield the photos, with progress in the caller's thread, which a signal interrupts."""
        for photo in photos:
            progress(self._done, len(photos))
            yield photo


def input_digest(workspace: Workspace, month: str) -> str:
    """Return the digest of what the photos of a month are chosen from, and of the question."""
    unified = workspace.lake.digest(VIEW, month)
    return inputs_digest([unified, workspace.settings.ai.model_dump_json(exclude={"embeddings"})])


def store_month(
    workspace: Workspace, question: Question, month: str, chosen: Sequence[Chosen]
) -> tuple[Written, Mapping[str, int]]:
    """Store the table of a month, from the ledger; return it and its photos by status."""
    outcomes = AiCalls(workspace.ledger).outcomes()
    proposals = {
        (one.proposal.photo_id, one.proposal.request): one.proposal
        for one in AiProposals(workspace.ledger).all()
    }
    rows = [_row(workspace, question, one, outcomes, proposals) for one in chosen]
    table = pa.Table.from_pylist(rows, schema=AI_DESCRIPTIONS.schema)
    written = workspace.lake.write(ASSET, month, AI_DESCRIPTIONS, table)
    return written, Counter(row["status"] for row in rows)


def _row(
    workspace: Workspace,
    question: Question,
    one: Chosen,
    outcomes: Mapping[str, Settled],
    proposals: Mapping[tuple[str, str], Proposal],
) -> dict[str, Any]:
    base: dict[str, Any] = {"photo_id": one.photo_id, "month": one.month}
    if one.held is not None or one.sha256 is None:
        return {**base, "status": "held", "reason": one.held}
    request = question.request(one.sha256)
    base |= {"request": request}
    base |= {"model": question.model, "prompt_version": question.prompt.version}
    outcome = outcomes.get(request)
    found = proposals.get((one.photo_id, request))
    if outcome is not None:
        base |= {"input_tokens": outcome.input_tokens, "output_tokens": outcome.output_tokens}
        base |= {"cost_micros": outcome.micros}
    if found is not None:
        values = {**asdict(found.values), "tags": list(found.values.tags)}
        return {**base, "status": "answered", "confidence": found.confidence, **values}
    if outcome is None or outcome.kind in (Outcome.NOT_SENT, Outcome.ANSWERED):
        why = outcome.reason if outcome else _picture_fault(workspace, question, one.sha256)
        return {**base, "status": "waiting", "reason": why}
    return {**base, "status": outcome.kind.value, "reason": outcome.reason}


def _picture_fault(workspace: Workspace, question: Question, sha256: bytes) -> str | None:
    with suppress(NoPictureError):
        picture_of(workspace.thumbnails, sha256, question.settings.picture)
        return None
    return "no_picture"
