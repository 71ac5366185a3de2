"""What a service's folder implements to become a catalog: pages of records, and reading one.

No call is made here. `catalog.OnlineCatalog` calls these methods and decides what to believe.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Protocol

import pyarrow as pa

from photo_assets.catalogs.protocol import Figure
from photo_assets.media.content import Absence, RemoteContent, RemoteContentError
from photo_assets.model.canonical import canonical_digest
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.model.events import ScanEvent
from photo_assets.service_calls import CallStatistics, ServiceError
from photo_assets.service_calls.download import Download

ITEMS: Final = "items"
"""The kind of the records that become items. All other kinds are tables that items refer to."""

Record = dict[str, Any]
"""One record as the service states it, without links that expire or give access."""

Tables = dict[str, dict[str, Record]]
"""Kind -> key -> record: albums, folders, people and whatever else items refer to."""


Rows = Callable[[], Iterable[pa.Table]]
"""Reads rows that are not named by the changes: `native_id` and `raw` (the record, JSON)."""


class CursorLostError(Exception):
    """The service does not accept the position in its change feed: list everything again."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing or of a change feed.

    `next` is where the next page begins, in the service's own terms; None on the last page and only
    there. In a change feed, `cursor` on a page is the position after it, `kind` the kind of its
    records, and `removed` the keys of records that no longer exist. In a listing, ids must not
    repeat between the pages of one sequence; `within` names the sequence if there are several (an
    album). `joined` False: the page does not continue where the page before it ended, because
    entries were added or removed in between. `beside`: records of tables, by kind, that came in the
    same reply.
    """

    records: list[Record]
    removed: list[str] = field(default_factory=list)
    next: str | None = None
    cursor: str | None = None
    kind: str = ITEMS
    within: str = ""
    joined: bool = True
    beside: dict[str, list[Record]] = field(default_factory=dict)


class OnlineService(Protocol):
    """One account of a service. Subclass it; methods with a body are optional.

    Methods that call the service raise `ServiceError`, `CatalogUnavailableError` and
    `MalformedReplyError`; those that make no call say so.
    """

    tables: ClassVar[tuple[str, ...]] = ()
    """The kinds that are listed before the items, in this order."""

    def cursor(self) -> str:
        """Return the present position of the change feed; asked before a listing begins."""

    def check(self) -> None:
        """Make one or two calls that together need every required permission."""
        self.cursor()

    def pages(self, kind: str, after: str | None, tables: Tables) -> Iterator[Page]:
        """Yield the pages of everything of `kind`, from the `next` of an earlier page on.

        `tables` holds the kinds listed before. A listing should not depend on positions that shift
        when entries are added or removed (use a key to continue from, or overlapping pages).
        """

    def changes(self, cursor: str, tables: Tables) -> Iterator[Page]:
        """Yield what was added, changed or removed since `cursor`, the oldest first.

        `tables` are those of the last scan, not to be changed. The last page with a `cursor` states
        where the next scan begins; without one, `cursor` stays valid. Raises `CursorLostError`.
        """

    def peek(self, cursor: str, tables: Tables) -> str:
        """Return "" if nothing changed since `cursor`, else a digest of the changes found first.

        Costs one or two calls. May raise `CursorLostError`.
        """
        for page in self.changes(cursor, tables):
            if page.records or page.removed:
                return canonical_digest([page.kind, page.records, page.removed])
        return ""

    def key(self, kind: str, record: Record) -> str:
        """Return the key of a record: of an item, its native id. Makes no call."""
        return str(record["id"])

    def item(self, record: Record, tables: Tables) -> ScanEvent:
        """Return the event of a record of `ITEMS`. Makes no call, and depends on nothing else.

        `raw` and `change_token` of the item are filled in by the caller. May raise `KeyError`,
        `TypeError` and `ValueError`; then the entry is reported as failed.
        """

    def concerned(self, before: Tables, after: Tables, rows: Rows) -> Collection[str] | None:
        """Return the native ids whose items the change of the tables may affect. Makes no call.

        None: any of them. Only called if the tables differ. `rows` reads the rows of all other
        entries.
        """
        return None

    def unavailable(self, error: ServiceError) -> CatalogUnavailableError | None:
        """Return the error for people of a refusal that this service explains; makes no call."""
        return None

    def fetch(self, content: RemoteContent, download: Download) -> None:
        """Ask for the original of an entry until it is complete, continuing where a reply ended.

        Raises `RemoteContentError` if the service has no original of this entry. A refusal that
        `unavailable` explains concerns all entries, any other one this entry alone.
        """
        raise RemoteContentError(Absence.NO_ORIGINAL)

    def fetch_preview(self, content: RemoteContent, download: Download) -> None:
        """Ask for a small picture of an entry, of some 250 pixels or more and not cropped.

        Only called where the settings have `gives_previews`; as `fetch` otherwise.
        """
        raise RemoteContentError(Absence.NO_PREVIEW)

    @property
    def statistics(self) -> CallStatistics:
        """The statistics of the calls so far."""

    def figures(self) -> Mapping[str, Figure]:
        """Return what is left of a quota, and what the account may not see. Makes no call."""
        return {}
