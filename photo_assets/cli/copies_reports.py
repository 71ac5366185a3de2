"""The output of `photosync copies`."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from photo_assets.catalogs.discovery.months import load_staged, pending_months
from photo_assets.catalogs.registry import TRUSTED_SHA1
from photo_assets.cli.progress import Stage, reporting
from photo_assets.cli.session import open_workspace
from photo_assets.cli.terminal import say, shown
from photo_assets.cli.vault_reports import LISTED, chosen_stores
from photo_assets.defs.catalog_states import online_since
from photo_assets.identity.monthly import due_months
from photo_assets.model.errors import ConfigurationError
from photo_assets.model.wording import counted, size
from photo_assets.vault.copies import CopiesReport, Needs, examine, examine_items
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.fsck_position import positions_by_name
from photo_assets.vault.months import ids_by_name
from photo_assets.vault.photo_copies import (
    ShortPhoto,
    items_of,
    needed_by_original,
    short_photos,
)


def examine_paths(paths: Sequence[Path]) -> CopiesReport:
    """Return which files below `paths` have enough verified copies.

    Raises `ConfigurationError` if a path is in a store, or contains one: a copy cannot vouch for
    itself.
    """
    stores = chosen_stores(())
    for path in paths:
        for store in stores:
            if not isinstance(store, FolderStore):
                continue
            here, root = path.resolve(), store.root.resolve()
            if here.is_relative_to(root) or root.is_relative_to(here):
                raise ConfigurationError(
                    f"{shown(path)} and the store `{store.name}` ({shown(store.root)}) contain "
                    "each other.",
                    hint="Name a folder outside the stores.",
                )
    workspace = open_workspace()
    vault = workspace.settings.vault
    needs = Needs(vault.copies, needed_by_original(workspace.lake, vault))
    with reporting("reading files and their copies") as report:

        def progress(files: int) -> None:
            report(Stage("reading files and their copies", files, None, "files"))

        return examine(paths, stores, needs, progress)


def examine_catalog(text: str) -> CopiesReport:
    """Return which items of a catalog, SOURCE/NAME, have enough verified copies.

    Raises `ConfigurationError` if no such catalog is configured.
    """
    stores, workspace = chosen_stores(()), open_workspace()
    catalogs = workspace.settings.catalogs
    known = [f"{source}/{name}" for source in catalogs.sources() for name in catalogs.of(source)]
    if text not in known:
        raise ConfigurationError(
            f"`catalogs` contains no catalog `{shown(text)}`.",
            hint=f"Its catalogs are: {', '.join(known) or 'none'}.",
        )
    source, _, name = text.partition("/")
    vault, by_sha1 = workspace.settings.vault, source in TRUSTED_SHA1
    items = items_of(workspace.lake, vault, source, name, by_sha1=by_sha1)
    if items and all(item.is_local for item in items):
        raise ConfigurationError(
            f"The items of {text} are files on this machine.",
            hint="Name their folder, and the files are read: photosync copies FOLDER",
        )
    staged = load_staged(workspace.staging, source)
    changed = {*pending_months(staged, workspace.lake)}
    changed |= {*due_months(workspace.lake, online_since(workspace))}
    with reporting("reading the copies") as report:

        def progress(done: int) -> None:
            report(Stage("reading the copies", done, len(items), "items"))

        return examine_items(items, stores, changed, progress)


def print_copies(report: CopiesReport, what: str = "file") -> None:
    """Print the files or items without enough copies, then the answer."""
    for file in report.short[:LISTED]:
        held = f"copies: {', '.join(file.stores) or 'none'}; it needs {file.needed}"
        say(f"  {shown(file.path)}: {shown(file.error) if file.error else held}")
    if len(report.short) > LISTED:
        say(f"  and {len(report.short) - LISTED:,} more")
    for folder in report.empty:
        say(f"  {shown(folder)} contains no files. Is its disk connected?")
    for name, reason in report.away.items():
        say(f"Copies in the store `{shown(name)}` were not counted: {shown(reason)}")
    if report.safe:
        least = min(one.needed for one in report.found.values())
        say(
            f"Safe to delete: {counted(report.files, what)} ({size(report.bytes)}) with at least "
            f"{counted(least, 'verified copy', 'verified copies')} each, read just now."
        )
    elif not report.files:
        say(f"There are no {what}s.")
    else:
        number = len(report.short)
        say(
            f"Not safe to delete: {number:,} of {counted(report.files, what)} "
            f"{'lacks' if number == 1 else 'lack'} copies."
        )


def print_short_photos() -> bool:
    """Print the photos with too few copies by the last runs; return whether there are any."""
    photos, short = _short_photos()
    for photo in short[:LISTED]:
        held = f"copies: {photo.copies}; it needs {photo.needed}"
        why = held if photo.originals else "the bytes of its original are not known"
        say(f"  {shown(photo.file_name or 'without a name')} ({photo.photo_id}): {why}")
    if len(short) > LISTED:
        say(f"  and {len(short) - LISTED:,} more")
    have = "has" if len(short) == 1 else "have"
    say(
        f"{len(short):,} of {counted(photos, 'photo')} {have} too few copies, as of the last runs. "
        "photosync fsck reads the copies."
    )
    return bool(short)


def short_photos_document() -> dict[str, Any]:
    """Return the photos with too few copies for --json."""
    photos, short = _short_photos()
    return {"photos": photos, "with_too_few_copies": [asdict(photo) for photo in short]}


def _short_photos() -> tuple[int, list[ShortPhoto]]:
    workspace, ids = open_workspace(), ids_by_name(chosen_stores(()))
    positions = positions_by_name(workspace.store_positions, ids)
    lost = {name: one.problems for name, one in positions.items()}
    return short_photos(workspace.lake, workspace.settings.vault, ids, lost)


def copies_document(report: CopiesReport) -> dict[str, Any]:
    """Return the report for --json; paths are bytes-safe text (`model.names`)."""
    return {
        "safe": report.safe,
        "files": report.files,
        "bytes": report.bytes,
        "without_enough_copies": [
            {
                "path": file.path,
                "stores": list(file.stores),
                "needed": file.needed,
                "error": file.error,
            }
            for file in report.short
        ],
        "empty_folders": report.empty,
        "stores_away": dict(report.away),
    }
