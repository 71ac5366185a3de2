"""What figures depend on beside the program: the machine, and the versions of what is measured."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PIL import features

from photo_assets.identity.fingerprints.options import usable_cores
from photo_assets_tests.bench.figures import Value

_PACKAGES = (
    *("dagster", "duckdb", "imagehash", "numpy", "pyvips-binary", "photo_assets"),
    *("pillow", "pyarrow", "simplejpeg"),
)


def machine() -> dict[str, Value]:
    """Return the facts, keyed for the JSON file."""
    facts: dict[str, Value] = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": usable_cores(),
        "load_average": os.getloadavg()[0],
        "version_python": platform.python_version(),
        "version_libjpeg_turbo": str(features.version("libjpeg_turbo")),
    }
    for name in _PACKAGES:
        facts[f"version_{name.replace('-', '_')}"] = _version(name)
    return facts


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
