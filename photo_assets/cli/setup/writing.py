"""Writing photosync.yaml: an existing file is replaced only with --force, and is kept."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from photo_assets.catalogs.recognition import FoundCatalog
from photo_assets.cli.session import CONFIG_VARIABLE
from photo_assets.cli.setup.document import configuration_text
from photo_assets.cli.terminal import say, shown
from photo_assets.configuration.loading import CONFIG_NAME, parse_settings
from photo_assets.configuration.project_folders import project_home
from photo_assets.library import SETTINGS
from photo_assets.model.errors import ConfigurationError
from photo_assets.system.durable import write_bytes


def configuration_target(*, force: bool) -> Path:
    """Return the path to write: --config, $PHOTOSYNC_CONFIG, or in the project's folder.

    Raises `ConfigurationError` if a file exists and `force` is not set.
    """
    named = os.environ.get(CONFIG_VARIABLE)
    target = Path(named).expanduser().absolute() if named else project_home() / CONFIG_NAME
    if os.path.lexists(target) and not force:
        raise ConfigurationError(
            f"{target} already exists and was not changed.",
            hint="Edit it, or replace it with --force, which keeps the old file next to it.",
        )
    return target


def write_configuration(target: Path, found: Sequence[FoundCatalog]) -> None:
    """Write the configuration durably; an existing file is kept under another name."""
    text = configuration_text(found)
    parse_settings(SETTINGS, text, str(target))  # an invalid configuration is never written
    if target.is_file():
        kept = target.with_name(f"{target.name}.{time.strftime('%Y%m%dT%H%M%S')}.bak")
        write_bytes(kept, target.read_bytes())
        say(f"The old file is kept as {shown(kept)}")
    write_bytes(target, text.encode())
    say(f"Wrote {shown(target)}")
