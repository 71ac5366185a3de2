"""The sample library on disk: its location, creating it once, and suggested next steps."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from photo_assets.cli.progress import Stage, reporting
from photo_assets.cli.sample_services import sample_folder, services_running
from photo_assets.cli.session import CONFIG_VARIABLE, SESSION
from photo_assets.cli.terminal import say, shown
from photo_assets.configuration.loading import CONFIG_NAME
from photo_assets.configuration.project_folders import SAMPLE_ACCOUNTS, project_home, sample_root
from photo_assets.library import open_workspace
from photo_assets.status.figures import example_of_one_photo
from photo_assets.workspace import Workspace


@contextlib.contextmanager
def sample_prepared(*, fresh: bool) -> Iterator[Workspace]:
    """Create the sample if it is missing, and use it for the block, with its online services.

    The library has its own folder, so that rebuilding it affects only its files.
    """
    library = sample_folder()
    if fresh:
        _forget_results()
    if fresh or not (library / SAMPLE_ACCOUNTS).is_dir():
        say(f"Creating the sample library in {shown(library)} ...", error=True)
        drawing = "drawing and writing files"
        with reporting(drawing) as show:
            from photo_assets.sample import can_write_heic, make_sample

            make_sample(library, wrote=lambda count: show(Stage(drawing, count, None, "files")))
        if not can_write_heic():
            say("Without pillow-heif (extra 'heif') the sample has no HEIC files.", error=True)
    configuration = sample_root() / CONFIG_NAME
    os.environ[CONFIG_VARIABLE] = str(configuration)
    # Without --config, the printed commands would use the person's own collection.
    SESSION.config = configuration if (project_home() / CONFIG_NAME).is_file() else None
    with services_running(library, configuration):
        yield open_workspace(configuration)


def say_what_next(workspace: Workspace) -> None:
    """Print suggested next steps, with ids of the sample."""
    say()
    say("What next:")
    by_make = SESSION.config is None and Path("Makefile").is_file()
    say("  photosync ui" + ("   (or: make ui)" if by_make else ""))
    say("      the Dagster UI on http://127.0.0.1:3000: lineage, months, checks, conflicts")
    say("  photosync review")
    say("      a page with all photos, and the open questions to answer")
    pair = example_of_one_photo(workspace)
    if pair is not None:
        say(f"  photosync explain '{shown(pair[0])}' '{shown(pair[1])}'")
        say("      why these two entries from different catalogs are one photo")
    say("  photosync replicate")
    say("      previews what would be written to the sinks; sends nothing")
    say("  photosync status")
    SESSION.config = None  # the following commands are for the person's own catalogs
    say("  photosync init")
    say("      finds your own catalogs; they are only read")


def _forget_results() -> None:
    """Remove the data computed from the sample, and nothing else."""
    made = project_home() / "data" / "demo"
    if made.is_dir() and not made.is_symlink():
        shutil.rmtree(made)
