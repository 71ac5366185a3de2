"""What discovery remembers of one catalog: its month parts, its accounting, whether it is online.

`manifest.json` is the last scan that was accepted; `held.json` a scan the guard holds back;
`state.json` the last contact. Each is replaced atomically; the manifest is replaced last.
"""

from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import orjson

from photo_assets.model.errors import StorageError
from photo_assets.model.events import Accounting
from photo_assets.system.durable import write_bytes

MANIFEST_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One month of one catalog: its content digest, its rows and its file below the catalog."""

    digest: str
    rows: int
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The last accepted scan of one catalog."""

    version: int = MANIFEST_VERSION
    source: str
    catalog: str
    reader_version: int
    settings_digest: str
    token: str | None
    summary: str
    scanned_at: str
    duration_s: float
    items: int
    missing: int
    accounting: dict[str, Any]
    months: dict[str, Part] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A scan that lost too much at once and waits for a person."""

    scan_digest: str
    token: str | None
    lost: int
    known: int
    examples: list[str]
    at: str

    @property
    def percent(self) -> float:
        """Share of the catalog's items that are gone, percent."""
        return 100.0 * self.lost / max(self.known, 1)

    @property
    def sentence(self) -> str:
        """What happened, after the catalog's name, for people."""
        return (
            f"lost {self.lost:,} of {self.known:,} items at once ({self.percent:.1f} %); their "
            "rows stay as they were until someone confirms that."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogState:
    """The last contact with a catalog. `since` is when `online` last changed."""

    online: bool
    since: str
    last_read_at: str | None
    reason: str | None = None


_Record = TypeVar("_Record", Held, CatalogState)


def counts_record(accounting: Accounting) -> dict[str, Any]:
    """Return a scan's accounting as a manifest states it."""
    return {**asdict(accounting), "reasons": dict(sorted(accounting.reasons.items()))}


def standing_counts(manifest: Manifest) -> Accounting:
    """Return the accounting of the accepted scan, all that was written counted as unchanged."""
    count = manifest.accounting
    return Accounting(
        found=count["found"],
        written=count["written"],
        unchanged=count["written"],
        discarded=count["discarded"],
        failed=count["failed"],
        kept=manifest.missing,
        reasons=Counter(count["reasons"]),
    )


def load_manifest(folder: Path) -> Manifest | None:
    """Return the accepted manifest, None before the first scan (or from another version)."""
    raw = _load(folder / "manifest.json")
    if raw is None or raw.get("version") != MANIFEST_VERSION:
        return None
    months = {month: Part(**part) for month, part in raw.pop("months").items()}
    return Manifest(**raw, months=months)


def save_manifest(folder: Path, manifest: Manifest) -> None:
    """Accept a scan."""
    _save(folder / "manifest.json", manifest)


def load_held(folder: Path) -> Held | None:
    """Return the scan that is held back, if any."""
    return _record(folder / "held.json", Held)


def save_held(folder: Path, held: Held | None) -> None:
    """Hold a scan back, or (None) clear what was held."""
    if held is None:
        (folder / "held.json").unlink(missing_ok=True)
    else:
        _save(folder / "held.json", held)


def load_state(folder: Path) -> CatalogState | None:
    """Return the last contact, None before the first one."""
    return _record(folder / "state.json", CatalogState)


def note_contact(
    folder: Path, now: datetime, *, reason: str | None = None, previous: CatalogState | None
) -> CatalogState:
    """Record that the catalog was read (`reason` None) or could not be; return the new state."""
    online = reason is None
    stamp = now.isoformat(timespec="seconds")
    turned = previous is None or previous.online != online
    state = CatalogState(
        online=online,
        since=stamp if turned or previous is None else previous.since,
        last_read_at=stamp if online else (previous.last_read_at if previous else None),
        reason=reason,
    )
    _save(folder / "state.json", state)
    return state


def note_presence(
    folder: Path, now: datetime, *, reason: str | None, previous: CatalogState | None
) -> bool:
    """Record that the catalog was there (`reason` None) or away when it was looked for, unread.

    Returns whether that is news. One that was never read is left for its first reading.
    """
    if previous is None or previous.online == (reason is None):
        return False
    stamp = now.isoformat(timespec="seconds")
    state = replace(previous, online=reason is None, since=stamp, reason=reason)
    _save(folder / "state.json", state)
    return True


def _record(path: Path, kind: type[_Record]) -> _Record | None:
    raw = _load(path)
    return None if raw is None else kind(**raw)


def _load(path: Path) -> dict[str, Any] | None:
    try:
        raw = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise damaged(path, str(error)) from error
    if not isinstance(raw, dict):
        raise damaged(path, "it holds no record")
    return raw


def damaged(path: Path, why: str) -> StorageError:
    """Return the error about a file that what is known of a catalog rests on.

    It is never taken for a first scan: rows of entries that are gone stand there alone.
    """
    return StorageError(
        f"{path} cannot be read: {why.rstrip('.')}.",
        hint="Restore it from a backup. Without one, move the catalog's whole folder in `staging` "
        "away: the next scan reads the catalog again, and rows of entries it no longer lists are "
        "not among them.",
    )


def _save(path: Path, record: Manifest | Held | CatalogState) -> None:
    write_bytes(path, orjson.dumps(asdict(record), option=orjson.OPT_INDENT_2))
