"""The files that make up a catalog on the user's disk: their state, their bytes, their backups.

Everything here opens for reading only, with plain file calls; SQLite never sees these files.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from photo_assets.catalogs.lightroom.upgrades import successor
from photo_assets.model.errors import CatalogUnavailableError, CatalogUnreadableError
from photo_assets.system.file_state import ChangeTimes, FileState

CHUNK_BYTES = 4 * 1024 * 1024

_SQLITE = b"SQLite format 3\x00"
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class CatalogState:
    """The files holding the committed state; `wal` and `journal` are None while not there."""

    main: FileState
    wal: FileState | None
    journal: FileState | None


def companion(catalog: Path, suffix: str) -> Path:
    """Return the path SQLite gives a catalog's `-wal` or `-journal`."""
    return catalog.with_name(catalog.name + suffix)


def catalog_state(catalog: Path) -> CatalogState:
    """Return the state of the main file, the write-ahead log and the rollback journal.

    Raises `CatalogUnavailableError` when the main file is not there or refuses to be looked at, and
    `CatalogUnreadableError` when it is something else than a file.
    """
    main = _state(catalog)
    if main is None:
        raise CatalogUnavailableError(
            f"The Lightroom catalog {catalog} is not there.", hint=_hint_on_absence(catalog)
        )
    return CatalogState(
        main, _state(companion(catalog, "-wal")), _state(companion(catalog, "-journal"))
    )


def chunks(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes; nothing when it is not there.

    Raises `CatalogUnavailableError` when the file or its disk refuses to be read.
    """
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk
    except FileNotFoundError:
        return
    except OSError as error:
        raise _refused(path, error) from error


def head(path: Path, count: int) -> bytes:
    """Return up to `count` first bytes; none when the file is not there."""
    return next(chunks(path), b"")[:count]


def require_database(catalog: Path) -> None:
    """Raise `CatalogUnreadableError` unless the file begins like an SQLite database."""
    start = head(catalog, len(_SQLITE))
    if start == _SQLITE:
        return
    if start.startswith(_ZIP):
        raise CatalogUnreadableError(
            f"{catalog} is a zip archive, as Lightroom's backups are.",
            hint="Unzip it, and set the path in photosync.yaml to the .lrcat file that was in it.",
        )
    what = "is not an SQLite database" if start else "is empty"
    raise CatalogUnreadableError(
        f"{catalog} {what}, so it is not a Lightroom catalog.", hint=backup_hint(catalog)
    )


def backup_hint(catalog: Path) -> str:
    """Return what to do about a damaged catalog, naming Lightroom's newest backup if there is one.

    Lightroom keeps them as `Backups/<date and time>/<catalog>.zip` beside the catalog.
    """
    advice = "Open it in Lightroom, which checks and repairs it"
    try:
        dated = sorted(os.listdir(catalog.parent / "Backups"), reverse=True)
    except OSError:
        dated = []
    for name in dated:
        folder = catalog.parent / "Backups" / name
        if name[:4].isdigit() and folder.is_dir():
            return f"{advice}, or restore the newest backup: {folder}."
    return f"{advice}, or restore a backup."


def _hint_on_absence(catalog: Path) -> str:
    other = successor(catalog)
    if other is None:
        return "Connect its disk, or correct its path in photosync.yaml."
    return (
        f"{other.name} is there, the same catalog after an upgrade of Lightroom: set the path in "
        f"photosync.yaml to {other}."
    )


def _state(path: Path) -> FileState | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _refused(path, error) from error
    if not stat.S_ISREG(found.st_mode):
        raise CatalogUnreadableError(
            f"{path} is not a file.", hint="Set the path to the .lrcat file itself."
        )
    return ChangeTimes().state(found)


def _refused(path: Path, error: OSError) -> CatalogUnavailableError:
    return CatalogUnavailableError(
        f"{path} cannot be read: {error.strerror or error}.",
        hint="Check that its disk is connected and that you may read the file.",
    )
