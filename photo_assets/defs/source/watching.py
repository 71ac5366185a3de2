"""The decisions of a source's sensor at one tick, as plain values.

The sensor compares the source with staging and staging with the lake, so work that a killed run
left undone is not forgotten. It reads no photo and writes only whether each catalog is online.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson

from photo_assets.catalogs.discovery.discover import catalog_folder
from photo_assets.catalogs.discovery.following import let_follow, may_skip
from photo_assets.catalogs.discovery.manifest import (
    Held,
    load_held,
    load_manifest,
    load_state,
    note_presence,
)
from photo_assets.catalogs.discovery.months import load_staged, pending_months
from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.registry import build_catalogs
from photo_assets.defs.keys import catalog_key
from photo_assets.defs.monthly import exhausted, still_to_try
from photo_assets.defs.source.observing import attempts_name
from photo_assets.ledger import Confirmations, PartitionAttempts
from photo_assets.model.canonical import canonical
from photo_assets.model.errors import CatalogUnavailableError, PhotoAssetsError
from photo_assets.workspace import Workspace

_TICK_BUDGET_SECONDS = 40.0


@dataclass(slots=True)
class Watch:
    """The result of a tick. `looked`: when each catalog was last probed, seconds since 1970."""

    looked: dict[str, float] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    offline: dict[str, str] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)
    turned: bool = False
    """Whether a catalog went offline or came back online."""

    @property
    def summary(self) -> str:
        """One line for the sensor's tick in the UI."""
        parts = [f"{name} is offline" for name in self.offline]
        return "; ".join(parts) or "Nothing changed."


def read_cursor(cursor: str | None) -> dict[str, float]:
    """Return when each catalog was last probed, from the sensor's cursor."""
    try:
        raw = orjson.loads(cursor or "{}")
    except orjson.JSONDecodeError:
        return {}
    return {str(k): float(v) for k, v in raw.items()} if isinstance(raw, dict) else {}


def write_cursor(looked: Mapping[str, float]) -> str:
    """Return the sensor's cursor."""
    return canonical(dict(looked))


def watch_source(workspace: Workspace, source: str, looked: Mapping[str, float]) -> Watch:
    """Probe the catalogs that are due and compare staging with the lake."""
    watch = Watch(looked=dict(looked))
    deadline = time.monotonic() + _TICK_BUDGET_SECONDS
    settings = workspace.settings.catalogs.of(source)
    attempts = PartitionAttempts(workspace.ledger).attempts(attempts_name(source))
    for catalog in build_catalogs(workspace, source):
        now = time.time()
        if now - watch.looked.get(catalog.name, 0.0) < settings[catalog.name].poll_seconds:
            continue
        watch.looked[catalog.name] = now
        folder = catalog_folder(workspace.staging, source, catalog.name)
        let_follow(catalog, folder, load_manifest(folder))
        try:
            token = catalog.probe(deadline).token
        except CatalogUnavailableError as error:
            watch.offline[catalog.name] = error.message
            watch.turned |= _note(workspace, catalog, str(error))
            continue
        except PhotoAssetsError as error:
            token = f"unreadable: {error.message}"
        watch.turned |= _note(workspace, catalog, None)
        if _worth_reading(workspace, catalog, token) and not exhausted(
            attempts, catalog.name, token or "unknown"
        ):
            watch.changed.append(catalog.name)
    watch.pending = _pending(workspace, source)
    return watch


def _note(workspace: Workspace, catalog: Catalog, away: str | None) -> bool:
    folder = catalog_folder(workspace.staging, catalog.source, catalog.name)
    return note_presence(folder, datetime.now(UTC), reason=away, previous=load_state(folder))


def _worth_reading(workspace: Workspace, catalog: Catalog, token: str | None) -> bool:
    folder = catalog_folder(workspace.staging, catalog.source, catalog.name)
    manifest = load_manifest(folder)
    held = load_held(folder)
    # Everything except the held-back loss was accepted.
    is_accepted = manifest is not None and manifest.token is None
    if held is not None and held.token == token and is_accepted:
        return _confirmed(workspace, catalog, held)
    is_same = manifest is not None and manifest.token == token and may_skip(manifest, catalog)
    return token is None or not is_same


def _confirmed(workspace: Workspace, catalog: Catalog, held: Held) -> bool:
    confirmations = Confirmations(workspace.ledger)
    return confirmations.is_confirmed(catalog.source, catalog.name, held.scan_digest)


def _pending(workspace: Workspace, source: str) -> list[str]:
    staged = load_staged(workspace.staging, source)
    pending = pending_months(staged, workspace.lake)
    return still_to_try(workspace, catalog_key(source), pending, staged.version)
