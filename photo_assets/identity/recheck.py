"""Rereading contents whose files look unchanged, to find changes that stat does not show.

Examples are corrupted bits on a disk, and an edit on a share that keeps no change times. Results go
to the cache; the months with differences must be rebuilt, which is not done here.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.identity.fingerprints.run import FingerprintRun
from photo_assets.identity.last_known import ASSET
from photo_assets.identity.monthly import read_items
from photo_assets.lake import Lake
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import FINGERPRINTS, ITEMS
from photo_assets.model.vocabulary import Availability

_TOGETHER = 1_000
_HERE = [Availability.ONLINE.value, Availability.TRASHED.value]
_KEY = ["source", "catalog", "native_id"]

IsWanted = Callable[[str, str], bool]
"""Returns whether contents of a catalog (source, name) are reread."""


@dataclass(frozen=True, slots=True)
class Share:
    """One of `parts` equal shares of all files, by their paths."""

    number: int = 0
    parts: int = 1

    def holds(self, path: str) -> bool:
        """Return whether a file is in the share; an archive's entries are all in one share."""
        return zlib.crc32(path.encode()) % self.parts == self.number


@dataclass(frozen=True, slots=True)
class RecheckResult:
    """The result. `months` contain contents that differ from the stored ones."""

    months: tuple[str, ...]
    changed: int
    contents: int
    bytes: int
    unread: int


def nightly_share(lake: Lake, night: int, most_bytes: int) -> Share:
    """Return the share to read in a night (day number): all, or about `most_bytes` in rotation."""
    total = 0
    for source in lake.catalogs():
        asset = ("catalog", source)
        for month in lake.names(asset):
            try:
                sizes = lake.read(asset, month, ITEMS, ["file_size"])["file_size"]
            except StorageError:
                continue  # a damaged partition is rewritten
            total += pc.sum(sizes).as_py() or 0
    parts = max(1, -(-total // most_bytes))
    return Share(night % parts, parts)


def recheck(
    lake: Lake,
    months: Sequence[str],
    read: Callable[[pa.Table], FingerprintRun],
    share: Share,
    wanted: IsWanted,
) -> RecheckResult:
    """Reread the share's contents of `months` and compare them with the stored fingerprints.

    `read` rereads every given item (`FingerprintOptions.reread`). Unavailable files are omitted,
    and a file that cannot be read keeps its stored fingerprint.
    """
    found: set[str] = set()
    changed = contents = size = unread = 0
    for items in _batches(lake, months, share, wanted):
        run = read(items)
        contents, size = contents + run.contents_read, size + run.bytes_read
        unread += run.kept + run.unavailable + run.failed
        for month in set(run.table["month"].to_pylist()):
            others = _others(lake, month, run.table.filter(pc.equal(run.table["month"], month)))
            changed += others
            if others:
                found.add(month)
    return RecheckResult(tuple(sorted(found)), changed, contents, size, unread)


def _batches(
    lake: Lake, months: Sequence[str], share: Share, wanted: IsWanted
) -> Iterator[pa.Table]:
    """Yield the items to read in large batches: starting decoders costs more than a small month."""
    waiting: list[pa.Table] = []
    for month in months:
        try:
            table = _chosen(read_items(lake, month), share, wanted)
        except StorageError:
            continue  # a damaged partition is rewritten, and its month with it
        if table.num_rows:
            waiting.append(table)
        if sum(table.num_rows for table in waiting) >= _TOGETHER:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)


def _chosen(items: pa.Table, share: Share, wanted: IsWanted) -> pa.Table:
    here = items.filter(pc.is_in(items["availability"], value_set=pa.array(_HERE)))
    rows = zip(*(here[name].to_pylist() for name in ("source", "catalog", "path")), strict=True)
    chosen = [
        path is not None and share.holds(path) and wanted(source, catalog)
        for source, catalog, path in rows
    ]
    return here.filter(pa.array(chosen, pa.bool_()))


def _others(lake: Lake, month: str, read: pa.Table) -> int:
    """Return how many contents differ from those in the stored month."""
    try:
        stored = lake.read(ASSET, month, FINGERPRINTS, [*_KEY, "sha256"])
    except StorageError:
        return 0  # it is due
    known = dict(zip(_keys(stored), stored["sha256"].to_pylist(), strict=True))
    now = zip(_keys(read), read["sha256"].to_pylist(), strict=True)
    return sum(digest is not None and known.get(key) not in {None, digest} for key, digest in now)


def _keys(table: pa.Table) -> Iterator[tuple[str, str, str]]:
    yield from zip(*(table[name].to_pylist() for name in _KEY), strict=True)
