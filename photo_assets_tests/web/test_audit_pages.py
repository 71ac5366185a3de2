"""Discrepancies of visibility are listed, approved and revoked by plain forms without scripts."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets.ledger import Approvals
from photo_assets.model.tables import VISIBILITY
from photo_assets.status.auditing import give_approval, revoke_approval
from photo_assets.web.albums import Albums
from photo_assets.web.collection import Collection
from photo_assets.web.deciding.audit_pages import audit_cache, discrepancies
from photo_assets.web.opened import Library as Opened
from photo_assets_tests.web.audited import make_audited
from photo_assets_tests.web.library import Library
from photo_assets_tests.web.test_deciding import form, send
from photo_assets_tests.web.visiting import Page, served

REASON = "<b>a wedding</b>"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return make_audited(tmp_path_factory.mktemp("audited"))


@pytest.fixture(scope="module")
def shown(library: Library) -> Iterator[Page]:
    with served(library.open) as page:
        yield page


def groups(text: str) -> dict[str, str]:
    """Return the number of discrepancies of each group, as shown."""
    return dict(re.findall(r'<span>([^<]+)</span> <span class="number">([^<]+)<', text))


def test_the_audit_is_read_again_only_after_a_change(tmp_path: Path) -> None:
    library = make_audited(tmp_path)
    workspace = library.open()
    collection = Collection(workspace.lake)
    opened = Opened(workspace, collection, Albums(collection, tmp_path / "albums.json"))
    kept = audit_cache()
    first = discrepancies(kept, opened)
    assert len(first) == 3 and discrepancies(kept, opened) is first
    given = give_approval(workspace, library.photo_id(0), "immich/family", "unlisted", "a wedding")
    approved = discrepancies(kept, opened)
    assert len(approved) == 2 and discrepancies(kept, opened) is approved
    revoke_approval(workspace, given.approval_id or 0, "a mistake")
    assert [*discrepancies(kept, opened)] == [*first]
    asset, month = ("metadata", VISIBILITY.name), first[0]["month"]
    workspace.lake.write(asset, month, VISIBILITY, VISIBILITY.schema.empty_table())
    assert discrepancies(kept, opened) == []


def test_a_discrepancy_is_approved_and_the_approval_revoked(library: Library, shown: Page) -> None:
    client, approvals = shown.visitor(), Approvals(library.open().ledger)
    page = client.get("/visibility").text
    assert groups(page) == {"immich/family: too visible": "2", "immich/family: unknown": "1"}
    assert "“album with a link”" in page and "Make it private at immich/family" in page
    assert f'src="/photo/{library.photo_id(0)}/picture/tiny"' in page and "f0.jpg" in page
    status = client.get("/").text
    assert "2 photos are more visible somewhere than intended" in status
    assert "A service does not tell who sees 1 photo: photosync audit" in status

    (path,) = re.findall(r'href="([^"]*too_visible)"', page)
    fields = form(client.get(html.unescape(path)).text, "/visibility/approve")
    for refused in ({"why": " "}, {"why": "x", "level": "public?"}, {"why": "x", "photo": "none"}):
        answer = send(client, "/visibility/approve", {**fields, **refused})
        assert answer.status_code == 422 and "nothing was approved" in answer.text
    unsigned = client.post("/visibility/approve", data={**fields, "why": "x", "csrf": ""})
    assert unsigned.status_code == 403 and approvals.all() == []

    done = send(client, "/visibility/approve", {**fields, "why": REASON})
    assert "Approved: unlisted at immich/family" in done.text
    assert groups(done.text)["immich/family: too visible"] == "1"
    (given,) = approvals.standing()
    assert (given.photo_id, given.target) == (fields["photo"], "immich/family")
    assert (given.level, given.why) == ("unlisted", REASON)

    listed = client.get("/visibility/approvals").text
    assert html.escape(REASON) in listed and REASON not in listed
    revoke = form(listed, "/visibility/revoke")
    assert send(client, "/visibility/revoke", {**revoke, "why": ""}).status_code == 422
    assert "No approval stands" in send(client, "/visibility/revoke", {**revoke, "why": "old"}).text
    assert send(client, "/visibility/revoke", {**revoke, "why": "old"}).status_code == 409
    assert approvals.standing() == [] and [row.revokes for row in approvals.all()] == [
        None,
        given.approval_id,
    ]
    assert groups(client.get("/visibility").text)["immich/family: too visible"] == "2"


def test_what_a_service_does_not_tell_is_closed_by_approving_public(shown: Page) -> None:
    client = shown.visitor()
    fields = form(client.get("/visibility?kind=unknown").text, "/visibility/approve")
    assert fields["level"] == "public"
    done = send(client, "/visibility/approve", {**fields, "why": "it is on the web site"})
    assert "Nothing of this kind is left" in done.text
    assert "immich/family: unknown" not in groups(done.text)


def test_a_library_without_photos_says_what_to_do(page: Page) -> None:
    assert "photosync discover" in page.visitor().get("/visibility").text
