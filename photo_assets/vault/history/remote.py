"""The remote of the history: pushing to it, and what it has. Done by the git program.

Nothing is ever forced or deleted there.
"""

import os
import re
from pathlib import Path
from typing import Final

from photo_assets.system.checked_json import read_json, write_json
from photo_assets.vault.history.git_program import RemoteError, run_git
from photo_assets.vault.history.repository import BRANCH, HistoryRepository

PUSH_S: Final = 3600.0
LOOK_S: Final = 30.0
_HOSTED: Final = re.compile(r"(?:ssh://)?git@([\w.-]+)[:/](?!\d+/)(.+)")


def push(repository: HistoryRepository, remote: str, timeout_s: float = PUSH_S) -> None:
    """Push the branch, unless the last push brought it to its current state.

    Raises `RemoteError`, which `last_error` then returns until a push succeeds.
    """
    head = repository.head()
    if head is None or is_pushed(repository, remote):
        return
    pushed = {"remote": remote, "commit": head.decode()}
    try:
        _push(repository, remote, timeout_s)
    except RemoteError as error:
        write_json(_state(repository), {**pushed, "error": str(error)})
        raise
    write_json(_state(repository), pushed)


def is_pushed(repository: HistoryRepository, remote: str) -> bool:
    """Return whether the last push to `remote` brought it to the current state."""
    head = repository.head()
    return head is None or read_json(_state(repository)) == {
        "remote": remote,
        "commit": head.decode(),
    }


def forget_push(repository: HistoryRepository) -> None:
    """Forget the last push, so that the next one asks the remote."""
    _state(repository).unlink(missing_ok=True)


def last_error(repository: HistoryRepository, remote: str) -> str | None:
    """Return why the last push to `remote` failed, None if it did not."""
    state = read_json(_state(repository))
    return state.get("error") if state.get("remote") == remote else None


def remote_head(repository: HistoryRepository, remote: str) -> str | None:
    """Return the commit of the remote's branch, None if it has none. Raises `RemoteError`."""
    output = run_git(repository.folder, ["ls-remote", "--heads", "--", remote, BRANCH], LOOK_S)
    return output.split()[0] if output.split() else None


def is_public(repository: HistoryRepository, remote: str) -> bool:
    """Return whether anyone can read the remote: git can, without any credential.

    An SSH address of a hosting service is also tried as the HTTPS address of the same repository.
    """
    hosted = _HOSTED.fullmatch(remote)
    address = f"https://{hosted[1]}/{hosted[2]}" if hosted else remote
    if not address.startswith(("https://", "http://", "git://")):
        return False
    alone = {"HOME": os.devnull, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    none = ["-c", "credential.helper=", "ls-remote", "--heads", "--", address]
    try:
        run_git(repository.folder, none, LOOK_S, {**alone, "GIT_ASKPASS": ""})
    except RemoteError:
        return False
    return True


def _push(repository: HistoryRepository, remote: str, timeout_s: float) -> None:
    options = ["--porcelain", "--no-follow-tags", "--no-signed", "--no-verify"]
    refs = f"{BRANCH}:{BRANCH}"
    try:
        run_git(repository.folder, ["push", *options, "--", remote, refs], timeout_s)
    except RemoteError as error:
        if re.search(r"\[(?:remote )?rejected\]|non-fast-forward|fetch first", error.message):
            raise RemoteError(
                "The history was not pushed: its remote has commits that are not in it (another "
                "computer pushed to it, or the history here was begun anew), or refuses this "
                f"branch. {error.message}",
                hint="See `When a push is refused` in docs/history.md, or set vault.history.remote "
                "to an empty repository.",
            ) from error
        raise


def _state(repository: HistoryRepository) -> Path:
    return repository.folder / "photosync" / "pushed"
