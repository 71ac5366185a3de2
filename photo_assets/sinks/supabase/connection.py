"""The connection to the Supabase project, for applying and verifying plans."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from photo_assets.lake import Lake
from photo_assets.service_calls import (
    CallStatistics,
    PermanentServiceError,
    ServiceError,
    StoppedError,
)
from photo_assets.sinks.protocol import (
    PlanRow,
    RowOutcome,
    RowState,
    SinkNotReadyError,
    Verification,
)
from photo_assets.sinks.supabase.client import Row, TableClient
from photo_assets.sinks.supabase.faults import hint_for
from photo_assets.sinks.supabase.sending import send_rows
from photo_assets.sinks.supabase.tables import TARGETS
from photo_assets.sinks.supabase.verification import Reader

_A_DAY = timedelta(hours=20)


class SupabaseConnection:
    """A `SinkConnection`. `written` returns the tables of `lake` with the last written rows."""

    def __init__(
        self,
        destination: str,
        client: TableClient,
        lake: Lake,
        written: Callable[[], Sequence[Path]],
    ) -> None:
        self.destination = destination
        self._client = client
        self._lake = lake
        self._written = written
        self._lock = threading.Lock()
        self._counts: dict[str, Counter[RowState]] = {}

    @property
    def statistics(self) -> CallStatistics:
        """The statistics of the calls so far."""
        return self._client.caller.statistics

    def prepare(self, rows: int) -> Sequence[str]:
        """Check that the tables exist and that the key may write them.

        Raises `SinkNotReadyError` naming the missing one, and `ServiceError`.
        """
        try:
            self._client.ask("sink_month_counts", target="albums")
        except PermanentServiceError as error:
            hint = hint_for(error.fault)
            if hint is None:
                raise
            raise SinkNotReadyError(error.message, hint=hint) from None
        return []

    def send(self, rows: Sequence[PlanRow], *, uncertain: bool) -> Sequence[RowOutcome]:
        """Write one request's rows. Repeating is harmless, so an uncertain request is sent again.

        Raises `ServiceError` if the whole request failed.
        """
        outcomes = send_rows(self._client, rows)
        with self._lock:
            counts = self._counts.setdefault(rows[0].target, Counter())
            counts.update(outcome.state for outcome in outcomes)
        return outcomes

    def verify(self) -> Verification:
        """Read back counts and digests, and the rows of differing months.

        The database records the verification, once a day or if there are differences.
        """
        found = Reader(self._client, self._lake, self._written()).verify()
        self._note_verified(Counter(row.target for row in found.drifted))
        return found

    def _note_verified(self, drifted: Counter[str]) -> None:
        columns = ("target", "last_verified_at", "drifted")
        known = {
            row["target"]: row
            for row in self._client.find("sync_state", "target", TARGETS, *columns)
        }
        now = datetime.now(UTC)
        if all(_is_noted(known.get(target), drifted[target], now) for target in TARGETS):
            return
        at = now.isoformat()
        rows = [
            {"target": one, "last_verified_at": at, "updated_at": at, "drifted": drifted[one]}
            for one in TARGETS
        ]
        self._client.note("sync_state", rows, "target")

    def stop(self) -> None:
        """Stop all waiting calls."""
        self._client.caller.stop()

    def close(self) -> None:
        """Record the written rows in the database, if any, and close the connection."""
        try:
            if self._counts:
                self._record()
        except (ServiceError, StoppedError):
            pass  # the ledger has the outcome; only the database's own record lacks an entry
        finally:
            self._client.close()

    def _record(self) -> None:
        now = datetime.now(UTC).isoformat()
        states, entries = [], []
        for target, counts in self._counts.items():
            numbers = {f"rows_{state.value}": counts[state] for state in RowState}
            states.append({"target": target, "last_written_at": now, "updated_at": now, **numbers})
            entries.append(
                {
                    "audit_id": str(uuid.uuid4()),
                    "at": now,
                    "who": "photosync",
                    "action": "write",
                    "target": target,
                    "detail": numbers,
                }
            )
        self._client.add("audit", entries, "audit_id")
        self._client.note("sync_state", states, "target")


def _is_noted(row: Row | None, drifted: int, now: datetime) -> bool:
    if row is None or row["drifted"] != drifted or row["last_verified_at"] is None:
        return False
    return now - datetime.fromisoformat(row["last_verified_at"]) < _A_DAY
