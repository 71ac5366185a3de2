"""The scan memory: derived tables, stored beside the manifest, that make the next scan cheap.

Everything here is derived from the accepted scan. Each table names its manifest and is valid with
that manifest only: a table that is missing, damaged or of another scan is ignored, and the next
scan reads everything.
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
# Fields that differ between two scans with the same result.
_PASSING = frozenset({"scanned_at", "duration_s", "summary"})

BRANCHES = TableKind(
    "scan_branches",
    1,
    build_schema(
        (
            Column(
                "path",
                pa.string(),
                "path of the branch: its native ids start with this and /",
                nullable=False,
            ),
            Column(
                "listed",
                pa.bool_(),
                "the next scan expects the branch: the last scan found it, or a loss of its "
                "rows awaits confirmation",
                nullable=False,
            ),
            Column(
                "state", pa.binary(), "digest of its listing; null: the next scan reads the branch"
            ),
            Column("written", pa.int64(), "number of entries with a row", nullable=False),
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
            Column("month", pa.string(), "the month part with the row", nullable=False),
            Column("branch", pa.int32(), "number of its branch", nullable=False),
            Column("file_size", pa.int64(), "size of the file", "bytes"),
            Column(
                "file_mtime_ns", pa.int64(), "modification time of the file", "ns since 1970 UTC"
            ),
            Column("file_inode", pa.uint64(), "inode of the file"),
            Column(
                "first_id",
                pa.string(),
                "first id of the entry, where it differs from the native id",
            ),
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
            Column("ref", pa.string(), "the entry, in the catalog's own terms", nullable=False),
            Column("reason", pa.string(), "stable code", nullable=False),
            Column("detail", pa.string(), "description, one sentence"),
        )
    ),
)


def binding(manifest: Manifest) -> str:
    """Return the digest by which a table refers to its manifest, over all results of the scan."""
    stated = dataclasses.asdict(manifest)
    lasting = {name: value for name, value in stated.items() if name not in _PASSING}
    return canonical_digest(lasting)


class MemoryLostError(Exception):
    """A table of the scan memory is damaged or was removed: the scan restarts without memory."""


def remembered_digest(folder: Path, kind: TableKind, bound_to: str) -> str | None:
    """Return the digest of a table of the manifest `bound_to`, by its footer; None without one."""
    try:
        footer = Lake(folder).footer(_ASSET, kind.name)
    except StorageError:
        return None
    is_its = footer is not None and footer.extra.get(_MANIFEST) == bound_to
    return footer.digest if footer is not None and is_its else None


def is_remembered(folder: Path, kind: TableKind, bound_to: str) -> bool:
    """Return whether a table of the manifest `bound_to` exists, by its footer."""
    return remembered_digest(folder, kind, bound_to) is not None


def recall(folder: Path, kind: TableKind, bound_to: str) -> pa.Table:
    """Return the table of the manifest `bound_to`. Raises `MemoryLostError`."""
    if not is_remembered(folder, kind, bound_to):
        raise MemoryLostError(kind.name)
    try:
        return Lake(folder).read(_ASSET, kind.name, kind)
    except StorageError as error:
        raise MemoryLostError(kind.name) from error


def recall_if_kept(folder: Path, kind: TableKind, bound_to: str) -> pa.Table | None:
    """Return the table of the manifest `bound_to`, None if it is missing or damaged."""
    try:
        return recall(folder, kind, bound_to)
    except MemoryLostError:
        return None


def remember(folder: Path, kind: TableKind, table: pa.Table, bound_to: str) -> None:
    """Store the table of the manifest `bound_to`, before that manifest itself."""
    Lake(folder).write(_ASSET, kind.name, kind, table, extra={_MANIFEST: bound_to})


def forget(folder: Path, kind: TableKind) -> None:
    """Remove a table."""
    Lake(folder).path(_ASSET, kind.name).unlink(missing_ok=True)
