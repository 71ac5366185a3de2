"""Getting the repository of a history that is elsewhere, whole or not at all. It is only read."""

import os
import shutil
from pathlib import Path
from typing import Final

from photo_assets.configuration.addresses import is_local, require_remote
from photo_assets.configuration.redaction import redact
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.system.durable import require_directory, sync_directory, sync_filesystem
from photo_assets.vault.history.git_program import run_git
from photo_assets.vault.history.repository import HistoryRepository

CLONE_S: Final = 24 * 3600.0
_SAVED: Final = (
    *("-c", "core.fsync=all", "-c", "core.fsyncMethod=fsync"),
    *("-c", "clone.defaultRemoteName=origin"),
)
_HINT: Final = "Check the address, and that git can read it from this account without a password."


def repository_at(address: str) -> HistoryRepository | None:
    """Return the repository in a folder of this machine, bare or a clone with files; None: no path.

    Raises `StorageError` if the path holds no git repository, or one without its earlier commits.
    """
    if not (is_local(address) or Path(address).is_dir()):
        return None
    folder = Path(os.path.abspath(os.path.expanduser(address)))
    for one in (folder / ".git", folder):
        if HistoryRepository(one).exists():
            _require_whole(one, str(folder))
            return HistoryRepository(one)
    raise StorageError(
        f"{folder} is not a git repository.",
        hint="Name the folder or the address of a history, or of a clone of it.",
    )


def clone(address: str, folder: Path) -> HistoryRepository:
    """Clone a repository into `folder`, which is not there before, and return the clone.

    Raises `RemoteError` with what git said, `ConfigurationError` for an address with a password,
    and `StorageError`. A killed process leaves a folder beside it, which the next one removes. The
    clone shares no file and no object with the repository, and does not name it as its remote.
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
        # Files of a folder are copied as they are, so that damage costs no more than it hits. Only
        # objects that another repository keeps for it must be collected by git, as from a remote.
        borrows = (Path(address) / "objects" / "info" / "alternates").exists()
        copied = "--no-local" if borrows else "--no-hardlinks"
        arguments = [*_SAVED, "clone", "--bare", "-q", copied, "--branch", "main", "--", address]
        run_git(folder.parent, [*arguments, str(beside)], CLONE_S, hint=_HINT)
        _require_whole(beside, address)
        run_git(beside, ["config", "--remove-section", "remote.origin"], CLONE_S, hint=_HINT)
        sync_filesystem(beside)  # git syncs no file that it copies
        beside.rename(folder)
        sync_directory(folder.parent)
    except OSError as error:
        raise StorageError(f"Could not write {folder}: {error.strerror or error}.") from error
    return HistoryRepository(folder)


def _require_whole(folder: Path, address: str) -> None:
    """Raise `StorageError` if git left the earlier commits of a repository out (`--depth`)."""
    if (folder / "shallow").exists():
        raise StorageError(
            f"{redact(address)} is a shallow clone: earlier commits of the history are not in it.",
            hint="Name the complete repository. In the clone, `git fetch --unshallow` gets the "
            "commits that it lacks.",
        )
