import subprocess
import sys
from pathlib import Path

import pytest

from photo_assets.model.events import Found, Unchanged
from photo_assets_tests.catalogs.contract import tokens_of
from photo_assets_tests.catalogs.folders.reading import catalog
from photo_assets_tests.catalogs.folders.trees import odd_tree, place, small
from photo_assets_tests.cost import in_bounds

AUDIT = """
import os, sys
from pathlib import Path
from photo_assets_tests.catalogs.contract import tokens_of
from photo_assets_tests.catalogs.folders.reading import catalog

root = Path(sys.argv[1])
reader = catalog(root)
known = tokens_of(list(reader.scan({})))
opened = []

def hook(event, args):
    if event == "open" and not args[2] & os.O_DIRECTORY:
        if not str(args[0]).startswith("/proc/"):  # the table of mounts
            opened.append(args[0])

sys.addaudithook(hook)
if sys.argv[2] == "full":
    known = {}
events = list(reader.scan(known))
import time
reader.probe(time.monotonic() + 60)
print(len(events), len(opened))
"""


DISCOVERY = """
import os, sys
from pathlib import Path
from photo_assets.catalogs.discovery.discover import discover
from photo_assets_tests.catalogs.folders.reading import catalog

root, staging = sys.argv[1], Path(sys.argv[2])
opened = []

def hook(event, args):
    if event == "open" and not args[2] & os.O_DIRECTORY:
        ours = (sys.argv[2], "/proc/")  # /proc: the table of mounts
        if isinstance(args[0], bytes | str) and not os.fsdecode(args[0]).startswith(ours):
            opened.append(args[0])

discover(catalog(Path(root)), staging)
sys.addaudithook(hook)
found = discover(catalog(Path(root)), staging)
print(found.accounting.written, len(opened))
"""


def audited(root: Path, mode: str) -> tuple[int, int]:
    done = subprocess.run(
        [sys.executable, "-c", AUDIT, str(root), mode], capture_output=True, text=True, check=True
    )
    events, opened = done.stdout.split()
    return int(events), int(opened)


def test_a_scan_without_changes_opens_no_file(tmp_path: Path) -> None:
    tree = odd_tree(tmp_path)
    assert audited(tree, "full")[1] > 15, "the hook sees what a full scan opens"
    events, opened = audited(tree, "known")
    assert events > 15
    assert opened == 0


def test_a_discovery_without_changes_opens_no_file(tmp_path: Path) -> None:
    tree = tmp_path / "photos"
    for number in range(20):
        place(tree, f"{number % 3}/{number}.jpg", small(number))
    command = [sys.executable, "-c", DISCOVERY, str(tree), str(tmp_path / "staging")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["20", "0"]


def test_many_files_without_changes_take_seconds_and_little_memory(tmp_path: Path) -> None:
    check_scale(tmp_path, folders=20, files=500, seconds=3.0, kilobytes=60_000)


@pytest.mark.slow
def test_a_hundred_thousand_files_without_changes(tmp_path: Path) -> None:
    check_scale(tmp_path, folders=200, files=500, seconds=20.0, kilobytes=300_000)


def check_scale(root: Path, folders: int, files: int, seconds: float, kilobytes: int) -> None:
    import os

    for number in range(folders):
        folder = root / f"{number:04d}"
        folder.mkdir()
        for photo in range(files):
            path = folder / f"IMG_{photo:04d}.JPG"
            path.write_bytes(b"\xff\xd8\xff\xd9")
            os.utime(path, (1, 1))
    reader = catalog(root)
    known = tokens_of([event for event in reader.scan({}) if isinstance(event, Found)])
    assert len(known) == folders * files
    in_bounds(kilobytes, seconds, scan_unchanged, root, known)


def scan_unchanged(root: Path, known: dict[str, str]) -> None:
    unchanged = sum(isinstance(event, Unchanged) for event in catalog(root).scan(known))
    assert unchanged == len(known)
