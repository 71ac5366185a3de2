"""notion-client silently drops unknown arguments; none of ours is dropped."""

from typing import Any

import pytest

from photo_assets.sinks.notion.sink import notion_client
from photo_assets_tests.sinks.notion.conftest import Studio

ID = "393abc1e-edcd-8169-85ce-c64d3d3f20fd"
CALLS: dict[str, tuple[Any, ...]] = {
    "create_database": (ID, "Photos", {"Name": {"title": {}}}),
    "change_properties": (ID, {"ISO": {"number": {}}}),
    "create_page": (ID, {}, {"type": "external", "external": {"url": "https://x"}}),
    "update_page": (ID, {}, {"type": "external", "external": {"url": "https://x"}}),
    "create_upload": ("a.jpg", "image/jpeg"),
    "send_upload": (ID, "a.jpg", b"x", "image/jpeg"),
}
QUERY = {
    "filter_": {"property": "x", "rich_text": {"equals": "y"}},
    "sorts": [{"timestamp": "created_time", "direction": "ascending"}],
    "cursor": ID,
    "page_size": 7,
    "in_trash": True,
}


@pytest.mark.parametrize("name", [*CALLS, "query", "search"])
def test_every_argument_that_is_passed_is_sent(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    import notion_client.api_endpoints as endpoints

    dropped: list[str] = []
    pick = endpoints.pick  # type: ignore[attr-defined]

    def watched(base: dict[str, Any], *keys: str) -> dict[str, Any]:
        picked = pick(base, *keys)
        dropped.extend(base.keys() - picked.keys() - {"auth"})
        return picked

    monkeypatch.setattr(endpoints, "pick", watched)
    client = notion_client(studio.workspace)
    monkeypatch.setattr(client._api, "request", lambda **_: {"object": "list", "results": []})
    monkeypatch.setattr("photo_assets.sinks.notion.client._object", lambda reply, _: reply)
    if name == "query":
        client.query(ID, **QUERY)  # type: ignore[arg-type]
        # The filter that names properties goes into the address, the rest into the body.
        assert set(dropped) <= {"filter", "sorts", "start_cursor", "page_size", "in_trash"}
        dropped.clear()
    elif name == "search":
        list(client.search("page", "x"))
    else:
        getattr(client, name)(*CALLS[name])
    assert dropped == []
    client.close()
