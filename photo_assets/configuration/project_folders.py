"""The folders of the project and of the sample, without reading any configuration.

Every command needs them; loading the settings models takes longer than many commands.
"""

import os
from pathlib import Path


def project_home() -> Path:
    """Return the project folder: $DAGSTER_HOME, or else the current directory."""
    return Path(os.environ.get("DAGSTER_HOME") or Path.cwd()).absolute()


def sample_root() -> Path:
    """Return the folder of the generated sample."""
    return project_home() / "data" / "sample"
