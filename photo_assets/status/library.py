"""The state of a workspace, collected, and as a document for JSON."""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from photo_assets.catalogs.discovery.months import load_staged, pending_months
from photo_assets.catalogs.registry import SOURCES
from photo_assets.defs.catalog_states import online_since
from photo_assets.defs.history_sources import history_faults, history_months_due
from photo_assets.defs.joins import metadata_months, photos_due, photos_made
from photo_assets.identity.monthly import due_months
from photo_assets.ledger import AiProposals
from photo_assets.model.tables import CONFLICTS, UNIFIED, VISIBILITY
from photo_assets.sinks.engine.sink_status import SinkStatus, read_sink_status
from photo_assets.sinks.inputs import sink_inputs
from photo_assets.sinks.registry import enabled_sinks, open_sink
from photo_assets.status.attention import of_catalogs, of_proposals, of_sinks, of_visibility
from photo_assets.status.auditing import count_discrepant
from photo_assets.status.catalogs import CatalogView, catalog_views, utc_now, with_reachability
from photo_assets.status.figures import (
    Figures,
    LayerFigures,
    folder_bytes,
    read_figures,
    read_layers,
)
from photo_assets.status.file_faults import FaultCounts, count_faults, fault_sentences
from photo_assets.thumbnails.months import due_months as thumbnails_due
from photo_assets.vault.faults import find_faults
from photo_assets.vault.months import due_months as originals_due
from photo_assets.vault.months import open_available
from photo_assets.vault.store import StoreUnavailableError
from photo_assets.workspace import Workspace


@dataclass(frozen=True, slots=True)
class LibraryStatus:
    """The state of a workspace at one time. `pending`: number of waiting months by asset.

    `discrepant`: number of photos with open discrepancies of visibility, by kind.
    """

    now: datetime
    configuration: str
    catalogs: list[CatalogView]
    layers: list[LayerFigures]
    pending: dict[str, int]
    figures: Figures
    discrepant: dict[str, int]
    sizes: dict[str, int]
    sinks: list[SinkStatus]
    faults: FaultCounts
    attention: list[str]


def read_status(workspace: Workspace) -> LibraryStatus:
    """Return the state of the workspace and what needs attention."""
    now = utc_now()
    views = [with_reachability(workspace, view, now) for view in catalog_views(workspace)]
    layers = read_layers(workspace)
    pending = _pending(workspace)
    sinks = _sinks(workspace)
    faults, discrepant = count_faults(workspace), count_discrepant(workspace)
    return LibraryStatus(
        now=now,
        configuration=str(workspace.configuration.file or "no photosync.yaml"),
        catalogs=views,
        layers=layers,
        pending=pending,
        figures=read_figures(workspace),
        discrepant=discrepant,
        sizes=_sizes(workspace),
        sinks=sinks,
        faults=faults,
        attention=[
            *of_catalogs(views, layers, pending, now),
            *of_visibility(discrepant),
            *of_proposals(AiProposals(workspace.ledger).pending()),
            *fault_sentences(faults),
            *find_faults(workspace.lake, workspace.stores, workspace.store_positions).sentences,
            *history_faults(workspace),
            *of_sinks(workspace, sinks, now),
        ],
    )


def status_document(status: LibraryStatus) -> dict[str, Any]:
    """Return the state for --json."""
    return {
        "configuration": status.configuration,
        "catalogs": [
            {
                **_catalog_document(view, status.now),
                "unreadable_files": dict(status.faults.get(view.label, {})),
            }
            for view in status.catalogs
        ],
        "layers": [
            {
                "asset": a.asset,
                "tables": a.tables,
                "rows": a.rows,
                "bytes": a.bytes,
                "waiting": status.pending.get(a.asset, 0),
                "damaged": a.damaged,
            }
            for a in status.layers
        ],
        "photos": status.figures.photos,
        "questions": status.figures.questions,
        "answered": status.figures.answered,
        "discrepancies": status.discrepant,
        "before_first_month": status.figures.before_first_month,
        "previews": status.figures.previews,
        "bytes": status.sizes,
        "sinks": [
            {
                "sink": sink.sink,
                "plan_id": sink.plan.plan_id if sink.plan else None,
                "planned": sink.planned,
                "waiting": sink.waiting,
                "failed": sink.failed,
                "followed": sink.followed,
            }
            for sink in status.sinks
        ],
        "attention": status.attention,
    }


def _pending(workspace: Workspace) -> dict[str, int]:
    """Return the number of waiting months by asset, without those blocked by a missing join."""
    lake = workspace.lake
    counts = {
        f"catalog/{source}": len(pending_months(load_staged(workspace.staging, source), lake))
        for source in SOURCES
    }
    counts["identity/fingerprints"] = len(due_months(lake, online_since(workspace)))
    off = not workspace.settings.thumbnails.enabled
    counts["vault/thumbnails"] = len(thumbnails_due(lake, workspace.thumbnails, off=off))
    if workspace.stores:
        with contextlib.suppress(StoreUnavailableError):  # named under what needs attention
            counts["vault/originals"] = len(originals_due(lake, open_available(workspace.stores)))
    counts["identity/photos"] = len(photos_due(workspace))
    counts["vault/history"] = len(history_months_due(workspace))
    if photos_made(workspace) is not None:
        for kind in (UNIFIED, CONFLICTS, VISIBILITY):
            counts[f"metadata/{kind.name}"] = len(metadata_months(workspace, kind).due())
    return {asset: count for asset, count in counts.items() if count}


def _sinks(workspace: Workspace) -> list[SinkStatus]:
    """Return the state of the sinks that have a plan."""
    found = []
    for name in enabled_sinks(workspace):
        destination = open_sink(workspace, name).destination()
        status = read_sink_status(workspace, name, sink_inputs(workspace, name), destination)
        if status.plan is not None:
            found.append(status)
    return found


def _sizes(workspace: Workspace) -> dict[str, int]:
    data = workspace.data_dir
    ledger = sum(folder_bytes(p) for p in data.glob("ledger.sqlite*"))
    return {
        "lake": folder_bytes(workspace.lake.root),
        "staging": folder_bytes(workspace.staging),
        "cache": folder_bytes(workspace.fingerprint_cache.parent),
        "ledger": ledger,
        "Dagster": folder_bytes(data / "dagster"),
    }


def _catalog_document(view: CatalogView, now: datetime) -> dict[str, Any]:
    return {
        "catalog": view.label,
        "configured": view.settings is not None,
        "enabled": bool(view.settings and view.settings.enabled),
        "rows": view.manifest.items if view.manifest else 0,
        "missing": view.manifest.missing if view.manifest else 0,
        "online": view.state.online if view.state else None,
        "since": view.state.since if view.state else None,
        "reason": view.state.reason if view.state else None,
        "last_read_at": view.state.last_read_at if view.state else None,
        "stale": view.is_stale(now),
        "held": None
        if view.held is None
        else {"lost": view.held.lost, "known": view.held.known, "at": view.held.at},
        "last_scan": view.manifest.accounting if view.manifest else None,
    }
