"""Files: sent once, used as a cover, read back at an address that expires and is never the same."""

import io
from typing import Any

import notion_client
import pytest
from notion_client.errors import APIResponseError

from photo_assets_tests.services.notion.conftest import text
from photo_assets_tests.services.notion.server import NotionServer

_JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40 + b"\r\n--\r\n"


def _upload(client: notion_client.Client) -> str:
    made: Any = client.file_uploads.create(
        mode="single_part", filename="a.jpg", content_type="image/jpeg"
    )
    assert made["status"] == "pending"
    sent: Any = client.file_uploads.send(
        file_upload_id=made["id"], file=("a.jpg", io.BytesIO(_JPEG), "image/jpeg")
    )
    assert (sent["status"], sent["content_length"]) == ("uploaded", len(_JPEG))
    id_: str = made["id"]
    return id_


def _page_with_cover(client: notion_client.Client, photos: str, upload: str) -> Any:
    return client.pages.create(
        parent={"data_source_id": photos},
        properties={"Name": {"title": text("a")}},
        cover={"type": "file_upload", "file_upload": {"id": upload}},
    )


def test_a_cover_is_the_bytes_that_were_sent(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    upload = _upload(client)
    page = _page_with_cover(client, photos, upload)
    assert server.store.uploads[upload].content == _JPEG
    again: Any = client.pages.retrieve(page["id"])
    assert page["cover"]["type"] == again["cover"]["type"] == "file"
    assert page["cover"]["file"]["url"] != again["cover"]["file"]["url"]
    removed: Any = client.pages.update(page["id"], cover=None)
    assert removed["cover"] is None
    outside = {"type": "external", "external": {"url": "https://a.example/a.jpg"}}
    changed: Any = client.pages.update(page["id"], cover=outside)
    assert changed["cover"] == outside


def test_an_upload_that_nothing_uses_expires(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    upload = _upload(client)
    server.clock.advance(3601)
    seen: Any = client.file_uploads.retrieve(upload)
    assert seen["status"] == "expired"
    with pytest.raises(APIResponseError, match="has expired"):
        _page_with_cover(client, photos, upload)
    assert server.pages(photos) == []


def test_an_upload_that_is_used_does_not(
    server: NotionServer, client: notion_client.Client, photos: str
) -> None:
    upload = _upload(client)
    _page_with_cover(client, photos, upload)
    server.clock.advance(3601)
    assert _page_with_cover(client, photos, upload)["cover"]["type"] == "file"


def test_an_upload_is_sent_before_it_is_used_and_once(
    client: notion_client.Client, photos: str
) -> None:
    made: Any = client.file_uploads.create(mode="single_part", filename="a.jpg")
    with pytest.raises(APIResponseError, match="not in the uploaded status"):
        _page_with_cover(client, photos, made["id"])
    sent = _upload(client)
    with pytest.raises(APIResponseError, match="not in the pending status"):
        client.file_uploads.send(file_upload_id=sent, file=io.BytesIO(_JPEG))


def test_a_file_has_a_greatest_size(server: NotionServer, client: notion_client.Client) -> None:
    server.settings.upload_bytes = 1000
    me: Any = client.users.me()
    assert me["bot"]["workspace_limits"]["max_file_upload_size_in_bytes"] == 1000
    with pytest.raises(APIResponseError, match="exceeds the limit"):
        _upload(client)
