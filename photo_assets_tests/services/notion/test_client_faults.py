"""What notion-client 3.1 makes of each fault, with its own repeating off and on.

The sink is written against these; a new version of the client that changes one is told of here.
"""

import json
import logging
from typing import Any

import httpx
import notion_client
import pytest
from notion_client.client import RetryOptions
from notion_client.errors import (
    APIResponseError,
    HTTPResponseError,
    RequestTimeoutError,
    UnknownHTTPResponseError,
)

from photo_assets_tests.services.faults import Fault, FaultKind
from photo_assets_tests.services.notion.conftest import text
from photo_assets_tests.services.notion.server import NotionServer


def _create(client: notion_client.Client, photos: str) -> Any:
    return client.pages.create(
        parent={"data_source_id": photos}, properties={"UUID": {"rich_text": text("1")}}
    )


@pytest.mark.parametrize(
    ("kind", "error", "status", "code", "written"),
    [
        ("429_seconds", APIResponseError, 429, "rate_limited", 0),
        ("429_date", APIResponseError, 429, "rate_limited", 0),
        ("429_missing", APIResponseError, 429, "rate_limited", 0),
        # Without JSON there is no code, and so nothing the client would repeat.
        ("429_text", UnknownHTTPResponseError, 429, "notionhq_client_response_error", 0),
        ("409", APIResponseError, 409, "conflict_error", 0),
        ("500", APIResponseError, 500, "internal_server_error", 0),
        ("502_html", UnknownHTTPResponseError, 502, "notionhq_client_response_error", 0),
        ("503", APIResponseError, 503, "service_unavailable", 0),
        ("504", APIResponseError, 504, "gateway_timeout", 0),
        # A code the client does not know.
        ("529", UnknownHTTPResponseError, 529, "notionhq_client_response_error", 0),
    ],
)
def test_an_error_of_the_service(
    server: NotionServer,
    client: notion_client.Client,
    photos: str,
    kind: str,
    error: type[HTTPResponseError],
    status: int,
    code: str,
    written: int,
) -> None:
    server.faults.script(kind)
    with pytest.raises(error) as caught:
        _create(client, photos)
    assert type(caught.value) is error
    assert (caught.value.status, caught.value.code) == (status, code)
    assert len(server.pages(photos)) == written


@pytest.mark.parametrize(
    ("kind", "error", "written"),
    [
        ("drop_before", httpx.RemoteProtocolError, 0),
        ("drop_after", httpx.RemoteProtocolError, 1),
        ("reset_before", httpx.ReadError, 0),
        ("reset_after", httpx.ReadError, 1),
        ("truncated", httpx.RemoteProtocolError, 1),
        ("200_html", json.JSONDecodeError, 0),
    ],
)
def test_a_fault_the_client_passes_on_raw(
    server: NotionServer,
    client: notion_client.Client,
    photos: str,
    kind: str,
    error: type[Exception],
    written: int,
) -> None:
    server.faults.script(kind)
    with pytest.raises(error):
        _create(client, photos)
    assert len(server.pages(photos)) == written
    # The page of a lost reply is there, and is found.
    found: Any = client.data_sources.query(
        photos, filter={"property": "UUID", "rich_text": {"equals": "1"}}
    )
    assert len(found["results"]) == written


def test_a_slow_body_is_a_timeout_and_the_page_is_there(server: NotionServer, photos: str) -> None:
    client = server.client(timeout_ms=200, log_level=logging.CRITICAL)
    server.faults.script(Fault(FaultKind.SLOW, delay=30))
    with pytest.raises(RequestTimeoutError):
        _create(client, photos)
    assert len(server.pages(photos)) == 1


@pytest.mark.parametrize("kind", ["504", "500", "503"])
def test_an_error_may_come_although_the_page_is_there(
    server: NotionServer, client: notion_client.Client, photos: str, kind: str
) -> None:
    server.faults.script(Fault(FaultKind(kind), committed=True))
    with pytest.raises(APIResponseError):
        _create(client, photos)
    assert len(server.pages(photos)) == 1


@pytest.mark.parametrize(
    ("kind", "arrivals"),
    [
        ("429_seconds", 2),
        ("429_text", 1),
        ("409", 1),
        ("500", 1),
        ("503", 1),
        ("504", 1),
        ("529", 1),
        ("drop_before", 1),
    ],
)
def test_what_the_client_repeats_by_itself_when_it_writes(
    server: NotionServer, photos: str, kind: str, arrivals: int
) -> None:
    client = server.client(
        retry=RetryOptions(max_retries=2, max_retry_delay_ms=10), log_level=logging.CRITICAL
    )
    server.log.clear()
    server.faults.script(kind)
    try:
        _create(client, photos)
    except (HTTPResponseError, httpx.HTTPError):
        assert arrivals == 1
    assert len(server.log.all()) == arrivals


def test_the_client_waits_less_than_it_was_told(server: NotionServer, photos: str) -> None:
    """Its cap shortens the service's wait: the reason the sink does the waiting itself."""
    client = server.client(
        retry=RetryOptions(max_retries=1, max_retry_delay_ms=10), log_level=logging.CRITICAL
    )
    server.log.clear()
    server.faults.script(Fault(FaultKind.LIMITED_SECONDS, retry_after=90))
    _create(client, photos)
    first, second = server.log.all()
    assert second.monotonic - first.monotonic < 5


def test_a_quarter_of_all_faults_and_the_server_still_stands(
    server: NotionServer, photos: str
) -> None:
    from photo_assets_tests.services.faults import Chance

    client = server.client(retry=False, log_level=logging.CRITICAL, timeout_ms=2000)
    server.faults.chance(Chance(0.25, seed=3, path="pages$", delay=0.01))
    failed = 0
    for _ in range(200):
        try:
            _create(client, photos)
        except (HTTPResponseError, httpx.HTTPError, json.JSONDecodeError):
            failed += 1
    server.faults.clear()
    assert 20 < failed < 80
    kept = len(server.pages(photos))
    assert 200 - failed < kept < 200, "some were written although the client was told otherwise"
    assert server.violations == []
