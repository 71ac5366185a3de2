"""HTTPS with an authority of our own: each client library trusts it as it is told to, or refuses."""

import ssl
from collections.abc import Iterator

import httplib2
import httpx
import pytest
import requests
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from photo_assets.service_calls.read_list import Read, ReadList
from photo_assets_tests.service_calls import clients
from photo_assets_tests.service_calls.clients import SENDING
from photo_assets_tests.services.faults import FaultKind
from photo_assets_tests.services.faulty_app import FaultyApp
from photo_assets_tests.services.oauth.oauth1 import OAuth1Provider, Token
from photo_assets_tests.services.server import running
from photo_assets_tests.services.tls import Certificate, make_certificate

REFUSALS = (requests.exceptions.SSLError, httpx.ConnectError, ssl.SSLCertVerificationError)
READS = [Read("GET", "/**"), Read("POST", "/**")]


async def _answer(_request: Request) -> Response:
    return JSONResponse({"stat": "ok", "files": []})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def app() -> FaultyApp:
    return FaultyApp(Starlette(routes=[Route("/{path:path}", _answer, methods=["GET", "POST"])]))


@pytest.fixture
def url(app: FaultyApp, certificate: Certificate) -> Iterator[str]:
    with running(app, tls=certificate) as address:
        assert address.startswith("https://")
        yield address


@pytest.fixture
def reads(url: str) -> ReadList:
    return ReadList([url], READS)


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in certificate.trusting().items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("library", SENDING)
def test_an_authority_that_nobody_named_is_refused(
    app: FaultyApp, url: str, reads: ReadList, library: str
) -> None:
    send = SENDING[library](reads)
    with pytest.raises(REFUSALS):
        send("GET", f"{url}/files")
    assert app.log.all() == []


@pytest.mark.parametrize("library", SENDING)
def test_the_environment_names_the_authority(
    app: FaultyApp, url: str, reads: ReadList, library: str, trusted: None
) -> None:
    SENDING[library](reads)("GET", f"{url}/files")
    assert [arrival.path for arrival in app.log.all()] == ["/files"]


def test_the_clients_of_services(app: FaultyApp, url: str, reads: ReadList, trusted: None) -> None:
    assert clients.flickr(reads, url).photos.search()["stat"] == "ok"
    assert clients.drive(reads, url).files().list().execute()["files"] == []
    assert [arrival.path for arrival in app.log.all()] == ["/services/rest/", "/drive/v3/files"]


def test_httplib2_by_its_own_setting(url: str, certificate: Certificate) -> None:
    http = httplib2.Http(ca_certs=str(certificate.authority), timeout=30)
    assert http.request(f"{url}/files")[0].status == 200


@pytest.mark.parametrize("kind", ["503", "drop_before", "reset_after", "truncated", "429_seconds"])
def test_faults_are_the_same(app: FaultyApp, url: str, kind: str, trusted: None) -> None:
    app.faults.script(FaultKind(kind))
    with httpx.Client(timeout=30) as client:
        if kind[0].isdigit():
            assert client.get(f"{url}/files").status_code == int(kind[:3])
        else:
            with pytest.raises(httpx.TransportError):
                client.get(f"{url}/files")
        assert client.get(f"{url}/files").status_code == 200
    assert [arrival.fault for arrival in app.log.all()] == [kind, ""]


def test_signatures_are_verified_for_https(certificate: Certificate, trusted: None) -> None:
    provider = OAuth1Provider(client=clients.OAUTH1[:2])
    provider.tokens[clients.OAUTH1[2]] = Token(clients.OAUTH1[3])

    async def who(request: Request) -> Response:
        await provider.token_of(request)
        return JSONResponse({})

    app = Starlette(routes=[Route("/{path:path}", who, methods=["GET", "PATCH", "POST"])])
    with running(FaultyApp(app), tls=certificate) as url:
        session = clients.oauth1_session(ReadList([url], [*READS, Read("PATCH", "/**")]))
        for path in ("/api/v2/album/Ab3!images?count=2&start=1", "/a%20b/%C3%BC?q=%2B%20+x&q=a%26"):
            assert session.get(url + path).status_code == 200
        assert session.post(f"{url}/form", data={"a b": "ü&=+", "c": ""}).status_code == 200
        assert session.patch(f"{url}/json", json={"Name": "x"}).status_code == 200
