"""Running `photosync` with the sources of `photobox`, and looking at what it stored."""

import subprocess
import sys

from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.keys import Key
from photo_assets_tests.cli.running import Project
from photo_assets_tests.time_limit import PATIENCE_S


def photosync(
    project: Project, *arguments: str, stdin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "photo_assets_tests.cli.auth.photobox", *arguments],
        cwd=project.home,
        env={**project.environment(), "DAGSTER_HOME": str(project.home), **variables},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def credentials(project: Project, key: str) -> CredentialStore:
    return CredentialStore(project.home / "data" / "credentials", lambda: Key(key, "the test"))


APP2 = {"PHOTOBOX_ID": "test-client", "PHOTOBOX_SECRET": "test-client-secret"}
APP1 = {"PHOTOBOX_ID": "test-key", "PHOTOBOX_SECRET": "test-key-secret"}
