"""Bringing a ledger to the version of this program, inside one transaction of the caller."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from photo_assets.model.errors import StorageError

_SCRIPTS = Path(__file__).with_name("migrations")


def is_current(connection: Connection, name: str) -> bool:
    """Say whether the tables are those of this program.

    Raises `StorageError` naming the ledger when a newer program version wrote it.
    """
    known, newest = _revisions()
    stored = set(MigrationContext.configure(connection).get_current_heads())
    if not stored <= known:
        newer = ", ".join(sorted(stored - known))
        raise StorageError(
            f"The ledger {name} was written by a newer version of photo_assets (revision {newer}).",
            hint="Update photo_assets; nothing was changed.",
        )
    return stored == newest


@cache
def _revisions() -> tuple[frozenset[str], frozenset[str]]:
    """Return all revisions that this program knows, and the newest.

    They do not change while a process lives, and reading them takes most of opening a ledger.
    """
    scripts = ScriptDirectory(str(_SCRIPTS))
    known = frozenset(script.revision for script in scripts.walk_revisions())
    return known, frozenset(scripts.get_heads())


def is_empty(connection: Connection) -> bool:
    """Say whether the database never held a ledger."""
    return not MigrationContext.configure(connection).get_current_heads()


def migrate(connection: Connection, name: str) -> None:
    """Create or upgrade the tables; do nothing when they are current.

    The caller holds the write lock, so that of several processes one migrates and the others find
    it done. Raises `StorageError` like `is_current`.
    """
    if not is_current(connection, name):
        command.upgrade(_config(connection), "head")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
