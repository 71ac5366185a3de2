"""Running `photosync` like a person: in a separate process, in a project's folder."""

import contextlib
import io
import os
import random
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from unittest import mock

from PIL import Image

from photo_assets.cli import main
from photo_assets.cli.session import SESSION
from photo_assets_tests.time_limit import PATIENCE_S

TAKEN = 1_767_960_000
"""When `make_photos` dates its first: in January 2026. Every month since then costs each run."""

REPOSITORY = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-P", "-c", "from photo_assets.cli.main import main; main()"]
"""As the installed program, which does not search the current folder for modules."""


@dataclass(frozen=True)
class Project:
    """A project's folder with its instance files, and a separate home folder."""

    home: Path
    user: Path
    variables: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DAGSTER_HOME", "PHOTOSYNC_CONFIG"}
            # No test writes to the real account of whoever runs it.
            and not name.startswith(("PHOTO_", "NOTION_", "SUPABASE_"))
        }
        # The package is found although the process starts elsewhere.
        return {**kept, "HOME": str(self.user), "PYTHONPATH": str(REPOSITORY), **self.variables}

    def run(
        self, *arguments: str, stdin: str = "", seconds: float = PATIENCE_S
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.home,
            env=self.environment(),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=seconds,
        )

    def run_here(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command that starts nothing in this very process, which saves its start."""
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, self.environment(), clear=True),
            mock.patch.multiple(SESSION, debug=False, config=None),
            mock.patch.object(sys, "stdin", io.StringIO(stdin)),
            contextlib.chdir(self.home),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            os.environ["DAGSTER_HOME"] = str(self.home)
            code = main.run(arguments)
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())

    def start(self, *arguments: str, **streams: int | IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=self.home,
            env=self.environment(),
            start_new_session=True,
            stdin=streams.get("stdin", subprocess.DEVNULL),
            stdout=streams.get("stdout", subprocess.PIPE),
            stderr=streams.get("stderr", subprocess.PIPE),
        )

    def configure(self, text: str) -> None:
        (self.home / "photosync.yaml").write_text(text, encoding="utf-8")


def make_project(folder: Path) -> Project:
    home, user = folder / "project", folder / "user"
    for path in (home, user):
        path.mkdir(parents=True)
    for name in ("dagster.yaml", "workspace.yaml"):
        shutil.copy(REPOSITORY / name, home)
    return Project(home, user)


def make_photos(folder: Path, count: int, start: int = 0) -> None:
    """Draw different small JPEG files, and date them so that they count as settled."""
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(start, start + count):
        path = folder / f"IMG_{n:04}.JPG"
        Image.frombytes("RGB", (32, 24), random.Random(n).randbytes(32 * 24 * 3)).save(path)
        os.utime(path, (TAKEN + n, TAKEN + n))
