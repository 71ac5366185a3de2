"""Names in keywords, private keywords, locked photos: never sent, and withdrawn if sent before."""

from typing import Any

import pytest

from photo_assets.ledger import SinkPages, SinkStates
from photo_assets.model.tables import MEMBERS, RELATIONS, THUMBNAILS
from photo_assets.sinks.engine.rollback import plan_rollback
from photo_assets_tests.repetition import cases, combinations
from photo_assets_tests.sinks.notion.collection import (
    MONTH,
    blob,
    draw,
    photo,
    photo_id,
    table_of,
)
from photo_assets_tests.sinks.notion.conftest import Studio, set_up
from photo_assets_tests.sinks.notion.test_private import configured

PERSON = {"path": ["Zorah Quimby"], "person": True, "private": False}
PRIVATE = {"path": ["Clients", "Job 77"], "person": False, "private": True}
KEYWORDS = [["Zorah Quimby"], ["Clients", "Job 77"], ["Wilbur Nakamura"], ["harbour"]]
NAMES = ("Zorah Quimby", "Job 77", "Clients", "Wilbur Nakamura")


def everything_there(studio: Studio) -> str:
    """Return all pages and the schema, as the service would tell them to anybody who asks."""
    client: Any = studio.server.client(retry=False)
    source = client.data_sources.retrieve(studio.source)
    return f"{studio.server.pages(studio.source)} {source['properties']}"


def before(**more: Any) -> dict[str, Any]:
    """Return a photo as an older version saw it, which knew nothing of its names."""
    return photo(1, keywords=KEYWORDS, albums=["Zorah Quimby / 2019"], people=[], **more)


def after(**more: Any) -> dict[str, Any]:
    marked = {"marked_keywords": [PERSON, PRIVATE], "people": ["Wilbur Nakamura"]}
    return {**before(), **marked, "guessed_people": ["Bo Bell"], **more}


def test_the_next_plan_withdraws_names_sent_by_an_older_version(studio: Studio) -> None:
    studio.sync([before(caption="Bo Bell and Zorah Quimby"), photo(2, people=[])], thumbnails=False)
    assert all(name in everything_there(studio) for name in NAMES)
    assert studio.sync([after(), photo(2, people=[])], thumbnails=False).updated == 1
    values = studio.values()[photo_id(1)]
    assert (values["Tags"], values["More tags"]) == (["harbour"], "")
    assert not any(name in everything_there(studio) for name in (*NAMES, "Bo Bell"))
    assert studio.plan().plan.rows == 0
    assert studio.verify().drifted == ()


def test_with_people_only_private_keywords_are_withheld(studio: Studio) -> None:
    told = configured(studio, people=True)
    set_up(told.workspace)
    told.sync([after()], thumbnails=False)
    values = told.values()[photo_id(1)]
    assert values["Tags"] == ["Wilbur Nakamura", "Zorah Quimby", "harbour"]
    assert values["People"] == ["Wilbur Nakamura"]
    assert values["Collections"] == ["Zorah Quimby / 2019"]
    assert not any(name in everything_there(told) for name in ("Job 77", "Clients"))


def test_the_list_of_people_is_empty_once_they_are_no_longer_sent(studio: Studio) -> None:
    """The property is sent no more, so its options would have been offered forever."""
    told = configured(studio, people=True)
    set_up(told.workspace)
    told.sync([after()], thumbnails=False)
    quiet = configured(told, people=False)
    quiet.sync([after()], thumbnails=False)
    assert not any(name in everything_there(quiet) for name in NAMES)
    schema: Any = quiet.server.client(retry=False).data_sources.retrieve(quiet.source)
    assert [one["name"] for one in schema["properties"]["Tags"]["multi_select"]["options"]] == [
        "harbour"
    ]


def test_options_of_theirs_stay(studio: Studio) -> None:
    client: Any = studio.server.client(retry=False)
    theirs = {"multi_select": {"options": [{"name": "Zorah Quimby"}, {"name": "todo"}]}}
    client.data_sources.update(studio.source, properties={"Their list": theirs, "Tags": theirs})
    studio.sync([after()], thumbnails=False)
    properties = client.data_sources.retrieve(studio.source)["properties"]
    names = {
        name: [one["name"] for one in properties[name]["multi_select"]["options"]]
        for name in ("Their list", "Tags")
    }
    assert names == {"Their list": ["Zorah Quimby", "todo"], "Tags": ["todo", "harbour"]}


def test_a_list_too_long_to_change_is_reported_without_names(studio: Studio) -> None:
    client: Any = studio.server.client(retry=False)
    many = [{"name": f"tag {n}"} for n in range(100)]
    for options in (many, [{"name": "Zorah Quimby"}, {"name": "one more"}]):
        page = {"Tags": {"multi_select": options}}
        parent = {"type": "data_source_id", "data_source_id": studio.source}
        client.pages.create(parent=parent, properties=page)
    studio.sync([photo(n, keywords=[[f"tag {n}"]], people=[]) for n in range(2)], thumbnails=False)
    told = studio.sync(
        [after(), photo(2, keywords=[["tag 200"]], people=[])], thumbnails=False
    ).told
    (line,) = [line for line in told if "Private data" in line]
    assert line.startswith("The property 'Tags' has 102 options. Private data is in 1 of them")
    assert "Zorah" not in line


LOCKED: list[dict[str, Any]] = [{"visibility": "locked"}, {"availability": "trashed"}]


@pytest.mark.parametrize("state", [*LOCKED, {"archived": True}])
def test_a_photo_that_may_not_be_shown_gets_no_page(studio: Studio, state: dict[str, Any]) -> None:
    studio.sync([photo(1, **state), photo(2)])
    assert set(studio.values()) == {photo_id(2)}
    assert studio.plan().plan.rows == 0
    assert studio.server.calls("POST", "file_uploads") == 2  # one cover: announced and sent


@pytest.mark.parametrize(
    ("kind", "turned"),
    combinations(
        ("live_video_of", "edit_of", "raw_jpeg_pair"),
        (False, True),
        everyday=[("live_video_of", False), ("raw_jpeg_pair", True)],
    ),
)
def test_photos_of_the_same_scene_as_a_locked_photo_are_locked(
    studio: Studio, kind: str, turned: bool
) -> None:
    """The video of a hidden live photo has no own sidecar with that mark."""
    ends = [(photo_id(1), photo_id(2)), (photo_id(2), photo_id(3))]
    rows = [
        {
            "kind": kind,
            "from_photo_id": b if turned else a,
            "to_photo_id": a if turned else b,
            **dict.fromkeys(("source", "catalog", "from_native_id", "to_native_id"), "x"),
        }
        for a, b in ends
    ]
    stacked = {**rows[0], "kind": "stacked_under", "from_photo_id": photo_id(4)}
    table = table_of(RELATIONS.schema, [*rows, {**stacked, "to_photo_id": photo_id(1)}])
    studio.workspace.lake.write(("identity", "relations"), "all", RELATIONS, table)
    photos = [photo(1, visibility="locked"), *(photo(n) for n in range(2, 6))]
    studio.sync(photos, thumbnails=False)
    assert set(studio.values()) == {photo_id(4), photo_id(5)}


def test_archived_photos_have_a_page_where_that_is_wanted(studio: Studio) -> None:
    assert configured(studio, archived=True).sync([photo(1, archived=True)]).created == 1


@pytest.mark.parametrize("state", cases([*LOCKED, {"archived": True}], everyday=LOCKED[:1]))
def test_an_existing_page_is_emptied_and_filled_again_later(
    studio: Studio, state: dict[str, Any]
) -> None:
    studio.sync([photo(1), photo(2)])
    full = studio.values()
    page = studio.page_of(photo_id(1))
    assert studio.sync([photo(1, **state), photo(2)]).updated == 1
    values = studio.values()[photo_id(1)]
    said = {name: value for name, value in values.items() if value not in (None, "", [])}
    assert said == {"Photo UUID": photo_id(1), "Availability": "withheld"}
    client: Any = studio.server.client(retry=False)
    assert client.pages.retrieve(page)["cover"] is None
    assert studio.plan().plan.rows == 0
    assert studio.verify().drifted == ()
    assert studio.values()[photo_id(2)] == full[photo_id(2)]
    studio.sync([photo(1), photo(2)])
    assert studio.values() == full
    assert client.pages.retrieve(page)["cover"] is not None


def test_an_unrecorded_cover_is_removed_too(studio: Studio) -> None:
    """Covers were switched off since: contents no longer speak of them."""
    studio.sync([photo(1)])
    without = configured(studio, covers=False)
    without.sync([photo(1, rating=5)])
    without.sync([photo(1, rating=5, visibility="locked")])
    client: Any = studio.server.client(retry=False)
    assert client.pages.retrieve(studio.page_of(photo_id(1)))["cover"] is None


def test_undoing_the_plan_that_emptied_a_page_leaves_it_empty(studio: Studio) -> None:
    studio.sync([photo(1), photo(2)], thumbnails=False)
    studio.put([photo(1, visibility="locked"), photo(2)], thumbnails=False)
    planned = studio.plan()
    studio.apply()
    undo = plan_rollback(studio.workspace, studio.sink, planned.plan)
    assert undo.plan.rows == 0
    assert studio.values()[photo_id(1)]["Availability"] == "withheld"


def test_an_adopted_page_is_emptied_completely(studio: Studio) -> None:
    """Without the ledger, the sent values are unknown; people were sent while that was enabled."""
    told = configured(studio, people=True, gps=True)
    set_up(told.workspace)
    told.sync([photo(1), photo(2)])
    lost = configured(told, people=False, gps=False).reopened()
    (lost.workspace.data_dir / "ledger.sqlite").unlink()
    lost = lost.reopened()
    for path in (lost.workspace.data_dir / "lake" / "sink").rglob("*.parquet"):
        path.unlink()
    set_up(lost.workspace)
    assert not SinkPages(lost.workspace.ledger).known("notion", lost.source, "pages")
    lost.put([photo(1, visibility="locked"), photo(2)])
    lost.apply()
    lost.apply()
    values = lost.values()
    assert {values[photo_id(n)]["People"] == [] for n in (1, 2)} == {True}
    assert {values[photo_id(n)]["GPS Location"] for n in (1, 2)} == {""}
    assert values[photo_id(1)]["Title"] == ""
    assert SinkStates(lost.workspace.ledger).get("notion") is not None


def test_pages_of_photos_that_left_keep_their_title_and_no_names(studio: Studio) -> None:
    studio.sync([before(title="At the harbour"), photo(2)], thumbnails=False)
    studio.sync([after(photo_id=photo_id(3), uii="x"), photo(2)], thumbnails=False)
    gone = studio.values()[photo_id(1)]
    assert (gone["Title"], gone["Availability"]) == ("At the harbour", "gone")
    assert not any(name in str(gone) for name in NAMES)


def test_an_item_in_the_trash_lends_its_photo_no_cover(studio: Studio) -> None:
    studio.put([photo(1)], thumbnails=False)
    lake = studio.workspace.lake
    (member,) = lake.read_all(("identity", "members"), MEMBERS).to_pylist()
    trashed = {**member, "native_id": "1b", "sha256": blob(77), "availability": "trashed"}
    table = table_of(MEMBERS.schema, [member, {**trashed, "is_master": False}])
    lake.write(("identity", "members"), "all", MEMBERS, table)
    drawn = [{"sha256": blob(77), "month": MONTH, "status": "drawn"}]
    lake.write(("vault", "thumbnails"), MONTH, THUMBNAILS, table_of(THUMBNAILS.schema, drawn))
    draw(studio.workspace, 77)
    studio.apply()
    client: Any = studio.server.client(retry=False)
    page = studio.page_of(photo_id(1))
    assert client.pages.retrieve(page)["cover"] is None
    assert studio.values()[photo_id(1)]["Lightroom ID"] == "1"
