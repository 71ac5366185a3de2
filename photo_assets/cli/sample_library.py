"""The sample library on disk: where it lies, making it once, and what to try on it."""

import os
import shutil
import sys
from pathlib import Path

from photo_assets.cli.figures import example_of_one_photo
from photo_assets.cli.session import CONFIG_VARIABLE
from photo_assets.cli.terminal import say, shown
from photo_assets.store.configuration.loading import CONFIG_NAME
from photo_assets.store.configuration.places import project_home, sample_root
from photo_assets.store.durable import write_bytes
from photo_assets.store.workspace import Workspace

_HEAD = """\
# Written by `photosync demo`. Your own photosync.yaml comes before this one.
data_dir: ../demo
"""


def prepare_sample(*, fresh: bool) -> Path:
    """Make the sample where it is missing and return its photosync.yaml, now in force.

    The library lies in a folder of its own, so that making it anew can insist on its files alone.
    """
    root = sample_root()
    library, configuration = root / "library", root / CONFIG_NAME
    if fresh:
        _forget_results()
    from photo_assets.sample import make_sample, sample_configuration

    if fresh or not library.is_dir():
        say(f"Making the sample library in {shown(library)} ...", error=True)
        make_sample(library)
    # Its paths are absolute: a project that was moved needs them anew.
    text = (_HEAD + sample_configuration(library)).encode()
    if not configuration.is_file() or configuration.read_bytes() != text:
        write_bytes(configuration, text)
    os.environ[CONFIG_VARIABLE] = str(configuration)
    return configuration


def say_what_next(workspace: Workspace) -> None:
    """Say how to look at what was made, with ids of the sample itself."""
    own = project_home() / CONFIG_NAME
    program = _program()
    if own.is_file():
        # Without --config, every command would show the person's own collection.
        program += f" --config {os.path.relpath(sample_root() / CONFIG_NAME)}"
    say()
    say("What next:")
    say(f"  {program} ui" + ("" if own.is_file() else "   (or: make ui)"))
    say("      the Dagster UI on http://127.0.0.1:3000: lineage, months, checks, conflicts")
    pair = example_of_one_photo(workspace)
    if pair is not None:
        say(f"  {program} explain '{shown(pair[0])}' '{shown(pair[1])}'")
        say("      why these two entries of different catalogs are one photo")
    say(f"  {program} replicate")
    say("      what would be written to Notion and Supabase; it sends nothing")
    say(f"  {program} status")
    say("  photosync init")
    say("      finds your own catalogs; they are only ever read")


def _forget_results() -> None:
    """Remove what was made from the sample, and nothing else."""
    made = project_home() / "data" / "demo"
    if made.is_dir() and not made.is_symlink():
        shutil.rmtree(made)


def _program() -> str:
    """Return how this very program was called, so that what is printed can be pasted."""
    called = Path(sys.argv[0])
    if called.name != "photosync" or shutil.which("photosync"):
        return "photosync"
    return os.path.relpath(called) if called.is_absolute() else str(called)
