"""Picking in Google Photos: a session from its beginning, through the browser, to stored records.

The order makes every step safe to repeat: the session is stored before its address is shown, the
records before the session is deleted, and what a killed process left is continued by the next.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from photo_assets.catalogs.google_photos.client import UNFINISHED, PickerClient
from photo_assets.catalogs.google_photos.item import seconds, without_links
from photo_assets.catalogs.google_photos.picks import Picks, Session
from photo_assets.catalogs.google_photos.refusals import expired, explained, overdue, pick_command
from photo_assets.catalogs.online import google_values as values
from photo_assets.catalogs.online.gathering import Sequence
from photo_assets.catalogs.online.service import ITEMS, Page, Record
from photo_assets.catalogs.online.spool import Spool
from photo_assets.catalogs.picking import Picked
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.service_calls import PermanentServiceError, ServiceError
from photo_assets.sign_in.protocol import CatalogSignIn

MOST: Final = 2_000
"""The number of items that Google lets a person pick in one session."""

_INTERVAL_S: Final = 5.0
_TIMEOUT_S: Final = 1_800.0  # both where Google states none
_SHORTEST_S, _LONGEST_S = 1.0, 60.0

Wait = Callable[[float], None]
Report = Callable[[int], None]


class GooglePhotosPicker:
    """A `Picker` of one account. `listing` is the file of an interrupted listing."""

    def __init__(
        self,
        client: PickerClient,
        picks: Picks,
        listing: Path,
        catalog: CatalogSignIn,
        clock: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._picks = picks
        self._listing = listing
        self._catalog = catalog
        self._clock = clock

    @contextmanager
    def session(self) -> Iterator["GooglePhotosPicking"]:
        """Continue the unfinished session, or begin one."""
        with self._picks.exclusive():
            with explained(self._catalog):
                session, state, notes = self._opened()
            yield GooglePhotosPicking(
                self._client, self._picks, self._listing, self._catalog, session, state, notes
            )

    def _opened(self) -> tuple[Session, Record, tuple[str, ...]]:
        notes: tuple[str, ...] = ()
        session = self._picks.pending()
        if session is not None:
            state = None if self._picks.holds(session) else self._client.session(session.id)
            if state is not None and (state.get("mediaItemsSet") or _left_s(state) > 0):
                at = f"{session.began:%Y-%m-%d %H:%M} UTC"
                return session, state, (f"The session of {at} is continued.",)
            if not self._picks.holds(session):
                notes = ("The last session expired before anything was picked in it.",)
            self._client.delete(session.id)
            self._picks.end()
        state = self._client.create()
        session = Session(state["id"], self._clock())
        self._picks.begin(session)
        return session, state, notes


class GooglePhotosPicking:
    """A `Picking`: `state` is the session as Google states it."""

    def __init__(
        self,
        client: PickerClient,
        picks: Picks,
        listing: Path,
        catalog: CatalogSignIn,
        session: Session,
        state: Record,
        notes: tuple[str, ...],
    ) -> None:
        self._client = client
        self._picks = picks
        self._listing = listing
        self._catalog = catalog
        self._session = session
        self._state = state
        self.notes = notes

    @property
    def address(self) -> str | None:
        """The page on which the person picks; None if that is done."""
        return None if self._state.get("mediaItemsSet") else str(self._state["pickerUri"])

    def collect(self, wait: Wait, report: Report) -> Picked:
        """Wait until the person has picked, then list and store the items."""
        with explained(self._catalog):
            records = self._finished(wait, report)
        earlier = self._picks.names()
        ids = set(filter(None, map(_id_of, records)))
        if records:  # first of all: the session will not give them again
            self._picks.keep(self._session, records)
        notes = self._close()
        before = {record["id"] for name in earlier for record in self._picks.read(name)}
        return Picked(len(records), len(ids - before), MOST, notes)

    def _finished(self, wait: Wait, report: Report) -> list[Record]:
        """Return the records, once there are some; Google may need a moment after it says so."""
        waited, longest = 0.0, _TIMEOUT_S
        while True:
            if self._state.get("mediaItemsSet"):
                try:
                    return self._listed(report)
                except PermanentServiceError as error:
                    if error.fault.status == 404:
                        raise self._expired() from None
                    if error.fault.code != UNFINISHED:
                        raise
            longest = min(longest, waited + _left_s(self._state))
            if waited >= longest:
                raise overdue(self._catalog)
            pause = seconds(_polling(self._state).get("pollInterval")) or _INTERVAL_S
            pause = min(max(pause, _SHORTEST_S), _LONGEST_S)
            wait(pause)
            waited += pause
            state = self._client.session(self._session.id)
            if state is None:
                raise self._expired()
            self._state = state

    def _listed(self, report: Report) -> list[Record]:
        spool = Spool(self._listing)
        if spool.header.get("session") != self._session.digest:
            spool.begin({"session": self._session.digest})
        sequence = Sequence(_id_of, ITEMS)
        found: dict[str, Record] = {}
        for page in spool.pages():
            self._take(page, sequence, found)
        resumed = bool(found)
        while not sequence.ended:
            try:
                listed, token = self._client.items(self._session.id, sequence.next)
            except PermanentServiceError as error:
                if not resumed or error.fault.status != 400 or error.fault.code == UNFINISHED:
                    raise
                spool.remove()  # Google no longer accepts the place where the listing stopped
                return self._listed(report)
            page = Page([without_links(record) for record in listed], next=token)
            spool.add(page)
            self._take(page, sequence, found)
            report(len(found))
        return list(found.values())

    def _take(self, page: Page, sequence: Sequence, found: dict[str, Record]) -> None:
        fault = sequence.fault_of(page)
        if fault is not None:
            Spool(self._listing).remove()
            raise CatalogUnavailableError(
                f"What was picked could not be listed: {fault}.",
                hint=f"Nothing was lost: run `{pick_command(self._catalog)}` again.",
            )
        for record in page.records:
            # One without an id stays, to be reported when it is read.
            found[_id_of(record) or f"no id, {len(found)}"] = record

    def _close(self) -> tuple[str, ...]:
        """Delete the session, here and at Google. The records are stored by now."""
        notes: tuple[str, ...] = ()
        try:
            self._client.delete(self._session.id)
        except (ServiceError, CatalogUnavailableError):
            notes = ("The session could not be deleted at Google; it expires by itself.",)
        self._picks.end()
        self._listing.unlink(missing_ok=True)
        return notes

    def _expired(self) -> CatalogUnavailableError:
        self._picks.end()
        self._listing.unlink(missing_ok=True)
        return expired(self._catalog)


def _id_of(record: Record) -> str:
    return values.text(record.get("id")) or ""


def _polling(state: Record) -> dict[str, Any]:
    return values.part(state, "pollingConfig")


def _left_s(state: Record) -> float:
    """Return how long Google says to wait for the person; 0: no longer."""
    stated = seconds(_polling(state).get("timeoutIn"))
    return _TIMEOUT_S if stated is None else stated
