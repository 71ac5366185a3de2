"""Apply a plan: record the intent, send the request and record the outcome, per request.

If the process is killed at any time, the next run continues: completed requests are skipped, and
the sink looks up each request without an outcome before it repeats it.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from photo_assets.ledger import (
    PageWritten,
    PlanRefusedError,
    SinkRequest,
    SinkRequests,
    SinkStates,
)
from photo_assets.model.errors import StorageError
from photo_assets.service_calls import (
    AmbiguousServiceError,
    BusyServiceError,
    PermanentServiceError,
    ServiceError,
    StoppedError,
)
from photo_assets.sinks.engine.applied import Applied
from photo_assets.sinks.engine.damaged_tables import set_aside_damaged
from photo_assets.sinks.engine.lease import holding
from photo_assets.sinks.engine.plan_store import Plan, find_plan, kept_plans
from photo_assets.sinks.engine.uncertain_rows import Uncertain
from photo_assets.sinks.engine.written import merge_outcomes
from photo_assets.sinks.protocol import (
    PlanRow,
    RowOutcome,
    RowState,
    Sink,
    SinkConnection,
    SinkNotReadyError,
)
from photo_assets.system.job_threads import JobThreads
from photo_assets.workspace import Workspace

LOOKS: Final = 4
"""How often a request with an unknown outcome is looked up and repeated in one run."""

PAUSE_S: Final = 300.0
"""How long automation pauses a sink after the service stopped a run, in seconds."""

Report = Callable[[int, int], None]


def apply_plan(
    workspace: Workspace,
    sink: Sink,
    plan_id: str,
    *,
    at_once: int = 1,
    retry_failed: bool = False,
    report: Report = lambda _done, _total: None,
) -> Applied:
    """Send the rows of the plan that are not sent yet; return the result.

    Raises `SinkNotReadyError` if something is missing before the first request (later it is
    `Applied.missing`), `PlanRefusedError` if the plan is out of date, `SinkHeldError` if another
    process writes, and `ConfigurationError` for an unknown id.
    """
    started = time.monotonic()
    plan = find_plan(workspace, plan_id)
    if not plan.rows:
        return Applied(plan=plan)  # not started, so that the last written plan can still be undone
    if plan.policy != str(sink.policy):
        raise PlanRefusedError(
            f"Plan {plan.plan_id} was made under other disclosure settings of {sink.name}. "
            "Nothing was sent.",
            hint=f"Make a new plan: photosync replicate {sink.name}",
        )
    connection = sink.connect()
    try:
        application = _Application(workspace, sink, connection, plan, report)
        return application.run(at_once, retry_failed=retry_failed, started=started)
    except StorageError:  # every later plan would read the damaged rows again
        set_aside_damaged(workspace, sink.name)
        raise
    finally:
        connection.close()


@dataclass(slots=True)
class _Job:
    number: int
    rows: Sequence[PlanRow]


class _Application:
    def __init__(
        self,
        workspace: Workspace,
        sink: Sink,
        connection: SinkConnection,
        plan: Plan,
        report: Report,
    ) -> None:
        self._workspace = workspace
        self._sink = sink
        self._connection = connection
        self._plan = plan
        self._report = report
        self._states = SinkStates(workspace.ledger)
        self._requests = SinkRequests(workspace.ledger)
        self._applied = Applied(plan=plan)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._done = 0

    def run(self, at_once: int, *, retry_failed: bool, started: float) -> Applied:
        name, plan = self._sink.name, self._plan
        applied = self._applied
        taking = (name, plan.plan_id, plan.base, self._connection.destination)
        self._states.hold(*taking)
        with holding(self._states, name, self._lost):
            known = self._requests.of_plan(name, plan.plan_id)
            sizes = self._sizes(known)
            todo = {job for job in sizes if _is_open(known.get(job), retry_failed)}
            applied.left = sum(sizes[job] for job in todo)
            applied.earlier = plan.rows - applied.left
            if todo:
                self._report(0, applied.left)
            if todo and self._prepare(applied.left):
                self._states.begin(*taking)
                self._uncertain = Uncertain(self._workspace, name, plan.plan_id)
                threads = JobThreads(name, self._do, self._stop, self._stop_now)
                threads.run_all((job for job in self._read() if job.number in todo), at_once)
            finished = not applied.left
            if finished:
                elsewhere = {
                    kept.plan_id
                    for kept in kept_plans(self._workspace, name)
                    if kept.destination != plan.destination
                }
                self._requests.supersede(name, but={plan.plan_id, *elsewhere})
        self._states.end(name, finished=finished, not_before=applied.waiting_until)
        state = self._states.get(name)
        assert state is not None
        merge_outcomes(self._workspace, name, state)
        applied.calls = self._connection.statistics
        applied.seconds = time.monotonic() - started
        return applied

    def _sizes(self, known: Mapping[int, SinkRequest]) -> dict[int, int]:
        """Return request -> rows. Raises `PlanRefusedError` if the sizes have changed."""
        sizes: dict[int, int] = {}
        for job in self._read():
            sizes[job.number] = len(job.rows)
            before = known.get(job.number)
            if before and (before.first_row, before.rows) != (job.rows[0].row, len(job.rows)):
                raise PlanRefusedError(
                    f"Plan {self._plan.plan_id} was started with requests of another size, so "
                    "its completed rows cannot be determined.",
                    hint="Nothing was sent. Make a new plan: photosync replicate",
                )
        return sizes

    def _prepare(self, rows: int) -> bool:
        """Check whether the rows can be written; return whether the service responded."""
        try:
            self._applied.told.extend(self._connection.prepare(rows))
        except BusyServiceError as error:
            self._halt(str(error), until=error.until, own_limit=error.budget)
            return False
        except ServiceError as error:
            self._halt(str(error))
            return False
        return True

    def _read(self) -> Iterator[_Job]:
        for number, rows in enumerate(self._sink.requests(self._plan.read())):
            yield _Job(number, rows)

    def _stop_now(self) -> None:
        """Stop the threads: no request is started, and no thread waits for a slot."""
        self._stop.set()
        self._connection.stop()

    def _do(self, job: _Job) -> None:
        name, plan = self._sink.name, self._plan.plan_id
        first = job.rows[0]
        uncertain = self._requests.intend(
            name, plan, job.number, target=first.target, first_row=first.row, rows=len(job.rows)
        )
        uncertain = uncertain or self._uncertain.holds(job.rows)
        for look in range(LOOKS):
            try:
                outcomes = self._connection.send(job.rows, uncertain=uncertain)
            except AmbiguousServiceError as error:
                uncertain = True
                if look == LOOKS - 1 or self._stop.is_set():
                    self._leave(job, str(error), sent=True)
                    return
            except StoppedError as error:
                self._leave(job, str(error), sent=True)
                return
            except BusyServiceError as error:
                self._leave(job, str(error), sent=uncertain)
                self._halt(str(error), until=error.until, own_limit=error.budget)
                return
            except (
                SinkNotReadyError
            ) as error:  # a permission was withdrawn, or a database was deleted
                self._leave(job, str(error), sent=True)
                self._miss(str(error))
                return
            except PermanentServiceError as error:
                self._end(job, [_failed(row, str(error)) for row in job.rows])
                return
            except ServiceError as error:
                self._leave(job, str(error), sent=True)
                self._halt(str(error))
                return
            else:
                self._end(job, outcomes)
                return

    def _leave(self, job: _Job, why: str, *, sent: bool) -> None:
        self._requests.interrupted(self._sink.name, self._plan.plan_id, job.number, why, sent=sent)
        with self._lock:
            self._applied.errors.setdefault(job.rows[0].key, why)

    def _halt(self, why: str, until: datetime | None = None, *, own_limit: bool = False) -> None:
        until = until or datetime.now(UTC) + timedelta(seconds=PAUSE_S)
        with self._lock:
            self._applied.stopped = self._applied.stopped or why
            self._applied.unanswered = self._applied.unanswered or not own_limit
            latest = self._applied.waiting_until
            self._applied.waiting_until = until if latest is None else max(latest, until)
        self._stop.set()

    def _miss(self, what: str) -> None:
        with self._lock:
            self._applied.missing = self._applied.missing or what
            self._applied.stopped = self._applied.stopped or what
        self._stop_now()

    def _end(self, job: _Job, outcomes: Sequence[RowOutcome]) -> None:
        by_row = {outcome.row: outcome for outcome in outcomes}
        missing = [row for row in job.rows if row.row not in by_row]
        by_row |= {
            row.row: _failed(row, "The sink returned no result for this row.") for row in missing
        }
        counts = Counter(outcome.state.value for outcome in by_row.values())
        failed = {n: o.error or "failed" for n, o in by_row.items() if o.state is RowState.FAILED}
        pages = [
            PageWritten(target=row.target, key=row.key, remote_id=remote, digest=row.digest)
            for row in job.rows
            if (remote := by_row[row.row].remote_id) is not None and row.row not in failed
        ]
        self._requests.ended(
            self._sink.name,
            self._plan.plan_id,
            job.number,
            counts=counts,
            failed=failed,
            destination=self._connection.destination,
            pages=pages,
        )
        with self._lock:
            applied = self._applied
            applied.created += counts["created"]
            applied.updated += counts["updated"]
            applied.unchanged += counts["unchanged"]
            applied.failed += counts["failed"]
            applied.left -= len(job.rows)
            applied.notes.update(o.note for o in by_row.values() if o.note)
            for row in job.rows:
                if row.row in failed:
                    applied.errors.setdefault(row.key, failed[row.row])
            self._done += len(job.rows)
            done = self._done
        self._report(done, self._plan.rows - self._applied.earlier)

    def _lost(self) -> None:
        self._applied.stopped = "another process is writing this sink now"
        self._stop_now()


def _is_open(request: SinkRequest | None, retry_failed: bool) -> bool:
    if request is None or request.state not in ("done", "failed"):
        return True
    return retry_failed and bool(request.failed)


def _failed(row: PlanRow, why: str) -> RowOutcome:
    return RowOutcome(row=row.row, state=RowState.FAILED, error=why)
