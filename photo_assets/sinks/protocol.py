"""The interface between a sink and the engine that plans, applies, verifies and rolls back.

A sink defines the wanted rows and sends single requests. The engine handles changes, order,
progress and outcomes.
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
    """The outcome of a row. `FAILED` affects only that row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOutcome:
    """The outcome of one row. `remote_id` is the service's id of it, if it has one.

    `error` is a sentence for people, without secrets; `note` describes differences from the plan.
    """

    row: int
    state: RowState
    remote_id: str | None = None
    error: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """A row of the service that differs from the last written row.

    `found` is the row in the service as JSON, None if it is missing.
    """

    target: str
    key: str
    found: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The result of a verification. `duplicates` are keys that exist twice in the service.

    `notes` are lines for people about differences that are not corrected.
    """

    rows: int
    drifted: tuple[ReadBack, ...] = ()
    duplicates: tuple[str, ...] = ()
    strangers: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading a mirror: the changed months and their rows.

    `through` marks the last entry read, where the next read starts.
    """

    months: dict[str, pa.Table]
    through: str | None


class SinkNotReadyError(PhotoAssetsError):
    """Something is missing that only a person can provide; the message states it in one line."""

    exit_code = ExitCode.CONFIGURATION


class Sink(Protocol):
    """One service that the unified view is written to."""

    @property
    def name(self) -> str:
        """As `SinkSpec.name`."""

    @property
    def targets(self) -> Sequence[str]:
        """The targets, in write order."""

    @property
    def policy(self) -> DisclosurePolicy:
        """The disclosure policy. A plan made under another policy is never sent."""

    def destination(self) -> str | None:
        """Return the id of the data source or project in the service, None if it is not known yet.

        Rows written to another destination are ignored. The id contains no secret.
        """

    def web_address(self) -> str | None:
        """Return the URL at which people view the written rows, None if it is not known."""

    def partitions(self) -> Mapping[str, str]:
        """Return the partitions of the wanted rows, each with a digest.

        The digest covers the inputs and the recipe of the partition's rows: the same digest means
        the same rows. A partition is a month of photos, or `model.plans.NO_MONTH`. Raises
        `StorageError`.
        """

    def desired(self, partitions: Collection[str]) -> Iterator[tuple[str, pa.Table]]:
        """Yield the wanted rows of these partitions, each table with its partition.

        Tables are of `model.plans.DESIRED`; the tables of a partition are consecutive, and a
        partition without rows has none. A key is wanted in at most one partition. The same lake
        gives the same rows in the same order, whichever partitions are requested together. No
        request is made. All content of the rows may be sent. Raises `StorageError`.
        """

    def allowed(self, target: str, key: str, content: str) -> str:
        """Return the part of a current or earlier content that may be sent now."""

    def retired(self, target: str, key: str, content: str, successor: str | None) -> str | None:
        """Return the content of a retired row; None if the row stays unchanged.

        `successor` is the photo that its photo was merged into, if any. A row that is already
        retired stays the same unless it contains content that may no longer be sent.
        """

    def changed(self, before: str | None, after: str) -> str:
        """Return the names of the parts that differ, for `reason`."""

    def requests(self, rows: Iterable[PlanRow]) -> Iterator[Sequence[PlanRow]]:
        """Split the rows of a plan into requests: the same plan always gives the same requests.

        The rows of one request are consecutive in the plan and of one target; every row is in one.
        """

    def connect(self) -> "SinkConnection":
        """Return a connection. Raises `SinkNotReadyError` if it cannot be made."""


class SinkConnection(Protocol):
    """The service while a plan is applied. Used from several threads at once."""

    @property
    def destination(self) -> str:
        """As `Sink.destination`."""

    @property
    def statistics(self) -> CallStatistics:
        """The statistics of this connection's calls so far."""

    def prepare(self, rows: int) -> Sequence[str]:
        """Check that `rows` rows can be written; return lines to show to the person.

        Raises `SinkNotReadyError` if they cannot.
        """

    def send(self, rows: Sequence[PlanRow], *, uncertain: bool) -> Sequence[RowOutcome]:
        """Send one request's rows and return the outcome of each.

        `uncertain`: an earlier attempt has an unknown outcome, so look the rows up first unless
        repeating is harmless. Raises `service_calls.ServiceError` if the whole request failed.
        """

    def verify(self) -> Verification:
        """Read the service back and compare it with the last written rows."""

    def stop(self) -> None:
        """Stop all waiting calls: they raise `service_calls.StoppedError`."""

    def close(self) -> None:
        """Close the connection."""
