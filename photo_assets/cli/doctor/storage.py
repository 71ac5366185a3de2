"""Checks of the data folder, its disk, the ledger and the lake."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from photo_assets.cli.doctor.check import Check, fail, ok, warn
from photo_assets.ledger.address import (
    NETWORK_FILE_SYSTEMS,
    file_system,
    parse_address,
    sqlite_file,
)
from photo_assets.ledger.engine import build_engine
from photo_assets.ledger.ledger import Ledger
from photo_assets.ledger.migrate import is_current, is_empty
from photo_assets.model.errors import StorageError
from photo_assets.model.wording import counted, size
from photo_assets.status.figures import read_layers
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.fsck_position import positions_by_name, problem_sentences
from photo_assets.vault.months import ids_by_name
from photo_assets.workspace import Workspace

if TYPE_CHECKING:
    from photo_assets.workspace import VaultStore

_LITTLE_SPACE = 5 << 30
_NO_SPACE = 500 << 20
# The folder names of these programs (from their help pages); on a Mac, iCloud Drive and newer
# versions of the others use the two Library folders.
_SYNCHRONIZED = (
    "dropbox",
    "google drive",
    "googledrive",
    "my drive",
    "onedrive",
    "icloud drive",
    "icloudrive",
    "iclouddrive",
    "mobile documents",
    "cloudstorage",
    "nextcloud",
    "owncloud",
    "pcloud drive",
    "pclouddrive",
    "mega",
    "megasync",
    "box sync",
    "synologydrive",
)
_MOVE = "Set data_dir in photosync.yaml to a folder on a local disk."


def check_data_dir(workspace: Workspace) -> Iterator[Check]:
    """Check the data folder: writable, local, not synchronized, with free space."""
    folder = workspace.data_dir
    existing = _nearest(folder)
    yield _writable(folder, existing)
    yield _local(folder)
    yield _free_space("free space", existing)


def _free_space(name: str, folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    if free < _NO_SPACE:
        return fail(name, f"{size(free)} left at {folder}", "Free some space there.")
    if free < _LITTLE_SPACE:
        return warn(name, f"{size(free)} left at {folder}", "Free some space there soon.")
    return ok(name, f"{size(free)} free at {folder}")


def check_vault(workspace: Workspace) -> Iterator[Check]:
    """Check that each store of originals is there, and is no other one."""
    names: dict[str, str] = {}
    disks: dict[int, str] = {}
    for store in workspace.stores:
        name = f"vault.stores.{store.name}"
        try:
            twin = names.setdefault(store.open(), store.name)
        except StorageError as error:
            yield fail(name, error.message, error.hint or "See docs/vault.md.")
            continue
        if twin != store.name:
            yield fail(name, f"is the store `{twin}`", "Remove one of them from photosync.yaml.")
            continue
        yield _kept_at(name, store)
        if isinstance(store, FolderStore):
            disk = store.root.stat().st_dev
            if (other := disks.setdefault(disk, store.name)) != store.name:
                text = f"is on the same disk as the store `{other}`: they fail together"
                yield warn(name, text, "Put one of them on another disk.")
    positions = positions_by_name(workspace.store_positions, ids_by_name(workspace.stores))
    for sentence in problem_sentences(positions):
        text, _, mend = sentence.partition(". ")
        yield fail("vault.stores", text, mend)
    needed = [workspace.settings.vault.copies]
    needed += [rule.copies for rule in workspace.settings.vault.more_copies]
    if workspace.stores and max(needed) > len(workspace.stores):
        yield warn(
            "vault.copies",
            f"{max(needed)} copies are needed, but there are {len(workspace.stores)} stores",
            "Add a store, or lower `vault.copies` or the rules of `vault.more_copies`.",
        )


def _kept_at(name: str, store: "VaultStore") -> Check:
    if isinstance(store, FolderStore):
        return _free_space(name, store.root)
    if store.is_public():
        text = f"anyone can read {store.location}, without a key"
        return warn(name, text, "Block public access to the bucket at the service.")
    try:
        refuses = store.refuses_to_overwrite()
    except StorageError as error:
        return fail(name, error.message, error.hint or "See docs/vault.md.")
    if refuses:
        return ok(name, f"{store.location} can be read and written; it refuses to overwrite")
    return ok(
        name,
        f"{store.location} can be read and written; it has no conditional writes, so every "
        "original is looked for directly before it is sent",
    )


def check_ledger(workspace: Workspace) -> Iterator[Check]:
    """Check that the ledger opens and has the current version; does not create or migrate it."""
    address = parse_address(workspace.ledger_url)
    file = sqlite_file(address)
    if file is not None and not file.exists():
        yield ok("ledger", "not created yet; the first discover creates it")
        return
    ledger = Ledger(build_engine(address))
    with ledger.reading() as connection:
        current = is_current(connection, ledger.name)
        empty = not current and is_empty(connection)
        damage = (
            _damage(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()) if file else None
        )
    if damage is not None:
        yield fail(
            "ledger",
            f"{ledger.name} is damaged: {damage}",
            "Stop every program that uses it, keep a copy, and restore it from your backup.",
        )
    elif empty:
        workspace.require_no_other_ledger()
        yield ok("ledger", f"{ledger.name} is empty; the next discover creates a ledger there")
    elif current:
        yield ok("ledger", f"{ledger.name}, at the current version")
    else:
        yield warn(
            "ledger", f"{ledger.name} is at an older version", "The next discover upgrades it."
        )


def check_lake(workspace: Workspace) -> Iterator[Check]:
    """Read every footer of the lake."""
    layers = read_layers(workspace)
    damaged = [message for layer in layers for message in layer.damaged]
    if damaged:
        more = f" (and {len(damaged) - 1} others)" if len(damaged) > 1 else ""
        yield fail(
            "lake",
            damaged[0] + more,
            "It is derived data: delete the file, then run photosync discover.",
        )
        return
    tables = sum(layer.tables for layer in layers)
    rows = sum(layer.rows for layer in layers)
    yield ok(
        "lake", f"{counted(tables, 'table')}, {counted(rows, 'row')}" if tables else "empty so far"
    )


def mounts() -> str:
    """Return the mounted file systems in the form of Linux's `/proc/self/mountinfo` (proc(5))."""
    if sys.platform != "darwin":
        try:
            return Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
    done = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=10, check=False)
    return mountinfo_of_mac(done.stdout)


def mountinfo_of_mac(text: str) -> str:
    """Return macOS's `mount` output ("//u@nas/x on /Volumes/x (smbfs, nodev)") as mountinfo."""
    lines = []
    for line in text.splitlines():
        left, opening, options = line.rpartition(" (")
        _, on, point = left.partition(" on ")
        if opening and on:
            kind = options.rstrip(")").split(",")[0]
            lines.append(f"0 0 0:0 / {point.replace(' ', chr(92) + '040')} rw - {kind} x rw")
    return "\n".join(lines)


def synchronized_by(path: Path) -> str | None:
    """Return the component of `path` that is the folder of a synchronization program."""
    for folder in (path, *path.parents):
        name = folder.name.lower()
        if name in _SYNCHRONIZED or name.startswith(("onedrive - ", "dropbox (", "googledrive-")):
            return folder.name
        if (folder / ".stfolder").exists():
            return f"{folder.name} (Syncthing)"
    return None


def _local(folder: Path) -> Check:
    kind = file_system(folder, mounts())
    if kind in NETWORK_FILE_SYSTEMS:
        text = f"{folder} is on a network file system ({kind}), where file locks are unreliable"
        return fail("local disk", text, _MOVE)
    program = synchronized_by(folder)
    if program is not None:
        text = f"{folder} is in a synchronized folder ({program}), which can corrupt databases"
        return fail("local disk", text, _MOVE)
    return ok("local disk", f"{folder} ({kind or 'file system type not known here'})")


def _writable(folder: Path, existing: Path) -> Check:
    fix = "Grant yourself write permission, or set data_dir in photosync.yaml."
    if not existing.is_dir():
        return fail("data_dir", f"{existing} is not a folder", _MOVE)
    if existing != folder:
        if os.access(existing, os.W_OK | os.X_OK):
            return ok("data_dir", f"{folder} will be created")
        return fail("data_dir", f"{folder} cannot be created in {existing}", fix)
    probe = folder / f".photosync-doctor-{os.getpid()}"
    try:
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        return fail("data_dir", f"{folder} cannot be written: {error.strerror}", fix)
    return ok("data_dir", f"{folder} is writable")


def _nearest(path: Path) -> Path:
    return next((folder for folder in (path, *path.parents) if os.path.lexists(folder)), path)


def _damage(result: object) -> str | None:
    return None if result == "ok" else str(result)
