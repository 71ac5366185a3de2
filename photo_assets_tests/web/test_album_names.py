"""Names of albums are listed beside their canonical names, and approved as they were shown."""

import html
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from photo_assets.albums.choices import choose_name, chosen_names
from photo_assets.albums.plan import make_plan, read_plan
from photo_assets.configuration.loading import Configuration
from photo_assets.ledger import AlbumApprovals
from photo_assets.library import SETTINGS
from photo_assets.workspace import Workspace
from photo_assets_tests.albums.lake import Photos, album
from photo_assets_tests.web.test_deciding import send
from photo_assets_tests.web.visiting import Page, served

TAKEN = datetime(2024, 5, 30, 12)
HOSTILE = "<script>window.hit=1</script><img src=x onerror=window.hit=1>"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_named(tmp_path)


def make_named(tmp_path: Path) -> Workspace:
    """Make a library of four albums. Two of them, one with a hostile name, are planned."""
    settings = SETTINGS.model_validate({"albums": {"rename": ["smugmug/me"]}})
    workspace = Workspace(Configuration(settings, None, tmp_path))
    photos = Photos(workspace)
    for key, name in (("k1", HOSTILE), ("k2", "Harz"), ("k3", "Fine - May 30")):
        photos.add("smugmug", album(key, name), TAKEN)
    photos.add("immich", album("i1", "Lisboa"), TAKEN)
    photos.write()
    make_plan(workspace)
    return workspace


@pytest.fixture
def shown(workspace: Workspace) -> Iterator[Page]:
    with served(lambda: workspace) as page:
        yield page


def forms(text: str, action: str) -> list[dict[str, str]]:
    found = re.findall(rf'<form method="post" action="{action}[?"].*?</form>', text, re.DOTALL)
    return [
        {
            name: html.unescape(value)
            for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', one)
        }
        for one in found
    ]


def test_names_are_approved_one_by_one_and_taken_back(workspace: Workspace, shown: Page) -> None:
    client, approvals = shown.visitor(), AlbumApprovals(workspace.ledger)
    page = client.get("/albums/names").text
    assert html.escape(HOSTILE) in page and HOSTILE not in page
    assert "Lisboa - May 30" in page and "Fine - May 30" not in page
    assert "Fine - May 30" in client.get("/albums/names?all=1").text
    of_album = {one["album"]: one for one in forms(page, "/albums/names/one")}
    assert sorted(of_album) == ["smugmug/me/k1", "smugmug/me/k2"]
    fields = of_album["smugmug/me/k2"]
    unsigned = client.post("/albums/names/one", data={**fields, "csrf": ""})
    assert unsigned.status_code == 403
    other = send(client, "/albums/names/one", {**fields, "seal": "0" * 64})
    assert other.status_code == 409 and approvals.standing() == []

    done = send(client, "/albums/names/one", fields)
    (given,) = approvals.standing()
    assert given.bound_to == ("smugmug/me/k2", "Name", "Harz", "Harz - May 30")
    assert "1 name now" in done.text
    back = next(one for one in forms(done.text, "/albums/names/one") if "revoke" in one)
    send(client, "/albums/names/one", back)
    assert approvals.standing() == []
    there = send(client, "/albums/names/one?first=2&all=1", fields)
    assert there.url.query == b"first=2&all=1&decided=smugmug%2Fme%2Fk2"


def test_all_names_shown_are_approved_together_or_not_at_all(
    workspace: Workspace, shown: Page
) -> None:
    client = shown.visitor()
    page = client.get("/albums/names").text
    (form,) = re.findall(
        r'<form method="post" action="/albums/names/shown[?"].*?</form>', page, re.S
    )
    (fields,) = forms(form, "/albums/names/shown")
    albums = re.findall(r'name="album" value="([^"]*)"', form)
    less = {**fields, "album": albums[0]}
    assert send(client, "/albums/names/shown", less).status_code == 409
    answer = client.post("/albums/names/shown", data={**fields, "album": albums})
    assert answer.status_code in (200, 303)
    assert all(one.approved for one in read_plan(workspace))


def test_a_chosen_name_is_shown_and_is_a_decision_among_others(
    workspace: Workspace, shown: Page
) -> None:
    choose_name(workspace.ledger, "smugmug/me/k2", "Harz, autumn", "Harz", "mara")
    make_plan(workspace)
    client = shown.visitor()
    page = client.get("/albums/names").text
    assert "Harz, autumn" in page and ">chosen<" in page
    decisions = client.get("/decisions")
    assert "Harz, autumn" in decisions.text and "smugmug/me: k2" in decisions.text
    (undo,) = forms(decisions.text, "/questions/undo")
    assert send(client, "/questions/undo", undo).status_code == 200
    assert chosen_names(workspace.ledger) == {}
    assert client.get("/questions").status_code == 200
