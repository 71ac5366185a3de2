"""Writes a synthetic collection of N items over the four local catalogs, and its photosync.yaml.

    python -m photo_assets_tests.bench.make_collection 100000 FOLDER

A quarter of the items each: a Lightroom catalog, an Eagle library, a folder tree and a Google
Takeout export; 360 months; 20 % of the pictures are in all four.
"""

import argparse
import time
from pathlib import Path

from photo_assets_tests.bench.lightroom_catalog import (
    KNOWN_ROOT,
    VIRTUAL_COPY_EVERY,
    write_lightroom,
)
from photo_assets_tests.bench.other_catalogs import write_eagle, write_folders, write_takeout
from photo_assets_tests.bench.shots import shots

DAGSTER_YAML = Path(__file__).parents[2] / "dagster.yaml"

CONFIGURATION = f"""\
data_dir: data
catalogs:
  lightroom:
    main:
      path: collection/lightroom/bench.lrcat
      root_map: {{{KNOWN_ROOT!r}: collection/lightroom/pictures}}
  eagle:
    inspiration: {{path: collection/bench.library}}
  folders:
    nas: {{path: collection/folders, settle_seconds: 0}}
  google_takeout:
    mara: {{path: collection/takeout}}
"""


def make_collection(home: Path, items: int) -> None:
    """Fill the new folder `home`: `collection/`, photosync.yaml and dagster.yaml.

    Raises `FileExistsError` when there is a collection already.
    """
    collection = home / "collection"
    collection.mkdir(parents=True)
    quarter = items // 4
    (collection / "lightroom").mkdir()
    copies = quarter // (VIRTUAL_COPY_EVERY + 1)
    write_lightroom(collection / "lightroom", shots("lightroom", quarter - copies), copies=copies)
    write_eagle(collection / "bench.library", shots("eagle", quarter))
    write_folders(collection / "folders", shots("folders", quarter))
    write_takeout(collection / "takeout", shots("takeout", items - 3 * quarter))
    (home / "photosync.yaml").write_text(CONFIGURATION)
    (home / "dagster.yaml").write_text(DAGSTER_YAML.read_text())


def main() -> None:
    """Read the arguments and write the collection."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("items", type=int)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    started = time.monotonic()
    make_collection(asked.folder, asked.items)
    print(f"{asked.items:,} items in {time.monotonic() - started:.0f} s: {asked.folder}")


if __name__ == "__main__":
    main()
