"""Google Photos as a new user tries it: signing in, picking, what interrupts it, and reading."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from photo_assets.model.errors import ExitCode
from photo_assets.sign_in.keys import new_key
from photo_assets_tests.cli.running import COMMAND, Project
from photo_assets_tests.services.google_photos.app import SCOPE, SCOPE_MISSING
from photo_assets_tests.services.google_photos.server import GooglePhotosServer
from photo_assets_tests.time_limit import PATIENCE_S

BROWSER = """
import sys
from photo_assets_tests.sign_in.service import follow
follow(sys.argv[1])
"""


@pytest.fixture
def server() -> Iterator[GooglePhotosServer]:
    with GooglePhotosServer().running() as running:
        running.library.interval = "1s"
        yield running


@pytest.fixture
def person(project: Project, server: GooglePhotosServer, tmp_path: Path) -> Project:
    """A project with one account, an application of one's own, and a browser."""
    (tmp_path / "browser.py").write_text(BROWSER)
    settings = f"{{me: {{endpoint: '{server.base_url}'}}}}"
    project.configure(f"catalogs: {{google_photos: {settings}}}\n")
    return replace(
        project,
        variables={
            "PHOTOSYNC_KEY": new_key(),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "BROWSER": f"{sys.executable} {tmp_path / 'browser.py'} %s",
            "GOOGLE_CLIENT_ID": server.oauth.client_id,
            "GOOGLE_CLIENT_SECRET": server.oauth.client_secret,
        },
    )


def _doctor(person: Project) -> str:
    done = person.run("doctor", "--json")
    assert "Traceback" not in done.stderr, done.stderr
    checks = json.loads(done.stdout)["checks"]
    return "\n".join(
        f"{check['level'].lower()}: {check['text']} {check['fix']}"
        for check in checks
        if check["name"] == "google_photos/me"
    )


def test_from_the_sign_in_to_the_rows(person: Project, server: GooglePhotosServer) -> None:
    library = server.library
    done = person.run("pick", "google_photos", "me")
    assert done.returncode == ExitCode.SOURCE
    assert "google_photos/me is not signed in." in done.stderr
    assert "fail: google_photos/me is not signed in. Run `photosync auth" in _doctor(person)

    signed = person.run("auth", "google_photos", "me")
    assert signed.returncode == 0, signed.stderr
    for words in (SCOPE, "that you pick", "seven days", "2025-03-31", "re-encodes videos"):
        assert words in signed.stdout
    said = _doctor(person)
    assert "Nothing has been picked" in said
    assert "photosync pick google_photos me" in said
    assert "On 2025-03-31, Google closed" in said

    library.opening = tuple(library.add_photo() for _ in range(3))
    picked = person.run("pick", "google-photos")
    assert picked.returncode == 0, picked.stderr
    assert f"{server.base_url}/picker/" in picked.stdout
    assert "3 items picked for google_photos/me, 3 of them for the first time." in picked.stdout
    assert "photosync discover --service google_photos --catalog me" in picked.stdout
    assert "/picker/" not in picked.stderr

    read = person.run("discover")
    assert read.returncode == 0, read.stderr
    assert "responds" in _doctor(person)
    server.refuse(SCOPE_MISSING)
    refused = person.run("pick", "google_photos")
    assert refused.returncode == ExitCode.SOURCE
    assert "did not permit photosync to read what you pick" in refused.stderr
    server.oauth.expire_access_tokens()
    server.oauth.revoke_all()
    revoked = person.run("pick", "google_photos")
    assert "no longer accepts the sign-in" in revoked.stderr
    said = _doctor(person)
    assert "warn: Google Photos no longer accepts the sign-in" in said
    assert "ok: responds" in said
    assert person.run("discover").returncode == 0, "what was picked is read without a sign-in"
    assert "Nothing needs attention." in person.run("status").stdout


def test_a_sign_in_without_the_permission_is_refused(
    person: Project, server: GooglePhotosServer
) -> None:
    server.oauth.unticked = {SCOPE}
    done = person.run("auth", "google_photos")
    assert done.returncode == ExitCode.SOURCE
    assert f"lacks the permission {SCOPE}" in done.stderr
    assert "is not signed in" in _doctor(person)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_pick_is_continued_by_the_next(
    person: Project, server: GooglePhotosServer, end: signal.Signals
) -> None:
    assert person.run("auth", "google_photos").returncode == 0
    server.log.clear()
    with subprocess.Popen(
        [*COMMAND, "pick", "google_photos", "--no-browser"],
        cwd=person.home,
        env=person.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as waiting:
        until = time.monotonic() + PATIENCE_S
        while server.calls()["GET sessions"] < 1 and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(waiting.pid, end)
        _, told = waiting.communicate(timeout=PATIENCE_S)
    if end is not signal.SIGKILL:
        assert waiting.returncode == ExitCode.INTERRUPTED
        assert "run the same command again to continue" in told
    assert server.library.created == 1
    server.library.opening = tuple(server.library.add_photo() for _ in range(2))
    done = person.run("pick", "google_photos")
    assert done.returncode == 0, done.stderr
    assert "is continued" in done.stdout
    assert "2 items picked" in done.stdout
    assert server.library.created == 1
    assert server.library.sessions == {}


def test_what_cannot_be_picked_is_named(person: Project) -> None:
    done = person.run("pick", "flickr")
    assert done.returncode == ExitCode.USAGE
    assert "only in: google_photos" in done.stderr
    other = person.run("pick", "google_photos", "other")
    assert other.returncode == ExitCode.CONFIGURATION
    assert "photosync.yaml has no google_photos/other" in other.stderr


def test_the_most_that_can_be_picked_at_once_is_said(
    person: Project, server: GooglePhotosServer
) -> None:
    assert person.run("auth", "google_photos").returncode == 0
    server.library.opening = tuple(server.library.add_photo() for _ in range(2_000))
    done = person.run("pick", "google_photos")
    assert "2,000 items picked" in done.stdout
    assert "run it again for more" in done.stdout
