"""imagededup's PHash with its own defaults, on two processes.

Only its hashing is loaded: `imagededup.methods` and `imagededup.utils` import torch for another
method, so both are entered as packages without running their `__init__`.
"""

import importlib
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


def phash() -> Any:
    """Return imagededup's PHash. Raises `ImportError` where it is not installed."""
    spec = importlib.util.find_spec("imagededup")
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError("imagededup is not installed")
    for name in ("methods", "utils"):
        package = ModuleType(f"imagededup.{name}")
        package.__path__ = [str(Path(spec.submodule_search_locations[0], name))]
        sys.modules[package.__name__] = package
    return importlib.import_module("imagededup.methods.hashing").PHash(verbose=False)


def main() -> None:
    """Print the groups."""
    folder = Path(sys.argv[1])
    found = phash().find_duplicates(image_dir=folder, recursive=True)
    groups = [[name, *others] for name, others in found.items() if others]
    print(json.dumps([[str(folder / name) for name in group] for group in groups]))


if __name__ == "__main__":
    main()
