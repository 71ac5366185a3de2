"""The content of a photo's page, and the number of calls for each change."""

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest

from photo_assets.ledger import Merge, PhotoRegistry, RegistryChange
from photo_assets.ledger.photos import KNOWN_KEYS
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.plan_store import current_plan
from photo_assets.sinks.engine.rollback import plan_rollback
from photo_assets_tests.sinks.notion.collection import blob, draw, photo, photo_id
from photo_assets_tests.sinks.notion.conftest import Studio


def test_a_page_has_all_public_values_and_nothing_private(studio: Studio) -> None:
    studio.sync([photo(1)])
    page = studio.values()[photo_id(1)]
    assert page["Title"] == "Photo 1"
    assert page["Rating"] == 1
    assert page["Tags"] == ["Berlin", "tag 1"]
    assert page["More tags"] == "Places / Germany / Berlin"
    assert page["Collections"] == ["Trips / 2019"]
    assert page["Captured"] == "2019-08-04T11:01+02:00"
    assert page["Capture Time"] == "2019-08-04 11:01:12 +02:00"
    assert page["Camera Model"] == "X-T3"
    assert (page["Aperture"], page["ISO"], page["Shutter Speed"]) == (2.8, 200, "1/250 s")
    assert page["Lightroom ID"] == "1"
    assert page["Eagle ID"] == page["Google Drive ID"] == page["Merged Into"] == ""
    assert page["Fingerprint"] == blob(1).hex()
    assert page["UII"] == blob(1).hex()[:16]
    assert page["Master Location"] == "/photos/2019/DSC00001.jpg"
    assert page["Availability"] == "online"
    assert "GPS Location" not in page
    assert "People" not in page


def test_a_new_photo_costs_three_calls_with_a_cover_and_one_without(studio: Studio) -> None:
    studio.sync([photo(1)])
    assert studio.writes() == [
        "POST file_uploads",
        "POST file_uploads/send",
        "POST pages",
    ]
    studio.server.log.clear()
    applied = studio.sync([photo(1), photo(2)], thumbnails=False)
    # Photo 1's thumbnail went away: what is shown there stays, and that is told.
    assert studio.writes() == ["POST pages"]
    assert applied.notes["no cover: there is no thumbnail"] == 2
    assert all(page["cover"] for page in studio.server.pages(studio.source)[:1])


def test_an_unchanged_photo_costs_no_call_and_a_changed_one_exactly_one(studio: Studio) -> None:
    studio.sync([photo(n) for n in range(6)])
    studio.server.log.clear()
    applied = studio.sync([photo(n) for n in range(6)])
    assert (applied.created, applied.updated, applied.left) == (0, 0, 0)
    assert studio.server.log.all() == []
    applied = studio.sync([photo(n, **({"rating": 5} if n == 3 else {})) for n in range(6)])
    assert applied.updated == 1
    assert studio.writes() == ["PATCH pages"]
    assert studio.values()[photo_id(3)]["Rating"] == 5


def test_only_what_changed_is_sent(studio: Studio) -> None:
    studio.sync([photo(1)])
    studio.server.human_edit(studio.page_of(photo_id(1)), {"Tags": ["mine"]})
    studio.sync([photo(1, title="New")])
    page = studio.values()[photo_id(1)]
    assert (page["Title"], page["Tags"]) == ("New", ["mine"])


def test_a_value_that_goes_away_is_cleared(studio: Studio) -> None:
    studio.sync([photo(1, caption="Dusk")])
    studio.sync(
        [photo(1, rating=None, keywords=[], capture_time=None, camera_model=None, caption=None)]
    )
    page = studio.values()[photo_id(1)]
    assert page["Rating"] is None
    assert page["Tags"] == []
    assert page["Captured"] is None
    assert page["Camera Model"] is None
    assert page["Caption"] == page["More tags"] == ""


def test_a_cover_is_uploaded_again_only_for_another_blob(studio: Studio) -> None:
    studio.sync([photo(1)])
    draw(studio.workspace, 1, b"\xff\xd8 drawn again by a later version \xff\xd9")
    studio.server.log.clear()
    assert studio.sync([photo(1, iso=400)]).updated == 1
    assert studio.writes() == ["PATCH pages"]


def test_a_thumbnail_that_comes_later_becomes_the_cover(studio: Studio) -> None:
    studio.sync([photo(1)], thumbnails=False)
    assert studio.server.pages(studio.source)[0]["cover"] is None
    studio.server.log.clear()
    studio.sync([photo(1)])
    assert studio.server.pages(studio.source)[0]["cover"]["type"] == "file"
    assert studio.writes() == ["POST file_uploads", "POST file_uploads/send", "PATCH pages"]


def test_a_cover_people_chose_stays_while_the_blob_does(studio: Studio) -> None:
    studio.sync([photo(1)])
    page = studio.page_of(photo_id(1))
    url = {"type": "external", "external": {"url": "https://example.org/mine.jpg"}}
    studio.server.client(retry=False).pages.update(page, cover=url)
    studio.sync([photo(1, iso=400)])
    assert studio.server.pages(studio.source)[0]["cover"] == url
    assert studio.verify().drifted == ()


def test_peoples_entries_are_never_changed(studio: Studio) -> None:
    client = studio.server.client(retry=False)
    theirs: dict[str, Any] = {
        "Status": {"status": {}},
        "Who": {"people": {}},
        "Note": {"rich_text": {}},
    }
    client.data_sources.update(studio.source, properties=theirs)
    studio.sync([photo(n) for n in range(3)])
    page = studio.page_of(photo_id(1))
    written = {"Status": "Done", "Who": [studio.server.store.human_id], "Note": "print this"}
    studio.server.human_edit(page, written)
    studio.sync([photo(n, rating=5) for n in range(3)])
    studio.verify()
    studio.sync([photo(n, rating=5) for n in range(2)])
    found = studio.server.values(studio.source)[page]
    assert {name: found[name] for name in written} == written
    assert found["Rating"] == 5


def change(studio: Studio, *numbers: int, **changes: Any) -> None:
    """Store photos, and what became of some of them, in the ledger."""
    ids = pa.array([photo_id(number) for number in numbers], pa.string())
    new = pa.table({"photo_id": ids, "anchor": ids})
    with PhotoRegistry(studio.workspace.ledger).session() as session:
        session.apply(RegistryChange(new, KNOWN_KEYS.empty_table(), **changes))


@pytest.mark.parametrize(("merged", "word"), [(True, "merged"), (False, "gone")])
def test_a_retired_photo_keeps_its_page_with_a_mark(
    studio: Studio, merged: bool, word: str
) -> None:
    studio.sync([photo(n) for n in range(3)])
    if merged:
        change(studio, 0, 2, decided=[Merge(photo_id(2), photo_id(0), "decided")])
    studio.server.log.clear()
    studio.sync([photo(n) for n in range(2)])
    page = studio.values()[photo_id(2)]
    assert page["Availability"] == word
    assert page["Merged Into"] == (photo_id(0) if merged else "")
    assert page["Title"] == "Photo 2"
    assert studio.writes() == ["PATCH pages"]
    if merged:
        change(studio, ended=[photo_id(2)])
    studio.sync([photo(n) for n in range(3)])
    assert len(studio.server.pages(studio.source)) == 3, "it has the page that it had"
    assert studio.values()[photo_id(2)]["Availability"] == "online"
    assert studio.values()[photo_id(2)]["Merged Into"] == ""


def test_a_plan_can_be_undone_but_pages_it_made_stay(studio: Studio) -> None:
    studio.sync([photo(1)])
    studio.sync([photo(1, rating=5, title="Worse"), photo(2)])
    last = current_plan(studio.workspace, "notion")
    assert last is not None
    undo = plan_rollback(studio.workspace, studio.sink, last).plan
    apply_plan(studio.workspace, studio.sink, undo.plan_id)
    pages = studio.values()
    assert (pages[photo_id(1)]["Rating"], pages[photo_id(1)]["Title"]) == (1, "Photo 1")
    assert pages[photo_id(2)]["Availability"] == "gone"


def test_calls_are_counted(studio: Studio) -> None:
    studio.put([photo(n) for n in range(4)])
    plan = studio.plan().plan
    connection = studio.sink.connect()
    connection.prepare(plan.rows)
    for row in plan.read():
        connection.send([row], uncertain=False)
    counts = Counter(arrival.method for arrival in studio.server.log.all())
    # The data source, its newest pages, and, as none is known yet, those in its trash.
    assert connection.statistics.calls == counts.total() == 3 + 4 * 3
    connection.close()
