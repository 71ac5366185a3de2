"""Running the git program for addresses of other repositories.

Only that program uses the SSH agent and the credential helpers that the user has set up. It runs
without a terminal, so nothing asks for a password.
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

_PLAIN: Final = ("-c", "core.askPass=", "-c", f"core.hooksPath={os.devnull}")
"""No window for a password, and no hooks of other projects."""
_OF_OTHERS: Final = re.compile(
    r"GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE"
    r"|CEILING_DIRECTORIES|PREFIX)"
)
_OF_REMOTE: Final = (
    "Check vault.history.remote, and that git can push there from this account without asking for "
    "a password."
)


class RemoteError(PhotoAssetsError):
    """A repository elsewhere cannot be used; the history here is complete."""

    exit_code = ExitCode.STORAGE


def run_git(
    folder: Path,
    arguments: list[str],
    timeout_s: float,
    environment: dict[str, str] | None = None,
    hint: str = _OF_REMOTE,
) -> str:
    """Run git in a folder, if it is there, and return its output.

    Raises `RemoteError` with what git said; `hint`: what to do then.
    """
    program = shutil.which("git")
    if program is None:
        raise RemoteError(
            "The git program is not installed, so no other repository can be reached or copied.",
            hint="Install git, then run again.",
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
            f"The other repository did not answer within {timeout_s:.0f} s.",
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
            hint=hint,
        )
    return output


def _what_counts(output: str, errors: str) -> str:
    """Return the lines of git's output that state a fault; else the last line."""
    lines = [line.strip() for line in (*output.splitlines(), *errors.splitlines()) if line.strip()]
    stated = [one for one in lines if one.startswith(("!", "fatal:", "error:", "remote:", "ssh:"))]
    return "; ".join(stated[:3] or lines[-1:]) or "nothing"
