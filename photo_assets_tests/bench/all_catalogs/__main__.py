"""The command line: how many photos, and where the figures go."""

import argparse
import json
import tempfile
import time
from pathlib import Path

from photo_assets_tests.bench.all_catalogs.measuring import measure


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m photo_assets_tests.bench.all_catalogs")
    parser.add_argument("photos", type=int, nargs="?", default=5_000)
    parser.add_argument("--folder", type=Path, help="a new folder; kept")
    parser.add_argument("--fetch", choices=("never", "preview", "identify"), default="never")
    given = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(given.photos, given.folder or Path(scratch) / "home", given.fetch)
    print(json.dumps(figures | {"seconds": round(time.monotonic() - started)}, indent=2))


if __name__ == "__main__":
    main()
