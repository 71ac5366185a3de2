"""`photosync report`: what the last scan of a catalog did not write, and why."""

from typing import Any

import click

from photo_assets.cli.session import common_options


@click.command(short_help="List what the last scan could not write, by reason.")
@click.argument("catalog", metavar="SOURCE/CATALOG")
@click.option(
    "--limit", default=20, show_default=True, metavar="N", help="Entries a reason; 0: all of them."
)
@click.option("--json", "as_json", is_flag=True, help="Print every entry as JSON.")
@common_options
def report(catalog: str, limit: int, as_json: bool) -> None:
    """List what the last scan discarded or could not read, what is gone and waits, what moved."""
    from photo_assets.catalogs.discovery.discover import catalog_folder
    from photo_assets.catalogs.discovery.report import read_report
    from photo_assets.cli.overview import find_catalog
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import print_json, say

    workspace = open_workspace()
    view = find_catalog(workspace, catalog)
    folder = catalog_folder(workspace.staging, view.source, view.name)
    entries: list[dict[str, Any]] = read_report(folder).to_pylist()
    counts = view.reported
    if as_json:
        scanned = view.manifest.scanned_at if view.manifest else None
        document = {"catalog": view.label, "scanned_at": scanned, "reasons": counts}
        print_json({**document, "entries": entries})
        return
    if view.held is not None:
        say(f"{view.label} {view.held.sentence} If that is meant: photosync confirm {view.label}")
    _print(view.label, counts, entries, limit if limit > 0 else len(entries))


def _print(label: str, counts: dict[str, int], entries: list[dict[str, Any]], limit: int) -> None:
    from photo_assets.cli.terminal import say, shown

    if not counts:
        say(f"The last scan of {label} wrote everything it found.")
    for reason, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        say(f"{shown(reason)}: {count:,}")
        named = [e for e in entries if f"{e['outcome']}: {e['reason']}" == reason]
        for entry in named[:limit]:
            detail = f" - {shown(entry['detail'])}" if entry["detail"] else ""
            say(f"  {shown(entry['ref'])}{detail}")
        if len(named) > limit:
            say(f"  and {len(named) - limit:,} more: photosync report {label} --limit 0")
        elif count > len(named):
            say(f"  and {count - len(named):,} more; that many are not kept by name")
