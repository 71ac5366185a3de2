"""A decision on the page reaches the library by the process that the page starts."""

import json
import time
from pathlib import Path

import pytest

from photo_assets.library import open_workspace
from photo_assets.model.tables import UNIFIED
from photo_assets_tests.cli.running import make_project
from photo_assets_tests.questions.library import Asked, entry
from photo_assets_tests.time_limit import PATIENCE_S
from photo_assets_tests.web.test_deciding import answers, form, send
from photo_assets_tests.web.visiting import Page, served


def ended(page: Page) -> str:
    """Return what the page says when the refresh has ended."""
    client, end = page.visitor(), time.monotonic() + PATIENCE_S
    while "Refreshing" in (text := client.get("/refresh").text) and time.monotonic() < end:
        time.sleep(0.2)
    return text


@pytest.mark.slow
def test_a_refresh_applies_what_was_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(tmp_path)
    file = project.home / "photosync.yaml"
    things = [entry("lightroom", "1", caption="Sea"), entry("eagle", "1", caption="Lake")]
    Asked(project.home, things)
    monkeypatch.setenv("DAGSTER_HOME", str(project.home))
    with served(lambda: open_workspace(file)) as page:
        client = page.visitor()
        text = client.get("/questions/one?field=caption").text
        chosen = answers(text)[1]
        send(client, "/questions/answer", {**form(text), "answer": chosen})
        assert "1 decision waits" in client.get("/questions").text
        assert client.post("/refresh", data={"csrf": "x"}).status_code == 403
        send(client, "/refresh", {"csrf": page.access.form_token})
        assert "The refresh is done" in ended(page)
        assert "caption" not in client.get("/questions").text
    lake = open_workspace(file).lake
    month = lake.names(("metadata", "unified"))[0]
    rows = lake.read(("metadata", "unified"), month, UNIFIED, ["caption"]).to_pylist()
    assert [{"value": row["caption"]} for row in rows] == [json.loads(chosen)]
