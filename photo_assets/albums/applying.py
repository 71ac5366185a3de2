"""Changing the name of one album at the service and in the database, so that both agree.

Each step is recorded in the ledger when it is done, and can be repeated: after a crash between any
two, `finish` continues and ends with both names new, or both old. A name that is neither the one
before nor the one after is somebody else's: it is left, and reported.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from photo_assets.albums.sides import AlbumGoneError, Database, Followed, Service
from photo_assets.ledger import AlbumChange, AlbumChanges, Step
from photo_assets.service_calls import AmbiguousServiceError, PermanentServiceError

_TRIES: Final = 3
"""How often a rename is sent whose outcome is unknown; each time, the name is read before."""


def key_of(album: str) -> str:
    """Return the service's key of an album in commands, source/catalog/key."""
    return album.split("/", 2)[2]


def catalog_of(album: str) -> str:
    """Return the catalog's key in photosync.yaml."""
    return album.split("/", 2)[1]


class Renaming:
    """Changes names of the albums of one account. `database` is None if there is no copy.

    `reached` is called after each step, for progress and for tests.
    """

    def __init__(
        self,
        changes: AlbumChanges,
        service: Service,
        database: Database | None,
        reached: Callable[[AlbumChange], None] = lambda change: None,
    ) -> None:
        self._changes = changes
        self._service = service
        self._database = database
        self._reached = reached

    def begin(self, change: AlbumChange) -> AlbumChange:
        """Record a new change and make it; return it at its last step. Raises as `finish`."""
        intended = self._changes.intend(change)
        self._reached(intended)
        return self.finish(intended)

    def finish(self, change: AlbumChange) -> AlbumChange:
        """Continue a change that was begun; return it at its last step.

        Raises `ServiceError` if a service does not respond: the change stays open, and the next
        call continues it.
        """
        try:
            if change.step is Step.INTENDED:
                change = self._rename(change)
            if change.step is Step.RENAMED:
                change = self._follow(change)
        except AlbumGoneError as error:
            change = self._ended(change, Step.CONFLICT, str(error))
        return change

    def _rename(self, change: AlbumChange) -> AlbumChange:
        key = key_of(change.album)
        for _ in range(_TRIES):
            now = self._service.name(key)
            if now == change.after:  # by an earlier try, or by somebody who wants the same
                return self._record(change, Step.RENAMED)
            if now != change.before:
                return self._ended(change, Step.CONFLICT, f"It is called {now!r} now.")
            if self._database is not None:
                self._database.intend(change)
            try:
                self._service.rename(key, change.after)
            except AmbiguousServiceError:
                continue  # the name is read again before anything is sent again
            except PermanentServiceError as error:
                return self._ended(change, Step.FAILED, str(error))
        now = self._service.name(key)
        if now == change.after:
            return self._record(change, Step.RENAMED)
        if now == change.before:
            return self._ended(change, Step.FAILED, "The service accepted the name and lacks it.")
        return self._ended(change, Step.CONFLICT, f"It is called {now!r} now.")

    def _follow(self, change: AlbumChange) -> AlbumChange:
        now = self._service.name(key_of(change.album))
        if now == change.before:  # given back before a crash, or by somebody
            if self._database is not None:
                self._database.follow(replace(change, before=change.after, after=change.before))
            return self._ended(change, Step.UNDONE, "The service has the old name again.")
        if now != change.after:
            return self._ended(change, Step.CONFLICT, f"It is called {now!r} now.")
        if self._database is None:
            return self._ended(change, Step.DONE, None)
        try:
            followed = self._database.follow(change)
        except PermanentServiceError as error:
            return self._undo(change, str(error))
        if followed is Followed.OTHER:
            return self._undo(change, "The database has another name for the album.")
        return self._ended(change, Step.DONE, None)

    def _undo(self, change: AlbumChange, why: str) -> AlbumChange:
        """Give the album its old name again, because the database cannot have the new one."""
        key = key_of(change.album)
        for sent in range(_TRIES + 1):
            now = self._service.name(key)  # somebody may have changed it since
            if now == change.before:
                return self._ended(change, Step.UNDONE, why)
            if now != change.after:
                return self._ended(change, Step.CONFLICT, f"{why} It is called {now!r} now.")
            if sent < _TRIES:
                with suppress(AmbiguousServiceError):
                    self._service.rename(key, change.before)
        return change  # open: the next call tries again

    def _ended(self, change: AlbumChange, step: Step, detail: str | None) -> AlbumChange:
        if self._database is not None:
            self._complete(change, step)
        return self._record(change, step, detail)

    def _complete(self, change: AlbumChange, step: Step) -> None:
        assert self._database is not None
        try:
            self._database.complete(replace(change, step=step))
        except PermanentServiceError:
            if step is Step.DONE:
                raise

    def _record(self, change: AlbumChange, step: Step, detail: str | None = None) -> AlbumChange:
        done = self._changes.reached(change, step, detail)
        self._reached(done)
        return done
