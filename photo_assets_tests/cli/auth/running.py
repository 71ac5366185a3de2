"""Running `photosync` with the sources of `photobox`, and looking at what it stored."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.keys import Key
from photo_assets_tests.cli.running import Project
from photo_assets_tests.processes import PROCESSES
from photo_assets_tests.time_limit import PATIENCE_S


def photosync(
    project: Project, *arguments: str, stdin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process that has imported the libraries, three quarters of its cost."""
    streams = [project.user / name for name in ("stdin", "stdout", "stderr")]
    for path, text in zip(streams, (stdin, "", ""), strict=True):
        path.write_text(text)
    environment = {**project.environment(), "DAGSTER_HOME": str(project.home), **variables}
    process = PROCESSES.Process(
        target=_photosync, args=(arguments, project.home, environment, streams)
    )
    process.start()
    process.join(PATIENCE_S)
    assert process.exitcode is not None, "it does not end"
    _, out, err = (path.read_text() for path in streams)
    assert "Traceback" not in err, err
    return subprocess.CompletedProcess(arguments, process.exitcode, out, err)


def _photosync(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], streams: Sequence[Path]
) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate(streams):
        os.dup2(os.open(path, os.O_RDWR), number)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.argv = ["photosync", *arguments]
    from photo_assets_tests.cli.auth.photobox import register

    register()
    from photo_assets.cli.main import main

    main()


def credentials(project: Project, key: str) -> CredentialStore:
    return CredentialStore(project.home / "data" / "credentials", lambda: Key(key, "the test"))


APP2 = {"PHOTOBOX_ID": "test-client", "PHOTOBOX_SECRET": "test-client-secret"}
APP1 = {"PHOTOBOX_ID": "test-key", "PHOTOBOX_SECRET": "test-key-secret"}
