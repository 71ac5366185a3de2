"""The contract every catalog reader fulfils, and nothing that fulfils it.

The suite in `photo_assets_tests/catalogs/contract.py` holds each implementation to it.

Contract, for every method:
- Nothing is written in or beside the source: no byte, name, mtime, lock, -wal or -shm. Symbolic
  links never lead out of the source.
- A source that is not there raises `CatalogUnavailableError`; one that is not what it should be
  raises `CatalogUnreadableError`. Neither ever looks like an empty catalog.
- One bad entry costs one entry: it becomes a `Failed` event that names it.
- The same source gives the same events with the same items, whatever the machine, the time zone,
  the order of directory entries, or the number of calls before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

from photo_assets.model.events import ScanEvent


@dataclass(frozen=True, slots=True)
class Probe:
    """The cheapest possible look at a source.

    `token` changes whenever a scan could find something new and is None when telling would cost
    as much as scanning. `summary` is one line for people ("1,204 files, 3.4 GB"). `items` is about
    how many events a scan will yield, where that is known, for progress.
    """

    token: str | None
    summary: str
    items: int | None = None


KnownItems = Mapping[str, str | None]
"""native id -> change token of its last row; what lets a reader say `Unchanged`."""


class Catalog(Protocol):
    """One place that lists photos."""

    source: ClassVar[str]
    reader_version: ClassVar[int]

    @property
    def name(self) -> str:
        """The catalog's key in photosync.yaml; unique within its source."""

    @property
    def settings_digest(self) -> str:
        """Changes when a setting changes what a scan of the same bytes yields (a root map, say).

        Discovery then scans without known items.
        """

    def probe(self, deadline: float) -> Probe:
        """Look at the source without reading photos; give up (token None) at `deadline`.

        `deadline` is a value of `time.monotonic()`. Raises `CatalogUnavailableError`.
        """

    def scan(self, known: KnownItems) -> Iterator[ScanEvent]:
        """Yield one event for everything in the source.

        `known` is empty for a full scan. An entry whose change token equals its known one may be
        answered with `Unchanged`, without reading its content. Native ids are unique among the
        `Found` and `Unchanged` events of one scan. Memory does not grow with the size of the files
        and only by small records with their number.
        """
