"""How this program is called from where a person is, so that commands it prints can be pasted."""

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
    *("confirm", "conflicts", "demo", "discover", "doctor", "duplicates", "explain", "init"),
    *("ledger", "plan", "replicate", "report", "schema", "status", "ui", "verify"),
)
"""What may follow the program's name, beside sinks. Prose about photosync continues otherwise."""

# A command stands at a line's beginning, in backquotes, or after what introduces it.
_BEFORE = r"^\s*|`|[:.] |\b[Rr]un |\bsee "
_AFTER = r"[\s`,;]|\.?$|\. "
_COMMAND = re.compile(rf"({_BEFORE}){NAME} (?=(--help|[a-z]+)(?:{_AFTER}))")


def as_called(text: str) -> str:
    """Return `text` with the commands in it as they have to be typed here."""
    if NAME not in text:
        return text
    called = program()

    def typed(found: re.Match[str]) -> str:
        is_command = found[2] in ("--help", *COMMANDS) or found[2] in _sinks()
        return f"{found[1]}{called} " if is_command else found[0]

    return _COMMAND.sub(typed, text)


def program() -> str:
    """Return how this very program is started from the current folder, with its --config."""
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
    """Return the path relative to the current folder where it lies below it, else in full."""
    full = os.path.abspath(path)
    below = os.path.relpath(full)
    return full if below.startswith(os.pardir) else below
