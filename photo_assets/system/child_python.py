"""Starting Python programs of this same installation. What they do is decided by their callers.

A child imports the `photo_assets` that its parent runs: the current folder, which may be another
checkout, is not searched, and the parent's own package comes first.
"""

import os
import sys
from pathlib import Path

import photo_assets

PACKAGE_ROOT = Path(photo_assets.__file__).absolute().parent.parent
"""The folder that contains the running `photo_assets`."""


def module_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of this installation."""
    return [sys.executable, "-P", "-m", module, *arguments]


def child_environment() -> dict[str, str]:
    """Return this process's environment, for children and their own children."""
    inherited = os.environ.get("PYTHONPATH")
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(PACKAGE_ROOT), *([inherited] if inherited else [])]),
        "PYTHONSAFEPATH": "1",  # as -P, also for programs that are started as scripts
    }
