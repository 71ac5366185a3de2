"""What needs a person, as one line each for `photosync status`, which decides where it stands."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from photo_assets.metadata.discrepancies import DiscrepancyKind
from photo_assets.model.wording import counted, duration
from photo_assets.sinks.engine.sink_status import SinkStatus
from photo_assets.sinks.registry import sink_settings
from photo_assets.status.catalogs import CatalogView
from photo_assets.status.figures import LayerFigures
from photo_assets.workspace import Workspace


def of_catalogs(
    views: list[CatalogView], layers: list[LayerFigures], pending: dict[str, int], now: datetime
) -> list[str]:
    """Return what is to be done about catalogs, waiting months (by asset) and damaged tables."""
    enabled = [view for view in views if view.settings is not None and view.settings.enabled]
    away = [view for view in enabled if view.is_offline]
    if away != enabled:  # a disk may be unplugged on purpose
        away = [view for view in away if not view.can_be_unplugged]
    lines = _away_lines(away, every=len(away) == len(enabled))
    for view in views:
        if view.held is not None:
            lines.append(
                f"{view.label} {view.held.sentence} If this is intended: photosync confirm "
                f"{view.label}"
            )
        failed = view.manifest.accounting.get("failed", 0) if view.manifest else 0
        if failed:
            entries = counted(failed, "entry", "entries")
            lines.append(
                f"{view.label}: {entries} could not be read: photosync report {view.label}"
            )
        if view.is_stale(now):
            lines.append(_stale_line(view, now, explained=view in away))
    lines += [
        f"{asset}: {counted(count, 'month waits', 'months wait')}: photosync discover"
        for asset, count in pending.items()
    ]
    lines += [message for layer in layers for message in layer.damaged]
    return lines


def of_visibility(discrepant: Mapping[str, int]) -> list[str]:
    """Return what is to be done about photos with discrepancies of visibility, by kind."""
    lines = []
    if too_visible := discrepant.get(DiscrepancyKind.TOO_VISIBLE):
        photos = counted(too_visible, "photo is", "photos are")
        lines.append(f"{photos} more visible somewhere than intended")
    if unknown := discrepant.get(DiscrepancyKind.UNKNOWN):
        lines.append(f"A service does not tell who sees {counted(unknown, 'photo')}")
    return [f"{line}: photosync audit --visibility-check" for line in lines]


def of_proposals(pending: int) -> list[str]:
    """Return what is to be done about proposals of AI models."""
    if not pending:
        return []
    waiting = counted(pending, "proposal of an AI model waits", "proposals of an AI model wait")
    return [f"{waiting} for your answer: photosync ai review"]


def of_sinks(workspace: Workspace, sinks: list[SinkStatus], now: datetime) -> list[str]:
    """Return what is to be done about sinks that were written to before."""
    lines = []
    for sink in sinks:
        if sink.plan is not None and sink.plan.held:
            lines.append(
                f"{sink.sink}: {counted(sink.plan.held, 'row is', 'rows are')} no longer in the "
                "view, too many to retire without confirmation: "
                f"photosync replicate {sink.sink} --allow-retiring"
            )
        if sink.state is None or sink.state.plan_id is None:
            continue  # nothing was ever written to it: waiting is normal
        hours = sink_settings(workspace, sink.sink).follow_within_hours
        if sink.late(now, timedelta(hours=hours)):
            lines.append(f"{sink.sentence(now)} photosync replicate {sink.sink} --execute")
        if sink.failed:
            lines.append(
                f"{sink.sink} refused {counted(sink.failed, 'row')}: photosync replicate "
                f"{sink.sink} --execute retries them and shows the reasons"
            )
    return lines


def _away_lines(away: list[CatalogView], *, every: bool) -> list[str]:
    """Name catalogs that could not be read, each reason once; `every`: there is no other."""
    reasons: dict[str, list[str]] = {}
    for view in away:
        reason = view.state.reason if view.state else None
        reasons.setdefault(reason or "", []).append(view.label)
    if every and away:
        names = ", ".join(view.label for view in away)
        return [" ".join([f"No catalog could be reached: {names}.", *reasons])]
    return [f"{', '.join(labels)} cannot be read. {reason}" for reason, labels in reasons.items()]


def _stale_line(view: CatalogView, now: datetime, *, explained: bool) -> str:
    reason = "" if explained or not view.state or not view.state.reason else view.state.reason
    age = view.age_s(now)
    if age is not None:
        return f"{view.label} was last read {duration(age)} ago. {reason}".rstrip()
    then = reason if reason or explained else "Run: photosync discover"
    return f"{view.label} has not been read yet. {then}".rstrip()
