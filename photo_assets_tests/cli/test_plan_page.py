"""A plan that is approved on the page is sent as the command line sends it: exactly that one."""

import time
from pathlib import Path

import pytest

from photo_assets.ledger import SinkRequests
from photo_assets.library import open_workspace
from photo_assets.sample.notion.settings import Settings
from photo_assets.sinks.engine.plan_store import Plan, current_plan
from photo_assets.sinks.engine.sink_tables import PARTS_NAME, plan_parts_asset
from photo_assets.workspace import Workspace
from photo_assets_tests.cli.running import Project
from photo_assets_tests.cli.sinks import PHOTOS, TOKEN, copy_of, notion_settings, writes
from photo_assets_tests.services.notion.server import NotionServer
from photo_assets_tests.time_limit import PATIENCE_S
from photo_assets_tests.web.visiting import Page, served


def workspace(project: Project) -> Workspace:
    return open_workspace(project.home / "photosync.yaml")


def planned(project: Project) -> Plan:
    found = current_plan(workspace(project), "notion")
    assert found is not None
    return found


def send(page: Page, plan: Plan, **fields: str) -> tuple[int, str]:
    client = page.visitor()
    done = client.post(f"/plans/{plan.plan_id}/send", data=fields, follow_redirects=True)
    return done.status_code, done.text


def sent(page: Page, plan: Plan) -> str:
    """Return the page of the plan once nothing is being sent any more."""
    client, end = page.visitor(), time.monotonic() + PATIENCE_S
    while "data-poll" in (text := client.get(f"/plans/{plan.plan_id}").text):
        assert time.monotonic() < end, text
        time.sleep(0.2)
    return text


@pytest.mark.slow
def test_a_plan_is_sent_once_it_is_approved_and_only_if_it_is_the_current_one(
    synced: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with NotionServer(Settings(token=TOKEN)).running() as notion:
        credentials = {"NOTION_ARCHIVE_TOKEN": TOKEN}
        project = copy_of(synced, tmp_path, notion_settings(notion), credentials)
        project.run_here("notion", "setup", "--yes")
        assert project.run("replicate", "notion").returncode == 0
        notion.log.clear()
        for name, value in project.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("DAGSTER_HOME", str(project.home))
        plan = planned(project)
        with served(lambda: workspace(project)) as page:
            token = {"csrf": page.access.form_token}
            shown = page.visitor().get(f"/plans/{plan.plan_id}").text
            assert f'value="{plan.plan_id}" required' in shown and "Not sent." in shown
            assert send(page, plan, approved=plan.plan_id)[0] == 403  # from another page
            assert send(page, plan, **token)[0] == 409
            assert send(page, plan, **token, approved="another")[0] == 409
            assert writes(notion) == []
            code, text = send(page, plan, **token, approved=plan.plan_id)
            assert code == 200 and "data-poll" in text
            assert send(page, plan, **token, approved=plan.plan_id)[0] == 409  # it is being sent
            done = sent(page, plan)
            assert "<p>Written.</p>" in done and 'name="approved"' not in done
            assert len(notion.values(next(iter(notion.store.data_sources)))) == PHOTOS
            requests = SinkRequests(workspace(project).ledger).of_plan("notion", plan.plan_id)
            assert requests and all(one.done_number is not None for one in requests.values())

            # There is another plan, or none any more: this one is not sent again.
            path = workspace(project).lake.path(plan_parts_asset("notion"), PARTS_NAME)
            path.unlink()
            code, text = send(page, plan, **token, approved=plan.plan_id)
            assert code == 409 and "Nothing was sent" in text
