"""Existing pages: adopted, found, in the trash, duplicated, or of another machine."""

import pyarrow as pa
import pytest

from photo_assets.ledger import (
    PhotoRegistry,
    RegistryChange,
    SinkPages,
    SinkRequests,
    SinkStates,
)
from photo_assets.ledger.photos import KNOWN_KEYS
from photo_assets.model.errors import PhotoAssetsError
from photo_assets.sinks.notion.pagination import all_pages
from photo_assets.sinks.notion.sending import IN_TRASH, NOT_THERE
from photo_assets.sinks.notion.sink import notion_client
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets_tests.sinks.notion.collection import photo, photo_id
from photo_assets_tests.sinks.notion.conftest import Studio, make_workspace, set_up


def known(studio: Studio) -> set[str]:
    return set(SinkPages(studio.workspace.ledger).known("notion", studio.source, "pages"))


def second_machine(studio: Studio, folder: str = "second") -> Studio:
    """Return another machine's workspace that is set up for the same data source."""
    state = SinkStates(studio.workspace.ledger).get("notion")
    assert state is not None
    path = studio.workspace.data_dir.parent.parent / folder
    workspace = make_workspace(
        path,
        studio.server.base_url,
        studio.server.root_page_id,
        database_id=state.detail["database_id"],
    )
    assert set_up(workspace) == studio.source
    return Studio(workspace, studio.server)


def test_a_lost_ledger_finds_its_pages_again(studio: Studio) -> None:
    studio.sync([photo(n) for n in range(105)], thumbnails=False)
    other = second_machine(studio)
    studio.server.log.clear()
    applied = other.sync([photo(n) for n in range(105)], thumbnails=False)
    assert (applied.created, applied.updated) == (0, 105)
    assert "Adopted from Notion: 105 existing pages." in applied.told[0]
    assert studio.server.calls("POST", "/query") == 2 + 1  # two replies' worth, and the trash
    assert len(studio.values()) == 105


def test_a_page_found_there_is_marked_when_its_photo_was_ours_and_is_gone(studio: Studio) -> None:
    """Whose content was never written by this ledger, stayed as it was forever."""
    studio.sync([photo(n) for n in range(6)], thumbnails=False)
    other = second_machine(studio)
    give_out(other, *(photo_id(n) for n in range(5)))
    other.sync([photo(n) for n in range(4)], thumbnails=False)
    before = studio.values()[photo_id(4)]
    assert (before["Availability"], bool(before["Title"])) == ("online", True)
    studio.server.log.clear()
    assert other.sync([photo(n) for n in range(4)], thumbnails=False).updated == 1
    assert studio.server.calls("PATCH", "/pages/") == 1
    there = studio.values()
    assert there[photo_id(4)] == {**before, "Availability": "gone"}
    assert there[photo_id(5)]["Availability"] == "online"  # another collection's
    assert other.sync([photo(n) for n in range(4)], thumbnails=False).plan.rows == 0
    other.sync([photo(n) for n in range(5)], thumbnails=False)
    assert studio.values()[photo_id(4)]["Availability"] == "online"


def test_an_outdated_text_is_removed_from_an_adopted_page(studio: Studio) -> None:
    """What no option says is in a text that contents are silent about when it is empty."""
    rows = [photo(n, lens="x" * 101) for n in range(2)]
    studio.sync(rows, thumbnails=False)
    other = second_machine(studio)
    give_out(other, photo_id(1))
    other.sync([photo(0)], thumbnails=False)
    there = studio.values()
    assert (there[photo_id(0)]["Lens"], there[photo_id(0)]["More equipment"]) == (
        "XF35mmF1.4 R",
        "",
    )
    other.sync([photo(0)], thumbnails=False)
    gone = studio.values()[photo_id(1)]
    assert gone["Availability"] == "gone"
    assert gone["More equipment"] == f"lens: {'x' * 101}"  # marked, and nothing else


def give_out(studio: Studio, *photos: str) -> None:
    """Let the ledger have given these ids to photos, as `identity/photos` does."""
    with PhotoRegistry(studio.workspace.ledger).session() as session:
        rows = pa.table({"photo_id": list(photos), "anchor": list(photos)})
        session.apply(RegistryChange(rows, KNOWN_KEYS.empty_table()))


def test_pages_of_another_machine_are_adopted(studio: Studio) -> None:
    studio.sync([photo(n) for n in range(5)])
    other = second_machine(studio)
    other.sync([photo(n) for n in range(9)])
    applied = studio.sync([photo(n) for n in range(12)])
    assert (applied.created, applied.updated) == (3, 4)
    assert len(studio.values()) == 12


def test_pages_people_made_do_not_hide_those_that_are_ours(studio: Studio) -> None:
    studio.sync([photo(n) for n in range(3)])
    other = second_machine(studio)
    other.sync([photo(n) for n in range(6)])
    studio.server.clock.advance(60)
    studio.server.seed_pages(studio.source, [{"Title": f"An idea {n}"} for n in range(250)])
    assert studio.sync([photo(n) for n in range(6)]).created == 0
    assert len(known(studio)) == 6


def test_after_a_crash_only_the_last_pages_are_read(studio: Studio) -> None:
    studio.sync([photo(n) for n in range(100)], thumbnails=False)
    studio.put([photo(n) for n in range(103)], thumbnails=False)
    plan = studio.plan().plan
    rows = list(plan.read())
    connection = studio.sink.connect()
    connection.prepare(3)
    connection.send(rows[:1], uncertain=False)  # and the machine dies before it is noted
    connection.close()
    studio.server.log.clear()
    applied = studio.apply()
    assert (applied.created, applied.updated) == (2, 1)
    assert studio.server.calls("POST", "/query") == 2
    assert len(studio.values()) == 103


def test_more_pages_than_a_query_gives_are_all_found(studio: Studio) -> None:
    settings, store = studio.server.settings, studio.server.store
    settings.query_results = 100
    for minute in range(12):
        rows = [
            {"Title": f"{minute} {n}", "Photo UUID": photo_id(minute * 40 + n)} for n in range(40)
        ]
        studio.server.seed_pages(
            studio.source, rows, created=store.clock.now() - 6000 + minute * 60
        )
    client = notion_client(studio.workspace)
    found = [page["id"] for page in all_pages(client, studio.source)]
    client.close()
    assert len(found) == len(set(found)) == 12 * 40


def test_more_pages_in_one_minute_than_a_query_returns_are_reported(studio: Studio) -> None:
    now = studio.server.store.clock.now()
    studio.server.seed_pages(studio.source, [{"Title": str(n)} for n in range(130)], created=now)
    studio.server.settings.query_results = 100
    client = notion_client(studio.workspace)
    with pytest.raises(PhotoAssetsError, match="not all of them"):
        list(all_pages(client, studio.source))
    client.close()


def test_a_page_in_the_trash_is_reported_and_not_retried(studio: Studio) -> None:
    studio.sync([photo(n) for n in range(3)])
    page = studio.page_of(photo_id(1))
    client = studio.server.client(retry=False)
    client.pages.update(page, in_trash=True)
    studio.server.log.clear()
    applied = studio.sync([photo(n, rating=5) for n in range(3)])
    assert (applied.updated, applied.unchanged, applied.failed) == (2, 1, 0)
    assert applied.notes[IN_TRASH] == 1
    assert studio.writes() == ["PATCH pages"] * 3
    studio.server.log.clear()
    assert studio.plan().plan.rows == 0
    found = studio.verify()
    assert found.drifted == ()
    assert found.notes == ("1 page is in Notion's trash; nothing is restored from it.",)
    # Whoever restores it gets what it should say by now.
    client.pages.update(page, in_trash=False)
    assert [row.key for row in studio.verify().drifted] == [photo_id(1)]
    assert studio.apply().updated == 1
    assert studio.values()[photo_id(1)]["Rating"] == 5


def test_a_permanently_deleted_page_is_not_created_again(studio: Studio) -> None:
    studio.sync([photo(n) for n in range(3)])
    page = studio.page_of(photo_id(1))
    source = studio.server.store.data_sources[studio.source]
    source.pages.remove(studio.server.store.pages.pop(page))
    applied = studio.sync([photo(n, rating=5) for n in range(3)])
    assert applied.notes[NOT_THERE] == 1
    assert len(studio.values()) == 2
    assert "1 page is missing" in studio.verify().notes[0]
    assert studio.plan().plan.rows == 0


def test_a_lost_ledger_does_not_recreate_pages_in_the_trash(studio: Studio) -> None:
    studio.sync([photo(n) for n in range(3)])
    studio.server.client(retry=False).pages.update(studio.page_of(photo_id(1)), in_trash=True)
    applied = second_machine(studio).sync([photo(n) for n in range(3)])
    assert (applied.created, applied.unchanged) == (0, 1)


def test_two_pages_of_one_photo_are_reported_and_kept(studio: Studio) -> None:
    studio.sync([photo(n) for n in range(3)])
    studio.server.seed_pages(studio.source, [{"Title": "copy", "Photo UUID": photo_id(1)}])
    studio.server.seed_pages(studio.source, [{"Title": "an idea of mine"}])
    found = studio.verify()
    assert (found.rows, found.duplicates, found.strangers) == (5, (photo_id(1),), 1)
    assert found.drifted == ()
    assert studio.sync([photo(n, rating=5) for n in range(3)]).updated == 3
    assert len(studio.server.pages(studio.source)) == 5


def test_changes_to_our_properties_are_corrected_in_one_call(studio: Studio) -> None:
    studio.sync([photo(n) for n in range(3)])
    page = studio.page_of(photo_id(1))
    studio.server.human_edit(page, {"Rating": 0, "Photo UUID": "", "Tags": ["x"]})
    found = studio.verify()
    assert [row.why for row in found.drifted] == [
        "changed by hand in the service: Photo UUID, Rating, Tags"
    ]
    studio.server.log.clear()
    assert studio.apply().updated == 1
    assert studio.writes() == ["PATCH pages"]
    assert studio.verify().drifted == ()
    assert studio.values()[photo_id(1)]["Rating"] == 1


def test_a_property_of_another_type_is_reported_and_skipped(studio: Studio) -> None:
    studio.sync([photo(1)])
    client = studio.server.client(retry=False)
    client.data_sources.update(studio.source, properties={"Rating": None})
    client.data_sources.update(studio.source, properties={"Rating": {"select": {}}})
    applied = studio.sync([photo(n, rating=5, iso=64) for n in range(3)])
    assert (applied.created, applied.updated, applied.failed) == (2, 1, 0)
    assert "'Rating' has the type select" in applied.told[0]
    assert applied.notes["no property takes rating"] == 3
    assert studio.values()[photo_id(2)]["Title"] == "Photo 2"
    assert studio.verify().drifted == ()


def test_a_property_whose_type_changes_meanwhile_costs_no_page(studio: Studio) -> None:
    studio.put([photo(n) for n in range(3)], thumbnails=False)
    plan = studio.plan().plan
    connection = studio.sink.connect()
    connection.prepare(3)
    client = studio.server.client(retry=False)
    client.data_sources.update(studio.source, properties={"ISO": {"select": {}}})
    for row in plan.read():
        (outcome,) = connection.send([row], uncertain=False)
        assert (outcome.state, outcome.error) == ("created", None)
        assert outcome.note is not None
        assert "no property takes iso" in outcome.note
    connection.close()


def test_an_interrupted_update_is_sent_completely(
    studio: Studio,
) -> None:
    studio.sync([photo(1)])
    studio.put([photo(1, rating=4, title="Half way")])
    plan = studio.plan().plan
    (row,) = plan.read()
    SinkStates(studio.workspace.ledger).begin("notion", plan.plan_id, plan.base, plan.destination)
    SinkRequests(studio.workspace.ledger).intend(
        "notion", plan.plan_id, 0, target="pages", first_row=0, rows=1
    )
    connection = studio.sink.connect()
    connection.send([row], uncertain=False)  # and the machine dies before it is noted
    connection.close()
    studio.sync([photo(1, rating=5)])
    page = studio.values()[photo_id(1)]
    assert (page["Rating"], page["Title"]) == (5, "Photo 1")


def test_verification_adopts_unknown_pages(studio: Studio) -> None:
    studio.sync([photo(1)])
    studio.server.seed_pages(studio.source, [{"Title": "copied", "Photo UUID": photo_id(2)}])
    assert studio.verify().strangers == 0
    assert studio.sync([photo(1), photo(2)]).created == 0
    assert studio.values()[photo_id(2)]["Title"] == "Photo 2"


def test_an_interrupted_update_that_is_withdrawn_is_corrected(studio: Studio) -> None:
    """The page holds what nobody knows of, and what is wanted is what was written before."""
    studio.sync([photo(1)])
    studio.put([photo(1, title="Never mind")])
    plan = studio.plan().plan
    (row,) = plan.read()
    SinkStates(studio.workspace.ledger).begin("notion", plan.plan_id, plan.base, plan.destination)
    SinkRequests(studio.workspace.ledger).intend(
        "notion", plan.plan_id, 0, target="pages", first_row=0, rows=1
    )
    connection = studio.sink.connect()
    connection.send([row], uncertain=False)  # and the machine dies before it is noted
    connection.close()
    studio.sync([photo(1)])
    assert studio.values()[photo_id(1)]["Title"] == "Photo 1"


def test_covers_of_pages_that_are_taken_over_are_not_uploaded_again(studio: Studio) -> None:
    studio.put([photo(n) for n in range(4)], thumbnails=False)
    studio.apply()
    studio.sync([photo(n) for n in range(3)])
    other = second_machine(studio)
    studio.server.log.clear()
    assert other.sync([photo(n) for n in range(4)]).updated == 4
    assert studio.writes().count("PATCH pages") == 5  # the fourth has none, and gets one
    assert studio.writes().count("POST file_uploads") == 1
    assert all(page["cover"] for page in studio.server.pages(studio.source))


@pytest.mark.parametrize("lost", ["trash", "unshared"])
def test_a_deleted_database_is_not_mistaken_for_missing_pages(studio: Studio, lost: str) -> None:
    studio.sync([photo(n) for n in range(3)])
    studio.put([photo(n, rating=5) for n in range(3)])
    plan = studio.plan().plan
    connection = studio.sink.connect()
    connection.prepare(3)
    source = studio.server.store.data_sources[studio.source]
    for page in source.pages:
        if lost == "trash":
            page.in_trash = True
        else:
            del studio.server.store.pages[page.id]
    if lost == "trash":
        source.in_trash = True
    else:
        del studio.server.store.data_sources[studio.source]
    with pytest.raises(SinkNotReadyError):
        connection.send(list(plan.read())[:1], uncertain=False)
    connection.close()
