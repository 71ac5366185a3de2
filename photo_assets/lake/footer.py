"""The footer metadata of the lake's Parquet files, and reading it without the data.

Keys are prefixed `photo_assets.`: `table` (kind), `schema_version`, `digest` (of the content, hex)
and whatever the writer adds (part digests, accounting …).
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.model.errors import SchemaMismatchError, StorageError
from photo_assets.model.tables import TableKind

_PREFIX = "photo_assets."
SETTLED_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Footer:
    """The facts about one stored table."""

    table: str
    schema_version: int
    digest: str
    rows: int
    extra: Mapping[str, str]


def read_footer(path: Path) -> Footer | None:
    """Return the footer of `path`, None when the file does not exist.

    Parsed once while the file stays the same: sensors read thousands of footers per tick. Raises
    `StorageError` when the file exists and is not a table of the lake.
    """
    try:
        stat = path.stat()
        # File system clocks tick in milliseconds, and the inode of a replaced file is reused: only
        # a file that has been unchanged for a while can be distinguished from every later one.
        settled = time.time_ns() - stat.st_mtime_ns > SETTLED_NS
        identity = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
        return _parse_once(path, identity) if settled else _parse(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(path, error) from error


@lru_cache(maxsize=32_768)
def _parse_once(path: Path, _identity: tuple[int, int, int]) -> Footer:
    return _parse(path)


def _parse(path: Path) -> Footer:
    try:
        metadata = pq.read_metadata(path)
        pairs = {
            key.decode().removeprefix(_PREFIX): value.decode()
            for key, value in (metadata.metadata or {}).items()
            if key.startswith(_PREFIX.encode())
        }
        # Pages have checksums, the row count has none: a flipped bit would silently drop rows.
        counts = (metadata.row_group(n).num_rows for n in range(metadata.num_row_groups))
        if sum(counts) != metadata.num_rows:
            raise ValueError("the row counts of its row groups do not match")
        if not {"table", "schema_version", "digest"} <= pairs.keys():
            raise StorageError(
                f"{path} was not written by photo_assets.", hint="Move it out of the lake."
            )
        return Footer(
            table=pairs.pop("table"),
            schema_version=int(pairs.pop("schema_version")),
            digest=pairs.pop("digest"),
            rows=metadata.num_rows,
            extra=pairs,
        )
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: Exception) -> StorageError:
    """Return the error for a file of the lake that is damaged or cannot be read."""
    return StorageError(
        f"{path} is not a readable Parquet file: {str(error).rstrip('.')}.",
        hint="It is derived data: delete the file and materialize its asset again.",
    )


def footer_pairs(kind: TableKind, digest: str, extra: Mapping[str, str]) -> dict[str, str]:
    """Return the key-value metadata that identifies a stored table."""
    own = {"table": kind.name, "schema_version": str(kind.version), "digest": digest}
    return {_PREFIX + key: value for key, value in {**extra, **own}.items()}


def require_version(path: Path, footer: Footer, kind: TableKind) -> None:
    """Raise `SchemaMismatchError` unless `path` contains `kind` at a version this code reads."""
    oldest = kind.version if kind.reads_from is None else kind.reads_from
    if footer.table != kind.name or not oldest <= footer.schema_version <= kind.version:
        raise SchemaMismatchError(
            f"{path} contains {footer.table} version {footer.schema_version}; this version reads "
            f"{kind.name} version {kind.version}.",
            hint="The lake is derived data: run a full reconcile to rewrite it.",
        )
