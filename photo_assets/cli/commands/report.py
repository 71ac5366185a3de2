"""`photosync report`: entries that the last scan did not write, and undecodable files."""

from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from photo_assets.cli.session import common_options

if TYPE_CHECKING:
    from photo_assets.identity.faults import FileFault
    from photo_assets.status.catalogs import CatalogView


@click.command(short_help="List what could not be written or decoded, by reason.")
@click.argument("catalog", metavar="SOURCE/CATALOG")
@click.option(
    "--limit",
    default=20,
    show_default=True,
    metavar="N",
    help="Entries to show per reason; 0 shows all.",
)
@click.option("--json", "as_json", is_flag=True, help="Print every entry as JSON.")
@common_options
def report(catalog: str, limit: int, as_json: bool) -> None:
    """List entries that the last scan did not write, moved or held back, and undecodable files.

    The exit code is 1 if something could not be read or decoded.
    """
    from photo_assets.catalogs.discovery.discover import catalog_folder
    from photo_assets.catalogs.discovery.report import read_report
    from photo_assets.cli.failures import AttentionError
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import print_json, say
    from photo_assets.identity.faults import file_faults
    from photo_assets.status.catalogs import find_catalog
    from photo_assets.status.file_faults import count_by_reason

    workspace = open_workspace()
    view = find_catalog(workspace, catalog)
    folder = catalog_folder(workspace.staging, view.source, view.name)
    entries: list[dict[str, Any]] = read_report(folder).to_pylist()
    counts = view.reported
    faults = file_faults(workspace.lake, view.source, view.name)
    if as_json:
        document = {
            "catalog": view.label,
            "scanned_at": view.manifest.scanned_at if view.manifest else None,
            "reasons": counts,
            "entries": entries,
            "file_reasons": count_by_reason(faults),
            "files": [asdict(fault) for fault in faults],
        }
        print_json(document)
    else:
        if view.held is not None:
            meant = f"If this is intended: photosync confirm {view.label}"
            say(f"{view.label} {view.held.sentence} {meant}")
        _print(view, counts, entries, faults, limit)
    if faults or any(reason.startswith("failed: ") for reason in counts):
        raise AttentionError


def _print(
    view: "CatalogView",
    counts: dict[str, int],
    entries: list[dict[str, Any]],
    faults: "list[FileFault]",
    limit: int,
) -> None:
    from photo_assets.cli.terminal import say, shown
    from photo_assets.status.file_faults import count_by_reason, fault_line

    if view.manifest is None:
        say(f"{view.label} has not been read yet: photosync discover")
    elif not counts and not faults:
        say(f"The last scan of {view.label} wrote every entry it found, and decoded every file.")
    named: defaultdict[str, list[str]] = defaultdict(list)
    for entry in entries:
        detail = f" - {shown(entry['detail'])}" if entry["detail"] else ""
        named[f"{entry['outcome']}: {entry['reason']}"].append(f"{shown(entry['ref'])}{detail}")
    _print_groups(view.label, counts, named, limit)
    named = defaultdict(list)
    for fault in faults:
        named[fault.why].append(fault_line(fault))
    _print_groups(view.label, count_by_reason(faults), named, limit)


def _print_groups(
    label: str, counts: dict[str, int], named: "defaultdict[str, list[str]]", limit: int
) -> None:
    from photo_assets.cli.terminal import say, shown

    for reason, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        say(f"{shown(reason)}: {count:,}")
        lines = named[reason]
        most = limit if limit > 0 else len(lines)
        for line in lines[:most]:
            say(f"  {line}")
        if len(lines) > most:
            say(f"  and {len(lines) - most:,} more: photosync report {label} --limit 0")
        elif count > len(lines):
            say(f"  and {count - len(lines):,} more, which are counted but not listed")
