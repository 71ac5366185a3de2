"""Printing what a restore brought back, what it could not, and what to do next."""

from typing import TYPE_CHECKING, Any

from photo_assets.cli.terminal import say, shown
from photo_assets.model.wording import counted

if TYPE_CHECKING:
    from photo_assets.cli.restoring import Restored

_SHOWN = 20


def print_restored(result: "Restored") -> None:
    """Print a result for people."""
    rows = "".join(f", {count:,} in {table}" for table, count in sorted(result.rows.items()))
    say(
        f"Restored {counted(result.photos, 'photo')} with {counted(result.items, 'item')}, "
        f"{counted(result.merged, 'merged photo')}{rows}, as of {result.time} "
        f"(commit {result.commit[:12]})."
    )
    if result.configuration is not None:
        say(f"{shown(result.configuration)} is from the history. Check the paths in it.")
    for name, listed in result.stores.items():
        lists = f"lists {listed or 0:,} of {counted(result.originals, 'original')}"
        say(f"Store {name} {'is not connected' if listed is None else lists}.")
    if result.faults:
        say(f"Not restored: {counted(result.failed, 'file')} of photos, and other rows:")
        for fault in result.faults[:_SHOWN]:
            say(f"  {shown(fault.path)}: {shown(fault.why)}")
        if len(result.faults) > _SHOWN:
            say(f"  and {len(result.faults) - _SHOWN:,} more, which --json lists")
    say(
        "Next: `photosync discover` reads the catalogs that can be reached and every copy in the "
        "stores; then `photosync fsck` reports what is damaged or lost."
    )


def restored_document(result: "Restored") -> dict[str, Any]:
    """Return a result for --json."""
    return {
        "commit": result.commit,
        "time": result.time,
        "found": result.found,
        "photos": result.photos,
        "merged": result.merged,
        "failed": result.failed,
        "items": result.items,
        "rows": dict(sorted(result.rows.items())),
        "not_restored": [{"path": one.path, "why": one.why} for one in result.faults],
        "originals": result.originals,
        "listed_by_store": dict(result.stores),
        "configuration": None if result.configuration is None else str(result.configuration),
    }
