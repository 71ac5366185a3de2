"""Proposals of AI models are approved, edited, rejected and taken back by plain forms."""

import html
from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets.ledger import AiCalls, AiProposals
from photo_assets.ledger.ai_calls import Outcome, Reservation, Settled, Usage
from photo_assets.ledger.ai_proposals import Proposal
from photo_assets.model.ai_values import AiValues
from photo_assets_tests.metadata.collection import item
from photo_assets_tests.web.library import Library
from photo_assets_tests.web.test_deciding import form, send
from photo_assets_tests.web.visiting import Page, served

EVIL = "<script>window.hit=1</script><img src=x onerror=window.hit=1>"


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return make_proposed(tmp_path_factory.mktemp("proposed"))


def make_proposed(folder: Path) -> Library:
    """Make three photos with pictures and a proposal each, the first of them hostile."""
    library = Library(folder)
    photos = [
        library.add(item("folders", f"{n}.jpg"), color=c)
        for n, c in enumerate(["red", "blue", "tan"])
    ]
    workspace = library.store()
    calls = AiCalls(workspace.ledger)
    for number, photo in enumerate(photos):
        text = EVIL if number == 0 else f"Picture {number}"
        most = Usage(calls=9, tokens=9)
        reserved = calls.reserve(str(number), photo, "m", most=Usage(calls=1), ceiling=most)
        assert isinstance(reserved, Reservation)
        values = AiValues(description=text, tags=("sea", "sky"), quality_score=6.0)
        proposal = Proposal(
            photo_id=photo, request=str(number), model="m", prompt="1", values=values
        )
        calls.settle(reserved, Settled(kind=Outcome.ANSWERED), proposal)
    return library


@pytest.fixture
def shown(library: Library) -> Iterator[Page]:
    with served(library.open) as page:
        yield page


def released(library: Library) -> list[str]:
    found = AiProposals(library.open().ledger).released()
    return sorted(one.values.description or "" for one in found.values())


def test_one_by_one_with_keys_and_undo(library: Library, shown: Page) -> None:
    client = shown.visitor()
    page = client.get("/proposals").text
    assert html.escape(EVIL) in page and EVIL not in page
    page = client.get("/proposals/one").text
    assert "<b>1</b> of 3" in page and "picture/medium" in page and EVIL not in page
    for key in ("1", "2", "t", "s j"):
        assert f'data-key="{key}"' in page
    fields = form(page, "/proposals/answer")
    unsigned = client.post("/proposals/answer", data={**fields, "answer": "approve", "csrf": ""})
    assert unsigned.status_code == 403 and released(library) == []
    page = send(client, "/proposals/answer", {**fields, "answer": "approve"}).text
    assert released(library) == [EVIL]
    assert "<b>1</b> of 2" in page and 'data-key="u"' in page
    assert "and 1 other" not in page and "6 of 10" in page
    again = send(client, "/proposals/answer", {**fields, "answer": "reject"}).text
    assert "answered elsewhere" in again and released(library) == [EVIL]
    edit = {**form(page, "/proposals/answer"), "answer": "edit"}
    page = send(
        client, "/proposals/answer", {**edit, "description": "Our boat", "tags": "boat, , sea"}
    ).text
    assert released(library) == [EVIL, "Our boat"]
    page = send(client, "/proposals/undo", form(page, "/proposals/undo")).text
    assert released(library) == [EVIL] and "<b>" in page
    assert send(client, "/proposals/undo", {**edit, "batch": "none"}).status_code == 409
    rejected = {**form(page, "/proposals/answer"), "answer": "reject"}
    send(client, "/proposals/answer", rejected)
    assert released(library) == [EVIL]


def test_what_a_page_shows_is_approved_together_and_taken_back(
    library: Library, shown: Page
) -> None:
    client = shown.visitor()
    page = client.get("/proposals").text
    assert "Approve these 3 proposals" in page
    ids = [one.proposal.proposal_id for one in AiProposals(library.open().ledger).all()]
    csrf = form(page, "/proposals/approve")["csrf"]
    stale = client.post(
        "/proposals/approve", data={"csrf": csrf, "id": [*ids, "gone"]}, follow_redirects=True
    )
    assert "Nothing was stored" in stale.text and released(library) == []
    done = client.post(
        "/proposals/approve", data={"csrf": csrf, "id": ids}, follow_redirects=True
    ).text
    assert len(released(library)) == 3 and "No proposal waits" in done
    assert "and 2 others" in done
    send(client, "/proposals/undo", form(done, "/proposals/undo"))
    assert released(library) == []
    states = {one.state.value for one in AiProposals(library.open().ledger).all()}
    assert states == {"pending"}
