"""The catalog of an online service: lists it once, then follows its changes.

A service's folder provides the pages and reads one record (`service.OnlineService`); its catalog is
a subclass that names the source and connects.
"""

import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

from photo_assets.catalogs.online.contents import content_of, fetch
from photo_assets.catalogs.online.errors import as_unavailable
from photo_assets.catalogs.online.gathering import Gathered
from photo_assets.catalogs.online.listing import all_tables, list_everything, read_changes
from photo_assets.catalogs.online.service import CursorLostError, OnlineService, Record, Tables
from photo_assets.catalogs.online.settings import OnlineCatalogSettings
from photo_assets.catalogs.online.spool import Spool
from photo_assets.catalogs.online.state import FEED, State, read_state
from photo_assets.catalogs.protocol import Figure, KnownItems, LastRows, Probe
from photo_assets.media.content import RemoteContent
from photo_assets.model.canonical import canonical
from photo_assets.model.events import Failed, Found, ScanEvent, Unchanged
from photo_assets.model.representable import unrepresentable_value
from photo_assets.model.tables import TableKind
from photo_assets.model.wording import counted
from photo_assets.service_calls import MalformedReplyError, ServiceError
from photo_assets.service_calls.download import Download

_AT_ONCE = 5_000
_UNREADABLE = (
    *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
    MalformedReplyError,
)


class OnlineCatalog(ABC):
    """A `FollowingCatalog`, `RecallingCatalog` and `FetchingCatalog` of one account.

    `folder` is where interrupted listings are kept. `clock`: the present time in UTC.
    """

    source: ClassVar[str]
    reader_version: ClassVar[int]
    ids_are_paths: ClassVar[bool] = False
    memory_kind: ClassVar[TableKind] = FEED
    recalled_columns: ClassVar[tuple[str, ...]] = ("native_id", "raw")

    def __init__(
        self,
        name: str,
        settings: OnlineCatalogSettings,
        folder: Path,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._name = name
        self._settings = settings
        self._folder = folder
        self._clock = clock
        self._service: OnlineService | None = None
        self._connecting = threading.Lock()
        self._before: State | None = None
        self._after: State | None = None
        self._items = 0
        self._recalled: LastRows = lambda _ids: ()
        self._tell: Callable[[int], None] = lambda _records: None

    @abstractmethod
    def connect(self) -> OnlineService:
        """Return the service; makes no call.

        Raises `CatalogUnavailableError`, with the way to sign in, if there are no credentials.
        """

    @property
    def name(self) -> str:
        """The catalog's key in photosync.yaml."""
        return self._name

    @property
    def settings_digest(self) -> str:
        """Digest of the settings that rows depend on."""
        return self._settings.rows_digest

    def follow(self, memory: pa.Table | None) -> None:
        """Receive the state of the last accepted scan."""
        self._before = None if memory is None else read_state(memory)

    def memory(self) -> pa.Table | None:
        """Return the state after the last complete scan."""
        return None if self._after is None else self._after.table()

    def recall(self, rows: LastRows) -> None:
        """Receive access to the records of the last accepted rows."""
        self._recalled = rows

    def tell(self, listed: Callable[[int], None]) -> None:
        """Receive what is called during a scan with the number of records listed so far."""
        self._tell = listed

    def probe(self, deadline: float) -> Probe:
        """Ask, with one or two calls, whether anything changed; without a state, if it responds."""
        if time.monotonic() >= deadline:
            return Probe(None, "not asked")
        state = self._before
        with self._service_errors():
            service = self._connected()
            if state is None:
                service.check()
                return Probe(None, "responds")
            if state.is_due(self._clock(), self._settings.full_listing_days):
                changed = [state.token(_peek(service, state), "due")]
            else:
                found = _peek(service, state)
                changed = [found] if found else []
        return Probe(state.token(*changed), "responds")

    def scan(self, known: KnownItems) -> Iterator[ScanEvent]:
        """Yield an event for everything: of a record that changed, and `Unchanged` for the rest.

        Raises `CatalogUnavailableError`, also during the scan.
        """
        self._after, self._items = None, 0
        with self._service_errors():
            gathered, listed = self._gather()
        others: dict[str, Record] = {}
        for event in self._events(gathered, known, others):
            self._items += isinstance(event, Found | Unchanged)
            yield event
        self._after = State(gathered.cursor, listed, gathered.fault, dict(gathered.tables), others)

    def scanned(self) -> Probe:
        """Return the probe's result for the last scan."""
        assert self._after is not None
        return Probe(self._after.token(), counted(self._items, "item"), items=self._items)

    def accepted(self) -> None:
        """Remove the pages of the last listing."""
        for use in ("listing", "changes"):
            self._file(use).unlink(missing_ok=True)

    def figures(self) -> Mapping[str, Figure]:
        """Return the calls, waits and limits so far."""
        if self._service is None:
            return {}
        calls = self._service.statistics
        faults = {f"calls_failed_{name}": times for name, times in sorted(calls.faults.items())}
        return {
            "calls": calls.calls,
            "calls_repeated": calls.repeated,
            "waited_for_limits_s": round(calls.waited_for_limit_s, 1),
            "waited_before_repeats_s": round(calls.waited_for_repeat_s, 1),
            **faults,
            **self._service.figures(),
        }

    def content(self, row: Mapping[str, Any]) -> RemoteContent:
        """Return the original of an entry, as its row states it; makes no call."""
        return content_of(row, self.content_version(json.loads(row["raw"])))

    def content_version(self, record: Record) -> object:
        """Return what changes in a record if the bytes do; by default, all of it."""
        return record

    def fetch(self, content: RemoteContent, download: Download) -> None:
        """Ask for an original or a preview; safe to call from several threads."""
        with self._connecting:
            service = self._connected()
        fetch(service, content, download)

    def _gather(self) -> tuple[Gathered, str]:
        service, state, now = self._connected(), self._before, self._clock()
        if state is not None and not state.is_due(now, self._settings.full_listing_days):
            try:
                return read_changes(service, self._spool("changes"), state), state.listed
            except CursorLostError:
                pass
        key = f"{self.reader_version} {self.settings_digest}"
        accepted = state.listed if state else None
        reusable = timedelta(hours=self._settings.reuse_listing_hours)
        return list_everything(service, self._spool("listing"), key, now, accepted, reusable)

    def _events(
        self, gathered: Gathered, known: KnownItems, others: dict[str, Record]
    ) -> Iterator[ScanEvent]:
        for key, record in gathered.records():
            yield self._event(key, record, gathered.tables, known, others)
        if gathered.fault is not None:
            yield self._incomplete(gathered)
        state = self._before
        if gathered.whole or state is None:
            return
        for key, record in state.others.items():
            if not gathered.names(key):
                yield self._event(key, record, gathered.tables, known, others)

        def is_left(key: str) -> bool:
            return key not in state.others and not gathered.names(key)

        before, again = all_tables(gathered.service, state.tables), set[str]()
        if before != gathered.tables:
            rest = {key for key in known if is_left(key)}
            again = self._concerned(before, gathered.tables, rest)
        yield from (Unchanged(key) for key in known if is_left(key) and key not in again)
        yield from self._read_again(sorted(again), gathered.tables, known, others)

    def _incomplete(self, gathered: Gathered) -> Failed:
        detail = (
            f"The last listing was not complete: {gathered.fault}. Entries that it does not name "
            "keep their rows; everything is listed again within a day."
        )
        # A listing that is not complete says nothing about what it does not name.
        prefix = "" if gathered.whole else None
        return Failed("listing", "incomplete listing", detail, native_prefix=prefix)

    def _concerned(self, before: Tables, after: Tables, rest: set[str]) -> set[str]:
        concerned = self._connected().concerned(before, after, lambda: self._recalled(rest))
        return rest if concerned is None else rest.intersection(concerned)

    def _read_again(
        self, keys: list[str], tables: Tables, known: KnownItems, others: dict[str, Record]
    ) -> Iterator[ScanEvent]:
        """Yield the events of entries whose albums, folders or people changed, without a call."""
        for start in range(0, len(keys), _AT_ONCE):
            left = set(keys[start : start + _AT_ONCE])
            for rows in self._recalled(left):
                for row in rows.to_pylist():
                    if row["raw"] is not None:
                        key = row["native_id"]
                        left.discard(key)
                        yield self._event(key, json.loads(row["raw"]), tables, known, others)
            yield from (Unchanged(key) for key in sorted(left))

    def _event(
        self,
        key: str,
        record: Record,
        tables: Tables,
        known: KnownItems,
        others: dict[str, Record],
    ) -> ScanEvent:
        event = self._read(key, record, tables)
        if not isinstance(event, Found):
            others[key] = record
            return event
        item = replace(event.item, raw=canonical(record), change_token=None)
        token = item.digest().hex()[:32]
        if unrepresentable_value(item) is not None:  # discovery will not accept it
            others[key] = record
        if known.get(key) == token:
            return Unchanged(key)
        return Found(replace(item, change_token=token), event.unseen)

    def _read(self, key: str, record: Record, tables: Tables) -> ScanEvent:
        try:
            canonical(record)
            return self._connected().item(record, tables)
        except _UNREADABLE as error:
            what = f"The service's record cannot be read: {type(error).__name__}."
            return Failed(key, "unreadable entry", what, native_id=key)

    def _connected(self) -> OnlineService:
        if self._service is None:
            self._service = self.connect()
        return self._service

    def _spool(self, use: str) -> Spool:
        return Spool(self._file(use), self._tell)

    def _file(self, use: str) -> Path:
        return self._folder / f"{use}.jsonl"

    @contextmanager
    def _service_errors(self) -> Iterator[None]:
        try:
            yield
        except ServiceError as error:
            service = self._service
            told = service.unavailable(error) if service is not None else None
            raise told or as_unavailable(error) from error


def _peek(service: OnlineService, state: State) -> str:
    try:
        return service.peek(state.cursor, all_tables(service, state.tables))
    except CursorLostError:
        return "the position is lost"
