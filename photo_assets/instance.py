"""The storage of Dagster's own state: classes that `dagster.yaml` names.

YAML cannot select a storage class by an environment variable, so these classes do: SQLite in the
configuration's data folder, or PostgreSQL if PHOTO_ASSETS_POSTGRES_URL is set. Nothing else belongs
here.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster._core.storage.base_storage import DagsterStorage

# Private paths, public classes: dagster.yaml's own `storage.sqlite` and `compute_logs` name them.
# dagster is pinned exactly, and photo_assets_tests/test_instance.py detects a move.
from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from photo_assets.instance_files import KeptStorage
from photo_assets.library import load_configuration
from photo_assets.model.errors import ConfigurationError
from photo_assets.system.durable import require_directory
from photo_assets.system.plain_folder import plain_folder

POSTGRES_VARIABLE = "PHOTO_ASSETS_POSTGRES_URL"
STATE_VARIABLE = "PHOTO_ASSETS_DAGSTER_STATE"
"""Set by `photosync ui` for its servers and their runs: the folder of Dagster's state."""

_DRIVER = "postgresql+psycopg2://"
_POSTGRES = re.compile(r"\s*postgres(?:ql)?(?:\+\w+)?://", re.I)


def dagster_state() -> Path:
    """Return the folder of Dagster's state, and create it if necessary.

    It is in the current `data_dir`, unless `STATE_VARIABLE` is set: then a run finds its own record
    even if photosync.yaml changed after the servers were started. The path has no characters that
    Dagster would interpret.
    """
    kept = os.environ.get(STATE_VARIABLE)
    folder = Path(kept) if kept else load_configuration().data_dir / "dagster"
    require_directory(folder)
    return plain_folder(folder)


def psycopg2_url(url: str) -> str:
    """Return a PostgreSQL URL with the driver that dagster-postgres requires.

    SQLAlchemy 2.1 made psycopg 3 the default of `postgresql://`; dagster-postgres 0.29 requires
    psycopg2 (its NOTIFY statement fails on psycopg 3). Raises `ConfigurationError`, which does not
    contain the URL, for anything but a PostgreSQL URL.
    """
    match = _POSTGRES.match(url)
    try:
        if match is None:
            raise ArgumentError
        make_url(rewritten := _DRIVER + url[match.end() :])
    except (ArgumentError, ValueError):
        raise ConfigurationError(
            f"{POSTGRES_VARIABLE} is not a PostgreSQL URL.",
            hint="Write postgresql://user:password@host/database, special characters of the "
            f"password as %XX; unset {POSTGRES_VARIABLE} for SQLite.",
        ) from None
    return rewritten


class InstanceStorage(DagsterSqliteStorage):
    """Runs, events and schedules: SQLite by default, PostgreSQL if a variable is set.

    It only selects: Dagster gets PostgreSQL's storage, or the one of `instance_files`.
    """

    @classmethod
    def config_type(cls) -> Mapping[str, Any]:
        """Return no settings."""
        return {}

    @classmethod
    def from_config_value(  # type: ignore[override]  # Dagster expects a storage, not this class
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> DagsterStorage[Any]:
        """Return the storage selected by the environment."""
        url = os.environ.get(POSTGRES_VARIABLE)
        if url:
            from dagster_postgres import DagsterPostgresStorage

            storage: DagsterStorage[Any] = DagsterPostgresStorage(
                postgres_url=psycopg2_url(url), inst_data=inst_data
            )
            return storage
        return KeptStorage(base_dir=str(dagster_state()), inst_data=inst_data)


class RunLogs(LocalComputeLogManager):
    """The output of runs, in the data folder instead of the project's root."""

    @classmethod
    def config_type(cls) -> Mapping[str, Any]:
        """Return no settings."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "RunLogs":
        """Return the log manager of the current configuration."""
        return cls(base_dir=str(dagster_state() / "logs"), inst_data=inst_data)
