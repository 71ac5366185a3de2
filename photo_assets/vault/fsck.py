"""Reading stores in full: damaged, unreadable and lost blobs, and replacing them from other copies.

A store is checked in 256 parts, by the first two digits of the blobs' names. `fsck_position` keeps
how far it came and what it found after each part: an interrupted check continues and looks at the
problems again, and samples reach all blobs in turn.
"""

import contextlib
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from photo_assets.lake import Lake
from photo_assets.media.content import ContentError, ContentRef, open_content
from photo_assets.model.errors import StorageError
from photo_assets.system.durable import require_directory
from photo_assets.system.file_lock import file_lock
from photo_assets.system.job_threads import in_parallel
from photo_assets.vault.fsck_position import PARTS, Position
from photo_assets.vault.fsck_tables import Tables, files_of, names_of
from photo_assets.vault.store import (
    BlobStore,
    Condition,
    ContentChangedError,
    StoreUnavailableError,
    Verdict,
    concerns_all_blobs,
    copy_hashed,
)

_SAVE_S = 5.0
"""A killed check reads again what it read in this time."""

_AT_ONCE: Final = 2
"""Blobs read at once: one is hashed while the next one arrives."""

_FEW: Final = 4

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
    """The result of checking one store. `blobs` and `bytes`: what was read.

    `orphans`: blobs of no current item; they are kept.
    """

    store: str
    blobs: int = 0
    bytes: int = 0
    orphans: int = 0
    parts: int = 0
    earlier_parts: int = 0
    """Those of `parts` that an earlier check had read."""
    problems: list[Problem] = field(default_factory=list)
    damaged_tables: list[str] = field(default_factory=list)
    """A sentence for each month of `vault/originals` that does not say what the store holds."""
    unlisted: dict[int, str] = field(default_factory=dict)
    """Part -> the error with which its folders could not all be listed."""

    @property
    def errors(self) -> list[str]:
        """What was not checked, and why."""
        return [*self.damaged_tables, *self.unlisted.values()]

    @property
    def complete(self) -> bool:
        """Whether the whole store was read in this check."""
        return self.parts == PARTS

    @property
    def by_condition(self) -> Mapping[Condition, int]:
        """The number of problems of each kind."""
        return Counter(problem.condition for problem in self.problems)

    @property
    def repaired(self) -> int:
        """The number of problems that were mended."""
        return sum(problem.repaired is not None for problem in self.problems)

    @property
    def unrepaired(self) -> int:
        """The number of problems and errors that are still there."""
        return len(self.problems) - self.repaired + len(self.errors)


@dataclass(frozen=True)
class Fsck:
    """A check of stores against what `vault/originals` says they hold.

    `positions`: the folder that keeps how far each store was checked. `progress` is called with the
    parts done and their number. `checks`: the result for each store, from the start of its check.
    `waiting` is called before the end of another process's check is awaited.
    """

    lake: Lake
    stores: Sequence[CheckedStore]
    positions: Path
    repair: bool = False
    progress: Callable[[str, int, int], None] = lambda _store, _done, _parts: None
    checks: list[StoreCheck] = field(default_factory=list)
    waiting: Callable[[], None] = lambda: None

    def run(self, name: str, percent: float = 100.0, since: date | None = None) -> StoreCheck:
        """Check the next `percent` of a store; return what was found. Raises `StorageError`.

        Parts that were read on `since` (in UTC) or later are not read again; the problems found in
        them are.
        """
        store = next(one for one in self.stores if one.name == name)
        store_id = store.open()
        file = self.positions / f"{store_id}.json"
        require_directory(self.positions)
        with file_lock(file.with_suffix(".lock"), self.waiting):
            return self._run(store, store_id, file, percent, since)

    def _run(
        self, store: CheckedStore, store_id: str, file: Path, percent: float, since: date | None
    ) -> StoreCheck:
        wanted, today = max(1, math.ceil(PARTS * percent / 100)), datetime.now(UTC).date()
        position = replace(Position.load(file), store=store.name)
        if position.left == 0 or position.wanted != wanted:  # a check of another kind is over
            position = replace(position, wanted=wanted, left=wanted)
        earlier = wanted - position.left
        check = StoreCheck(store.name, parts=earlier, earlier_parts=earlier)
        self.checks.append(check)
        tables = Tables.read(self.lake, store.name, store_id)
        check.damaged_tables = tables.damaged
        known, unlisted = position.problems, position.unlisted
        for part in sorted({sha256[0] for sha256 in known} | unlisted):
            only = None if part in unlisted else known
            self._check_part(store, part, tables, check, only=only)
        saved = time.monotonic()
        try:
            while position.left:
                part = position.next
                is_read = since is not None and position.is_read_since(part, since)
                if not is_read and part not in unlisted:
                    self._check_part(store, part, tables, check, without=known)
                check.parts += 1
                check.earlier_parts += is_read
                faulty = frozenset(one.sha256 for one in check.problems if one.repaired is None)
                now_read = {} if is_read or part in check.unlisted else {part: today}
                position = replace(
                    position,
                    next=(part + 1) % PARTS,
                    left=position.left - 1,
                    problems=faulty,
                    unlisted=frozenset(check.unlisted),
                    read={**position.read, **now_read},
                )
                if time.monotonic() - saved > _SAVE_S:
                    position.save(file)
                    saved = time.monotonic()
                self.progress(store.name, wanted - position.left, wanted)
        finally:
            position.save(file)
        with contextlib.suppress(StorageError):  # it is among the errors above
            store.sweep()
        return check

    def _check_part(
        self,
        store: CheckedStore,
        part: int,
        tables: Tables,
        check: StoreCheck,
        *,
        only: frozenset[bytes] | None = None,
        without: frozenset[bytes] = frozenset(),
    ) -> None:
        """Check the blobs that are there, or should be: by the table, or as another store has."""
        prefix, there, named = f"{part:02x}", set[bytes](), set[bytes]()
        try:
            for sha256 in store.list(prefix):  # what comes before an error is checked
                there.add(sha256)
            check.unlisted.pop(part, None)
        except StoreUnavailableError:
            raise
        except StorageError as error:
            check.unlisted[part] = str(error)
            named |= {sha256 for sha256 in only or without if sha256[0] == part}
        for other in (one for one in self.stores if one.name != store.name):
            with contextlib.suppress(StorageError):
                named.update(other.list(prefix))
        named |= there | names_of(tables.expected[part])
        if only is None and not check.damaged_tables:
            check.orphans += len(there - names_of(tables.current[part]))
        if only is not None:
            named &= only
        first = len(check.problems)
        wanted = sorted(named - without)
        verdicts = _verify_all(store, wanted)
        for sha256 in wanted:
            verdict = verdicts[sha256]
            check.blobs += verdict.size is not None
            check.bytes += verdict.size or 0
            if verdict.condition is not Condition.INTACT:
                check.problems.append(Problem(sha256, verdict.condition, verdict.detail))
        if self.repair and len(check.problems) > first:
            self._repair_all(store, check.problems, first)

    def _repair_all(self, store: CheckedStore, problems: list[Problem], first: int) -> None:
        """Repair the problems from the index `first` on, and put what was done in their place."""
        files = files_of(self.lake, [problem.sha256 for problem in problems[first:]])
        for number, problem in enumerate(problems[first:], first):
            try:
                done = self._repair(store, problem, files.get(problem.sha256, ()))
                problems[number] = replace(problem, repaired=done)
            except StorageError as error:
                if concerns_all_blobs(error):
                    raise
                problems[number] = replace(problem, detail=str(error))

    def _repair(
        self, store: CheckedStore, problem: Problem, files: Sequence[ContentRef]
    ) -> str | None:
        """Make one blob right; return what was done, None if no good copy exists."""
        sha256 = problem.sha256
        if problem.condition is Condition.WRITABLE:
            store.protect(sha256)
            return "made read-only"
        for name, opened in self._copies(store, sha256, files):
            try:
                with opened() as content:
                    good = copy_hashed(content)[0] == sha256
            except (ContentError, StorageError, OSError):
                continue
            if not good:
                continue
            try:
                with opened() as content:
                    store.restore(sha256, content)
            except (ContentError, ContentChangedError, OSError):
                continue
            return f"replaced from {name}"
        return None

    def _copies(
        self, store: BlobStore, sha256: bytes, files: Sequence[ContentRef]
    ) -> Iterator[tuple[str, _Opened]]:
        """Yield where else a blob should be, and a function that opens it there."""
        for other in self.stores:
            if other.name != store.name:
                yield f"the store {other.name}", partial(other.get, sha256)
        for ref in files:
            yield str(ref), partial(open_content, ref)


def _verify_all(store: BlobStore, blobs: Sequence[bytes]) -> dict[bytes, Verdict]:
    """Read blobs, some at once. Starting threads costs a third of the time of reading one."""
    at_once = min(_AT_ONCE, store.at_once)
    if at_once == 1 or len(blobs) < _FEW:
        return {sha256: store.verify(sha256) for sha256 in blobs}
    return dict(in_parallel(lambda sha256: ((sha256, store.verify(sha256)),), blobs, at_once))
