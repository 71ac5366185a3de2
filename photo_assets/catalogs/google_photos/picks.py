"""What was picked, on the disk. Google cannot be asked for it again, so this is the only record.

One file per finished session, written once, with a header and one record per line. The unfinished
session is in a file of its own. Calls are made elsewhere.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from photo_assets.catalogs.online.records import decode, encode
from photo_assets.catalogs.online.service import Record
from photo_assets.model.errors import CatalogUnavailableError, StorageError
from photo_assets.system.durable import (
    replacing,
    require_directory,
    sweep_temporaries,
    sync_directory,
    write_bytes,
)
from photo_assets.system.file_lock import file_lock

_VERSION: Final = 1
_OWNER_ONLY: Final = 0o600  # names and times of photos
DAMAGED: Final = "photosync:damaged"
"""The key of a record that says why a line could not be read."""


@dataclass(frozen=True, slots=True)
class Session:
    """An unfinished session: its id at Google, and when it began (UTC)."""

    id: str
    began: datetime

    @property
    def digest(self) -> str:
        """A name for the session that gives no access to it."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:16]

    @property
    def file_name(self) -> str:
        """The name of its file of picks. Names sort by time."""
        return f"{self.began:%Y%m%dT%H%M%S.%f}Z-{self.digest}.jsonl"


class Picks:
    """The picks of one catalog, in `folder`. `label` names the catalog for people."""

    def __init__(self, folder: Path, label: str) -> None:
        self.folder = folder
        self._label = label
        self._pending = folder / "session.json"

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Let no other process pick during the block.

        Raises `CatalogUnavailableError` if one does.
        """
        require_directory(self.folder)

        def busy() -> None:
            raise CatalogUnavailableError(
                f"Another process is picking for {self._label}.",
                hint="Finish or end that one first.",
            )

        with file_lock(self.folder / "lock", busy):
            # No other process writes here now: what is left is of killed ones, however new.
            sweep_temporaries(self.folder, older_than_s=0, now=math.inf)
            yield

    def pending(self) -> Session | None:
        """Return the unfinished session."""
        try:
            stored = json.loads(self._pending.read_bytes())
            return Session(str(stored["id"]), datetime.fromisoformat(stored["began"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise StorageError(
                f"{self._pending} cannot be read: {error}.",
                hint="Move it away, then pick again; what was picked before is kept.",
            ) from error

    def begin(self, session: Session) -> None:
        """Store an unfinished session, so that another process can continue it."""
        stored = {"id": session.id, "began": session.began.isoformat()}
        write_bytes(self._pending, json.dumps(stored).encode(), mode=_OWNER_ONLY)

    def end(self) -> None:
        """Forget the unfinished session."""
        self._pending.unlink(missing_ok=True)
        sync_directory(self.folder)

    def holds(self, session: Session) -> bool:
        """Return whether what was picked in a session is stored."""
        return (self.folder / session.file_name).exists()

    def keep(self, session: Session, records: Iterable[Record]) -> None:
        """Store what was picked in a session; durable when it returns. Written again, it is equal.

        Raises `StorageError`.
        """
        lines = [encode(record) for record in records]
        header = {"version": _VERSION, "began": session.began.isoformat(), "records": len(lines)}
        with replacing(self.folder / session.file_name, mode=_OWNER_ONLY) as stream:
            for line in (encode(header), *lines):
                stream.write(line.encode() + b"\n")

    def names(self) -> list[str]:
        """Return the files of picks, the oldest first."""
        return sorted(path.name for path in self.folder.glob("*.jsonl"))

    def states(self) -> dict[str, list[int]]:
        """Return the files of picks by name, the oldest first, with their size and time of change.

        Raises `CatalogUnavailableError` if there is none.
        """
        try:
            found = {name: (self.folder / name).stat() for name in self.names()}
        except OSError as error:
            raise _unreadable(self.folder, error) from error
        if not found:
            raise CatalogUnavailableError(
                f"Nothing has been picked for {self._label} yet.",
                hint=f"Run: photosync pick {self._label.replace('/', ' ')}",
            )
        return {name: [state.st_size, state.st_mtime_ns] for name, state in found.items()}

    def read(self, name: str) -> list[Record]:
        """Return the records of one file. One that cannot be read says so under `DAMAGED`.

        Raises `CatalogUnavailableError` for a file that cannot be read, or of another version.
        """
        path = self.folder / name
        try:
            lines = path.read_bytes().split(b"\n")
        except OSError as error:
            raise _unreadable(path, error) from error
        header, *rest = (
            _record(line, f"{name}, line {n}", is_header=n == 1) for n, line in enumerate(lines, 1)
        )
        records = rest if lines[-1] else rest[:-1]
        if DAMAGED in header:
            return [header, *records]
        if header.get("version") != _VERSION:
            raise CatalogUnavailableError(
                f"{path} was written by another version of photosync.",
                hint="Update photosync. The file is kept as it is.",
            )
        if len(records) != header.get("records"):
            what = f"{name}, its end"
            records.append({"id": what, DAMAGED: f"It should hold {header.get('records')} records"})
        return records


def _record(line: bytes, place: str, *, is_header: bool) -> Record:
    try:
        found: Any = decode(line)
    except ValueError:
        return {"id": place, DAMAGED: "The line is not JSON"}
    if not isinstance(found, dict):
        return {"id": place, DAMAGED: "The line is no record"}
    if not is_header and not (isinstance(found.get("id"), str) and found["id"]):
        return {"id": place, DAMAGED: "The record has no id"}
    return found


def _unreadable(path: Path, error: OSError) -> CatalogUnavailableError:
    return CatalogUnavailableError(
        f"{path} cannot be read: {error.strerror or error}.",
        hint="Check its permissions, or restore the folder from a backup.",
    )
