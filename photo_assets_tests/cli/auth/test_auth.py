"""`photosync auth` as a person runs it, with a browser, a pipe or a terminal, and `doctor` after."""

import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from photo_assets.sign_in.keys import new_key
from photo_assets_tests.cli.auth.running import APP1, APP2, credentials, photosync
from photo_assets_tests.cli.running import Project
from photo_assets_tests.repetition import cases
from photo_assets_tests.sign_in.service import KEY, Service
from photo_assets_tests.time_limit import PATIENCE_S


def test_signing_in_asking_about_it_and_revoking(box: Project, service: Service, key: str) -> None:
    before = photosync(box, "auth", "status", "--json")
    assert before.returncode == 1
    states = json.loads(before.stdout)["catalogs"]
    assert [state["signed_in"] for state in states] == [False] * 3
    assert states[0]["fix"] == "Run `photosync auth box_oauth2 main`."

    outputs = [
        photosync(box, "auth", "box_oauth2", **APP2),
        photosync(box, "auth", "box-oauth1", "main", **APP1),
        photosync(box, "auth", "box_key", "--no-browser", stdin=f"{KEY}\n"),
    ]
    for done in outputs:
        assert done.returncode == 0, done.stderr
        said = done.stdout
        assert said.index("only reads") < said.index("lets photosync list your photos")
        assert "Note: Photo Box keeps originals for paying accounts only." in said
        assert "Signed box_" in said.splitlines()[-1]

    after = photosync(box, "auth", "status")
    assert after.returncode == 0, after.stdout
    assert "ann@example.org" in after.stdout
    doctor = photosync(box, "doctor", "--json")
    checks = json.loads(doctor.stdout)["checks"]
    texts = [check["text"] for check in checks if check["name"] == "box_oauth2/main"]
    assert texts[0].startswith("signed in since 20")
    assert texts[1].startswith("3 photos")

    grant = next(iter(service.oauth2._refresh.values()))
    revoked = photosync(box, "auth", "revoke", "box_oauth2")
    assert revoked.stdout == "The sign-in of box_oauth2/main was revoked and forgotten.\n"
    assert not grant.alive
    forgotten = photosync(box, "auth", "revoke", "box_oauth1", "main")
    assert "End it at https://photobox.example/apps." in forgotten.stdout
    assert credentials(box, key).catalogs() == [("box_key", "main")]

    secrets = [*service.oauth1.secrets(), *service.oauth2.secrets(), KEY, key]
    everything = [before, *outputs, after, doctor, revoked, forgotten]
    printed = "".join(done.stdout + done.stderr for done in everything)
    allowed = set(_request_tokens(printed))
    assert [secret for secret in secrets if secret in printed and secret not in allowed] == []


def _request_tokens(printed: str) -> Iterator[str]:
    """Request tokens are in the address to open; they are worth nothing without their secret."""
    for word in printed.split():
        if "oauth_token=" in word:
            yield word.partition("oauth_token=")[2].partition("&")[0]


def test_an_outage_keeps_what_should_be_revoked(box: Project, service: Service, key: str) -> None:
    assert photosync(box, "auth", "box_oauth2", **APP2).returncode == 0
    service.app.faults.script("502_html")
    failed = photosync(box, "auth", "revoke", "box_oauth2")
    assert failed.returncode == 5
    assert "The stored sign-in is kept" in failed.stderr
    store = credentials(box, key)
    assert store.catalogs() == [("box_oauth2", "main")]
    done = photosync(box, "auth", "revoke", "box_oauth2", "--local")
    assert "not revoked at the service" in done.stdout
    assert store.catalogs() == []
    again = photosync(box, "auth", "revoke", "box_oauth2")
    assert again.returncode == 5 and "is not signed in" in again.stderr


def test_a_sign_in_of_a_catalog_that_is_no_longer_configured(
    box: Project, url: str, key: str
) -> None:
    assert photosync(box, "auth", "box_key", stdin=KEY).returncode == 0
    box.configure("catalogs: {}\n")
    assert photosync(box, "auth", "box_key", stdin=KEY).returncode == 3
    assert photosync(box, "auth", "revoke", "box_key").returncode == 0
    assert credentials(box, key).catalogs() == []


FAULTS = {
    "missing": "box_oauth2/main is not signed in.",
    "revoked": "no longer accepts the sign-in of box_oauth2/main",
    "expired": "The sign-in of box_oauth2/main expired at 2020-01-01 00:00 UTC.",
    "endpoint": "box_oauth2/main was signed in at https://other.example, but",
    "kind": "is not of the kind that Photo Box needs",
    "wrong key": "cannot be decrypted with the key of PHOTOSYNC_KEY",
    "no key": "PHOTOSYNC_KEY is not set, and this machine has no keyring",
    "no such key": "The value of PHOTOSYNC_KEY is not a key",
}


@pytest.mark.parametrize("fault", cases(FAULTS, ["missing", "revoked", "wrong key", "no key"]))
def test_doctor_and_status_say_what_is_wrong_and_what_to_do(
    box: Project, url: str, key: str, fault: str
) -> None:
    values = {
        "kind": "oauth2",
        "endpoint": url,
        "account": "ann",
        "since": "2019-12-25T00:00:00",
        "access_token": "hunter2",
        "refresh_token": "hunter2",
        "expiry": "2019-12-25T01:00:00",
        "scopes": [],
    }
    changes: dict[str, dict[str, object]] = {
        "revoked": {"revoked": True},
        "expired": {"ends": "2020-01-01T00:00:00"},
        "endpoint": {"endpoint": "https://other.example"},
        "kind": {"kind": "api_key"},
    }
    if fault != "missing":
        credentials(box, key).write("box_oauth2", "main", {**values, **changes.get(fault, {})})
    variables = {"wrong key": new_key(), "no key": "", "no such key": "hunter2"}
    keys = {"PHOTOSYNC_KEY": variables[fault]} if fault in variables else {}
    status = photosync(box, "auth", "status", "--json", **keys)
    doctor = photosync(box, "doctor", "--json", **keys)
    state = next(
        one for one in json.loads(status.stdout)["catalogs"] if one["catalog"] == "box_oauth2/main"
    )
    # A fault of the key is none of the catalog's.
    name = "credentials" if fault in variables else "box_oauth2/main"
    (check,) = (one for one in json.loads(doctor.stdout)["checks"] if one["name"] == name)
    assert FAULTS[fault] in state["fault"] and FAULTS[fault] in check["text"]
    assert state["fix"] == check["fix"]
    assert "photosync auth" in check["fix"] or "PHOTOSYNC_KEY" in check["fix"]
    assert check["level"] == "FAIL" and doctor.returncode == 1
    assert "hunter2" not in status.stdout + doctor.stdout + status.stderr + doctor.stderr


def test_a_key_that_is_typed_is_not_shown(box: Project) -> None:
    shown = _on_terminal(box, "auth", "box_key", answer=KEY)
    assert "API key (not shown)" in shown
    assert "Signed box_key/main in as ann" in shown
    assert KEY not in shown


def _on_terminal(project: Project, *arguments: str, answer: str) -> str:
    """Run on a terminal of its own, type `answer` at the first prompt; return what it shows."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "photo_assets_tests.cli.auth.photobox", *arguments],
        cwd=project.home,
        env={**project.environment(), "DAGSTER_HOME": str(project.home)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen, deadline, typed = b"", time.monotonic() + PATIENCE_S, False
    while time.monotonic() < deadline:
        try:
            part = os.read(ours, 4096)
        except OSError:  # it has ended
            break
        seen += part
        if not typed and seen.rstrip().endswith(b"(not shown):"):
            time.sleep(0.2)  # getpass turns the echo off after it prints
            os.write(ours, f"{answer}\n".encode())
            typed = True
    os.close(ours)
    process.wait(PATIENCE_S)
    return seen.decode()


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("auth", "nowhere"), 2, "There is no service 'nowhere'"),
        (("auth", "revoke", "folders"), 2, "box_oauth2, box_oauth1, box_key"),
        (("auth", "box_key", "other"), 3, "photosync.yaml has no box_key/other"),
        (("auth", "box_oauth2"), 3, "PHOTOBOX_ID and PHOTOBOX_SECRET are not set"),
        (("auth", "box_key"), 5, "No API key was entered"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    box: Project, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    done = photosync(box, *arguments)
    assert (done.returncode, sentence in done.stderr) == (code, True), done.stderr


def test_help_names_the_services(box: Project) -> None:
    said = photosync(box, "auth", "--help").stdout
    assert "box_oauth2, box_oauth1, box_key" in " ".join(said.split())
    assert "status" in said and "revoke" in said


def test_several_catalogs_must_be_named(box: Project, url: str) -> None:
    box.configure(
        f"catalogs: {{box_key: {{a: {{endpoint: '{url}'}}, b: {{endpoint: '{url}'}}}}}}\n"
    )
    done = photosync(box, "auth", "box_key", stdin=KEY)
    assert done.returncode == 2 and "a, b" in done.stderr
    assert photosync(box, "auth", "box_key", "b", stdin=KEY).returncode == 0
