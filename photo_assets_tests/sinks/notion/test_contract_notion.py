"""The Notion sink fulfills the contract of all sinks, with the stand-in on a real socket."""

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from photo_assets.sinks.notion.sink import NotionSink
from photo_assets.sinks.protocol import Sink
from photo_assets_tests.services.notion.server import NotionServer
from photo_assets_tests.sinks.contract import Bench, SinkContract, There
from photo_assets_tests.sinks.notion.collection import photo, photo_id, write_collection
from photo_assets_tests.sinks.notion.conftest import LOOKS, Studio, make_workspace, set_up

THEIRS = "Note"


class NotionBench(Bench):
    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.monkeypatch = monkeypatch
        self.servers = contextlib.ExitStack()
        self.server = self.servers.enter_context(NotionServer().running())
        self.monkeypatch.setenv("NOTION_ARCHIVE_TOKEN", "ntn_test")
        self._set_up()

    def restart(self) -> None:
        self.folder = self.folder / "again"
        self.server = self.servers.enter_context(NotionServer().running())
        self._set_up()

    def _set_up(self) -> None:
        root = self.server.root_page_id
        self.workspace = make_workspace(self.folder, self.server.base_url, root)
        source = set_up(self.workspace)
        client = self.server.client(retry=False)
        client.data_sources.update(source, properties={THEIRS: {"rich_text": {}}})

    @property
    def studio(self) -> Studio:
        return Studio(self.workspace, self.server)

    def sink(self) -> Sink:
        return NotionSink(self.workspace, look_after_s=LOOKS)

    def key(self, photo: int) -> str:
        return photo_id(photo)

    def want(self, photos: Iterable[int], *, renamed: Iterable[int] = ()) -> None:
        other = set(renamed)
        rows = [photo(n, **({"title": f"New {n}"} if n in other else {})) for n in photos]
        write_collection(self.workspace, rows, thumbnails=False)

    def there(self) -> There:
        return {
            key: {name: value for name, value in page.items() if name != THEIRS}
            for key, page in self.studio.values().items()
        }

    def is_marked(self, photo: int) -> bool:
        return bool(self.there()[self.key(photo)]["Availability"] == "gone")

    def edit(self, photo: int) -> None:
        self._edit(photo, "Title", "By hand")

    def annotate(self, photo: int) -> None:
        self._edit(photo, THEIRS, "print this")

    def _edit(self, photo: int, name: str, value: str) -> None:
        self.server.human_edit(self.studio.page_of(self.key(photo)), {name: value})

    def annotation(self, photo: int) -> Any:
        return self.studio.values()[self.key(photo)][THEIRS]

    def calls(self) -> int:
        return len(self.server.log.all())

    def disconnect(self) -> None:
        self.monkeypatch.delenv("NOTION_ARCHIVE_TOKEN")


class TestNotion(SinkContract):
    @pytest.fixture
    def bench(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
        bench = NotionBench(tmp_path / "w", monkeypatch)
        with bench.servers:
            yield bench
            assert bench.server.violations == []
