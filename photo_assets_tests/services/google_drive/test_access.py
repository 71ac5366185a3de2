"""Signing in, refusals and downloads, as the vendor's libraries meet them."""

import http.client
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httplib2
import httpx
import pytest
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.oauth2 import credentials, service_account
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseDownload

from photo_assets_tests.services.control import Control
from photo_assets_tests.services.faults import Fault, FaultKind, Step
from photo_assets_tests.services.google_drive import errors
from photo_assets_tests.services.google_drive.errors import READ_ONLY
from photo_assets_tests.services.google_drive.server import GoogleDriveServer
from photo_assets_tests.services.oauth.google import SERVICE_ACCOUNT
from photo_assets_tests.services.server import running_process


def _refused(request: Any) -> HttpError:
    with pytest.raises(HttpError) as caught:
        request.execute(num_retries=0)
    return caught.value


def _credentials(server: GoogleDriveServer, refresh_token: str) -> Any:
    return credentials.Credentials(  # type: ignore[no-untyped-call]
        None,
        refresh_token=refresh_token,
        token_uri=f"{server.base_url}/token",
        client_id=server.oauth.client_id,
        client_secret=server.oauth.client_secret,
    )


def test_a_person_signs_in_by_the_code_and_the_token_is_refreshed(
    server: GoogleDriveServer,
) -> None:
    asked = {
        "client_id": server.oauth.client_id,
        "redirect_uri": "http://127.0.0.1:9/",
        "scope": f"openid {READ_ONLY}",
        "state": "s",
        "response_type": "code",
        "access_type": "offline",
    }
    server.oauth.unticked = {"openid"}
    sent = httpx.get(f"{server.base_url}/o/oauth2/v2/auth", params=asked, follow_redirects=False)
    given = parse_qs(urlsplit(sent.headers["location"]).query)
    assert given["scope"] == [READ_ONLY]
    form = {
        "grant_type": "authorization_code",
        "code": given["code"][0],
        "client_id": server.oauth.client_id,
        "client_secret": server.oauth.client_secret,
        "redirect_uri": asked["redirect_uri"],
    }
    tokens = httpx.post(f"{server.base_url}/token", data=form).json()
    assert tokens["scope"] == READ_ONLY
    again = httpx.post(f"{server.base_url}/token", data=form)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    held = _credentials(server, tokens["refresh_token"])
    held.refresh(Request())
    info = httpx.get(f"{server.base_url}/tokeninfo", params={"access_token": held.token}).json()
    assert info["scope"] == READ_ONLY
    server.oauth.declines = True
    sent = httpx.get(f"{server.base_url}/o/oauth2/v2/auth", params=asked, follow_redirects=False)
    assert "error=access_denied" in sent.headers["location"]


def test_a_revoked_grant_and_an_outage_are_told_apart_by_the_body_alone(
    server: GoogleDriveServer,
) -> None:
    held = _credentials(server, server.oauth.signed_in()["refresh_token"])
    server.faults.script(Step(Fault(FaultKind.BAD_GATEWAY_HTML), path="^/token$", times=9))
    with pytest.raises(RefreshError) as outage:
        held.refresh(Request())
    assert "invalid_grant" not in str(outage.value)
    server.faults.clear()
    held.refresh(Request())
    server.oauth.revoke_all()
    with pytest.raises(RefreshError) as dead:
        held.refresh(Request())
    assert dead.value.args[1]["error"] == "invalid_grant"
    assert type(outage.value) is type(dead.value)


def test_a_service_account_sees_only_what_is_shared_to_it(server: GoogleDriveServer) -> None:
    key = server.oauth.service_account_key(f"{server.base_url}/token")
    held: Any = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
        key, scopes=[READ_ONLY]
    )
    held.refresh(Request())
    headers = {"Authorization": f"Bearer {held.token}"}
    folder = server.account.add_folder("Shared")
    server.account.add_file("hidden.jpg", b"hidden")
    photo = server.account.add_file("a.jpg", b"a", folder)
    server.account.share(folder, "user", SERVICE_ACCOUNT)
    files = httpx.get(f"{server.base_url}/drive/v3/files", headers=headers).json()["files"]
    assert {file["id"] for file in files} == {folder, photo}
    about = httpx.get(
        f"{server.base_url}/drive/v3/about", params={"fields": "user"}, headers=headers
    )
    assert about.json()["user"]["emailAddress"] == SERVICE_ACCOUNT


def test_refusals_have_google_s_bodies(server: GoogleDriveServer) -> None:
    token = server.oauth.signed_in()["access_token"]
    server.oauth.expire_access_tokens()
    for headers in ({}, {"Authorization": f"Bearer {token}"}):
        anonymous = httpx.get(f"{server.base_url}/drive/v3/files", headers=headers)
        assert anonymous.status_code == 401
        assert anonymous.json()["error"]["errors"][0]["reason"] == "authError"
    wrong = _refused(server.client("https://www.googleapis.com/auth/drive.file").files().list())
    assert (wrong.status_code, "insufficient" in wrong.reason.lower()) == (403, True)
    files = server.client().files()
    assert _refused(files.get(fileId="nothing")).error_details[0]["reason"] == "notFound"
    server.refuse(
        errors.rate_limit(),
        errors.rate_limit("rateLimitExceeded", 429),
        errors.rate_limit("dailyLimitExceeded"),
        errors.rate_limit_info(),
        errors.not_enabled(),
    )
    told = [json.loads(_refused(files.list()).content)["error"] for _ in range(5)]
    assert [one["code"] for one in told] == [403, 429, 403, 403, 403]
    assert [one["errors"][0]["reason"] for one in told] == [
        "userRateLimitExceeded",
        "rateLimitExceeded",
        "dailyLimitExceeded",
        "rateLimitExceeded",
        "accessNotConfigured",
    ]
    assert told[3]["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"


def test_the_quota_of_a_minute(server: GoogleDriveServer) -> None:
    server.drive.queries_per_minute = 3
    files = server.client().files()
    for _ in range(3):
        files.list().execute()
    assert _refused(files.list()).error_details[0]["reason"] == "userRateLimitExceeded"


def test_a_write_is_refused_and_noted(server: GoogleDriveServer) -> None:
    photo = server.account.add_file("a.jpg", b"a")
    assert _refused(server.client().files().delete(fileId=photo)).status_code == 403
    assert server.drive.writes == [("DELETE", f"/drive/v3/files/{photo}")]
    assert photo in server.account.files


def test_downloads(server: GoogleDriveServer) -> None:
    photo = server.account.add_file("a.jpg", bytes(range(256)) * 40)
    files = server.client().files()
    target = io.BytesIO()
    fetch = MediaIoBaseDownload(target, files.get_media(fileId=photo), chunksize=1000)
    while not fetch.next_chunk(num_retries=0)[1]:
        pass
    assert target.getvalue() == server.account.contents[photo]
    server.account.edit(photo, capabilities={"canDownload": False, "canShare": False})
    assert (
        _refused(files.get_media(fileId=photo)).error_details[0]["reason"] == "cannotDownloadFile"
    )


@pytest.mark.parametrize("kind", list(FaultKind))
def test_each_fault_reaches_the_client_and_passes(
    server: GoogleDriveServer, kind: FaultKind
) -> None:
    server.account.add_file("a.jpg", b"a")
    files = server.client().files()
    fault = Fault(kind, delay=0.01)
    # httplib2 repeats a request by itself where the connection is closed without a reply.
    times = 2 if "drop" in kind else 1
    server.faults.script(Step(fault, path="files", times=times))
    silent = kind in (FaultKind.OK, FaultKind.SLOW)
    try:
        reply = files.list().execute(num_retries=0)
        assert isinstance(reply, dict) == silent, "a page of HTML with status 200 is given as text"
    except (HttpError, OSError, http.client.HTTPException, httplib2.HttpLib2Error):
        assert not silent
    assert len(files.list().execute()["files"]) == 1


def test_as_a_process_it_says_what_to_configure(tmp_path: Path) -> None:
    module, key = "photo_assets_tests.services.google_drive", tmp_path / "key.json"
    with running_process(module, "--files", "3", "--key-file", str(key)) as url:
        held: Any = service_account.Credentials.from_service_account_file(  # type: ignore[no-untyped-call]
            key, scopes=[READ_ONLY]
        )
        held.refresh(Request())
        reply = httpx.get(
            f"{url}/drive/v3/files", headers={"Authorization": f"Bearer {held.token}"}
        )
        assert len(reply.json()["files"]) == 5
        control = Control(url)
        made = control.order("/__account", call="add_file", arguments={"name": "new.jpg"})
        control.order("/__account", call="rename", arguments={"file_id": made, "name": "b.jpg"})
        assert [arrival.status for arrival in control.arrivals()] == [200, 200]
        control.close()
    shown = subprocess.run([sys.executable, "-m", module, "--help"], capture_output=True, text=True)
    assert "--queries-per-minute" in shown.stdout
