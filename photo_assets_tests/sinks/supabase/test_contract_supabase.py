"""The Supabase sink fulfills the contract of all sinks, with a real database."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from photo_assets.library import open_workspace
from photo_assets.model.tables import UNIFIED
from photo_assets.sinks.protocol import Sink
from photo_assets.sinks.supabase.sink import SupabaseSink
from photo_assets_tests.services.supabase.stack import Stack
from photo_assets_tests.sinks.contract import Bench, SinkContract, There
from photo_assets_tests.sinks.supabase.lake import fill, item
from photo_assets_tests.sinks.supabase.plans import key

_SETTINGS = """
data_dir: data
sinks:
  supabase: {requests_per_second: 1000, rows_per_request: 3}
"""
_TIMES = ("created_at", "updated_at", "gone_at")


class SupabaseBench(Bench):
    def __init__(self, folder: Path, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.stack = stack
        self.monkeypatch = monkeypatch
        monkeypatch.setenv("SUPABASE_URL", stack.api_url)
        monkeypatch.setenv("SUPABASE_SECRET_KEY", stack.keys.secret_key)
        self.restart()

    def restart(self) -> None:
        self.stack.reset()
        self.folder = self.folder / "again"
        self.folder.mkdir(parents=True)
        file = self.folder / "photosync.yaml"
        file.write_text(_SETTINGS)
        self.workspace = open_workspace(file)

    def sink(self) -> Sink:
        return SupabaseSink(self.workspace)

    def key(self, photo: int) -> str:
        return key(photo)

    def want(self, photos: Iterable[int], *, renamed: Iterable[int] = ()) -> None:
        lake = fill(self.workspace.lake.root, [item(n) for n in photos])
        rows = lake.read_all(("metadata", "unified"), UNIFIED).to_pylist()
        for number in renamed:
            rows[number]["title"] = f"New {number}"
        table = pa.Table.from_pylist(rows, schema=UNIFIED.schema)
        lake.write(("metadata", "unified"), "all", UNIFIED, table)

    def there(self) -> There:
        found: dict[str, dict[str, Any]] = {}
        for (row,) in self.stack.execute("select to_jsonb(p) from photos p"):
            found[row["photo_id"]] = _untimed(row)
        for table in ("items", "photo_albums", "conflicts"):
            query = f"select to_jsonb(t) from {table} t order by to_jsonb(t) - 'created_at'"
            for (row,) in self.stack.execute(query):
                found[row["photo_id"]].setdefault(table, []).append(_untimed(row))
        return found

    def is_marked(self, photo: int) -> bool:
        return bool(self.there()[self.key(photo)]["gone"])

    def edit(self, photo: int) -> None:
        self._execute("update photos set title = 'By hand' where photo_id = %s", photo)

    def annotate(self, photo: int) -> None:
        columns = "(photo_id, model, input_hash, ai_description)"
        self._execute(f"insert into ai_metadata {columns} values (%s, 'm', 'h', 'a cat')", photo)

    def annotation(self, photo: int) -> Any:
        return self._execute("select * from ai_metadata where photo_id = %s", photo)

    def _execute(self, statement: str, photo: int) -> Any:
        return self.stack.execute(statement, self.key(photo))

    def calls(self) -> int:
        return len(self.stack.gateway.log.all())

    def disconnect(self) -> None:
        self.monkeypatch.delenv("SUPABASE_SECRET_KEY")


def _untimed(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _TIMES}


class TestSupabase(SinkContract):
    @pytest.fixture
    def bench(self, tmp_path: Path, supabase: Stack, monkeypatch: pytest.MonkeyPatch) -> Bench:
        return SupabaseBench(tmp_path, supabase, monkeypatch)
