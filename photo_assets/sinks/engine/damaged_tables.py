"""Set damaged tables of the engine aside: they are derived, and are rebuilt."""

import logging
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.lake.footer import read_footer
from photo_assets.model.errors import StorageError
from photo_assets.sinks.engine.plan_store import engine_tables
from photo_assets.system.durable import sync_directory
from photo_assets.workspace import Workspace

_LOG = logging.getLogger(__name__)


def set_aside_damaged(workspace: Workspace, sink: str) -> list[Path]:
    """Rename tables that cannot be read to `<name>.damaged`; return the new paths.

    Every page of every table is read. The next plan writes the lost rows again unless another table
    contains them.
    """
    tables = engine_tables(workspace, sink)
    return [aside for aside in map(set_aside_if_damaged, tables) if aside is not None]


def set_aside_if_damaged(path: Path) -> Path | None:
    """Rename one table if it exists and cannot be read completely; return its new path.

    DuckDB does not verify checksums and would accept a page with a wrong bit.
    """
    why = _damage(path)
    if why is None:
        return None
    aside = path.with_name(f"{path.name}.damaged")
    os.replace(path, aside)
    sync_directory(path.parent)
    _LOG.warning("%s cannot be read (%s) and was renamed to %s", path, why, aside.name)
    return aside


def _damage(path: Path) -> str | None:
    try:
        read_footer(path)
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for _ in file.iter_batches():
                pass
    except FileNotFoundError:  # dropped by another process
        return None
    except StorageError as error:
        return error.message
    except (pa.ArrowException, OSError, ValueError) as error:
        return str(error).splitlines()[0] if str(error) else type(error).__name__
    return None
