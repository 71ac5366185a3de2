"""Google Drive as a new user tries it: signing in, `doctor` in every state, and reading."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from photo_assets.sign_in.keys import new_key
from photo_assets_tests.cli.running import Project
from photo_assets_tests.services.google_drive.errors import insufficient_scope, not_enabled
from photo_assets_tests.services.google_drive.samples import fill
from photo_assets_tests.services.google_drive.server import GoogleDriveServer
from photo_assets_tests.services.oauth.google import SERVICE_ACCOUNT

BROWSER = """
import sys
from photo_assets_tests.sign_in.service import follow
follow(sys.argv[1])
"""


@pytest.fixture
def server() -> Iterator[GoogleDriveServer]:
    with GoogleDriveServer().running() as running:
        fill(running.account, 5)
        yield running
        assert running.violations == []
        assert running.drive.writes == []


@pytest.fixture
def person(project: Project, server: GoogleDriveServer, tmp_path: Path) -> Project:
    """A project with one Drive, an application of one's own, and a browser."""
    (tmp_path / "browser.py").write_text(BROWSER)
    project.configure(f"catalogs: {{google_drive: {{main: {{endpoint: '{server.base_url}'}}}}}}\n")
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


def _doctor(person: Project) -> dict[str, str]:
    """Return what `doctor` says of the catalog, by level; the last text of each."""
    done = person.run("doctor", "--json")
    assert "Traceback" not in done.stderr, done.stderr
    checks = json.loads(done.stdout)["checks"]
    return {
        check["level"].lower(): f"{check['text']} {check['fix']}"
        for check in checks
        if check["name"] == "google_drive/main"
    }


def test_from_the_sign_in_to_the_rows_and_to_its_end(
    person: Project, server: GoogleDriveServer
) -> None:
    said = _doctor(person)["fail"]
    assert "not signed in" in said
    assert "photosync auth google_drive main" in said
    done = person.run("auth", "google_drive", "main")
    assert done.returncode == 0, done.stderr
    for words in ("see and download", "seven days", "restricted", "service account"):
        assert words in done.stdout
    assert f"Signed google_drive/main in as {server.account.me}" in done.stdout
    assert "responds" in _doctor(person)["ok"]
    found = person.run("discover")
    assert found.returncode == 0, found.stderr
    server.oauth.expire_access_tokens()
    assert list(_doctor(person)) == ["ok"], "an access token that expired is renewed"
    server.oauth.expire_access_tokens()
    server.oauth.revoke_all()
    said = _doctor(person)["warn"]
    assert "no longer accepts the sign-in" in said
    assert "photosync auth google_drive main" in said
    assert "its rows are kept" in said
    assert person.run("auth", "google_drive").returncode == 0
    assert list(_doctor(person)) == ["ok"]
    server.refuse(insufficient_scope())
    assert "did not permit" in _doctor(person)["warn"]
    server.refuse(not_enabled())
    assert "not enabled" in _doctor(person)["warn"]
    assert person.run("auth", "revoke", "google_drive").returncode == 0
    assert "not signed in" in _doctor(person)["warn"]


def test_a_sign_in_without_the_permission_is_refused(
    person: Project, server: GoogleDriveServer
) -> None:
    server.oauth.unticked = {"https://www.googleapis.com/auth/drive.readonly"}
    done = person.run("auth", "google_drive", "main")
    assert done.returncode != 0
    assert "lacks the permission https://www.googleapis.com/auth/drive.readonly" in done.stderr
    assert "id and secret" not in done.stderr
    assert "not signed in" in _doctor(person)["fail"]


def test_a_service_account_needs_no_sign_in(
    person: Project, server: GoogleDriveServer, tmp_path: Path
) -> None:
    key = tmp_path / "key.json"
    key.write_text(json.dumps(server.oauth.service_account_key(f"{server.base_url}/token")))
    key.chmod(0o600)
    main = f"{{endpoint: '{server.base_url}', key_file: '{key}'}}"
    person.configure(f"catalogs: {{google_drive: {{main: {main}}}}}\n")
    folder = server.account.find("Roll 0000")
    server.account.share(folder, "user", SERVICE_ACCOUNT)
    assert "shared with its address" in _doctor(person)["ok"]
    assert person.run("auth", "status").returncode == 0
    assert person.run("discover").returncode == 0
    key.chmod(0o644)
    assert "chmod 600" in _doctor(person)["warn"]


def test_signing_a_service_account_in_is_refused(
    person: Project, server: GoogleDriveServer
) -> None:
    person.configure(
        f"catalogs: {{google_drive: {{main: {{endpoint: '{server.base_url}', key_file: key.json}}}}}}\n"
    )
    done = person.run("auth", "google_drive", "main")
    assert done.returncode == 3
    assert "google_drive/main needs no sign-in" in done.stderr
