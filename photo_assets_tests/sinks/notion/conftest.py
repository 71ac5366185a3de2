"""A stand-in of each test's own, a workspace that is set up to write there, and both together."""

import copy
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from photo_assets.library import open_workspace
from photo_assets.sample.notion.store import Store
from photo_assets.sinks.engine.applied import Applied
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.planning import Planned, make_plan
from photo_assets.sinks.engine.verifying import verify_sink
from photo_assets.sinks.notion.setup import apply_setup, propose_setup
from photo_assets.sinks.notion.sink import NotionSink, notion_client
from photo_assets.sinks.protocol import Verification
from photo_assets.workspace import Workspace
from photo_assets_tests.services.notion.server import NotionServer
from photo_assets_tests.sinks.notion.collection import write_collection

LOOKS = (0.01, 0.05)


@dataclass
class Studio:
    """A workspace and the stand-in it writes to."""

    workspace: Workspace
    server: NotionServer

    @property
    def source(self) -> str:
        """The data source's id."""
        destination = self.sink.destination()
        assert destination is not None
        return destination

    @property
    def sink(self) -> NotionSink:
        return NotionSink(self.workspace, look_after_s=LOOKS)

    def put(self, rows: Iterable[Mapping[str, Any]], *, thumbnails: bool = True) -> None:
        write_collection(self.workspace, rows, thumbnails=thumbnails)

    def plan(self, **options: bool) -> Planned:
        return make_plan(self.workspace, self.sink, "x", **options)

    def apply(self, at_once: int = 2, **options: bool) -> Applied:
        planned = self.plan(**options)
        return apply_plan(self.workspace, self.sink, planned.plan.plan_id, at_once=at_once)

    def sync(self, rows: Iterable[Mapping[str, Any]], **options: Any) -> Applied:
        self.put(rows, **options)
        return self.apply()

    def verify(self) -> Verification:
        return verify_sink(self.workspace, self.sink)

    def values(self) -> dict[str, dict[str, Any]]:
        """Return the plain values of all pages by photo UUID; raises when there are two of one."""
        found = self.server.values(self.source)
        by_photo = {values["Photo UUID"]: values for values in found.values()}
        assert len(by_photo) == len(found), "a photo has two pages"
        return by_photo

    def page_of(self, photo: str) -> str:
        """Return the id of a photo's page."""
        found = self.server.values(self.source)
        (page,) = [page for page, values in found.items() if values["Photo UUID"] == photo]
        return page

    def writes(self) -> list[str]:
        """Return the requests that write, as `METHOD path` with ids left out, in order."""
        found = []
        for arrival in self.server.log.all():
            parts = arrival.path.removeprefix("/v1/").split("/")
            plain = "/".join(part for part in parts if len(part) != 36)
            if arrival.method == "GET" or plain in ("data_sources/query", "search"):
                continue
            found.append(f"{arrival.method} {plain}")
        return found

    def reopened(self) -> "Studio":
        """Return the same as another process would open it."""
        return Studio(open_workspace(self.workspace.configuration.file), self.server)


@pytest.fixture
def server() -> Iterator[NotionServer]:
    with NotionServer().running() as running:
        yield running
        assert running.violations == []


def make_workspace(folder: Path, base_url: str, parent: str, **notion: Any) -> Workspace:
    """Write a photosync.yaml for the stand-in and open it."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "photosync.yaml"
    settings = {
        "base_url": base_url,
        "parent_page_id": parent,
        "requests_per_second": 100,
        "timeout_seconds": 5,
        **notion,
    }
    file.write_text(yaml.safe_dump({"data_dir": "data", "sinks": {"notion": settings}}))
    return open_workspace(file)


def set_up(workspace: Workspace) -> str:
    """Run setup and return the data source's id."""
    client = notion_client(workspace)
    try:
        return apply_setup(workspace, client, propose_setup(workspace, client)).data_source
    finally:
        client.close()


class SetUp(NamedTuple):
    """A workspace's folder, and what the stand-in holds, after setup; to be copied."""

    folder: Path
    store: Store


@pytest.fixture(scope="session")
def set_up_once(tmp_path_factory: pytest.TempPathFactory) -> SetUp:
    """Setup by the product itself, once for all tests that begin after it."""
    folder = tmp_path_factory.mktemp("set up") / "w"
    with pytest.MonkeyPatch.context() as patch, NotionServer().running() as server:
        patch.setenv("NOTION_ARCHIVE_TOKEN", "ntn_test")
        set_up(make_workspace(folder, server.base_url, server.root_page_id))
        return SetUp(folder, server.store)


@pytest.fixture
def studio(
    server: NotionServer, set_up_once: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Studio:
    """A workspace that is set up, with an empty log."""
    monkeypatch.setenv("NOTION_ARCHIVE_TOKEN", "ntn_test")
    there = set_up_once.store
    # What is copied refers to this server's settings, clock and address, as all it makes later does.
    own = {id(there.settings): server.settings, id(there.clock): server.clock}
    url = server.store.base_url
    vars(server.store).update(copy.deepcopy(vars(there), own), base_url=url)
    shutil.copytree(set_up_once.folder, tmp_path / "w")
    workspace = make_workspace(tmp_path / "w", server.base_url, server.root_page_id)
    return Studio(workspace, server)
