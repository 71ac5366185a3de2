"""What client libraries write into errors and logs, and that no secret of theirs gets through.

The errors are real ones: refused connections, replies that are no tokens, signatures that fail.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

import httplib2
import httpx
import pytest
import requests
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials

from photo_assets.configuration.redaction import redact
from photo_assets.service_calls.read_list import Read, ReadList
from photo_assets.sign_in.access import Access
from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.errors import SignInError
from photo_assets.sign_in.flows import sign_in
from photo_assets.sign_in.protocol import CatalogSignIn, SignIn
from photo_assets_tests.service_calls import clients
from photo_assets_tests.service_calls.clients import SENDING
from photo_assets_tests.service_calls.counting_server import Counted, counting
from photo_assets_tests.sign_in.service import API_KEY, KEY, OAUTH1, OAUTH2, Person, Service

QUERY = "/files?access_token=hunter2-query&api_key=hunter2-key&oauth_token=hunter2-token"
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def server() -> Iterator[Counted]:
    with counting() as counted:
        yield counted


@pytest.fixture
def logs(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


def _reads(url: str) -> ReadList:
    return ReadList([url], [Read("GET", "/**"), Read("POST", "/**")])


def _written(logs: pytest.LogCaptureFixture) -> str:
    return "\n".join(record.getMessage() for record in logs.records)


def test_with_every_logger_at_debug_no_secret_is_logged(
    server: Counted, logs: pytest.LogCaptureFixture
) -> None:
    reads = _reads(server.url)
    for send in SENDING.values():
        send(reads)("GET", server.url + QUERY)
    clients.flickr(reads, server.url).photos.search(text="hunter2")
    clients.drive(reads, server.url).files().list(q="hunter2").execute(num_retries=0)
    session = clients.oauth1_session(reads)
    with pytest.raises(ValueError, match="token"):
        session.fetch_request_token(f"{server.url}/request")
    with pytest.raises(ValueError, match="token"):
        session.fetch_access_token(f"{server.url}/access", verifier="hunter2-verifier")
    assert len(server.requests) == len(SENDING) + 4
    written = _written(logs)
    for secret in ("hunter2", "oauth_signature", *clients.OAUTH1[1:], clients.TOKEN):
        assert secret not in written


def _fails(do: Callable[[], object]) -> list[str]:
    """What a failing call says, as it may be quoted: as text and as a representation."""
    with pytest.raises(Exception) as failed:
        do()
    said, error = [], failed.value
    seen: BaseException | None = error
    while seen is not None:
        said += [str(seen), repr(seen)]
        seen = seen.__cause__ or seen.__context__
    return said


@pytest.mark.parametrize("library", SENDING)
def test_errors_of_each_library(library: str) -> None:
    reads = _reads(NOWHERE)
    for text in _fails(lambda: SENDING[library](reads)("GET", NOWHERE + QUERY)):
        assert "hunter2" not in redact(text)


def test_errors_of_each_client(server: Counted) -> None:
    reads, nowhere = _reads(server.url), _reads(NOWHERE)
    session = clients.oauth1_session(reads)
    refused = Credentials(  # type: ignore[no-untyped-call]
        token=None,
        refresh_token="1//0hunter2-refresh-token-of-ann",
        token_uri=f"{server.url}/token",
        client_id="id",
        client_secret="hunter2-client",
        expiry=datetime(2020, 1, 1),
    )
    texts = [
        *_fails(lambda: clients.flickr(nowhere, NOWHERE).photos.search(api_secret="hunter2")),
        *_fails(lambda: clients.drive(nowhere, NOWHERE).files().list(q="x").execute()),
        *_fails(lambda: session.fetch_request_token(f"{server.url}/request?secret=hunter2")),
        *_fails(lambda: refused.refresh(Request())),  # type: ignore[no-untyped-call]
        *_fails(lambda: requests.get(NOWHERE, headers={"Authorization": "Bearer hunter2-ab\n"})),
        *_fails(lambda: requests.get(NOWHERE, headers={"x-api-key": "hunter2\n"})),
        *_fails(lambda: requests.get("http://ann:hunter2@127.0.0.1:9/")),
        *_fails(lambda: httpx.get("http://ann:hunter2@127.0.0.1:9/", trust_env=False)),
        *_fails(lambda: httplib2.Http().request("http://ann:hunter2@127.0.0.1:9/")),
    ]
    shown = [text for text in map(redact, texts) if "hunter2" in text]
    assert shown == []


@pytest.mark.parametrize("kind", ["401", "html", "echo"])
@pytest.mark.parametrize("name", ["oauth2", "oauth1", "api_key"])
def test_a_service_that_repeats_what_it_was_sent(
    store: CredentialStore, service: Service, url: str, name: str, kind: str,
    logs: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """Flickr's refusal of a signature quotes the text that was signed."""
    kinds: dict[str, tuple[SignIn, list[str]]] = {
        "oauth2": (OAUTH2, ["test-client", "test-client-secret"]),
        "oauth1": (OAUTH1, ["test-key", "test-key-secret"]),
        "api_key": (API_KEY, [KEY]),
    }
    sign_in_kind, answers = kinds[name]
    inner = service.app.app

    async def repeating(scope: dict[str, object], receive: object, send: object) -> None:
        if scope["path"] != {"oauth1": OAUTH1.access_url[-28:], "oauth2": "/token"}.get(
            name, "/me"
        ):
            await inner(scope, receive, send)  # type: ignore[arg-type]
            return
        body = (await receive())["body"]  # type: ignore[operator]
        headers = b"; ".join(b": ".join(pair) for pair in scope["headers"])  # type: ignore[attr-defined]
        text = headers + b" " + body
        if kind == "echo":
            text = b'{"error": "invalid_request", "error_description": "%s"}' % text.replace(
                b'"', b"'"
            )
        status = 502 if kind == "html" else 400 if kind == "echo" else 401
        await send({"type": "http.response.start", "status": status, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": text})  # type: ignore[operator]

    service.app.app = repeating  # type: ignore[assignment]
    person = Person([*answers])
    with pytest.raises(SignInError) as refused:
        sign_in(store, CatalogSignIn("box", "main", sign_in_kind, url), person.dialogue())
    said = f"{refused.value!r} {refused.value} {_written(logs)}"
    secrets = [*service.oauth1.secrets(), *service.oauth2.secrets(), KEY]
    assert [secret for secret in secrets if secret in said] == []


def test_access_and_its_errors_hold_no_secret(store: CredentialStore, url: str) -> None:
    one = CatalogSignIn("box", "main", API_KEY, url)
    sign_in(store, one, Person([KEY]).dialogue())
    access = Access(store, one)
    access.values()
    assert KEY not in repr(access) + repr(store) + repr(one)
