"""Getting the repository of a history that is elsewhere, whole or not at all. It is only read."""

import os
import shutil
from pathlib import Path
from typing import Final

from photo_assets.configuration.addresses import is_local, require_remote
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.system.durable import require_directory, sync_directory
from photo_assets.vault.history.git_program import run_git
from photo_assets.vault.history.repository import HistoryRepository

CLONE_S: Final = 24 * 3600.0
_HINT: Final = "Check the address, and that git can read it from this account without a password."


def repository_at(address: str) -> HistoryRepository | None:
    """Return the repository in a folder of this machine, bare or a clone with files; None: no path.

    Raises `StorageError` if the path holds no git repository.
    """
    if not (is_local(address) or Path(address).is_dir()):
        return None
    folder = Path(os.path.abspath(os.path.expanduser(address)))
    for one in (folder / ".git", folder):
        if HistoryRepository(one).exists():
            return HistoryRepository(one)
    raise StorageError(
        f"{folder} is not a git repository.",
        hint="Name the folder or the address of a history, or of a clone of it.",
    )


def clone(address: str, folder: Path) -> HistoryRepository:
    """Clone a repository into `folder`, which is not there before, and return the clone.

    Raises `RemoteError` with what git said, `ConfigurationError` for an address with a password,
    and `StorageError`. A killed process leaves a folder beside it, which the next one removes.
    """
    try:
        if not is_local(address):
            require_remote(address)
    except ValueError as error:
        raise ConfigurationError(f"{error}.".capitalize()) from error
    beside = folder.with_name(f"{folder.name}.cloning")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        require_directory(folder.parent)
        saved = ["-c", "core.fsync=all", "-c", "core.fsyncMethod=fsync"]
        arguments = [
            *saved,
            "clone",
            "--bare",
            "-q",
            "--branch",
            "main",
            "--",
            address,
            str(beside),
        ]
        run_git(folder.parent, arguments, CLONE_S, hint=_HINT)
        beside.rename(folder)
        sync_directory(folder.parent)
    except OSError as error:
        raise StorageError(f"Could not write {folder}: {error.strerror or error}.") from error
    return HistoryRepository(folder)
