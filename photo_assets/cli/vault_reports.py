"""The output of `photosync fsck`, and the stores that its commands work on."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from photo_assets.cli.progress import Stage, reporting
from photo_assets.cli.session import open_workspace
from photo_assets.cli.terminal import say, shown
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.model.wording import counted, size
from photo_assets.vault.fsck import Fsck, StoreCheck
from photo_assets.vault.fsck_position import PARTS
from photo_assets.vault.fsck_tables import files_of
from photo_assets.vault.months import known_stores

if TYPE_CHECKING:
    from photo_assets.workspace import VaultStore

LISTED = 20


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
            f"The store `{store.name}` exists, but is not in {shown(store.location)} now.",
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


def _file_names(checks: Sequence[StoreCheck]) -> dict[bytes, str]:
    """Return a file of each blob that has a problem, as its catalog names it."""
    blobs = {problem.sha256 for check in checks for problem in check.problems}
    files = files_of(open_workspace().lake, blobs) if blobs else {}
    return {blob: str(refs[0]) for blob, refs in files.items()}


def print_checks(checks: Sequence[StoreCheck]) -> None:
    """Print the result for each store, and its first problems."""
    names = _file_names(checks)
    for check in checks:
        say(
            f"{check.store}: read {counted(check.blobs, 'original')}, {size(check.bytes)}"
            f"{_share(check)}."
        )
        for problem in check.problems[:LISTED]:
            done = f"; {shown(problem.repaired)}" if problem.repaired else ""
            detail = f": {shown(problem.detail)}" if problem.detail else ""
            name = names.get(problem.sha256)
            of_file = f" ({shown(name)})" if name else ""
            say(f"  {problem.sha256.hex()}{of_file} {problem.condition}{detail}{done}")
        for error in check.errors:
            say(f"  {shown(error)}")
        if len(check.problems) > LISTED:
            say(f"  and {len(check.problems) - LISTED:,} more")
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
    names = _file_names(checks)
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
                    "file": names.get(problem.sha256),
                    "condition": problem.condition.value,
                    "detail": problem.detail,
                    "repaired": problem.repaired,
                }
                for problem in check.problems
            ],
        }
        for check in checks
    ]
