"""The wanted pages from the lake: repeatable rows, and options that remain options."""

import json
from typing import Any

import orjson
import pyarrow as pa

from photo_assets.model.plans import DESIRED
from photo_assets.model.tables import MEMBERS, THUMBNAILS
from photo_assets.sinks.disclosing import Joined
from photo_assets.sinks.notion.desired import DesiredPages
from photo_assets.sinks.notion.fields import KINDS, most_options, owned
from photo_assets.sinks.notion.known_schema import keep_options
from photo_assets.sinks.notion.limits import SCHEMA_BYTES
from photo_assets.sinks.notion.settings import NotionSettings, notion_settings
from photo_assets.sinks.notion.wire import to_schema
from photo_assets_tests.configured import sinks_of
from photo_assets_tests.sinks.notion.collection import (
    MONTH,
    blob,
    photo,
    photo_id,
    table_of,
    write_collection,
)
from photo_assets_tests.sinks.notion.conftest import Studio


def wanted(studio: Studio, **settings: Any) -> dict[str, dict[str, Any]]:
    sinks = sinks_of(notion=settings)
    desired = DesiredPages(Joined.of(studio.workspace), sinks)
    tables = [table for _, table in desired.of(desired.partitions())]
    assert all(table.schema == DESIRED.schema for table in tables)
    rows = pa.concat_tables([DESIRED.schema.empty_table(), *tables]).to_pylist()
    return {row["key"]: json.loads(row["content"]) for row in rows}


def tagged(*tags: str) -> list[dict[str, Any]]:
    return [photo(number, keywords=[[tag]]) for number, tag in enumerate(tags)]


def test_an_empty_lake_wants_nothing(studio: Studio) -> None:
    assert wanted(studio) == {}


def test_the_same_lake_gives_the_same_rows_and_no_request(studio: Studio) -> None:
    studio.put([photo(n) for n in range(50)])
    first = wanted(studio)
    assert wanted(studio) == first
    assert len(first) == 50
    assert studio.server.log.all() == []


def test_private_values_are_sent_only_if_enabled(studio: Studio) -> None:
    studio.put([photo(1)])
    plain = wanted(studio)[photo_id(1)]
    assert not {"gps", "people", "more_people"} & plain.keys()
    told = wanted(studio, gps=True, people=True)[photo_id(1)]
    assert (told["gps"], told["people"]) == ("0.000000, 8.541700", ["Ann"])


def test_without_covers_no_cover_is_wanted(studio: Studio) -> None:
    studio.put([photo(1)])
    assert wanted(studio)[photo_id(1)]["cover"] == blob(1).hex()
    assert "cover" not in wanted(studio, covers=False)[photo_id(1)]


def test_a_master_without_a_picture_shows_another_file_of_the_same_photo(studio: Studio) -> None:
    studio.put([photo(1)], thumbnails=False)
    lake = studio.workspace.lake
    members = lake.read_all(("identity", "members"), MEMBERS).to_pylist()
    rendition = {**members[0], "native_id": "1b", "sha256": blob(77), "is_master": False}
    table = table_of(MEMBERS.schema, [*members, rendition])
    lake.write(("identity", "members"), "all", MEMBERS, table)
    drawn = [
        {"sha256": blob(1), "month": MONTH, "status": "undecodable"},
        {"sha256": blob(77), "month": MONTH, "status": "drawn"},
    ]
    lake.write(("vault", "thumbnails"), MONTH, THUMBNAILS, table_of(THUMBNAILS.schema, drawn))
    assert wanted(studio)[photo_id(1)]["cover"] == blob(77).hex()
    assert wanted(studio)[photo_id(1)]["lightroom_id"] == "1\n1b"


def test_the_most_used_keywords_are_options_and_the_others_text(studio: Studio) -> None:
    studio.put(tagged("sea", "sea", "sea", "fog", "fog", "rare"))
    found = wanted(studio, keyword_options=2)
    assert found[photo_id(0)]["keywords"] == ["sea"]
    assert found[photo_id(5)]["keywords"] == []
    assert found[photo_id(5)]["more_keywords"] == "rare"


def test_the_most_used_lenses_are_options_and_the_others_text(studio: Studio) -> None:
    """Phones and drivers write anything there: uncapped, it filled the database's schema."""
    lenses = ["wide", "wide", "long", "long", "odd"]
    rows = [photo(number, lens=lens) for number, lens in enumerate(lenses)]
    settings = {"lens_options": 2, "camera_options": 1}
    studio.put(rows, thumbnails=False)
    found = wanted(studio, **settings)
    assert [found[photo_id(n)]["lens"] for n in range(5)] == ["wide"] * 2 + ["long"] * 2 + [None]
    assert found[photo_id(4)]["more_equipment"] == "lens: odd"
    assert "more_equipment" not in found[photo_id(0)]
    keep_options(studio.workspace.lake, {"lens": ["odd"]})
    found = wanted(studio, **settings)
    assert [found[photo_id(n)]["lens"] for n in (0, 2, 4)] == [None, "long", "odd"]


def test_a_lens_that_finds_a_place_later_leaves_the_text(studio: Studio) -> None:
    studio.put([photo(0, lens="x" * 101)], thumbnails=False)
    assert studio.apply().created == 1
    assert studio.values()[photo_id(0)]["More equipment"] == f"lens: {'x' * 101}"
    assert studio.plan().plan.rows == 0
    assert studio.sync([photo(0, lens="short")], thumbnails=False).updated == 1
    values = studio.values()[photo_id(0)]
    assert (values["Lens"], values["More equipment"]) == ("short", "")


def test_with_the_defaults_all_options_together_leave_the_database_usable(studio: Studio) -> None:
    """They came to 500 of 100 bytes: all that Notion takes, before a single property."""
    client: Any = studio.server.client(retry=False)
    there = client.data_sources.retrieve(studio.source)["properties"]
    settings = NotionSettings(gps=True, people=True)
    names = owned(settings)
    added: dict[str, Any] = {
        name: to_schema(KINDS[field]) for field, name in names.items() if name not in there
    }
    client.data_sources.update(studio.source, properties=added)
    for field, most in most_options(settings).items():
        options = [{"name": f"{number:04}" + "x" * 16} for number in range(most)]
        for some in range(0, most, 100):  # a request takes no more
            known = options[: some + 100]
            with_all: Any = {names[field]: {KINDS[field].value: {"options": known}}}
            studio.server.store.data_source(studio.source).schema.update(with_all)
    full = client.data_sources.retrieve(studio.source)["properties"]
    assert len(orjson.dumps(full)) < 0.9 * SCHEMA_BYTES


def test_an_option_that_was_sent_stays_one_when_others_are_used_more(studio: Studio) -> None:
    studio.put(tagged("sea", "sea", "fog"))
    studio.apply()
    studio.put(tagged("sea", "sea", "fog", *["snow"] * 5))
    found = wanted(studio, keyword_options=2)
    assert found[photo_id(2)]["keywords"] == ["fog"]
    assert found[photo_id(3)]["keywords"] == []
    assert found[photo_id(3)]["more_keywords"] == "snow"


def test_options_the_data_source_knows_take_room(studio: Studio) -> None:
    studio.put(tagged("sea", "sea", "fog"))
    keep_options(studio.workspace.lake, {"keywords": ["theirs", "Fog"]})
    found = wanted(studio, keyword_options=3)
    assert found[photo_id(0)]["keywords"] == ["sea"]
    assert found[photo_id(2)]["keywords"] == ["Fog"]
    assert found[photo_id(2)]["more_keywords"] == "fog"
    assert wanted(studio, keyword_options=2)[photo_id(0)]["keywords"] == []


def test_once_written_the_plan_is_empty_although_options_were_full(studio: Studio) -> None:
    rows = [photo(n, keywords=[[f"tag {n % 9}"], [f"of {n}"]]) for n in range(30)]
    write_collection(studio.workspace, rows, thumbnails=False)
    settings = notion_settings(studio.workspace.settings.sinks).model_copy(
        update={"keyword_options": 5}
    )
    object.__setattr__(studio.workspace.settings.sinks, "notion", settings)
    assert studio.apply().created == 30
    assert studio.plan().plan.rows == 0
    source: Any = studio.server.client(retry=False).data_sources.retrieve(studio.source)
    assert len(source["properties"]["Tags"]["multi_select"]["options"]) == 5
    every = [page["Tags"] + page["More tags"].split("\n") for page in studio.values().values()]
    assert sorted(tag for page in every for tag in page if tag) == sorted(
        path[0] for row in rows for path in row["keywords"]
    )
