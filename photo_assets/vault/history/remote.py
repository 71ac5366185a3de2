"""The remote of the history: pushing to it, and what it has. Done by the git program.

Only that program uses the SSH agent and the credential helpers that the user has set up. It runs
without a terminal, so nothing asks for a password. Nothing is ever forced or deleted there.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Final

from photo_assets.configuration.redaction import redact
from photo_assets.model.errors import ExitCode, PhotoAssetsError
from photo_assets.system.checked_json import read_json, write_json
from photo_assets.vault.history.repository import BRANCH, HistoryRepository

PUSH_S: Final = 3600.0
LOOK_S: Final = 30.0
_PLAIN: Final = ("-c", "core.askPass=", "-c", f"core.hooksPath={os.devnull}")
"""No window for a password, and no hooks of other projects."""
_OF_OTHERS: Final = re.compile(
    r"GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE"
    r"|CEILING_DIRECTORIES|PREFIX)"
)
_HOSTED: Final = re.compile(r"(?:ssh://)?git@([\w.-]+)[:/](?!\d+/)(.+)")


class RemoteError(PhotoAssetsError):
    """The remote of the history cannot be used; the history itself is complete."""

    exit_code = ExitCode.STORAGE


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
    output = _git(repository.folder, ["ls-remote", "--heads", "--", remote, BRANCH], LOOK_S)
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
        _git(repository.folder, none, LOOK_S, {**alone, "GIT_ASKPASS": ""})
    except RemoteError:
        return False
    return True


def _push(repository: HistoryRepository, remote: str, timeout_s: float) -> None:
    options = ["--porcelain", "--no-follow-tags", "--no-signed", "--no-verify"]
    refs = f"{BRANCH}:{BRANCH}"
    try:
        _git(repository.folder, ["push", *options, "--", remote, refs], timeout_s)
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


def _git(
    folder: Path, arguments: list[str], timeout_s: float, environment: dict[str, str] | None = None
) -> str:
    """Run git and return its output. Raises `RemoteError` with what git said."""
    program = shutil.which("git")
    if program is None:
        raise RemoteError(
            "The git program is not installed, so the history cannot be pushed.",
            hint="Install git, or remove vault.history.remote.",
        )
    inherited = {n: value for n, value in os.environ.items() if not _OF_OTHERS.fullmatch(n)}
    quiet = {"GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never", "LC_ALL": "C"}
    process = subprocess.Popen(
        [program, *(("-C", str(folder)) if folder.is_dir() else ()), *_PLAIN, *arguments],
        env={**inherited, **quiet, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,  # without a terminal ssh asks nothing; and its group can be ended
    )
    try:
        output, errors = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired as error:
        raise RemoteError(
            f"The remote of the history did not answer within {timeout_s:.0f} s.",
            hint="Check the network, then run again.",
        ) from error
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    if process.returncode != 0:
        raise RemoteError(
            f"git says: {redact(_what_counts(output, errors))}",
            hint="Check vault.history.remote, and that git can push there from this account "
            "without asking for a password.",
        )
    return output


def _what_counts(output: str, errors: str) -> str:
    """Return the lines of git's output that state a fault; else the last line."""
    lines = [line.strip() for line in (*output.splitlines(), *errors.splitlines()) if line.strip()]
    stated = [one for one in lines if one.startswith(("!", "fatal:", "error:", "remote:", "ssh:"))]
    return "; ".join(stated[:3] or lines[-1:]) or "nothing"


def _state(repository: HistoryRepository) -> Path:
    return repository.folder / "photosync" / "pushed"
