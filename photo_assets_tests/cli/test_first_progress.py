"""Long commands say what they do before they load anything that takes long, in order of events.

Seconds would depend on the machine; the order does not. How often lines follow is in
`test_progress`.
"""

import subprocess
import sys

import pytest

from photo_assets_tests.cli.running import Project, make_photos
from photo_assets_tests.time_limit import PATIENCE_S

PROGRAM = """
import os, sys

class Stop:
    # Ends the process at the first import of the package, as if that took forever.
    def find_spec(self, name, path, target=None):
        if name == sys.argv[1]:
            print("loaded:", *sorted(HEAVY & sys.modules.keys()), flush=True)
            os._exit(42)

HEAVY = {"dagster", "pandas", "PIL", "photo_assets.definitions", "photo_assets.sample"}
sys.meta_path.insert(0, Stop())
package, *arguments = sys.argv[1:]
from photo_assets.cli.main import run
run(arguments)
"""


def told_before(project: Project, package: str, *arguments: str) -> list[str]:
    """Return the lines of standard error before the first import of a package."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, package, *arguments],
        cwd=project.home,
        env=project.environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 42, done.stderr
    assert done.stdout == "loaded:\n"
    return done.stderr.splitlines()


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["plain", "json"])
def test_discover_reports_before_dagster_is_loaded(project: Project, options: list[str]) -> None:
    make_photos(project.user / "nas", 1)
    project.configure(f"catalogs: {{folders: {{nas: {{path: {project.user}/nas}}}}}}")
    assert told_before(project, "dagster", "discover", *options) == ["starting ..."]


def test_demo_reports_before_the_first_picture_is_drawn(project: Project) -> None:
    creating, drawing = told_before(project, "photo_assets.sample", "demo")
    assert creating.startswith("Creating the sample library in ")
    assert drawing == "drawing and writing files ..."
