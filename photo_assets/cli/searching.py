"""`photosync search` and `photosync ai embed`: running them and printing what was found."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from photo_assets.ai.embeddings.model import find_model
from photo_assets.ai.embeddings.monthly import all_months, count_statuses
from photo_assets.ai.embeddings.neighbors import Match
from photo_assets.ai.embeddings.searching import search_like, search_text
from photo_assets.cli.failures import AttentionError
from photo_assets.cli.interruption import interruptible
from photo_assets.cli.output_streams import own_stream
from photo_assets.cli.progress import reporting
from photo_assets.cli.session import SESSION
from photo_assets.cli.terminal import print_json, print_table, say
from photo_assets.model.errors import PhotoAssetsError
from photo_assets.model.tables import UNIFIED
from photo_assets.model.vocabulary import Visibility
from photo_assets.model.wording import counted
from photo_assets.sinks.disclosing.joined import VIEW
from photo_assets.workspace import Workspace

_COLUMNS = ("photo_id", "file_name", "capture_time", "visibility", "availability")


def run_search(
    workspace: Workspace, text: str, like: str | None, count: int, *, as_json: bool
) -> None:
    """Print the photos that fit a text, or look like a photo. Raises what the searches raise."""
    if like is not None:
        found = search_like(workspace, like, count)
    else:
        sides = find_model(workspace).settings.text
        if sides is not None and sides.endpoint is not None:
            host = urlsplit(sides.endpoint).netloc
            say(f"The text is sent to {host}; no picture is.", error=True)
        found = search_text(workspace, text, count)
    rows = _rows(workspace, found)
    if as_json:
        print_json(rows)
        return
    print_table(
        ("photo", "score", "taken", "file", ""),
        [
            (
                row["photo_id"],
                f"{row['score']:.3f}",
                (row["taken"] or "")[:10],
                row["file_name"],
                "locked" if row["visibility"] == Visibility.LOCKED else None,
            )
            for row in rows
        ],
        numbers=("score",),
    )


def run_embedding(workspace: Workspace, month: str | None, *, as_json: bool) -> None:
    """Compute missing vectors and print how many there are.

    Raises `ConfigurationError` if no model can be used, and `AttentionError` if the model gave no
    vector of some pictures.
    """
    model = find_model(workspace)
    months = [one for one in all_months(workspace.lake) if one.startswith(month or "")]
    if not months:
        raise PhotoAssetsError("No photos have been joined yet.", hint="Run: photosync discover")
    with (
        own_stream(quiet=not SESSION.debug) as stream,
        reporting("starting", stream) as show,
        interruptible(show) as listening,
    ):
        # Imported under the progress display: loading Dagster takes a second.
        from photo_assets.defs.describing import describe
        from photo_assets.defs.jobs import EMBED

        result = describe(months, listening.report, name=EMBED["all"].name)
        if not result.success:
            listening.raise_if_signalled()
    if not result.success:
        raise PhotoAssetsError(
            result.reason or f"The run {result.run_id} failed.",
            hint="Vectors so far are kept. Run the same command again to continue.",
        )
    counts = count_statuses(workspace.lake)
    if as_json:
        print_json({"model": model.id, **dict(sorted(counts.items()))})
    else:
        say(f"{counted(counts['embedded'], 'photo has', 'photos have')} a vector of {model.id}.")
        if counts["waiting"]:
            say(f"{counted(counts['waiting'], 'photo has', 'photos have')} no thumbnail.")
        say('To search: photosync search "red kayak", or: photosync search --like PHOTO')
    if counts["failed"]:
        failed = counted(counts["failed"], "picture")
        say(f"The model gave no vector of {failed}.", error=True)
        raise AttentionError


def _rows(workspace: Workspace, found: Sequence[Match]) -> list[dict[str, Any]]:
    """Return what is shown of each photo, without those that have left the collection."""
    known: dict[str, dict[str, Any]] = {}
    for month in {one.month for one in found}:
        rows = workspace.lake.read(VIEW, month, UNIFIED, _COLUMNS).to_pylist()
        known |= {row["photo_id"]: row for row in rows}
    return [
        {
            "photo_id": one.photo_id,
            "score": round(one.score, 4),
            "taken": taken.isoformat(" ", "seconds") if taken else None,
            "file_name": row["file_name"],
            "visibility": row["visibility"],
            "availability": row["availability"],
        }
        for one in found
        if (row := known.get(one.photo_id)) is not None
        for taken in [row["capture_time"]]
    ]
