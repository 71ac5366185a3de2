"""Migrate a ledger to the version of this program, inside one transaction of the caller.

The version check does without Alembic, because loading it takes longer than most commands.
"""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from photo_assets.model.errors import StorageError

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS = Path(__file__).with_name("migrations")
_TABLE = "alembic_version"
_STATED = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


def is_current(connection: Connection, name: str) -> bool:
    """Return whether the tables have the version of this program.

    Raises `StorageError` naming the ledger if a newer program version wrote it.
    """
    known, newest = _revisions()
    stored = _stored(connection)
    if not stored <= known:
        newer = ", ".join(sorted(stored - known))
        raise StorageError(
            f"The ledger {name} was written by a newer version of photo_assets (revision {newer}).",
            hint="Update photo_assets; nothing was changed.",
        )
    return stored == newest


@cache
def _revisions() -> tuple[frozenset[str], frozenset[str]]:
    """Return all known revisions, and the newest ones, which no other follows."""
    stated: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for script in (_SCRIPTS / "versions").glob("r*.py"):
        for name, revision in _STATED.findall(script.read_text(encoding="utf-8")):
            stated[name].add(revision)
    known = frozenset(stated["revision"])
    return known, known - stated["down_revision"]


def _stored(connection: Connection) -> set[str]:
    if not inspect(connection).has_table(_TABLE):
        return set()
    return set(connection.execute(text(f"SELECT version_num FROM {_TABLE}")).scalars())  # noqa: S608


def is_empty(connection: Connection) -> bool:
    """Return whether the database never held a ledger."""
    return not _stored(connection)


def migrate(connection: Connection, name: str) -> None:
    """Create or upgrade the tables; do nothing if they are current.

    The caller holds the write lock, so that one of several processes migrates and the others find
    the tables current. Raises `StorageError` like `is_current`.
    """
    if not is_current(connection, name):
        from alembic import command

        command.upgrade(_config(connection), "head")


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
