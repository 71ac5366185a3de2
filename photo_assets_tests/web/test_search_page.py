"""The search page shows tiles as the gallery does: the picture of a locked photo is not shown."""

import dataclasses
from collections.abc import Iterator

import pytest
import yaml

from photo_assets.ai.embeddings.model import find_model
from photo_assets.ai.embeddings.monthly import Embedding, all_months
from photo_assets.model.vocabulary import Visibility
from photo_assets_tests.ai.models import embedding_settings
from photo_assets_tests.metadata.collection import item
from photo_assets_tests.web.library import Library
from photo_assets_tests.web.visiting import Page, served


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = Library(tmp_path_factory.mktemp("searched"))
    for number, color in enumerate(("red", "blue", "#c81e1e")):
        one = item("folders", f"{number}.jpg")
        if number == 2:
            one = dataclasses.replace(one, visibility=Visibility.LOCKED)
        library.add(one, color=color)
    library.add(item("folders", "without a picture.jpg"))
    library.store()
    found = embedding_settings(library.folder / "models", text=True)
    library.configuration.write_text(yaml.safe_dump({"catalogs": {}, "ai": {"embeddings": found}}))
    workspace = library.open()
    with Embedding(workspace, find_model(workspace), 1) as run:
        for month in all_months(workspace.lake):
            run.month(month)
    return library


@pytest.fixture
def shown(library: Library) -> Iterator[Page]:
    with served(library.open) as page:
        yield page


def test_words_and_examples_find_tiles(library: Library, shown: Page) -> None:
    client = shown.visitor()
    red, blue, locked = (library.photo_id(n) for n in range(3))
    assert 'action="/search"' in client.get("/photos").text
    assert f"/search?like={red}" in client.get(f"/photo/{red}").text
    page = client.get("/search", params={"text": "red"}).text
    places = [page.index(f'href="/photo/{one}"') for one in (red, locked, blue)]
    assert places == sorted(places)
    picture = client.get(f"/photo/{locked}/picture/small")
    assert picture.headers["content-type"].startswith("image/svg") and "Locked" in picture.text
    like = client.get("/search", params={"like": blue}).text
    assert "look like" in like and like.count('<li><a href="/photo/') == 2
    gone = client.get("/search", params={"like": "0" * 32})
    assert gone.status_code == 200 and "not in the collection" in gone.text
    bare = client.get("/search", params={"like": library.photo_id(3)})
    assert bare.status_code == 200 and "has no vector yet" in bare.text
    evil = client.get("/search", params={"text": '"><script>'}).text
    assert "&#34;&gt;&lt;script&gt;" in evil and '"><script>' not in evil


def test_without_a_model_the_page_says_so(library: Library) -> None:
    library.configuration.write_text("catalogs: {}\n")
    with served(library.open) as page:
        client = page.visitor()
        assert "ai.embeddings" in client.get("/search", params={"text": "red"}).text
        assert 'action="/search"' not in client.get("/photos").text
