"""What was picked in one account, as pages of records: each session that was stored is a page.

No call is made: a later pick adds to the earlier ones and says nothing about what it lacks.
"""

import json
from collections.abc import Iterator
from typing import ClassVar

from photo_assets.catalogs.google_photos.item import picked_item
from photo_assets.catalogs.google_photos.picks import DAMAGED, Picks
from photo_assets.catalogs.google_photos.settings import GooglePhotosSettings
from photo_assets.catalogs.online.service import (
    CursorLostError,
    OnlineService,
    Page,
    Record,
    Tables,
)
from photo_assets.model.canonical import canonical
from photo_assets.model.events import Failed, ScanEvent
from photo_assets.service_calls import CallStatistics


class PickedService(OnlineService):
    """The picks of the catalog `name`. The position names the files that were read."""

    tables: ClassVar[tuple[str, ...]] = ()

    def __init__(self, picks: Picks, name: str, settings: GooglePhotosSettings) -> None:
        self._picks = picks
        self._name = name
        self._settings = settings

    def cursor(self) -> str:
        """Return the files there are. Raises `CatalogUnavailableError` if there is none."""
        return canonical(self._picks.states())

    def pages(self, kind: str, after: str | None, tables: Tables) -> Iterator[Page]:
        """Yield every stored session, the oldest first: a later record of an item stands."""
        names = [name for name in self._picks.states() if name >= (after or "")]
        following = [*names[1:], None]
        for name, next_ in zip(names, following, strict=False):
            yield Page(self._picks.read(name), next=next_, within=name)
        if not names:
            yield Page([])

    def changes(self, cursor: str, tables: Tables) -> Iterator[Page]:
        """Yield the sessions that were stored since.

        Raises `CursorLostError` if a file that was read is gone or another, or if an older one
        came, such as from a backup.
        """
        known, states = json.loads(cursor), self._picks.states()
        new = [name for name in states if name not in known]
        if {name: states.get(name) for name in known} != known or min(new, default="~") < max(
            known
        ):
            raise CursorLostError
        for name in new:
            yield Page(self._picks.read(name), within=name)
        if new:
            yield Page([], cursor=canonical(states))

    def item(self, record: Record, tables: Tables) -> ScanEvent:
        """Return the item of a record; for a damaged one, a failure that keeps every row."""
        if DAMAGED in record:
            detail = f"{record[DAMAGED]}. Rows of earlier scans are kept; restore the file."
            # It may have been any item.
            return Failed(str(record["id"]), "damaged record", detail, native_prefix="")
        return picked_item(
            record,
            catalog=self._name,
            account=self._settings.account,
            dates_from_names=self._settings.dates_from_names,
        )

    @property
    def statistics(self) -> CallStatistics:
        """No calls."""
        return CallStatistics()
