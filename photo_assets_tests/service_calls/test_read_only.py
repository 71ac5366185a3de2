"""What is not on a catalog's list of reads never reaches a socket, whichever library wants it to."""

import http.client
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.model.errors import PhotoAssetsError
from photo_assets.service_calls.read_list import NotOnReadListError, Read, ReadList
from photo_assets_tests.service_calls import clients
from photo_assets_tests.service_calls.clients import SENDING
from photo_assets_tests.service_calls.counting_server import Counted, counting

READS = [
    Read("GET", "/drive/v3/files"),
    Read("GET", "/drive/v3/files/*"),
    Read("GET", "/api/v2/album/*!images"),
    Read("GET", "/tree/**"),
    Read("POST", "/api/search/metadata"),
    Read(
        "POST",
        "/services/rest/",
        {"method": frozenset({"flickr.photos.search", "flickr.people.getInfo"})},
    ),
]
EVERY = pytest.mark.parametrize("library", SENDING)


@pytest.fixture
def server() -> Iterator[Counted]:
    with counting() as counted:
        yield counted


@pytest.fixture
def reads(server: Counted) -> ReadList:
    return ReadList([server.url], READS)


@EVERY
def test_a_read_on_the_list_is_sent_once(server: Counted, reads: ReadList, library: str) -> None:
    send = SENDING[library](reads)
    send("GET", f"{server.url}/drive/v3/files?pageSize=1000&q=trashed%3Dfalse")
    send("GET", f"{server.url}/api/v2/album/Ab3!images?count=100")
    send("POST", f"{server.url}/api/search/metadata")
    assert [line.partition("?")[0] for line in server.requests] == [
        "GET /drive/v3/files",
        "GET /api/v2/album/Ab3!images",
        "POST /api/search/metadata",
    ]


REFUSED = [
    *(
        (method, "/drive/v3/files/1")
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "MOVE", "get ")
    ),
    ("DELETE", "/api/search/metadata"),
    ("GET", "/api/search/metadata"),
    ("GET", "/drive/v3/about"),
    ("GET", "/drive/v3/files/1/permissions"),
    ("GET", "/drive/v3/filesystem"),
    ("GET", "/other/drive/v3/files"),
    ("GET", "/drive/v3/files/../about"),
    ("GET", "/drive/v3/files/%2e%2e/about"),
    ("GET", "/drive/v3/files/..%2fabout"),
    ("GET", "/tree/a/../../drive/v3/about"),
    ("GET", "/tree/..\\..\\drive"),
    ("GET", "//drive/v3/files"),
    ("POST", "/services/rest/"),
    ("POST", "/services/rest/?method=flickr.photos.delete"),
    ("POST", "/services/rest/?method=flickr.photos.search&method=flickr.photos.delete"),
]


@EVERY
@pytest.mark.parametrize(("method", "path"), REFUSED)
def test_any_other_call_is_refused_before_a_connection_is_opened(
    server: Counted, reads: ReadList, library: str, method: str, path: str
) -> None:
    send = SENDING[library](reads)
    try:
        send(method, f"{server.url}{path}")
    except NotOnReadListError as refused:
        assert isinstance(refused, PhotoAssetsError)
        assert method.strip().upper() in refused.message
        assert "?" not in refused.message and "flickr.photos" not in refused.message
        assert server.connections == 0
    except (ValueError, httpx.HTTPError):  # the library itself refuses the method's name
        assert server.connections == 0
    else:
        # The library made another path of it, which is on the list.
        assert [line.split()[1] for line in server.requests] == ["/drive/v3/files"]
        assert path == "//drive/v3/files"


@EVERY
def test_another_server_is_refused(server: Counted, reads: ReadList, library: str) -> None:
    send = SENDING[library](reads)
    with counting() as other:
        for url in (
            other.url,
            server.url.replace("127.0.0.1", "localhost"),
            server.url.replace("http:", "https:"),
            server.url.replace("//", "//user:hunter2@other."),
        ):
            with pytest.raises(NotOnReadListError) as refused:
                send("GET", f"{url}/drive/v3/files")
            assert "hunter2" not in str(refused.value)
        assert (server.connections, other.connections) == (0, 0)


@EVERY
def test_redirects_are_held_to_the_list_too(server: Counted, reads: ReadList, library: str) -> None:
    send = SENDING[library](reads)
    with counting() as other:
        server.moved = {
            "/drive/v3/files": f"{other.url}/drive/v3/files",
            "/drive/v3/files/1": "/drive/v3/about",
            "/drive/v3/files/2": "/drive/v3/files/3",
        }
        for path in ("/drive/v3/files", "/drive/v3/files/1"):
            with pytest.raises(NotOnReadListError):
                send("GET", f"{server.url}{path}")
        send("GET", f"{server.url}/drive/v3/files/2")
        assert other.connections == 0
    assert server.requests == [
        "GET /drive/v3/files",
        "GET /drive/v3/files/1",
        "GET /drive/v3/files/2",
        "GET /drive/v3/files/3",
    ]


@EVERY
def test_a_closed_connection_is_not_answered_by_sending_again(
    server: Counted, reads: ReadList, library: str
) -> None:
    """httplib2 would: twice, and POST as well."""
    send = SENDING[library](reads)
    for warm in (False, True):
        server.requests.clear()
        if warm:  # a connection that was used before may be found closed
            send("GET", f"{server.url}/drive/v3/files")
        server.silent = 5
        with pytest.raises((http.client.HTTPException, OSError, httpx.HTTPError)):
            send("POST", f"{server.url}/api/search/metadata")
        assert len(server.requests) == 1 + warm
        server.silent = 0
        send("GET", f"{server.url}/drive/v3/files")


@EVERY
def test_passwords_of_netrc_are_not_sent(
    server: Counted, reads: ReadList, library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password hunter2\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    SENDING[library](reads)("GET", f"{server.url}/drive/v3/files")
    expected = {"requests-oauthlib": "OAuth ", "google-auth": "Bearer ", "httplib2": "Bearer "}
    authorization = server.headers[0].get("authorization", "")
    assert authorization.startswith(expected.get(library, ""))
    assert "Basic" not in authorization


def test_methods_of_another_name_in_a_header(server: Counted, reads: ReadList) -> None:
    for name in ("X-HTTP-Method-Override", "x-http-method", "X-Method-Override"):
        with pytest.raises(NotOnReadListError):
            reads.require("POST", f"{server.url}/api/search/metadata", {name: "DELETE"})


def test_flickrapi_calls_only_what_is_listed(server: Counted, reads: ReadList) -> None:
    api = clients.flickr(reads, server.url)
    assert api.photos.search(user_id="me", page=1)["stat"] == "ok"
    assert api.people.getInfo(user_id="me")["stat"] == "ok"
    assert server.requests == ["POST /services/rest/"] * 2
    writes: list[Callable[[], object]] = [
        lambda: api.photos.delete(photo_id="1"),
        lambda: api.photos.setMeta(photo_id="1", title="flickr.photos.search"),
        lambda: api.photosets.addPhoto(photoset_id="1", photo_id="2"),
        lambda: api.upload(__file__, title="x"),
        lambda: api.replace(__file__, "1"),
    ]
    for write in writes:
        with pytest.raises(NotOnReadListError):
            write()
    assert len(server.requests) == 2
    assert "authorization" in server.headers[0]


def test_google_api_client_calls_only_what_is_listed(server: Counted, reads: ReadList) -> None:
    files = clients.drive(reads, server.url).files()
    assert files.list(pageSize=10).execute(num_retries=0)["files"] == []
    assert files.get(fileId="1").execute(num_retries=0)["stat"] == "ok"
    for write in (
        files.create(body={"name": "x"}),
        files.update(fileId="1", body={"name": "x"}),
        files.delete(fileId="1"),
        files.copy(fileId="1", body={}),
        files.emptyTrash(),
        files.create(body={"name": "x"}, media_body=__file__),
    ):
        with pytest.raises(NotOnReadListError):
            write.execute(num_retries=0)
    # Of a long query the library makes a POST with another method in a header.
    with pytest.raises(NotOnReadListError):
        files.list(q="x" * 3000).execute(num_retries=0)
    assert [line.partition("?")[0] for line in server.requests] == [
        "GET /drive/v3/files",
        "GET /drive/v3/files/1",
    ]


def test_google_api_client_sends_once_when_the_connection_closes(
    server: Counted, reads: ReadList
) -> None:
    files = clients.drive(reads, server.url).files()
    server.silent = 5
    with pytest.raises((http.client.HTTPException, OSError)):
        files.list().execute(num_retries=0)
    assert len(server.requests) == server.connections == 1


@pytest.mark.parametrize(
    ("content_type", "body", "sent"),
    [
        ("application/x-www-form-urlencoded", b"method=flickr.photos.search&page=2", True),
        ("application/x-www-form-urlencoded; charset=utf-8", "method=flickr.photos.search", True),
        ("application/x-www-form-urlencoded", b"method=flickr.photos.delete", False),
        ("application/x-www-form-urlencoded", b"page=2", False),
        ("application/x-www-form-urlencoded", b"METHOD=flickr.photos.search", False),
        ("application/x-www-form-urlencoded", b"method=flickr.photos.search&method=x", False),
        ("application/json", b"method=flickr.photos.search", False),
        ("multipart/form-data", b"method=flickr.photos.search", False),
    ],
)
def test_an_action_named_in_a_form(content_type: str, body: str | bytes, sent: bool) -> None:
    reads = ReadList(["https://api.flickr.example"], READS)
    url, headers = "https://api.flickr.example/services/rest/", {"Content-Type": content_type}
    if sent:
        reads.require("POST", url, headers, body)
        return
    with pytest.raises(NotOnReadListError):
        reads.require("POST", url, headers, body)


@pytest.mark.parametrize(
    ("endpoint", "url", "sent"),
    [
        ("https://photos.example/immich", "https://photos.example/immich/drive/v3/files", True),
        ("https://photos.example/immich/", "https://photos.example/immich/drive/v3/files", True),
        ("https://photos.example/immich", "https://photos.example/drive/v3/files", False),
        ("https://photos.example/immich", "https://photos.example/immich2/drive/v3/files", False),
        ("https://photos.example", "https://photos.example:443/drive/v3/files", True),
        ("https://PHOTOS.example:443", "https://photos.example/drive/v3/files", True),
        ("https://photos.example", "https://photos.example:8443/drive/v3/files", False),
        ("https://photos.example", "https://photos.example.evil.example/drive/v3/files", False),
        ("https://photos.example", "https://photos.example@evil.example/drive/v3/files", False),
        ("http://[::1]:2283", "http://[::1]:2283/drive/v3/files", True),
    ],
)
def test_a_server_is_its_scheme_host_port_and_base_path(
    endpoint: str, url: str, sent: bool
) -> None:
    reads = ReadList([endpoint], READS)
    if sent:
        reads.require("GET", url, {})
        return
    with pytest.raises(NotOnReadListError):
        reads.require("GET", url, {})


@given(path=st.text(), method=st.sampled_from(["GET", "POST", "DELETE"]))
def test_whatever_is_sent_matches_the_list(path: str, method: str) -> None:
    reads = ReadList(["https://photos.example"], [Read("GET", "/drive/v3/files/*")])
    try:
        reads.require(method, f"https://photos.example/drive/v3/files/{path}", {})
    except (NotOnReadListError, ValueError):
        return
    assert method == "GET"
    sent = path.partition("?")[0].partition("#")[0]
    assert sent not in ("", ".", "..") and "/" not in sent
