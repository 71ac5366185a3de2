"""One pass over a service's pages: what is there now, and whether everything was seen.

Records stay in the spool; here are only their keys. What becomes of them is decided elsewhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from photo_assets.catalogs.online.records import encode
from photo_assets.catalogs.online.service import ITEMS, OnlineService, Page, Record, Tables
from photo_assets.catalogs.online.spool import Spool

_CONTENT = (1 << 64) - 1  # of a place: a hash of the record; above it the number of its page


@dataclass(slots=True)
class Gathered:
    """The records of a pass: those in `spool`, except earlier versions of the same record.

    `cursor` is the position after the pass. `whole`: it lists everything, so what it does not name
    is gone; with a `fault` it does not, and the fault says why.
    """

    service: OnlineService
    spool: Spool
    cursor: str
    whole: bool
    tables: Tables = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    fault: str | None = None
    _own: set[str] = field(default_factory=set)
    _place: dict[str, int] = field(default_factory=dict)
    _pages: int = 0

    def take(self, page: Page) -> None:
        """Note a page that is in the spool."""
        if page.kind == ITEMS:
            for record in page.records:
                key = self.service.key(ITEMS, record)
                content = hash(encode(record)) & _CONTENT
                # Where the same record comes again, the first one stands, and with it its place.
                if key not in self._place or self._place[key] & _CONTENT != content:
                    self._place[key] = self._pages << 64 | content
                self.removed.discard(key)
            for key in page.removed:
                self._place.pop(key, None)
                self.removed.add(key)
        else:
            self._change_table(page.kind, page.records, page.removed)
        for kind, records in page.beside.items():
            self._change_table(kind, records, [])
        self.cursor = page.cursor or self.cursor
        self._pages += 1

    def _change_table(self, kind: str, records: list[Record], removed: list[str]) -> None:
        if kind not in self._own:  # the table of the last scan is compared with the new one
            self._own.add(kind)
            self.tables[kind] = dict(self.tables.get(kind, {}))
        table = self.tables[kind]
        table.update({self.service.key(kind, record): record for record in records})
        for key in removed:
            table.pop(key, None)

    def names(self, key: str) -> bool:
        """Return whether the pass has a record with this key, or its removal."""
        return key in self._place or key in self.removed

    def records(self) -> Iterator[tuple[str, Record]]:
        """Yield the newest record of every item in the spool, with its key.

        A whole listing forgets each key then: whoever receives it keeps it too.
        """
        for number, page in enumerate(self.spool.pages()):
            if page.kind != ITEMS:
                continue
            newest = {self.service.key(ITEMS, record): record for record in page.records}
            for key, record in newest.items():
                if self._place.get(key, -1) >> 64 == number:
                    if self.whole:
                        del self._place[key]
                    yield key, record


class Sequence:
    """Checks that the pages of one listing make progress, and end as the service says.

    A service that repeats a page, or continues elsewhere than it ended, would otherwise be read
    without end, or taken for one that has lost the rest. `key` returns what tells records of `kind`
    apart.
    """

    def __init__(self, key: Callable[[Record], str], kind: str) -> None:
        self.next: str | None = None
        self.ended = False
        """Whether no further page is to be requested."""
        self._key = key
        self._kind = kind
        self._within = ""
        self._seen: set[str] = set()
        self._places: set[str] = set()

    def fault_of(self, page: Page) -> str | None:
        """Take the next page; return why the listing is not complete because of it, if so."""
        if page.within != self._within:
            self._within, self._seen = page.within, set()
        keys = {self._key(record) for record in page.records}
        repeats = bool(keys) and keys <= self._seen
        self._seen |= keys
        returns = page.next is not None and page.next in self._places
        self.next, self.ended = page.next, page.next is None or repeats or returns
        if page.next is not None:
            self._places.add(page.next)
        if repeats:
            return f"the service returned a page of {self._kind} again"
        if returns:
            return f"the service returned to an earlier page of {self._kind}"
        return None if page.joined else f"{self._kind} were added or removed between two pages"
