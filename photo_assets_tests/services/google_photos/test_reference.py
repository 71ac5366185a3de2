"""The stand-in answers as Google's reference of the Picker API (v1) says, over HTTP and HTTPS."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from photo_assets_tests.services.google_photos.server import GooglePhotosServer
from photo_assets_tests.services.server import running_process
from photo_assets_tests.services.tls import make_certificate

# Each field of the reference and the form of its value; "?" is one that may be absent.
DURATION, TIME = r"\d+(\.\d{1,9})?s", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6}|\.\d{9})?Z"
POLLING = {"pollInterval": DURATION, "timeoutIn": DURATION}
SESSION = {
    "id": r".+",
    "pickerUri": r"https?://.+",
    "pollingConfig?": POLLING,
    "expireTime": TIME,
    "pickingConfig": {"maxItemCount": r"\d+"},
    "mediaItemsSet": bool,
}
PHOTO = {
    "focalLength": float,
    "apertureFNumber": float,
    "isoEquivalent": int,
    "exposureTime": DURATION,
}
VIDEO = {"fps": float, "processingStatus": "UNSPECIFIED|PROCESSING|READY|FAILED"}
ABOUT = {
    "width": int,
    "height": int,
    "cameraMake": ".+",
    "cameraModel": ".+",
    "photoMetadata?": PHOTO,
    "videoMetadata?": VIDEO,
}
FILE = {"baseUrl": "https://.+", "mimeType": ".+/.+", "filename": ".+", "mediaFileMetadata": ABOUT}
ITEM = {"id": ".+", "createTime": TIME, "type": "PHOTO|VIDEO", "mediaFile": FILE}


@pytest.fixture
def server() -> Iterator[GooglePhotosServer]:
    with GooglePhotosServer().running() as running:
        yield running


def _client(server: GooglePhotosServer, scope: str | None = None, **options: Any) -> httpx.Client:
    token = server.oauth.signed_in(scope)["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=server.base_url, headers=headers, trust_env=False, **options)


def holds(value: Any, form: Any) -> bool:
    """Return whether a value has a form: a pattern, a type, or the forms of its fields."""
    if isinstance(form, dict):
        known = {name.rstrip("?") for name in form}
        needed = {name for name in form if not name.endswith("?")}
        return needed <= value.keys() <= known and all(
            holds(part, form.get(name, form.get(f"{name}?"))) for name, part in value.items()
        )
    if isinstance(form, str):
        return isinstance(value, str) and re.fullmatch(form, value) is not None
    return type(value) is form


def test_a_session_from_its_beginning_to_its_end(server: GooglePhotosServer) -> None:
    with _client(server) as client:
        session = client.post("/v1/sessions", json={}).json()
        assert holds(session, SESSION)
        assert session["mediaItemsSet"] is False
        early = client.get("/v1/mediaItems", params={"sessionId": session["id"]})
        assert (early.status_code, early.json()["error"]["status"]) == (400, "FAILED_PRECONDITION")
        server.library.pick([server.library.add_photo(), server.library.add_video()])
        done = client.get(f"/v1/sessions/{session['id']}").json()
        assert holds(done, SESSION)
        assert done["mediaItemsSet"] is True
        assert "pollingConfig" not in done, "only until the items are set"
        page = client.get("/v1/mediaItems", params={"sessionId": session["id"]}).json()
        assert all(holds(item, ITEM) for item in page["mediaItems"])
        assert len(page["mediaItems"]) == 2
        assert "nextPageToken" not in page
        assert client.delete(f"/v1/sessions/{session['id']}").json() == {}
        gone = client.get(f"/v1/sessions/{session['id']}")
        assert (gone.status_code, gone.json()["error"]["status"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(("asked", "given"), [(None, 50), (0, 50), (100, 100), (5000, 100)])
def test_the_size_of_a_page(server: GooglePhotosServer, asked: int | None, given: int) -> None:
    with _client(server) as client:
        session = client.post("/v1/sessions").json()["id"]
        server.library.pick([server.library.add_photo() for _ in range(120)])
        query = {"sessionId": session, **({} if asked is None else {"pageSize": asked})}
        page = client.get("/v1/mediaItems", params=query).json()
        assert len(page["mediaItems"]) == given
        query["pageToken"] = page["nextPageToken"]
        rest = client.get("/v1/mediaItems", params=query).json()
        assert rest["mediaItems"][0]["id"] not in {one["id"] for one in page["mediaItems"]}


@pytest.mark.parametrize("query", [{"pageSize": -1}, {"pageToken": "other"}])
def test_invalid_arguments(server: GooglePhotosServer, query: dict[str, Any]) -> None:
    with _client(server) as client:
        session = client.post("/v1/sessions").json()["id"]
        server.library.pick([])
        reply = client.get("/v1/mediaItems", params={"sessionId": session, **query})
        assert (reply.status_code, reply.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_refusals_of_a_new_session(server: GooglePhotosServer) -> None:
    def status_of(**options: Any) -> str:
        reply = client.post("/v1/sessions", **options)
        return str(reply.json()["error"]["status"])

    with _client(server) as client:
        assert status_of(json={"pickingConfig": {"maxItemCount": "2001"}}) == "INVALID_ARGUMENT"
        server.library.most_sessions = 1
        server.library.begin()
        assert status_of() == "RESOURCE_EXHAUSTED"
        server.library.active = False
        assert status_of() == "FAILED_PRECONDITION"
    with _client(server, scope="openid") as client:
        assert status_of() == "PERMISSION_DENIED"
    server.oauth.revoke_all()
    assert httpx.post(f"{server.base_url}/v1/sessions", trust_env=False).status_code == 401


def test_the_page_works_once(server: GooglePhotosServer) -> None:
    server.library.opening = (server.library.add_photo(),)
    with _client(server) as client:
        address = client.post("/v1/sessions").json()["pickerUri"]
        assert httpx.get(address, trust_env=False).text == "Done"
        assert httpx.get(address, trust_env=False).status_code == 404


def test_https(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    with GooglePhotosServer().running(tls=certificate) as server:
        assert server.base_url.startswith("https://")
        with _client(server, verify=str(certificate.authority)) as client:
            assert holds(client.post("/v1/sessions").json(), SESSION)


def test_it_runs_as_a_process() -> None:
    with running_process("photo_assets_tests.services.google_photos", "--photos", "3") as url:
        assert httpx.get(f"{url}/v1/mediaItems", trust_env=False).status_code == 401
