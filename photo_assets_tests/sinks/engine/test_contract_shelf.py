"""The shelf of the engine's tests fulfills the contract of sinks, so their results apply to sinks."""

import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from photo_assets.library import open_workspace
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets_tests.ledgers import postgres_server
from photo_assets_tests.postgres import new_database
from photo_assets_tests.sinks.contract import Bench, SinkContract, There
from photo_assets_tests.sinks.shelf_sink import ShelfConnection, ShelfSink, contents

__all__ = ["postgres_server"]


class _Shelf(ShelfSink):
    locked = False

    def connect(self) -> ShelfConnection:
        if self.locked:
            raise SinkNotReadyError("The shelf is locked.")
        return super().connect()


class ShelfBench(Bench):
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wanted: list[tuple[str, str, str, dict[str, object]]] = []
        self.locked = False
        self.restart()

    def restart(self) -> None:
        self.folder = self.folder / "again"
        self.folder.mkdir(parents=True)
        file = self.folder / "photosync.yaml"
        file.write_text("data_dir: data\n")
        self.workspace = open_workspace(file)
        self.file = self.folder / f"shelf{len(self.folder.parts)}.sqlite"  # named by its place

    def sink(self) -> ShelfSink:
        sink = _Shelf(self.workspace, self.file, self.wanted)
        sink.locked = self.locked
        return sink

    def key(self, photo: int) -> str:
        return f"p{photo}"

    def want(self, photos: Iterable[int], *, renamed: Iterable[int] = ()) -> None:
        other = set(renamed)
        self.wanted = [
            (
                "pages",
                self.key(n),
                self.key(n),
                {"title": f"{'New' if n in other else 'Photo'} {n}"},
            )
            for n in photos
        ]

    def there(self) -> There:
        if not self.file.exists():
            return {}
        return {key: content for (_, key), content in contents(self.file).items()}

    def is_marked(self, photo: int) -> bool:
        return "gone" in self.there()[self.key(photo)]

    def edit(self, photo: int) -> None:
        self._set("content", json.dumps({"title": "By hand"}), photo)

    def annotate(self, photo: int) -> None:
        self._set("theirs", "print this", photo)

    def annotation(self, photo: int) -> Any:
        return self._get("select theirs from shelf where key = ?", self.key(photo))

    def calls(self) -> int:
        return int(self._get("select count(*) from log")) if self.file.exists() else 0

    def disconnect(self) -> None:
        self.locked = True

    def _set(self, column: str, value: str, photo: int) -> None:
        with sqlite3.connect(self.file) as shelf:
            query = f"update shelf set {column} = ? where key = ?"
            assert shelf.execute(query, (value, self.key(photo))).rowcount == 1

    def _get(self, query: str, *parameters: object) -> Any:
        with sqlite3.connect(self.file) as shelf:
            return shelf.execute(query, parameters).fetchone()[0]


@pytest.fixture
def postgres_ledger(postgres_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with new_database(postgres_server, f"t{secrets.token_hex(6)}") as url:
        monkeypatch.setenv("PHOTO_ASSETS_LEDGER_URL", url)
        yield


# What differs between the two databases is tested every day, in ledger/test_sinks.py.
@pytest.mark.slow
@pytest.mark.usefixtures("postgres_ledger")
class TestShelfWithTheLedgerInPostgres(SinkContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Bench:
        return ShelfBench(tmp_path)


class TestShelf(SinkContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Bench:
        return ShelfBench(tmp_path)
