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

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

import pyarrow as pa

from photo_assets.model.events import ScanEvent
from photo_assets.model.tables import TableKind


@dataclass(frozen=True, slots=True)
class Probe:
    """The cheapest possible look at a source.

    `token` changes whenever a scan could find something new and is None when telling would cost
    as much as scanning. `summary` is one line for people ("1,204 files, 3.4 GB"). `items` is about
    how many events a scan will yield, where that is known, for progress. `fix` says what a person
    may do about what `summary` tells is not there.
    """

    token: str | None
    summary: str
    items: int | None = None
    fix: str | None = None


KnownItems = Mapping[str, str | None]
"""native id -> change token of its last row; what lets a reader say `Unchanged`."""


class Catalog(Protocol):
    """One place that lists photos."""

    source: ClassVar[str]
    reader_version: ClassVar[int]
    ids_are_paths: ClassVar[bool]
    """Whether the native id of an entry says where its file is, so that it goes when that moves."""

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


@dataclass(slots=True)
class Branch:
    """One directory of a catalog.

    `path` + "/" + a name is the native id of an entry in it ("" for the top: the name alone).
    `state` is equal whenever a scan would yield the same events for it, whatever they depend on
    outside the directory; None when time alone may change them, which may be found out only while
    the events are consumed. `events` is None where the state is the known one, and nothing in it
    was looked at; else they must be consumed before the next branch is asked for.
    """

    path: str
    state: bytes | None
    events: Iterable[ScanEvent] | None


class Look(Protocol):
    """One pass over all branches."""

    def __iter__(self) -> Iterator[Branch]:
        """Yield every branch, in the order in which `scan` would yield its events."""

    def probe(self) -> Probe:
        """Return, after the last branch, what `Catalog.probe` says of exactly what was seen."""


@runtime_checkable
class BranchedCatalog(Catalog, Protocol):
    """A catalog that can pass over directories in which nothing changed."""

    def look(self, states: Mapping[str, bytes], known: Callable[[str], KnownItems]) -> Look:
        """Look at every branch, in detail only at those whose state is not in `states`.

        `known` gives the known items of one branch, and is asked for every branch that has events,
        before them. Raises what `scan` raises, also on the way.
        """


@runtime_checkable
class RememberingCatalog(Catalog, Protocol):
    """A catalog that can tell from a memory of its last scan that another would find the same.

    For what a scan looks at beyond what the probe's token covers.
    """

    memory_kind: ClassVar[TableKind]

    def memory(self) -> pa.Table | None:
        """Return what the last complete `scan` of this object saw; None before one."""

    def is_as_remembered(self, memory: pa.Table) -> bool:
        """Say whether all of it is so still, without opening anything but directories."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Something a person should know of a catalog that can be read: a sentence, and what to do."""

    text: str
    fix: str


@runtime_checkable
class AdvisingCatalog(Catalog, Protocol):
    """A catalog that can be read and yet be the wrong one."""

    def advice(self) -> tuple[Advice, ...]:
        """Return what a person should know, by names and times alone. Raises nothing."""


def advice_on(catalog: Catalog) -> tuple[Advice, ...]:
    """Return the catalog's advice; none where its kind gives none."""
    return catalog.advice() if isinstance(catalog, AdvisingCatalog) else ()


LastRows = Callable[[Collection[str]], Iterable[pa.Table]]
"""The last accepted rows of some native ids, as tables of the columns that were asked for."""


@runtime_checkable
class RecallingCatalog(Catalog, Protocol):
    """A catalog whose rows hold what its source may no longer say, and must continue holding it."""

    recalled_columns: ClassVar[tuple[str, ...]]

    def recall(self, rows: LastRows) -> None:
        """Take a way to `recalled_columns` of the last accepted rows; called before `scan`.

        Without it a scan tells what the source says now.
        """
