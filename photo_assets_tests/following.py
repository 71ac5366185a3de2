"""Following a page of the docs: its files in a folder outside the package, listed in a process."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from photo_assets_tests.cli.running import REPOSITORY
from photo_assets_tests.time_limit import PATIENCE_S

_FILE = re.compile(r"^`([\w./]+)`:\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# What the page says of the registry, done to its text before anything else is imported.
_LISTED = """
import sys, types
from pathlib import Path
import {room} as room
file = Path(room.__file__).with_name("registry.py")
head = "SPECS: tuple[{kind}, ...] = ("
text = file.read_text()
assert head in text
module = types.ModuleType("{room}.registry")
module.__file__ = str(file)
sys.modules[module.__name__] = room.registry = module
text = "import {package}\\n" + text.replace(head, head + "{package}.SPEC,", 1)
exec(compile(text, str(file), "exec"), module.__dict__)
assert module.{package}.SPEC in module.SPECS
"""

CONTRACT = (
    "import pytest, sys; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', *sys.argv[1:]]))"
)


@dataclass(frozen=True)
class Followed:
    """The files of a page in `outside`, and a project in which commands run."""

    outside: Path
    project: Path

    def run(self, *command: str, codes: tuple[int, ...] = (0,)) -> str:
        """Run Python code after the folder was listed, with the rest as its arguments."""
        path = os.pathsep.join([str(self.outside), str(REPOSITORY)])
        ours = ("PHOTO", "DAGSTER", "NOTION", "SUPABASE")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        home = str(self.project)
        done = subprocess.run(
            [sys.executable, "-c", f"import listed; {command[0]}", *command[1:]],
            cwd=home,
            env={**kept, "PYTHONPATH": path, "DAGSTER_HOME": home, "HOME": home},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode in codes, done.stderr + done.stdout
        return done.stdout


def follow(page: str, folder: Path, room: str, kind: str, package: str) -> Followed:
    """Put the files of `docs/<page>` into a folder, and list `package` among a room's specs."""
    outside, project = folder / "outside", folder / "project"
    for name, text in _FILE.findall((REPOSITORY / "docs" / page).read_text()):
        path = outside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    listed = _LISTED.format(room=f"photo_assets.{room}", kind=kind, package=package)
    (outside / "listed.py").write_text(listed)
    project.mkdir()
    (project / "dagster.yaml").write_text((REPOSITORY / "dagster.yaml").read_text())
    return Followed(outside, project)
