"""The pages show what is stored, and what is stored now."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from photo_assets.ledger import Ledger, PhotoRegistry
from photo_assets.model.tables import UNIFIED
from photo_assets_tests.metadata.collection import item
from photo_assets_tests.web.library import TAKEN, Library, everyday, relate
from photo_assets_tests.web.visiting import Page, served

MARCH = "2026-03-01"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    found = everyday(tmp_path_factory.mktemp("pages"))
    when = datetime(2026, 4, 1, tzinfo=UTC)
    found.add(
        item("lightroom", "A", title="One title", rating=3, capture_time=TAKEN, modified_time=when),
        item("eagle", "B", title="Another title", rating=3, capture_time=TAKEN),
        color="#123456",
    )
    found.store()
    relate(found.open(), MARCH, found.photo_id(60), found.photo_id(59))
    return found


@pytest.fixture(scope="module")
def shown(library: Library) -> Iterator[Page]:
    with served(library.open) as page:
        yield page


def test_the_first_page_says_what_is_there(shown: Page) -> None:
    text = shown.visitor().get("/").text
    assert "61 photos" in text and "catalog/lightroom" in text
    assert "photosync ui" in text  # Dagster does not run


def test_an_empty_library_is_explained(page: Page) -> None:
    client = page.visitor()
    assert "photosync init" in client.get("/").text
    assert "photosync discover" in client.get("/photos").text
    assert client.get("/albums").status_code == 200


def test_a_photo_has_every_value_with_who_states_it(library: Library, shown: Page) -> None:
    text = shown.visitor().get(f"/photo/{library.photo_id(60)}").text
    assert "One title" in text and "Another title" in text and "open question" in text
    assert "lightroom/main" in text and "eagle/main" in text and "2026-04-01" in text
    assert "undecided: first" in text or "proposed: first" in text
    assert "Nobody has decided" in text and "The vault has no store" in text


def test_related_photos_are_linked_both_ways(library: Library, shown: Page) -> None:
    client, one, other = shown.visitor(), library.photo_id(60), library.photo_id(59)
    for here, there in ((one, other), (other, one)):
        text = client.get(f"/photo/{here}").text
        assert text.count(f'href="/photo/{there}"') == 2
        assert "edit of" in text and "looks alike" in text and "3 bits apart" in text


def test_a_month_is_shown_newest_first_in_ranges(shown: Page) -> None:
    client = shown.visitor()
    every = client.get(f"/photos/{MARCH}/tiles").json()
    assert len(every) == 21
    assert [one["at"] for one in every] == sorted((one["at"] for one in every), reverse=True)
    assert client.get(f"/photos/{MARCH}/tiles?first=5&count=3").json() == every[5:8]
    assert client.get(f"/photos/{MARCH}/tiles?first=900").json() == []
    assert client.get("/photos/nothing/tiles").json() == []
    assert client.get("/photos/..%2f..%2fx/tiles").status_code in {200, 404}
    assert client.get(f"/photos/{MARCH}/tiles?first=x").status_code == 404


def test_an_album_has_its_photos(shown: Page) -> None:
    client = shown.visitor()
    text = client.get("/albums").text
    assert "Trips / Harz" in text and "20 photos" in text
    key = re.findall('href="/albums/([0-9a-f]{20})"', text)[0]
    tiles = [client.get(f"/albums/{key}/2026-0{n}-01/tiles").json() for n in (1, 2, 3)]
    assert [len(one) for one in tiles] == [7, 7, 6]
    assert client.get("/albums/0123456789abcdef0123").status_code == 404
    assert key in client.get("/albums?find=TRIPS&page=9").text
    assert "0 of 1 album" in client.get("/albums?find=Alps").text
    assert client.get("/albums?page=x").status_code == 404


def test_a_merged_photo_leads_to_the_one_it_joined(library: Library, shown: Page) -> None:
    ledger: Ledger = library.open().ledger
    old, new = "11111111-1111-5111-8111-111111111111", library.photo_id(5)
    _merge(ledger, old, new)
    found = shown.visitor().get(f"/photo/{old}")
    assert found.status_code == 302 and found.headers["location"] == f"/photo/{new}"
    assert shown.visitor().get(f"/photo/{old[:-1]}2").status_code == 404


def test_what_was_stored_since_is_shown(library: Library, shown: Page) -> None:
    client, lake = shown.visitor(), library.open().lake
    asset, month = ("metadata", "unified"), "2026-01-01"
    before = lake.read(asset, month, UNIFIED)
    assert len(client.get(f"/photos/{month}/tiles").json()) == 20
    try:
        lake.write(asset, month, UNIFIED, before.slice(0, 7))
        assert len(client.get(f"/photos/{month}/tiles").json()) == 7
        assert "2026-01 (7)" in client.get("/photos").text
    finally:
        lake.write(asset, month, UNIFIED, before)
    assert len(client.get(f"/photos/{month}/tiles").json()) == 20


def _merge(ledger: Ledger, old: str, new: str) -> None:
    import pyarrow as pa

    from photo_assets.ledger import Merge
    from photo_assets.ledger.photos import KNOWN_KEYS, RegistryChange

    rows = [(old, "a"), (new, "b")]
    with PhotoRegistry(ledger).session() as session:
        keys = KNOWN_KEYS.empty_table()
        photos = pa.table({"photo_id": [r[0] for r in rows], "anchor": [r[1] for r in rows]})
        session.apply(RegistryChange(photos, keys, merges=[Merge(old, new, "they are one")]))
