"""The stand-in as a process of its own, which outlives its clients."""

import subprocess
import sys
from typing import Any

import notion_client

from photo_assets_tests.services.notion.conftest import text
from photo_assets_tests.services.notion.control import NotionControl
from photo_assets_tests.services.server import running_process

_MODULE = "photo_assets_tests.services.notion"


def test_a_process_is_used_steered_and_looked_into() -> None:
    with running_process(_MODULE, "--token", "ntn_x", "--seed", "7") as url:
        control = NotionControl(url)
        root = control.root()
        assert root["token"] == "ntn_x"
        client = notion_client.Client(auth="ntn_x", base_url=url)
        made: Any = client.databases.create(
            parent={"type": "page_id", "page_id": root["page_id"]},
            initial_data_source={"properties": {"Name": {"title": {}}, "Status": {"status": {}}}},
        )
        source = made["data_sources"][0]["id"]
        page: Any = client.pages.create(
            parent={"data_source_id": source}, properties={"Name": {"title": text("a")}}
        )
        control.human_edit(page["id"], {"Status": "Done"})
        control.advance(3600)
        control.set(query_delay=7200)
        assert [one["id"] for one in control.pages(source)] == [page["id"]]
        found: Any = client.data_sources.query(source)
        assert found["results"] == []
        assert control.complaints() == {"violations": [], "refused": []}
        assert [arrival.path for arrival in control.arrivals()][:1] == ["/v1/databases"]
        control.close()


def test_a_client_that_is_killed_leaves_the_server_alive() -> None:
    with running_process(_MODULE) as url:
        control = NotionControl(url)
        control.script({"kind": "slow", "delay": 60, "times": 3})
        asks = (
            "import notion_client; notion_client.Client(auth='ntn_test', "
            f"base_url='{url}').users.me()"
        )
        for killed in range(1, 4):
            with subprocess.Popen([sys.executable, "-c", asks]) as process:
                while len(control.arrivals()) < killed:
                    assert process.poll() is None
                process.kill()
        client = notion_client.Client(auth="ntn_test", base_url=url)
        me: Any = client.users.me()
        assert me["type"] == "bot"
        control.close()
