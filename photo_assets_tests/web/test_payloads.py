"""No text of a photo becomes markup: pages have the same elements whatever the texts are."""

import re
from collections import Counter
from collections.abc import Iterator

import lxml.html
import pytest

from photo_assets.model.visible_text import shown
from photo_assets_tests.metadata.collection import item
from photo_assets_tests.web.library import TAKEN, Library, with_text
from photo_assets_tests.web.payloads import SCRIPTS
from photo_assets_tests.web.visiting import Page, served

HARMLESS = "harmless"
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = Library(tmp_path_factory.mktemp("payloads"))
    for index, text in enumerate((HARMLESS, *SCRIPTS)):
        other = item("eagle", f"E{index}", title=f"{text} too", capture_time=TAKEN)
        library.add(with_text(index, text), other)
    library.store()
    return library


@pytest.fixture(scope="module")
def hostile(stored: Library) -> Iterator[Page]:
    with served(stored.open) as page:
        yield page


def shape(text: str) -> Counter[tuple[str, tuple[str, ...]]]:
    """Return the elements of a page with the names of their attributes."""
    tree = lxml.html.document_fromstring(text)
    return Counter(
        (str(one.tag), tuple(sorted(map(str, one.attrib))))
        for one in tree.iter()
        if isinstance(one.tag, str)
    )


def test_there_are_fifty() -> None:
    assert len(set(SCRIPTS)) == 50


def test_the_page_of_a_photo_has_the_elements_of_a_harmless_one(
    stored: Library, hostile: Page
) -> None:
    client = hostile.visitor()
    harmless = shape(client.get(f"/photo/{stored.photo_id(0)}").text)
    for index, payload in enumerate(SCRIPTS, 1):
        found = client.get(f"/photo/{stored.photo_id(index)}")
        assert found.status_code == 200
        assert shape(found.text) == harmless, payload
        text = "".join(map(str, lxml.html.document_fromstring(found.text).itertext()))
        assert all(shown(line) in text for line in payload.split("\n"))
        assert not CONTROLS.search(found.text)


def test_the_lists_have_no_elements_of_their_texts(stored: Library, hostile: Page) -> None:
    client = hostile.visitor()
    tags = {tag for tag, _ in shape(client.get("/albums").text)}
    assert tags.isdisjoint({"iframe", "object", "embed", "base", "style", "b", "i", "x"})
    tiles = client.get("/photos/2026-03-01/tiles?count=500")
    assert tiles.headers["content-type"] == "application/json"
    assert len(tiles.json()) == len(SCRIPTS) + 1
    assert {shown(f"{text}.jpg") for text in SCRIPTS} <= {one["name"] for one in tiles.json()}


def test_the_title_of_an_album_is_text(stored: Library, hostile: Page) -> None:
    client = hostile.visitor()
    links = re.findall(r'href="(/albums/[0-9a-f]{20})"', client.get("/albums").text)
    assert len(links) == len(SCRIPTS) + 1
    shapes = [shape(client.get(link).text) for link in links]
    assert all(one == shapes[0] for one in shapes)
