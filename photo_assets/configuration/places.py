"""The project's folder and the sample's, told without reading any configuration.

Every command asks; loading the settings' models takes longer than many commands do.
"""

import os
from pathlib import Path


def project_home() -> Path:
    """Return the project folder: $DAGSTER_HOME, else the current directory."""
    return Path(os.environ.get("DAGSTER_HOME") or Path.cwd()).absolute()


def sample_root() -> Path:
    """Return where the generated sample lies."""
    return project_home() / "data" / "sample"
