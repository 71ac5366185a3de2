"""The classification of HTTP failures, with real clients on a real socket."""

import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import requests

from photo_assets.service_calls import (
    AmbiguousServiceError,
    BusyServiceError,
    Fault,
    FaultKind,
    MalformedReplyError,
    RateLimitedCaller,
    classify_http,
    classify_status,
)
from photo_assets_tests.service_calls.raw_server import RESET, SILENCE, raw_server, reply
from photo_assets_tests.service_calls.world import policy, sqlite_ledger

_TRANSIENT, _PERMANENT, _AMBIGUOUS = FaultKind.TRANSIENT, FaultKind.PERMANENT, FaultKind.AMBIGUOUS


def ask(url: str, timeout_s: float = 60.0) -> object:
    """Make one request as a client library would, and read the reply."""
    answer = httpx.post(url, json={"a": 1}, timeout=timeout_s, trust_env=False)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise MalformedReplyError(f"expected an object, got {type(found).__name__}")
    return found


def ask_requests(url: str, timeout_s: float = 60.0) -> object:
    """Make the same request with requests, for which a redirect is no error."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(url, json={"a": 1}, timeout=timeout_s, allow_redirects=False)
    if answer.status_code != 200:
        raise requests.HTTPError(response=answer)
    found = answer.json()
    if not isinstance(found, dict):
        raise MalformedReplyError(f"expected an object, got {type(found).__name__}")
    return found


Judge = Callable[..., Fault]


@pytest.fixture(params=[ask, ask_requests], ids=["httpx", "requests"])
def judged(request: pytest.FixtureRequest) -> Judge:
    """The fault that a client's error is classified as."""

    def judge(url: str, timeout_s: float = 60.0) -> Fault:
        with pytest.raises(Exception) as raised:
            request.param(url, timeout_s)
        fault = classify_http(raised.value)
        assert fault is not None, raised.value
        return fault

    return judge


@pytest.mark.parametrize(
    ("answer", "kind", "status"),
    [
        (reply("400 Bad Request", "{}"), _PERMANENT, 400),
        (reply("401 Unauthorized", "{}"), _PERMANENT, 401),
        (reply("404 Not Found", "{}"), _PERMANENT, 404),
        (reply("408 Request Timeout", ""), _AMBIGUOUS, 408),
        (reply("409 Conflict", "{}"), _PERMANENT, 409),
        (reply("425 Too Early", ""), _TRANSIENT, 425),
        (reply("429 Too Many Requests", "slow down"), _TRANSIENT, 429),
        (reply("500 Internal Server Error", "{}"), _AMBIGUOUS, 500),
        (reply("502 Bad Gateway", "<html>"), _AMBIGUOUS, 502),
        (reply("503 Service Unavailable", "{}"), _AMBIGUOUS, 503),
        (reply("504 Gateway Timeout", "{}"), _AMBIGUOUS, 504),
        (reply("529 Overloaded", "{}"), _AMBIGUOUS, 529),
        (reply("301 Moved", "", "Location: /x"), _PERMANENT, 301),
        (reply("200 OK", "<html>hello</html>"), _AMBIGUOUS, None),
        (reply("200 OK", '{"object": "pa'), _AMBIGUOUS, None),
        (reply("200 OK", '"done"'), _AMBIGUOUS, None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", _AMBIGUOUS, None),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", _AMBIGUOUS, None),
        (b"no HTTP at all\r\n\r\n", _AMBIGUOUS, None),
        (b"", _AMBIGUOUS, None),
        (RESET, _AMBIGUOUS, None),
    ],
)  # fmt: skip
def test_statuses_are_classified(
    judged: Judge, answer: bytes, kind: FaultKind, status: int | None
) -> None:
    with raw_server(answer) as server:
        fault = judged(server.url)
    assert (fault.kind, fault.status) == (kind, status), fault
    assert fault.limited == (status == 429)
    assert len(server.received) == 1


def test_silence_may_hide_a_success(judged: Judge) -> None:
    with raw_server(SILENCE) as server:
        assert judged(server.url, timeout_s=0.2).kind is _AMBIGUOUS


def test_without_a_connection_nothing_happened(judged: Judge) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    fault = judged(f"http://127.0.0.1:{port}")
    assert fault.kind is _TRANSIENT
    assert fault.message.endswith("Connection refused")
    assert judged("http://no-such-host.invalid").kind is _TRANSIENT


def test_a_certificate_that_is_not_trusted_is_not_tried_again() -> None:
    error = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
    fault = classify_http(error)
    assert fault is not None
    assert fault.kind is _PERMANENT


def test_requests_names_the_certificate_too() -> None:
    error = requests.exceptions.SSLError("certificate verify failed")
    error.__context__ = ssl.SSLCertVerificationError("self-signed certificate")
    fault = classify_http(error)
    assert fault is not None
    assert fault.kind is _PERMANENT


@pytest.mark.parametrize("url", ["gopher://x", "http://", "http://[::1"])
def test_invalid_requests_are_not_repeated(judged: Judge, url: str) -> None:
    assert judged(url).kind is _PERMANENT


def test_a_header_with_the_token_in_an_error_is_redacted() -> None:
    """A token with a line break is refused by the client, with the token in its message."""
    with raw_server(b"") as server, pytest.raises(httpx.LocalProtocolError) as raised:
        httpx.get(server.url, headers={"Authorization": "Bearer ntn_abcdef123456\n"})
    assert "ntn_abcdef" in str(raised.value)
    fault = classify_http(raised.value)
    assert fault is not None
    assert fault.kind is _PERMANENT
    assert "abcdef" not in fault.message


def test_other_errors_are_not_classified() -> None:
    assert classify_http(KeyError("x")) is None
    assert classify_http(ValueError("x")) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("Retry-After: 17", 17.0),
        ("retry-after: Wed, 25 Nov 2026 10:00:30 GMT", 30.0),
        ("Retry-After: soon", None),
        ("X-Other: 1", None),
    ],
)
def test_a_stated_wait_is_read_by_the_services_own_clock(
    judged: Judge, header: str, seconds: float | None
) -> None:
    date = "Date: Wed, 25 Nov 2026 10:00:00 GMT"
    with raw_server(reply("503 Service Unavailable", "", header, date)) as server:
        assert judged(server.url).retry_after_s == seconds


def test_a_status_has_the_services_message_without_secrets() -> None:
    fault = classify_status(400, message="bad token ntn_abcdefgh12345", code="validation_error")
    assert fault.code == "validation_error"
    assert fault.message == "The service returned status 400: bad token ntn_***"
    assert classify_status(429, {"RETRY-AFTER": "3"}).retry_after_s == 3.0
    assert classify_status(503, {"date": "nonsense"}).retry_after_s is None


def http_judge(error: Exception) -> Fault:
    fault = classify_http(error)
    if fault is None:
        raise error
    return fault


def test_a_limit_applies_to_all_callers_until_it_ends(tmp_path: Path) -> None:
    ledger, rules = sqlite_ledger(tmp_path), policy(requests_per_second=100.0, longest_wait_s=5.0)
    limit = reply("429 Too Many Requests", "slow down", "Retry-After: 3600")
    with raw_server(limit, reply("200 OK", "{}")) as server:
        before = datetime.now(UTC)
        for _ in range(2):
            with pytest.raises(BusyServiceError) as raised:
                RateLimitedCaller(ledger, "s", rules).call(
                    "ask", lambda: ask(server.url), classify=http_judge, repeatable=True
                )
            assert (raised.value.until - before).total_seconds() >= 3600
    assert len(server.received) == 1


def test_a_dropped_create_is_sent_once_and_a_dropped_read_again(tmp_path: Path) -> None:
    ledger, rules = sqlite_ledger(tmp_path), policy(requests_per_second=100.0, backoff_s=(0.0, 0.0))
    polite = RateLimitedCaller(ledger, "s", rules)
    with raw_server(RESET, RESET, reply("200 OK", "{}")) as server:
        with pytest.raises(AmbiguousServiceError):
            polite.call("create", lambda: ask(server.url), classify=http_judge, repeatable=False)
        assert len(server.received) == 1
        assert (
            polite.call("read", lambda: ask(server.url), classify=http_judge, repeatable=True) == {}
        )
    assert len(server.received) == 3
