"""The folders of the project and of the sample, without reading any configuration.

Every command needs them; loading the settings models takes longer than many commands.
"""

import os
from pathlib import Path
from typing import Final

SAMPLE_ACCOUNTS: Final = "online"
"""The folder of the sample's library with what is in accounts of online services."""


def project_home() -> Path:
    """Return the project folder: $DAGSTER_HOME, or else the current directory."""
    return Path(os.environ.get("DAGSTER_HOME") or Path.cwd()).absolute()


def sample_root() -> Path:
    """Return the folder of the generated sample."""
    return project_home() / "data" / "sample"
