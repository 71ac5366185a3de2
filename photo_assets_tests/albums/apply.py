"""Applies approved names, for tests that kill whoever does: `python -m … CONFIGURATION`."""

import sys
from pathlib import Path

from photo_assets.albums.plan import read_plan
from photo_assets.albums.running import apply_approved
from photo_assets.library import open_workspace


def main() -> None:
    workspace = open_workspace(Path(sys.argv[1]))
    applied = apply_approved(workspace, read_plan(workspace), lambda change: None)
    if applied.stopped is not None:
        raise applied.stopped


if __name__ == "__main__":
    main()
