"""Options are known from the moment they are sent, whatever is written or seen later."""

from pathlib import Path

import pyarrow as pa

from photo_assets.lake import Lake
from photo_assets.model.canonical import canonical
from photo_assets.model.plans import WRITTEN
from photo_assets.model.tables import TableKind
from photo_assets.sinks.notion.known_schema import (
    OPTIONS,
    SentOptions,
    existing_options,
    keep_options,
)

ASSET = ("sink", "notion_pages")


def test_sent_options_are_added_to_the_seen_ones(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    keep_options(lake, {"keywords": ["sea"]})
    sent = SentOptions(lake)
    sent.keep(canonical({"keywords": ["sea", "fog"], "lens": "wide", "title": "x", "camera": None}))
    before = lake.path(ASSET, "options").stat().st_mtime_ns
    sent.keep(canonical({"keywords": ["fog"]}))
    assert lake.path(ASSET, "options").stat().st_mtime_ns == before
    assert existing_options(lake) == {"keywords": {"sea", "fog"}, "lens": {"wide"}}


def test_seen_options_replace_all(tmp_path: Path) -> None:
    """Somebody took them out at Notion."""
    lake = Lake(tmp_path)
    SentOptions(lake).keep(canonical({"keywords": ["fog"]}))
    keep_options(lake, {"keywords": ["sea"]})
    assert existing_options(lake) == {"keywords": {"sea"}}


def test_options_of_an_older_version_are_read_from_its_rows(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    seen = pa.table({"field": ["keywords"], "name": ["sea"]}, schema=OPTIONS.schema)
    lake.write(ASSET, "options", OPTIONS, seen)
    row: dict[str, object] = {"target": "pages", "key": "1", "retired": False, "number": 1}
    row["content"] = canonical({"keywords": ["fog"]})
    old = TableKind(WRITTEN.name, 1, WRITTEN.schema)
    lake.write(ASSET, "written", old, pa.Table.from_pylist([row], schema=WRITTEN.schema))
    assert existing_options(lake) == {"keywords": {"sea", "fog"}}
    SentOptions(lake).keep(canonical({"keywords": ["rain"]}))
    lake.path(ASSET, "written").unlink()
    assert existing_options(lake) == {"keywords": {"sea", "fog", "rain"}}
