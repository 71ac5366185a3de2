"""Only a browser that opened the printed address sees anything, and only its own forms write."""

import asyncio
import re

import pytest
from starlette.types import Message, Receive, Scope, Send

from photo_assets.model.errors import StorageError
from photo_assets.web.access import Access
from photo_assets.web.guard import CSRF_HEADER, HEADERS, Guard
from photo_assets.workspace import Workspace
from photo_assets_tests.web.visiting import Page, served

INLINE = re.compile(
    r"<style|\sstyle=|\son\w+=|<script(?! type=\"(module\" src=\"/static/|application/json\"))"
)


def test_without_a_session_nothing_is_shown(page: Page) -> None:
    found = page.stranger().get("/")
    assert found.status_code == 401
    assert "photosync review" in found.text and 'href="/"' in found.text
    assert "Albums" not in found.text


def test_the_opening_address_starts_a_session_and_leaves_no_token(page: Page) -> None:
    client = page.stranger()
    found = client.get(f"/open/{page.access.token}")
    cookie = found.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie
    assert page.access.token not in found.text + cookie
    assert client.get("/").status_code == 200


def test_another_token_opens_nothing(page: Page) -> None:
    client = page.stranger()
    other = Access(page.access.port).token
    for token in ("", "x", "%C3%A9", other, page.access.session, page.access.form_token):
        assert client.get(f"/open/{token}").status_code in {401, 403, 404}
    assert client.get("/").status_code == 401


def test_another_cookie_is_no_session(page: Page) -> None:
    access = page.access
    for value in (b"", b"x", b"\xff", Access(access.port).session, access.token, access.form_token):
        given = value if isinstance(value, bytes) else value.encode()
        header = access.cookie.encode() + b"=" + given
        assert page.stranger().get("/", headers={b"cookie": header}).status_code == 401


@pytest.mark.parametrize(
    "host",
    [
        *("photos.example", "photos.example:PORT", "127.0.0.1", "localhost", "127.0.0.1:1"),
        *("localhost.:PORT", "127.0.0.1:PORT.example", "[::1]:PORT", "0.0.0.0:PORT", ""),
        "127.0.0.1:PORT@example",
    ],
)
def test_another_host_is_refused_even_with_a_session(page: Page, host: str) -> None:
    header = {"host": host.replace("PORT", str(page.access.port))}
    assert page.visitor().get("/", headers=header).status_code == 421
    opening = page.stranger().get(f"/open/{page.access.token}", headers=header)
    assert opening.status_code == 421 and "set-cookie" not in opening.headers


def test_localhost_is_answered_too(page: Page) -> None:
    header = {"host": f"localhost:{page.access.port}"}
    assert page.stranger().get("/", headers=header).status_code == 401


@pytest.mark.parametrize("path", ["/", "/nowhere", "/static/page.css", "/open/x", "/api/nothing"])
def test_every_response_has_the_headers(page: Page, path: str) -> None:
    for client in (page.stranger(), page.visitor()):
        found = client.get(path)
        assert HEADERS.items() <= dict(found.headers).items()
        policy = found.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy
        assert found.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_request_that_writes_needs_the_token_of_forms_and_our_page(
    page: Page, method: str
) -> None:
    access, client = page.access, page.visitor()
    ours = {CSRF_HEADER: access.form_token}
    headers: list[dict[str, str]] = [
        {},
        {CSRF_HEADER: "x"},
        {CSRF_HEADER: access.session},
        {CSRF_HEADER: Access(access.port).form_token},
        {**ours, "origin": "http://photos.example"},
        {**ours, "origin": "http://127.0.0.1:1"},
        {**ours, "origin": "null"},
        {**ours, "origin": "null", "sec-fetch-site": "cross-site"},
        {**ours, "sec-fetch-site": "cross-site"},
        {**ours, "sec-fetch-site": "same-site"},
    ]
    for given in headers:
        assert client.request(method, "/", headers=given).status_code == 403, given


def test_with_both_it_reaches_its_handler(page: Page) -> None:
    client, headers = page.visitor(), {**page.writing, "sec-fetch-site": "same-origin"}
    assert client.post("/", headers=headers).status_code == 405  # no handler writes here
    assert client.post("/", data={"csrf": page.access.form_token}).status_code == 405
    assert client.post("/", data={"csrf": "x"}).status_code == 403
    of_form = {**headers, "origin": "null"}  # as a browser sends it without a referrer
    assert client.post("/", headers=of_form).status_code == 405
    assert client.post("/", content=b"x" * (1 << 21), headers=headers).status_code == 413


def test_a_part_of_a_form_is_no_form() -> None:
    called: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        called.append(scope)

    async def request(*received: Message) -> None:
        access, waiting = Access(8080), list(received)
        headers = [
            (b"host", b"127.0.0.1:8080"),
            (b"authorization", f"Bearer {access.token}".encode()),
            (b"content-type", b"application/x-www-form-urlencoded"),
        ]
        scope = {"type": "http", "method": "POST", "path": "/questions/answer", "headers": headers}

        async def receive() -> Message:
            return waiting.pop(0)

        async def send(message: Message) -> None:
            pytest.fail(f"nobody listens: {message}")

        await Guard(app, access)(scope, receive, send)

    begun: Message = {"type": "http.request", "body": b"own=A long tex", "more_body": True}
    asyncio.run(request(begun, {"type": "http.disconnect"}))
    assert not called
    asyncio.run(request(begun, {"type": "http.request", "body": b"t", "more_body": False}))
    assert called[0]["state"]["form"] == {"own": ["A long text"]}


def test_writing_without_a_session_is_refused_whatever_it_carries(page: Page) -> None:
    assert page.stranger().post("/", headers=page.writing).status_code == 401


def test_the_page_has_the_token_of_forms_and_no_other_secret(page: Page) -> None:
    text, access = page.visitor().get("/").text, page.access
    assert re.search(r'name="csrf" content="([^"]+)"', text)[1] == access.form_token  # type: ignore[index]
    assert access.token not in text and access.session not in text
    assert access.token not in repr(access)


def test_an_error_is_a_page_without_a_stack_trace() -> None:
    def fails() -> Workspace:
        raise StorageError("<b>/data</b> is gone.", hint="Mount it.")

    def breaks() -> Workspace:
        raise RuntimeError("a secret of the program")

    with served(fails) as page:
        known = page.visitor().get("/")
    assert known.status_code == 503
    assert "&lt;b&gt;/data&lt;/b&gt; is gone. Mount it." in known.text
    with served(breaks) as page:
        unknown = page.visitor().get("/")
    assert unknown.status_code == 500
    assert "RuntimeError" in unknown.text
    assert "secret" not in unknown.text and "Traceback" not in unknown.text


def test_no_page_has_inline_script_or_style(page: Page) -> None:
    client = page.visitor()
    for path in ("/", "/nowhere", f"/open/{page.access.token}"):
        assert not INLINE.search(client.get(path).text)


def test_unknown_addresses_are_named_so(page: Page) -> None:
    client = page.visitor()
    assert client.get("/nowhere").status_code == 404
    assert client.get("/api/nowhere").json()["error"] == "Not found"
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static//etc/passwd", "/static/"):
        assert client.get(path).status_code == 404
