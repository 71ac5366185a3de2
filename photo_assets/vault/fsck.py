"""Reading stores in full: damaged, unreadable and lost blobs, and replacing them from other copies.

A store is checked in 256 parts, by the first two digits of the blobs' names. The position is kept
after each part, so that an interrupted check continues, and samples reach all blobs in turn.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import BinaryIO, Protocol

from photo_assets.lake import Lake
from photo_assets.media.content import ContentError, ContentRef, open_content
from photo_assets.model.canonical import canonical
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import FINGERPRINTS, ORIGINALS
from photo_assets.system.durable import write_bytes
from photo_assets.vault.months import ASSET
from photo_assets.vault.store import (
    BlobStore,
    Condition,
    ContentChangedError,
    StoreUnavailableError,
    Verdict,
    copy_hashed,
)

PARTS = 256
_FINGERPRINTS = ("identity", "fingerprints")
_Opened = Callable[[], AbstractContextManager[BinaryIO]]


class CheckedStore(BlobStore, Protocol):
    """A store that fsck can repair."""

    def protect(self, sha256: bytes) -> None:
        """Make a blob read-only again. Raises `StorageError`."""

    def sweep(self) -> int:
        """Remove unfinished files of killed writers; return how many."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One blob that is not as it should be, and what was done about it (None: nothing)."""

    sha256: bytes
    condition: Condition
    detail: str | None
    repaired: str | None = None


@dataclass(slots=True)
class StoreCheck:
    """The result of checking one store. `orphans`: blobs of no current item; they are kept."""

    store: str
    blobs: int = 0
    bytes: int = 0
    orphans: int = 0
    parts: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether the whole store was read in this check."""
        return self.parts == PARTS

    @property
    def by_condition(self) -> Mapping[Condition, int]:
        """The number of problems of each kind."""
        return Counter(problem.condition for problem in self.problems)

    @property
    def unrepaired(self) -> int:
        """The number of problems that are still there."""
        return sum(problem.repaired is None for problem in self.problems)


@dataclass(frozen=True)
class Fsck:
    """A check of stores against what `vault/originals` says they hold.

    `positions`: the folder that keeps how far each store was checked. `progress` is called with the
    parts done and their number.
    """

    lake: Lake
    stores: Sequence[CheckedStore]
    positions: Path
    repair: bool = False
    progress: Callable[[str, int, int], None] = lambda _store, _done, _parts: None

    def run(self, name: str, percent: float = 100.0) -> StoreCheck:
        """Check the next `percent` of a store; return what was found. Raises `StorageError`."""
        store = next(one for one in self.stores if one.name == name)
        position = self.positions / f"{store.open()}.json"
        start, left = _read_position(position)
        total = left or max(1, math.ceil(PARTS * percent / 100))
        check, expected = StoreCheck(name), _expected(self.lake, name)
        for number in range(total):
            part = (start + number) % PARTS
            self._check_part(store, part, expected[part], check)
            check.parts += 1
            _write_position(position, (part + 1) % PARTS, total - number - 1)
            self.progress(name, number + 1, total)
        store.sweep()
        return check

    def _check_part(
        self, store: CheckedStore, part: int, wanted: set[bytes], check: StoreCheck
    ) -> None:
        there = set(store.list(f"{part:02x}"))
        check.orphans += len(there - wanted)
        for sha256 in sorted(there | wanted):
            verdict = store.verify(sha256)
            check.blobs += 1
            check.bytes += verdict.size or 0
            if verdict.condition is not Condition.INTACT:
                done, detail = None, verdict.detail
                try:
                    done = self._repair(store, sha256, verdict) if self.repair else None
                except StoreUnavailableError:
                    raise
                except StorageError as error:  # costs this blob
                    detail = str(error)
                check.problems.append(Problem(sha256, verdict.condition, detail, done))

    def _repair(self, store: CheckedStore, sha256: bytes, verdict: Verdict) -> str | None:
        """Make one blob right; return what was done, None if no good copy exists."""
        if verdict.condition is Condition.WRITABLE:
            store.protect(sha256)
            return "made read-only"
        in_place = verdict.condition is not Condition.ABSENT
        for name, opened in self._copies(store, sha256):
            try:
                with opened() as content:
                    if copy_hashed(content)[0] != sha256:
                        continue
                if in_place:
                    store.set_aside(sha256)
                    in_place = False
                with opened() as content:
                    store.put(sha256, content)
            except (ContentError, ContentChangedError, OSError):
                continue
            return f"replaced from {name}"
        return None

    def _copies(self, store: BlobStore, sha256: bytes) -> Iterator[tuple[str, _Opened]]:
        """Yield where else a blob should be, and a function that opens it there."""
        for other in self.stores:
            if other.name != store.name and other.size(sha256) is not None:
                yield f"the store {other.name}", partial(other.get, sha256)
        for ref in self._files.get(sha256, ()):
            yield str(ref), partial(open_content, ref)

    @cached_property
    def _files(self) -> Mapping[bytes, list[ContentRef]]:
        """The files of the items that hold each blob. Read once something is to be repaired."""
        found: dict[bytes, list[ContentRef]] = {}
        for month in self.lake.names(_FINGERPRINTS):
            rows = self.lake.read(_FINGERPRINTS, month, FINGERPRINTS, ("sha256", "path", "member"))
            for row in rows.to_pylist():
                if row["sha256"] is not None and row["path"] is not None:
                    ref = ContentRef(row["path"], row["member"])
                    found.setdefault(row["sha256"], []).append(ref)
        return found


def _expected(lake: Lake, store: str) -> dict[int, set[bytes]]:
    """Return the blobs that a store should hold, by their first byte."""
    found: dict[int, set[bytes]] = defaultdict(set)
    for month in lake.names(ASSET):
        for row in lake.read(ASSET, month, ORIGINALS, ("sha256", "stores")).to_pylist():
            if store in row["stores"]:
                found[row["sha256"][0]].add(row["sha256"])
    return found


def _read_position(file: Path) -> tuple[int, int]:
    """Return the part at which a check goes on, and the parts left of an interrupted check."""
    try:
        content = json.loads(file.read_bytes())
        start, left = int(content["next"]), int(content["left"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0
    return (start % PARTS, left) if 0 <= left <= PARTS else (0, 0)


def _write_position(file: Path, start: int, left: int) -> None:
    write_bytes(file, canonical({"next": start, "left": left}).encode())
