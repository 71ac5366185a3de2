"""The output of `photosync fsck` and `photosync copies`, and the stores that they work on."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from photo_assets.cli.progress import Stage, reporting
from photo_assets.cli.session import open_workspace
from photo_assets.cli.terminal import say, shown
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.model.wording import counted, size
from photo_assets.vault.copies import CopiesReport, examine
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.fsck import PARTS, Fsck, StoreCheck
from photo_assets.vault.months import known_stores

_LISTED = 20


def chosen_stores(names: Sequence[str]) -> list[FolderStore]:
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


def require_new(store: FolderStore) -> None:
    """Raise `ConfigurationError` if originals were copied to a store of this name before."""
    if store.name in known_stores(open_workspace().lake):
        raise ConfigurationError(
            f"The store `{store.name}` exists, but is not in {shown(store.root)} now.",
            hint="Connect its disk. To begin another, empty store under this name: "
            f"photosync vault create {store.name} --new",
        )


def check_stores(
    names: Sequence[str], percent: float, checks: list[StoreCheck], *, repair: bool
) -> None:
    """Check the chosen stores one after the other, with progress, and append to `checks`.

    A store that cannot be reached costs only itself; the last error is raised at the end.
    """
    chosen, workspace = chosen_stores(names), open_workspace()
    errors: list[StorageError] = []
    with reporting("checking the stores") as report:

        def progress(store: str, done: int, total: int) -> None:
            report(Stage(f"checking {store}", done, total, "parts"))

        positions = workspace.store_positions
        fsck = Fsck(workspace.lake, workspace.stores, positions, repair, progress, checks)
        for store in chosen:
            try:
                fsck.run(store.name, percent)
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
    earlier = f", {check.earlier_parts} before an interruption" if check.earlier_parts else ""
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
            here, root = path.resolve(), store.root.resolve()
            if here.is_relative_to(root) or root.is_relative_to(here):
                raise ConfigurationError(
                    f"{shown(path)} and the store `{store.name}` ({shown(store.root)}) contain "
                    "each other.",
                    hint="Name a folder outside the stores.",
                )
    wanted = open_workspace().settings.vault.copies
    with reporting("reading files and their copies") as report:

        def progress(files: int) -> None:
            report(Stage("reading files and their copies", files, None, "files"))

        return examine(paths, stores, wanted, progress)


def print_copies(report: CopiesReport) -> None:
    """Print the files without enough copies, then the answer."""
    for file in report.short[:_LISTED]:
        held = ", ".join(file.stores) or "none"
        say(f"  {shown(file.path)}: {shown(file.error) if file.error else f'copies: {held}'}")
    if len(report.short) > _LISTED:
        say(f"  and {len(report.short) - _LISTED:,} more")
    wanted = counted(report.wanted, "verified copy", "verified copies")
    if report.safe:
        say(
            f"Safe to delete: {counted(report.files, 'file')} ({size(report.bytes)}) with at least "
            f"{wanted} each, read just now."
        )
    elif not report.files:
        say("There are no files.")
    else:
        say(
            f"Not safe to delete: {len(report.short):,} of {counted(report.files, 'file')} lack "
            f"copies; each needs {wanted}."
        )


def copies_document(report: CopiesReport) -> dict[str, Any]:
    """Return the report for --json; paths are bytes-safe text (`model.names`)."""
    return {
        "safe": report.safe,
        "wanted": report.wanted,
        "files": report.files,
        "bytes": report.bytes,
        "without_enough_copies": [
            {"path": file.path, "stores": list(file.stores), "error": file.error}
            for file in report.short
        ],
    }
