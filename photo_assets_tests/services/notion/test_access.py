"""Who may ask, how often, and for how many pages."""

import logging
import time
from typing import Any

import httpx
import notion_client
import pytest
from notion_client.errors import APIResponseError

from photo_assets.sample.notion.errors import NotionError
from photo_assets.sample.notion.rate import RateLimit
from photo_assets.sample.notion.settings import READ, Settings
from photo_assets_tests.services.arrivals import most_in_window
from photo_assets_tests.services.notion.conftest import make_photos, text
from photo_assets_tests.services.notion.server import NotionServer

_STRANGE = "11111111-1111-4111-8111-111111111111"


def test_another_token_is_refused(server: NotionServer) -> None:
    stranger = server.client(auth="ntn_other", retry=False, log_level=logging.CRITICAL)
    with pytest.raises(APIResponseError) as caught:
        stranger.users.me()
    assert (caught.value.status, caught.value.code) == (401, "unauthorized")
    assert str(caught.value) == "API token is invalid."


def test_what_was_not_shared_is_not_found(client: notion_client.Client) -> None:
    with pytest.raises(APIResponseError) as caught:
        client.pages.retrieve(_STRANGE)
    assert (caught.value.status, caught.value.code) == (404, "object_not_found")
    assert f"Could not find page with ID: {_STRANGE}." in str(caught.value)
    with pytest.raises(APIResponseError) as caught:
        client.pages.retrieve("no-uuid")
    assert (caught.value.status, caught.value.code) == (400, "validation_error")


def test_ids_may_come_without_dashes(client: notion_client.Client, photos: str) -> None:
    source: Any = client.data_sources.retrieve(photos.replace("-", ""))
    assert source["id"] == photos


def test_a_connection_that_may_only_read(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    server.settings.capabilities = {READ}
    assert client.data_sources.query(photos)
    with pytest.raises(APIResponseError) as caught:
        client.pages.create(parent={"data_source_id": photos}, properties={})
    assert (caught.value.status, caught.value.code) == (403, "restricted_resource")


def test_a_request_without_a_version_or_with_no_json(server: NotionServer) -> None:
    token = {"Authorization": f"Bearer {server.settings.token}"}
    with httpx.Client(base_url=server.base_url, headers=token, trust_env=False) as http:
        assert http.get("/v1/users/me").json()["code"] == "missing_version"
        version = {"Notion-Version": "2025-09-03"}
        broken = http.post("/v1/pages", content=b"{", headers=version)
        assert (broken.status_code, broken.json()["code"]) == (400, "invalid_json")
        assert http.get("/v1/nothing", headers=version).json()["code"] == "invalid_request_url"


def test_a_workspace_with_a_block_limit_is_full_for_ever(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    server.settings.block_limit = 3  # the database was the first
    pages: list[Any] = [
        client.pages.create(parent={"data_source_id": photos}, properties={}) for _ in range(2)
    ]
    with pytest.raises(APIResponseError) as caught:
        client.pages.create(parent={"data_source_id": photos}, properties={})
    assert (caught.value.status, caught.value.code) == (403, "restricted_resource")
    assert caught.value.additional_data == {"block_limit": 3}
    # Deleting makes no room; changing is still allowed.
    client.pages.update(pages[0]["id"], in_trash=True)
    with pytest.raises(APIResponseError):
        client.pages.create(parent={"data_source_id": photos}, properties={})
    client.pages.update(pages[1]["id"], properties={"Name": {"title": text("b")}})
    assert len(server.pages(photos)) == 2


def test_the_rate_is_an_average_with_a_burst() -> None:
    rate = RateLimit(per_second=2, burst=3)
    for _ in range(3):
        rate.take(100.0)
    with pytest.raises(NotionError) as caught:
        rate.take(100.0)
    assert (caught.value.status, caught.value.retry_after) == (429, 1)
    rate.take(100.5)
    with pytest.raises(NotionError):
        rate.take(100.6)
    # Whoever asks at the rate is never refused.
    for n in range(1000):
        rate.take(110 + n / 2)


def test_a_client_that_is_too_fast_is_told_to_wait() -> None:
    settings = Settings(requests_per_second=1, rate_burst=2)
    with NotionServer(settings).running() as server:
        client = server.client(retry=False, log_level=logging.CRITICAL)
        refusals = []
        for _ in range(6):
            try:
                client.users.me()
            except APIResponseError as error:
                refusals.append(error)
        assert 1 <= len(refusals) <= 4
        assert (refusals[0].status, refusals[0].code) == (429, "rate_limited")
        assert refusals[0].headers["retry-after"] == "1"
        assert most_in_window(server.log.all(), 60) == 6
        time.sleep(1.1)
        assert client.users.me()


def test_two_servers_do_not_know_each_other(server: NotionServer, photos: str) -> None:
    with NotionServer(Settings(seed=2)).running() as other:
        theirs = make_photos(other, other.client())
        assert theirs != photos
        assert other.log.all() != server.log.all()
