"""What a sink is to the engine that plans, applies, verifies and rolls back.

A sink says what the service should hold and how one request says it. What changed, in which
order, what was already sent and what became of it is the engine's business.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import pyarrow as pa

from photo_assets.model.disclosure import DisclosurePolicy
from photo_assets.model.errors import ExitCode, PhotoAssetsError
from photo_assets.service_calls import CallStatistics


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """One intended write, as in `model.plans.PLAN`. `before` and `after` are canonical JSON."""

    row: int
    target: str
    key: str
    photo_id: str | None
    month: str | None
    action: str
    before: str | None
    after: str
    before_digest: str | None
    digest: str
    reason: str
    note: str | None = None


class RowState(StrEnum):
    """What became of a row. `FAILED` costs the row and nothing else."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOutcome:
    """What became of one row. `remote_id` is the service's name of it, where it has one.

    `error` is a sentence for people, without secrets; `note` says what was sent otherwise than
    planned.
    """

    row: int
    state: RowState
    remote_id: str | None = None
    error: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """A row of the service that is not what was written last.

    `found` is JSON of what is there of it, None when nothing is.
    """

    target: str
    key: str
    found: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What reading back came to. `duplicates` are keys that the service holds twice.

    `notes` are lines for the person about what is otherwise than it was left, and let be.
    """

    rows: int
    drifted: tuple[ReadBack, ...] = ()
    duplicates: tuple[str, ...] = ()
    strangers: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading of a mirror found: the months that are other than stored, and their rows.

    `through` names the last of what was seen, for the next reading to begin with.
    """

    months: dict[str, pa.Table]
    through: str | None


class SinkNotReadyError(PhotoAssetsError):
    """Something is missing that only the person can give: one line says what."""

    exit_code = ExitCode.CONFIGURATION


class Sink(Protocol):
    """One place the unified view goes to."""

    @property
    def name(self) -> str:
        """As `SinkSpec.name`."""

    @property
    def targets(self) -> Sequence[str]:
        """The targets, in the order in which they are written."""

    @property
    def policy(self) -> DisclosurePolicy:
        """What of the collection may be sent. A plan made under another one is never sent."""

    def place(self) -> str | None:
        """Return what names the service (a data source, a project), None when not known yet.

        Rows written to another place count for nothing. Holds no secret.
        """

    def web_address(self) -> str | None:
        """Return where people look at what was written, None when that is not known."""

    def partitions(self) -> Mapping[str, str]:
        """Return the partitions of what the service should hold, each with a digest.

        The digest names all that the partition's rows are made from, and how: as long as it is
        the same, the rows are. A partition is a month of photos, or `model.plans.NO_MONTH`.
        Raises `StorageError`.
        """

    def desired(self, partitions: Collection[str]) -> Iterator[tuple[str, pa.Table]]:
        """Yield what the service should hold of these partitions, each table with its partition.

        Tables are of `model.plans.DESIRED`; those of a partition follow each other, and a partition
        without rows has none. A key is wanted in one partition at most. The same lake gives the
        same rows in the same order, whichever partitions are asked for together. No request is
        made. Everything in the rows may be sent. Raises `StorageError`.
        """

    def allowed(self, target: str, key: str, content: str) -> str:
        """Return what of a content, of whatever time, may be sent now."""

    def retired(self, target: str, key: str, content: str, successor: str | None) -> str | None:
        """Return what a row that is no longer true becomes; None when it stays as it is.

        `successor` is the photo its photo went up in, if it did. Made from a row that was retired
        it is what it was, unless something in it may not be sent any more.
        """

    def changed(self, before: str | None, after: str) -> str:
        """Return which parts differ, in a few words, for `reason`."""

    def requests(self, rows: Iterable[PlanRow]) -> Iterator[Sequence[PlanRow]]:
        """Cut the rows of a plan into requests: always the same for the same plan.

        The rows of one request are neighbours in the plan and of one target; all rows are in one.
        """

    def connect(self) -> "SinkConnection":
        """Return a connection. Raises `SinkNotReadyError` when it cannot be made."""


class SinkConnection(Protocol):
    """The service while a plan is applied. Used from several threads at once."""

    @property
    def place(self) -> str:
        """As `Sink.place`."""

    @property
    def statistics(self) -> CallStatistics:
        """What the calls of this connection came to so far."""

    def prepare(self, rows: int) -> Sequence[str]:
        """Make sure that `rows` rows can be written; return lines to tell the person.

        Raises `SinkNotReadyError` when they cannot.
        """

    def send(self, rows: Sequence[PlanRow], *, uncertain: bool) -> Sequence[RowOutcome]:
        """Send one request's rows and return what became of each.

        `uncertain`: an earlier attempt was begun and nobody knows how it ended, so look first
        wherever repeating is not harmless. Raises `service_calls.ServiceError` when the whole
        request came to nothing.
        """

    def verify(self) -> Verification:
        """Read back what is there and compare it with what was written last."""

    def stop(self) -> None:
        """Let no call wait any longer: those that do raise `service_calls.StoppedError`."""

    def close(self) -> None:
        """Let go of the connection."""
