"""The stored state of discovery of one catalog: month parts, accounting, availability.

`manifest.json` is the last accepted scan; `held.json` a loss that the guard holds back;
`state.json` the last access. Each is replaced atomically; the manifest is replaced last.
"""

from collections import Counter
from collections.abc import Mapping
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
    """A loss of too many items at once that awaits confirmation."""

    scan_digest: str
    token: str | None
    lost: int
    known: int
    examples: list[str]
    at: str

    @property
    def percent(self) -> float:
        """Lost items as a percentage of the catalog's items."""
        return 100.0 * self.lost / max(self.known, 1)

    @property
    def sentence(self) -> str:
        """Description of the loss for people, to follow the catalog's name."""
        return (
            f"lost {self.lost:,} of {self.known:,} items at once ({self.percent:.1f} %); their "
            "rows are kept until the loss is confirmed."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogState:
    """The last access to a catalog. `since` is when `online` last changed.

    `figures`: the calls, waits and limits of a service at the last read, by name.
    """

    online: bool
    since: str
    last_read_at: str | None
    reason: str | None = None
    figures: dict[str, int | float | str] = field(default_factory=dict)


_Record = TypeVar("_Record", Held, CatalogState)


def counts_record(accounting: Accounting) -> dict[str, Any]:
    """Return a scan's accounting in the form stored in a manifest."""
    return {**asdict(accounting), "reasons": dict(sorted(accounting.reasons.items()))}


def accepted_counts(manifest: Manifest) -> Accounting:
    """Return the accounting of the accepted scan, with all written entries counted as unchanged."""
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
    """Return the loss that is held back, if any."""
    return _record(folder / "held.json", Held)


def save_held(folder: Path, held: Held | None) -> None:
    """Store a loss that is held back, or (None) remove it."""
    if held is None:
        (folder / "held.json").unlink(missing_ok=True)
    else:
        _save(folder / "held.json", held)


def load_state(folder: Path) -> CatalogState | None:
    """Return the last access, None before the first one."""
    return _record(folder / "state.json", CatalogState)


def note_contact(
    folder: Path,
    now: datetime,
    *,
    reason: str | None = None,
    previous: CatalogState | None,
    figures: Mapping[str, int | float | str] | None = None,
) -> CatalogState:
    """Record that the catalog was read (`reason` None) or not readable; return the new state."""
    online = reason is None
    stamp = now.isoformat(timespec="seconds")
    turned = previous is None or previous.online != online
    state = CatalogState(
        online=online,
        since=stamp if turned or previous is None else previous.since,
        last_read_at=stamp if online else (previous.last_read_at if previous else None),
        reason=reason,
        figures=dict(figures or {}),
    )
    _save(folder / "state.json", state)
    return state


def note_presence(
    folder: Path, now: datetime, *, reason: str | None, previous: CatalogState | None
) -> bool:
    """Record that the catalog was found (`reason` None) or unavailable, without reading it.

    Returns whether the state changed. A catalog that was never read is not recorded.
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
        raise damaged(path, "it does not contain a JSON object")
    return raw


def changed_months(old: Mapping[str, Part], new: Mapping[str, Part]) -> tuple[str, ...]:
    """Return the months whose parts differ, in order; a month may be in one of them only."""

    def digest(months: Mapping[str, Part], month: str) -> str | None:
        return months[month].digest if month in months else None

    return tuple(m for m in sorted({*old, *new}) if digest(old, m) != digest(new, m))


def damaged(path: Path, why: str) -> StorageError:
    """Return the error for a damaged state file.

    A damaged file never counts as a first scan: only the stored state knows the rows of entries
    that disappeared.
    """
    return StorageError(
        f"{path} cannot be read: {why.rstrip('.')}.",
        hint="Restore it from a backup. Without one, move the catalog's whole folder in `staging` "
        "away: the next scan then reads the whole catalog, but rows of entries that it no "
        "longer lists are lost.",
    )


def _save(path: Path, record: Manifest | Held | CatalogState) -> None:
    write_bytes(path, orjson.dumps(asdict(record), option=orjson.OPT_INDENT_2))
