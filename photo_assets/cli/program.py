"""How to call this program from the current folder, so that printed commands can be pasted."""

import os
import re
import shlex
import shutil
import sys
from functools import cache
from pathlib import Path

from photo_assets.cli.session import SESSION

NAME = "photosync"
COMMANDS = (
    *(
        "ai",
        "search",
        "albums",
        "audit",
        "auth",
        "confirm",
        "conflicts",
        "copies",
        "demo",
        "diff",
        "discover",
        "doctor",
        "duplicates",
        "explain",
        "fsck",
        "init",
    ),
    *(
        "ledger",
        "log",
        "pick",
        "plan",
        "replicate",
        "report",
        "resolve",
        "restore",
        "review",
        "schema",
        "search",
        "status",
        "ui",
        "vault",
    ),
    "verify",
)
"""The commands, besides sinks. A name not followed by one of them is prose about photosync."""

# A command is at the start of a line, in backquotes, or after an introducing word or sign.
_BEFORE = r"^\s*|`|[:.] |\b[Rr]un |\bsee "
_AFTER = r"[\s`,;]|\.?$|\. "
_COMMAND = re.compile(rf"({_BEFORE}){NAME} (?=(--help|[a-z]+)(?:{_AFTER}))")


def as_called(text: str) -> str:
    """Return `text` with the commands in it as they must be typed here."""
    if NAME not in text:
        return text
    called = program()

    def typed(found: re.Match[str]) -> str:
        is_command = found[2] in ("--help", *COMMANDS) or found[2] in _sinks()
        return f"{found[1]}{called} " if is_command else found[0]

    return _COMMAND.sub(typed, text)


def program() -> str:
    """Return the command that starts this program from the current folder, with --config."""
    called = _path(sys.argv[0])
    if SESSION.config is None:
        return called
    return f"{called} --config {shlex.quote(_from_here(SESSION.config))}"


def _sinks() -> tuple[str, ...]:
    from photo_assets.sinks.registry import sinks  # loads the settings' models

    return sinks()


@cache
def _path(called: str) -> str:
    path = Path(called)
    if path.name != NAME:
        return NAME
    found = shutil.which(NAME)
    if found is not None and _is_same(Path(found), path):
        return NAME
    here = _from_here(path)
    return shlex.quote(here if os.sep in here else f".{os.sep}{here}")


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _from_here(path: Path) -> str:
    """Return the path relative to the current folder if it is inside it, otherwise in full."""
    full = os.path.abspath(path)
    below = os.path.relpath(full)
    return full if below.startswith(os.pardir) else below
