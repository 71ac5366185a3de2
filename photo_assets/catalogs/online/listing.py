"""Listing everything at a service, or what changed: one call after the other, through the spool."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from photo_assets.catalogs.online.gathering import Gathered, Sequence
from photo_assets.catalogs.online.service import (
    ITEMS,
    CursorLostError,
    OnlineService,
    Tables,
)
from photo_assets.catalogs.online.spool import Spool
from photo_assets.catalogs.online.state import State

_CHANGES: Final = "\0changes"
"""In `Page.within`: the page is of the change feed, read after an interrupted listing."""


def list_everything(
    service: OnlineService,
    spool: Spool,
    key: str,
    now: datetime,
    accepted: str | None,
    reusable: timedelta,
) -> tuple[Gathered, str]:
    """Return everything at the service, and when the listing began (ISO text).

    A listing of the same `key` that was interrupted, or not yet accepted, continues if it began
    less than `reusable` ago; then the changes since it began are read too. `accepted`: when the
    listing of the last accepted scan began. Raises the errors of the service.
    """
    header = spool.header
    if not _may_continue(header, key, now, accepted, reusable):
        header = {"key": key, "began": now.isoformat(), "cursor": service.cursor()}
        spool.begin(header)
    was_there = spool.resumed
    gathered = Gathered(service, spool, str(header["cursor"]), whole=True)
    _gather_listing(service, gathered)
    if was_there:
        try:
            follow_changes(service, gathered, gathered.cursor)
        except CursorLostError:
            spool.remove()
            return list_everything(service, spool, key, now, accepted, reusable)
    return gathered, str(header["began"])


def read_changes(service: OnlineService, spool: Spool, state: State) -> Gathered:
    """Return what changed since a state. Raises `CursorLostError` and the service's errors."""
    spool.begin({})
    tables = all_tables(service, state.tables)
    gathered = Gathered(service, spool, state.cursor, whole=False, tables=tables)
    gathered.fault = state.fault
    follow_changes(service, gathered, state.cursor)
    return gathered


def all_tables(service: OnlineService, tables: Tables) -> Tables:
    """Return the tables of a state, with the empty ones of the service."""
    return {kind: tables.get(kind, {}) for kind in service.tables}


def follow_changes(service: OnlineService, gathered: Gathered, cursor: str) -> None:
    """Add what changed since `cursor`."""
    for page in service.changes(cursor, dict(gathered.tables)):
        gathered.spool.add(replace(page, within=_CHANGES))
        gathered.take(page)


def _gather_listing(service: OnlineService, gathered: Gathered) -> None:
    kinds = (*service.tables, ITEMS)
    sequences = {kind: Sequence(partial(service.key, kind), kind) for kind in kinds}
    gathered.tables = all_tables(service, {})
    for page in gathered.spool.pages():
        gathered.take(page)
        if page.within != _CHANGES:
            gathered.fault = sequences[page.kind].fault_of(page) or gathered.fault
    for kind in kinds:
        if not sequences[kind].ended:
            _continue(service, kind, sequences[kind], gathered)


def _continue(service: OnlineService, kind: str, sequence: Sequence, gathered: Gathered) -> None:
    for listed in service.pages(kind, sequence.next, gathered.tables):
        page = replace(listed, kind=kind)
        gathered.spool.add(page)
        gathered.take(page)
        gathered.fault = sequence.fault_of(page) or gathered.fault
        if sequence.ended:
            return
    gathered.fault = f"the service ended the listing of {kind} without its last page"


def _may_continue(
    header: Mapping[str, object],
    key: str,
    now: datetime,
    accepted: str | None,
    reusable: timedelta,
) -> bool:
    if header.get("key") != key or header.get("began") == accepted:
        return False
    age = now - datetime.fromisoformat(str(header["began"]))
    return timedelta(0) <= age < reusable  # an older one no longer says what is there now
