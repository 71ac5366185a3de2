"""Approving in a real browser, by keys alone: proposals of AI models, and names of albums."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from photo_assets.ledger import AlbumApprovals
from photo_assets_tests.web.browser import PHONE, chromium, tab
from photo_assets_tests.web.test_album_names import make_named
from photo_assets_tests.web.test_deciding_browser import look_at
from photo_assets_tests.web.test_proposals import EVIL, make_proposed, released
from photo_assets_tests.web.visiting import served

_COLORS = "one => [getComputedStyle(one).color, getComputedStyle(one.parentNode).backgroundColor]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def test_proposals_are_answered_by_keys(browser: Browser, tmp_path: Path) -> None:
    library = make_proposed(tmp_path)
    with served(library.open) as page:
        with tab(browser, page, color_scheme="dark", viewport=PHONE) as here:
            look_at(here, f"{page.url}/proposals")
            look_at(here, f"{page.url}/proposals/one")
        with tab(browser, page) as here:
            here.keyboard.type("gi")
            here.wait_for_url("**/proposals")
            key = here.locator(".button.main kbd")
            expect(key).to_have_css("background-color", "rgba(0, 0, 0, 0)")
            text, ground = key.evaluate(_COLORS)
            assert text != ground
            look_at(here, f"{page.url}/proposals")
            here.keyboard.press("j")
            expect(here.get_by_role("heading", level=1)).to_have_text(EVIL)
            here.keyboard.press("1")
            expect(here.locator(".where")).to_contain_text("1 of 2")
            expect(here.locator(".undo")).to_contain_text(EVIL)
            here.keyboard.press("t")
            expect(here.locator("#description")).to_be_focused()
            here.keyboard.press("Control+a")
            here.keyboard.type("1 boat, 2 u")  # keys of the page are text here
            here.keyboard.press("Control+Enter")
            expect(here.locator(".where")).to_contain_text("1 of 1")
            assert released(library) == ["1 boat, 2 u", EVIL]
            here.keyboard.press("u")
            expect(here.locator(".where")).to_contain_text("1 of 2")
            assert released(library) == [EVIL]
            assert here.evaluate("window.hit") is None


def test_names_are_approved_without_losing_the_place(browser: Browser, tmp_path: Path) -> None:
    workspace = make_named(tmp_path)
    with served(lambda: workspace) as page:
        with tab(browser, page, color_scheme="dark", viewport=PHONE) as here:
            look_at(here, f"{page.url}/albums/names?all=1")
        with tab(browser, page) as here:
            look_at(here, f"{page.url}/albums/names?all=1")
            here.get_by_role("button", name="Approve Harz - May 30").focus()
            here.keyboard.press("Enter")
            back = here.get_by_role("button", name="Take back the approval of Harz")
            expect(back).to_be_focused()
            assert "all=1" in here.url
            assert [one.bound_to[0] for one in AlbumApprovals(workspace.ledger).standing()] == [
                "smugmug/me/k2"
            ]
            here.keyboard.press("Enter")
            expect(here.get_by_role("button", name="Approve Harz - May 30")).to_be_focused()
            assert AlbumApprovals(workspace.ledger).standing() == []
            assert here.evaluate("window.hit") is None
