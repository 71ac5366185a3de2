"""What discovery can tell again in columns: derived tables beside the manifest they belong to.

Everything here follows from the accepted scan and makes the next one cheap. Each table names the
manifest it was written for, and is believed with that one alone: a table that is missing, damaged
or of another scan is none, and the next scan looks at everything.
"""

import dataclasses
from pathlib import Path

import pyarrow as pa

from photo_assets.catalogs.discovery.manifest import Manifest
from photo_assets.lake import Lake
from photo_assets.model.canonical import canonical_digest
from photo_assets.model.errors import StorageError
from photo_assets.model.schema import Column, build_schema
from photo_assets.model.tables import TableKind

_ASSET = ("memory", "last")
_MANIFEST = "manifest"
# What differs between two scans that found the same.
_PASSING = frozenset({"scanned_at", "duration_s", "summary"})

BRANCHES = TableKind(
    "scan_branches",
    1,
    build_schema(
        (
            Column("path", pa.string(), "native ids in it start with this and /", nullable=False),
            Column(
                "listed",
                pa.bool_(),
                "to be looked for: the scan met it, or rows of it wait for a person",
                nullable=False,
            ),
            Column("state", pa.binary(), "digest of its listing; null: look again next time"),
            Column("written", pa.int64(), "entries that have a row", nullable=False),
            Column("reasons", pa.string(), "discards by reason, JSON", nullable=False),
        )
    ),
)
ROWS = TableKind(
    "scan_rows",
    2,
    build_schema(
        (
            Column("native_id", pa.string(), "the catalog's own id", nullable=False),
            Column("change_token", pa.string(), "equal while the entry is unchanged"),
            Column("month", pa.string(), "the part that holds the row", nullable=False),
            Column("branch", pa.int32(), "number of its branch", nullable=False),
            Column("file_size", pa.int64(), "size of the file", "bytes"),
            Column("file_mtime_ns", pa.int64(), "modification time of it", "ns since 1970 UTC"),
            Column("file_inode", pa.uint64(), "inode of it"),
            Column("first_id", pa.string(), "its first id, where that is not the native id"),
        )
    ),
)
NOTES = TableKind(
    "scan_notes",
    1,
    build_schema(
        (
            Column("branch", pa.int32(), "number of its branch", nullable=False),
            Column("outcome", pa.string(), "discarded or failed", nullable=False),
            Column("ref", pa.string(), "what it is, in the catalog's own words", nullable=False),
            Column("reason", pa.string(), "short stable word", nullable=False),
            Column("detail", pa.string(), "a sentence for people"),
        )
    ),
)


def binding(manifest: Manifest) -> str:
    """Return what a table names its manifest by: a digest of all that the scan found."""
    stated = dataclasses.asdict(manifest)
    lasting = {name: value for name, value in stated.items() if name not in _PASSING}
    return canonical_digest(lasting)


class MemoryLostError(Exception):
    """A table that was there a moment ago is damaged or gone: the scan begins without memory."""


def is_remembered(folder: Path, kind: TableKind, bound_to: str) -> bool:
    """Say whether there is a table of the manifest `bound_to`, by its footer."""
    try:
        footer = Lake(folder).footer(_ASSET, kind.name)
    except StorageError:
        return False
    return footer is not None and footer.extra.get(_MANIFEST) == bound_to


def recall(folder: Path, kind: TableKind, bound_to: str) -> pa.Table:
    """Return the table of the manifest `bound_to`. Raises `MemoryLostError`."""
    if not is_remembered(folder, kind, bound_to):
        raise MemoryLostError(kind.name)
    try:
        return Lake(folder).read(_ASSET, kind.name, kind)
    except StorageError as error:
        raise MemoryLostError(kind.name) from error


def remember(folder: Path, kind: TableKind, table: pa.Table, bound_to: str) -> None:
    """Store the table of the manifest `bound_to`, before that manifest itself."""
    Lake(folder).write(_ASSET, kind.name, kind, table, extra={_MANIFEST: bound_to})


def forget(folder: Path, kind: TableKind) -> None:
    """Remove a table."""
    Lake(folder).path(_ASSET, kind.name).unlink(missing_ok=True)
