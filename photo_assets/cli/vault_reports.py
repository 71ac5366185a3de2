"""The output of `photosync fsck` and `photosync copies`, and the stores that they work on."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photo_assets.cli.progress import Stage, reporting
from photo_assets.cli.session import open_workspace
from photo_assets.cli.terminal import say, shown
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.model.wording import counted, size
from photo_assets.vault.copies import CopiesReport, Needs, examine, examine_items
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.fsck import Fsck, StoreCheck
from photo_assets.vault.fsck_position import PARTS
from photo_assets.vault.months import known_stores
from photo_assets.vault.photo_copies import (
    ShortPhoto,
    items_of,
    needed_by_original,
    short_photos,
)

if TYPE_CHECKING:
    from photo_assets.workspace import VaultStore

_LISTED = 20


def chosen_stores(names: Sequence[str]) -> "list[VaultStore]":
    """Return the named stores, or all. Raises `ConfigurationError` for a name that is unknown."""
    stores = open_workspace().stores
    if not stores:
        raise ConfigurationError(
            "No store is configured.",
            hint="Add one to photosync.yaml: vault: {stores: {home: {folder: ~/photo-vault}}}",
        )
    known = [store.name for store in stores]
    for name in names:
        if name not in known:
            raise ConfigurationError(
                f"`vault.stores` contains no store `{shown(name)}`.",
                hint=f"Its stores are: {', '.join(known)}.",
            )
    return [store for store in stores if not names or store.name in names]


def require_new(store: "VaultStore") -> None:
    """Raise `ConfigurationError` if originals were copied to a store of this name before."""
    if store.name in known_stores(open_workspace().lake):
        raise ConfigurationError(
            f"The store `{store.name}` exists, but is not in {shown(store.place)} now.",
            hint="Connect it, or correct its settings. To begin another, empty store under this "
            f"name: photosync vault create {store.name} --new",
        )


def check_stores(
    names: Sequence[str],
    percent: float,
    since: date | None,
    checks: list[StoreCheck],
    *,
    repair: bool,
) -> None:
    """Check the chosen stores one after the other, with progress, and append to `checks`.

    A store that cannot be reached costs only itself; the last error is raised at the end.
    """
    chosen, workspace = chosen_stores(names), open_workspace()
    errors: list[StorageError] = []
    with reporting("checking the stores") as report:

        def progress(store: str, done: int, total: int) -> None:
            report(Stage(f"checking {store}", done, total, "parts"))

        def waiting() -> None:
            say("Another check of this store is in progress; waiting for its end.", error=True)

        stores, positions = workspace.stores, workspace.store_positions
        fsck = Fsck(workspace.lake, stores, positions, repair, progress, checks, waiting)
        for store in chosen:
            try:
                fsck.run(store.name, percent, since)
            except StorageError as error:
                errors.append(error)
    for earlier in errors[:-1]:
        say(str(earlier), error=True)
    if errors:
        raise errors[-1]


def print_checks(checks: Sequence[StoreCheck]) -> None:
    """Print the result for each store, and its first problems."""
    for check in checks:
        for problem in check.problems[:_LISTED]:
            done = f"; {shown(problem.repaired)}" if problem.repaired else ""
            detail = f": {shown(problem.detail)}" if problem.detail else ""
            say(f"  {problem.sha256.hex()} {problem.condition}{detail}{done}")
        for error in check.errors:
            say(f"  {shown(error)}")
        if len(check.problems) > _LISTED:
            say(f"  and {len(check.problems) - _LISTED:,} more")
        say(
            f"{check.store}: read {counted(check.blobs, 'original')}, {size(check.bytes)}"
            f"{_share(check)}."
        )
        kinds = [f"{count:,} {kind}" for kind, count in check.by_condition.items()]
        if check.errors:
            unread = counted(len(check.errors), "folder or table", "folders or tables")
            kinds.append(f"{unread} that cannot be read")
        done = f" Repaired: {check.repaired:,}." if check.repaired else ""
        say(f"  Problems: {', '.join(kinds) or 'none'}.{done}")
        if check.orphans:
            say(f"  {counted(check.orphans, 'original')} of files that no catalog has now; kept.")
    if any(check.unrepaired for check in checks):
        say("To replace them from good copies: photosync fsck --repair")


def _share(check: StoreCheck) -> str:
    """Return what share of the store was read, unless it is the whole store in one check."""
    if check.complete and not check.earlier_parts:
        return ""
    earlier = f", {check.earlier_parts} of them earlier" if check.earlier_parts else ""
    return f" ({check.parts} of {PARTS} parts of the store{earlier})"


def checks_document(checks: Sequence[StoreCheck]) -> list[dict[str, Any]]:
    """Return the checks for --json."""
    return [
        {
            "store": check.store,
            "complete": check.complete,
            "parts": check.parts,
            "earlier_parts": check.earlier_parts,
            "originals": check.blobs,
            "bytes": check.bytes,
            "orphans": check.orphans,
            "errors": list(check.errors),
            "problems": [
                {
                    "sha256": problem.sha256.hex(),
                    "condition": problem.condition.value,
                    "detail": problem.detail,
                    "repaired": problem.repaired,
                }
                for problem in check.problems
            ],
        }
        for check in checks
    ]


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
    items = items_of(workspace.lake, workspace.settings.vault, source, name)
    with reporting("reading the copies") as report:

        def progress(done: int) -> None:
            report(Stage("reading the copies", done, len(items), "items"))

        return examine_items(items, stores, progress)


def print_copies(report: CopiesReport, what: str = "file") -> None:
    """Print the files or items without enough copies, then the answer."""
    for file in report.short[:_LISTED]:
        held = f"copies: {', '.join(file.stores) or 'none'}; it needs {file.needed}"
        say(f"  {shown(file.path)}: {shown(file.error) if file.error else held}")
    if len(report.short) > _LISTED:
        say(f"  and {len(report.short) - _LISTED:,} more")
    if report.safe:
        least = min(one.needed for one in report.found.values())
        say(
            f"Safe to delete: {counted(report.files, what)} ({size(report.bytes)}) with at least "
            f"{counted(least, 'verified copy', 'verified copies')} each, read just now."
        )
    elif not report.files:
        say(f"There are no {what}s.")
    else:
        say(
            f"Not safe to delete: {len(report.short):,} of {counted(report.files, what)} lack "
            "copies."
        )


def print_short_photos() -> bool:
    """Print the photos with too few copies by the last runs; return whether there are any."""
    photos, short = _short_photos()
    for photo in short[:_LISTED]:
        held = f"copies: {photo.copies}; it needs {photo.needed}"
        why = held if photo.originals else "the bytes of its original are not known"
        say(f"  {shown(photo.file_name or 'without a name')} ({photo.photo_id}): {why}")
    if len(short) > _LISTED:
        say(f"  and {len(short) - _LISTED:,} more")
    say(
        f"{len(short):,} of {counted(photos, 'photo')} have too few copies, as of the last runs. "
        "photosync fsck reads the copies."
    )
    return bool(short)


def short_photos_document() -> dict[str, Any]:
    """Return the photos with too few copies for --json."""
    photos, short = _short_photos()
    return {"photos": photos, "with_too_few_copies": [asdict(photo) for photo in short]}


def _short_photos() -> tuple[int, list[ShortPhoto]]:
    workspace = open_workspace()
    stores = [store.name for store in chosen_stores(())]
    return short_photos(workspace.lake, workspace.settings.vault, stores)


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
    }
