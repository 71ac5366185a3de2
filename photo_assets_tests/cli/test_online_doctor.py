"""`doctor` and `auth status` as a new user reads them, for every service and every bad sign-in."""

import json
from pathlib import Path

import pytest

from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.sign_in.keys import new_key
from photo_assets_tests.cli.online_accounts import store_of, with_accounts
from photo_assets_tests.cli.running import Project, make_project
from photo_assets_tests.repetition import cases
from photo_assets_tests.services.accounts import SOURCES, OnlineAccount, online_account

_GET_A_KEY = (
    "In Immich, open Account Settings > API Keys > New API Key, and select only user.read, "
    "asset.read, album.read, tag.read and stack.read; also asset.download if `fetch` is "
    "identify or original, or asset.view if it is preview. Then run: photosync auth immich main."
)
_REFUSED = {
    "google_drive": "Google Drive no longer accepts the sign-in of google_drive/main: it was "
    "revoked, or has expired. Run `photosync auth google_drive main`.",
    "flickr": "Flickr no longer accepts the sign-in of flickr/main: it was revoked, or has "
    "expired. Run `photosync auth flickr main`.",
    "smugmug": "SmugMug no longer accepts the sign-in of smugmug/main: it was revoked, or has "
    "expired. Run `photosync auth smugmug main`.",
    "immich": f"Immich does not accept the API key. {_GET_A_KEY}",
}
_EXPIRED = {
    **_REFUSED,  # only Google states when a sign-in ends
    "google_drive": "The sign-in of google_drive/main expired at 2020-02-02 00:00 UTC. "
    "Run `photosync auth google_drive main`.",
}
_LOWERED = {
    "google_drive": "Google did not permit photosync to read the files of this account. "
    "Run `photosync auth google_drive main`. The permission to read the files of this account is needed.",
    "flickr": "The sign-in of flickr/main lacks the permission read, which lets photosync see all "
    "photos of your account, the private ones included. Run `photosync auth flickr main`. Leave "
    "every permission selected.",
    "smugmug": "The sign-in of smugmug/main lacks the permission Access=Full, which lets photosync "
    "see private and unlisted albums, and the originals' checksums, as you do. SmugMug keeps the "
    "access that was given first. Remove the application in SmugMug's Account Settings, under "
    "Privacy, Authorized Services. Then run `photosync auth smugmug main`.",
    "immich": f"The API key lacks a permission that reading needs. {_GET_A_KEY}",
}


def said(project: Project, name: str) -> list[str]:
    """Return what `doctor` says is wrong with something."""
    done = project.run_here("doctor", "--json")
    assert done.returncode == 1, done.stderr
    checks = json.loads(done.stdout)["checks"]
    return [f"{c['text']} {c['fix']}" for c in checks if c["name"] == name and c["level"] != "OK"]


def faults(project: Project) -> list[str]:
    """Return what `auth status` says is wrong."""
    lines = project.run_here("auth", "status").stdout.splitlines()
    return [line.removeprefix("! ") for line in lines if line.startswith("! ")]


@pytest.fixture(params=SOURCES)
def source(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("state", ["missing", "expired", "revoked", "lowered"])
def test_every_bad_sign_in_is_told_with_the_command_that_mends_it(
    project: Project, source: str, state: str
) -> None:
    with online_account(source) as account:
        person = with_accounts(project, account)
        if state != "missing":
            account.sign_in(store_of(person), account.expired() if state == "expired" else None)
        if state == "revoked":
            account.revoke()
        if state == "lowered":
            account.lower()
        missing = f"{source}/main is not signed in. Run `photosync auth {source} main`."
        sentence = {
            "missing": missing,
            "expired": _EXPIRED[source],
            "revoked": _REFUSED[source],
            "lowered": _LOWERED[source],
        }[state]
        assert account.title.lower() in sentence.lower()
        assert f"photosync auth {source} main" in sentence
        assert said(person, f"{source}/main") == [sentence]
        # No service is called: what only the service knows is not told.
        known = state == "missing" or (source == "google_drive" and state != "lowered")
        assert faults(person) == ([sentence] if known else [])


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (new_key(), "cannot be decrypted with the key of PHOTOSYNC_KEY: it was encrypted with"),
        ("too short", "The value of PHOTOSYNC_KEY is not a key: a key has 44 characters."),
        ("", "There is no key to encrypt credentials with: PHOTOSYNC_KEY is not set, and"),
    ],
    ids=["another", "damaged", "none"],
)
def test_a_fault_of_the_key_is_told_once(tmp_path: Path, key: str, words: str) -> None:
    project = make_project(tmp_path)
    with online_account("flickr") as flickr, online_account("smugmug") as smugmug:
        person = with_accounts(project, flickr, smugmug)
        for account in (flickr, smugmug):
            account.sign_in(store_of(person))
        person.variables[KEY_VARIABLE] = key
        (told,) = said(person, "credentials")
        assert told.startswith("flickr/main, smugmug/main cannot sign in. ")
        assert words in told
        assert said(person, "flickr/main") == said(person, "smugmug/main") == []
        (fault,) = faults(person)
        assert words in fault
        status = person.run_here("status").stdout
        assert status.count(words) == 1, status


def test_an_unanswered_revocation_tells_how_to_forget_the_sign_in_here(project: Project) -> None:
    with online_account("google_drive") as account:
        person = with_accounts(project, account)
        account.sign_in(store_of(person))
    refused = person.run_here("auth", "revoke", "google_drive")
    assert refused.returncode == 5
    assert "photosync auth revoke google_drive main --local" in refused.stderr
    assert "The stored sign-in is kept." in refused.stderr
    assert person.run_here("auth", "revoke", "google_drive", "--local").returncode == 0
    assert "is not signed in" in faults(person)[0]


def signed_in(project: Project, account: OnlineAccount) -> Project:
    person = with_accounts(project, account)
    account.sign_in(store_of(person))
    return person


@pytest.mark.parametrize("source", cases(SOURCES, ["google_drive", "immich"]))  # a grant, a key
def test_a_catalog_whose_sign_in_ended_is_named_by_discover_and_status(
    project: Project, source: str
) -> None:
    (project.user / "disk").mkdir()
    with online_account(source) as account:
        person = signed_in(project, account)
        text = (project.home / "photosync.yaml").read_text()
        local = f"  folders: {{disk: {{path: '{project.user}/disk'}}}}\n"
        person.configure(text + local)
        first = person.run("discover")
        assert first.returncode == 0, first.stderr
        assert "Nothing needs attention." in person.run_here("status").stdout
        account.revoke()
        done = person.run("discover")
        assert done.returncode == 5, done.stdout
        assert f"Could not read {source}/main; every other catalog was read." in done.stderr
        assert _REFUSED[source] in done.stdout
        assert "The reason given for each of them says what to do." in done.stderr
        assert "disks" not in done.stderr, "it is on no disk"
        status = person.run_here("status")
        assert status.returncode == 1
        line = f"! {source}/main cannot be read. {_REFUSED[source]}"
        assert line in status.stdout.splitlines()
        alone = person.run("discover", "--service", source)
        assert alone.returncode == 5
        assert "No catalog could be read" in alone.stderr and "disks" not in alone.stderr


def test_an_outage_of_a_service_account_is_not_blamed_on_its_key(
    project: Project, tmp_path: Path
) -> None:
    key = tmp_path / "key.json"
    with online_account("google_drive") as account:
        key.write_text(json.dumps(account.server.oauth.service_account_key(f"{account.url}/token")))
        key.chmod(0o600)
    main = f"{{endpoint: '{account.url}', key_file: '{key}'}}"
    project.configure(f"catalogs: {{google_drive: {{main: {main}}}}}\n")
    assert said(project, "google_drive/main") == [
        "Google's token server, 127.0.0.1, gave no token for the service account: it cannot be "
        "reached. The key is not the reason. Check the connection to the Internet. It is asked "
        "again at the next check."
    ]
