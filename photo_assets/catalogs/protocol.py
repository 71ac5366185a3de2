"""The contract of catalog readers. No implementations.

The tests in `photo_assets_tests/catalogs/contract.py` check each implementation against it.

Contract, for every method:
- Nothing is written in or beside the source: no byte, name, mtime, lock, -wal or -shm. Symbolic
  links that lead out of the source are not followed.
- A missing source raises `CatalogUnavailableError`; a damaged source, or one of another kind,
  raises `CatalogUnreadableError`. Neither is ever reported as an empty catalog.
- A bad entry affects no other entry: it becomes a `Failed` event that names it.
- The same source yields the same events with the same items, whatever the machine, the time zone,
  the order of directory entries, or the number of earlier calls.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

import pyarrow as pa

from photo_assets.media.content import RemoteContent
from photo_assets.model.events import ScanEvent
from photo_assets.model.tables import TableKind

if TYPE_CHECKING:
    from photo_assets.service_calls.download import Download


@dataclass(frozen=True, slots=True)
class Probe:
    """The result of the cheapest possible check of a source.

    `token` changes whenever a scan could find something new and is None when computing it would
    cost as much as a scan. `summary` is one line for people ("1,204 files, 3.4 GB"). `items` is the
    approximate number of events of a scan, where known, for progress. `fix` is the action for a
    person where `summary` names something missing.
    """

    token: str | None
    summary: str
    items: int | None = None
    fix: str | None = None


KnownItems = Mapping[str, str | None]
"""native id -> change token of its last row; allows a reader to yield `Unchanged`."""


class Catalog(Protocol):
    """One list of photos."""

    source: ClassVar[str]
    reader_version: ClassVar[int]
    ids_are_paths: ClassVar[bool]
    """Whether the native id of an entry is the path of its file, and changes when the file moves.
    """

    @property
    def name(self) -> str:
        """The catalog's key in photosync.yaml; unique within its source."""

    @property
    def settings_digest(self) -> str:
        """Changes when a setting that affects the result of a scan changes (such as a root map).

        Discovery then scans without known items.
        """

    def probe(self, deadline: float) -> Probe:
        """Check the source without reading photos; stop (token None) at `deadline`.

        `deadline` is a value of `time.monotonic()`. Raises `CatalogUnavailableError`.
        """

    def scan(self, known: KnownItems) -> Iterator[ScanEvent]:
        """Yield one event for everything in the source.

        `known` is empty for a full scan. An entry whose change token equals its known one may yield
        `Unchanged`, without reading its content. Native ids are unique among the `Found` and
        `Unchanged` events of one scan. Memory does not grow with the size of the files, and by
        small records only with their number.
        """


@dataclass(slots=True)
class Branch:
    """One directory of a catalog.

    `path` + "/" + a name is the native id of an entry in it ("" for the top: the name alone).
    `state` is equal whenever a scan would yield the same events for it, including those that depend
    on other directories; None when the passage of time may change them, which may become known only
    while the events are consumed. `events` is None where the state is the known one and the
    directory was not read; otherwise the events must be consumed before the next branch is
    requested.
    """

    path: str
    state: bytes | None
    events: Iterable[ScanEvent] | None


class BranchScan(Protocol):
    """One pass over all branches."""

    def __iter__(self) -> Iterator[Branch]:
        """Yield every branch, in the order in which `scan` would yield its events."""

    def probe(self) -> Probe:
        """Return, after the last branch, the result of `Catalog.probe` for exactly this pass."""


@runtime_checkable
class BranchedCatalog(Catalog, Protocol):
    """A catalog that can skip directories without changes."""

    def scan_branches(
        self, states: Mapping[str, bytes], known: Callable[[str], KnownItems]
    ) -> BranchScan:
        """Go through every branch; read only those whose state is not in `states`.

        `known` returns the known items of one branch; it is called for every branch that has
        events, before them. Raises the errors of `scan`, also during iteration.
        """


@runtime_checkable
class RememberingCatalog(Catalog, Protocol):
    """A catalog that can detect, by a record of its last scan, that a new one would find the same.

    For inputs of a scan that the probe's token does not cover.
    """

    memory_kind: ClassVar[TableKind]

    def memory(self) -> pa.Table | None:
        """Return the record of the last complete `scan` of this object; None before one."""

    def is_as_remembered(self, memory: pa.Table) -> bool:
        """Return whether the record still holds, by opening directories only."""


Figure = int | float | str
"""A figure for people."""


@runtime_checkable
class FollowingCatalog(Catalog, Protocol):
    """A catalog of a service: a scan asks only for what changed since the last accepted scan.

    The record of a scan is bound to the manifest that accepts it: a scan that is not accepted, and
    one whose loss of items is held back, leave the record of the scan before them in force.
    """

    memory_kind: ClassVar[TableKind]

    def follow(self, memory: pa.Table | None) -> None:
        """Receive the record of the last accepted scan; called before `probe` and `scan`.

        None: no record applies, and a scan lists everything. While nothing has changed since the
        record, the token of `probe` is that of the scan's own `scanned`.
        """

    def memory(self) -> pa.Table | None:
        """Return the record of the last complete `scan` of this object; None before one."""

    def tell(self, listed: Callable[[int], None]) -> None:
        """Receive what to call during a scan, with the number of entries listed so far.

        A scan lists everything before its first event.
        """

    def scanned(self) -> Probe:
        """Return, after a scan, the result of `probe` for exactly that scan; makes no call."""

    def accepted(self) -> None:
        """The last scan was accepted with its record: its temporary files are not needed again."""

    def figures(self) -> Mapping[str, Figure]:
        """Return the calls, waits and limits of this object so far, for people, by name."""


@dataclass(frozen=True, slots=True)
class Advice:
    """A warning about a readable catalog: a sentence, and the action to take."""

    text: str
    fix: str


@runtime_checkable
class AdvisingCatalog(Catalog, Protocol):
    """A catalog that can be readable and still be the wrong one."""

    def advice(self) -> tuple[Advice, ...]:
        """Return the warning, based on names and times only. Raises nothing."""


def advice_on(catalog: Catalog) -> tuple[Advice, ...]:
    """Return the catalog's advice; None where its kind gives none."""
    return catalog.advice() if isinstance(catalog, AdvisingCatalog) else ()


LastRows = Callable[[Collection[str]], Iterable[pa.Table]]
"""Native ids -> their last accepted rows, as tables of the requested columns."""


@runtime_checkable
class RecallingCatalog(Catalog, Protocol):
    """A catalog whose rows keep values that its source may no longer state."""

    recalled_columns: ClassVar[tuple[str, ...]]

    def recall(self, rows: LastRows) -> None:
        """Receive access to `recalled_columns` of the last accepted rows; called before `scan`.

        Without it a scan yields only the values that the source states now.
        """


@runtime_checkable
class FetchingCatalog(Catalog, Protocol):
    """A catalog of a service that gives the originals of its entries.

    The fields of `content` come from the row alone, so that what is known of a content is found
    again without a call, also while the service is unavailable.
    """

    def content(self, row: Mapping[str, Any]) -> RemoteContent:
        """Return the original of an entry, from its row with `CONTENT_COLUMNS`; makes no call."""

    def fetch(self, content: RemoteContent, download: "Download") -> None:
        """Ask for an original, or for a preview (`is_preview`), until it is complete.

        Raises `RemoteContentError` where only this one cannot be had, and
        `CatalogUnavailableError` where no other can be had either.
        """


CONTENT_COLUMNS = (
    *("source", "catalog", "native_id", "file_name", "media_type", "media_kind", "file_size"),
    *("sha256", "sha1", "md5", "quality", "raw"),
)
"""The columns of an item that `FetchingCatalog.content` is made from."""
