"""Deciding in a real browser, by keys alone: answers, drafts, errors, undoing, two pictures."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from photo_assets.ledger import Decisions
from photo_assets_tests.metadata.collection import item
from photo_assets_tests.web.audited import make_audited
from photo_assets_tests.web.browser import PHONE, chromium, tab
from photo_assets_tests.web.library import Library, relate
from photo_assets_tests.web.visiting import Page, served

CAPTIONS = "/questions/one?kind=metadata_mismatch&field=caption"
PAIR = "/questions/one?kind=lookalike"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    found = Library(tmp_path_factory.mktemp("deciding"))
    for n in range(4):
        one = item("lightroom", f"A{n}", caption=f"One {n}", rating=2)
        found.add(one, item("eagle", f"B{n}", caption=f"Two {n}", rating=4), color="#159")
    found.store()
    relate(found.open(), "2026-03-01", found.photo_id(0), found.photo_id(1))
    return found


@pytest.fixture(scope="module")
def shown(library: Library) -> Iterator[Page]:
    with served(library.open) as page:
        yield page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def place(here: Tab, text: str) -> None:
    """Wait until the page of a question is at this place of its group."""
    expect(here.locator(".where")).to_contain_text(text)


def test_questions_are_answered_by_keys_without_leaving_the_page(
    browser: Browser, shown: Page, library: Library
) -> None:
    with tab(browser, shown) as here:
        here.keyboard.type("gq")
        here.wait_for_url("**/questions")
        here.goto(f"{shown.url}{CAPTIONS}")
        here.evaluate("window.same = true")
        place(here, "1 of 4")
        here.keyboard.press("2")
        place(here, "2 of 4")
        expect(here.get_by_role("heading", level=1)).to_be_focused()
        here.keyboard.press("j")
        place(here, "3 of 4")
        here.keyboard.press("k")
        place(here, "2 of 4")
        here.keyboard.press("c")
        expect(here.locator("#combined")).to_be_focused()
        here.keyboard.press("Control+End")
        here.keyboard.type(" 2 u s")  # keys of the page are text here
        here.keyboard.press("Control+Enter")
        place(here, "3 of 4")
        here.keyboard.press("u")
        place(here, "2 of 4")
        assert here.evaluate("window.same")
    answers = [one.answer for one in Decisions(library.open().ledger).all()]
    assert "Two" in answers[0] and answers[1].endswith(' 2 u s"}') and len(answers) == 3


def test_two_pictures_move_in_step_and_are_laid_over_each_other(
    browser: Browser, shown: Page
) -> None:
    with tab(browser, shown) as here:
        here.goto(f"{shown.url}{PAIR}")
        here.locator(".pane").first.focus()
        here.keyboard.press("z")
        here.keyboard.press("ArrowLeft")
        moved = here.locator(".pane img").evaluate_all("all => all.map(one => one.style.transform)")
        assert moved == ["translate(10%, 0%) scale(4)"] * 2
        here.keyboard.press("d")
        over = here.locator(".pane .over")
        assert over.evaluate("one => getComputedStyle(one).mixBlendMode") == "difference"
        here.keyboard.press("d")
        expect(over).to_have_count(0)
        here.keyboard.press("x")
        expect(here.locator("[data-tool=swap]")).to_have_attribute("aria-pressed", "true")


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    library = make_audited(tmp_path_factory.mktemp("audited"))
    with served(library.open) as page:
        yield page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_that_decide_are_accessible(
    browser: Browser, shown: Page, audited: Page, scheme: str
) -> None:
    size = {"viewport": PHONE} if scheme == "dark" else {}
    with tab(browser, shown, color_scheme=scheme, **size) as here:
        for path in (
            *("/questions", CAPTIONS, PAIR, "/questions/rules", "/decisions", "/lookalikes"),
            *("/questions/rule?rule=caption%3Deagle/main", "/plans"),
        ):
            look_at(here, f"{shown.url}{path}")
    with tab(browser, audited, color_scheme=scheme, **size) as here:
        here.keyboard.type("gv")
        here.wait_for_url("**/visibility")
        look_at(here, f"{audited.url}/visibility")
        here.locator("details[open] input[name=why]").first.fill("a wedding")
        here.keyboard.press("Enter")
        expect(here.locator("main .note")).to_contain_text("Approved: unlisted")
        look_at(here, f"{audited.url}/visibility/approvals")


def look_at(here: Tab, address: str) -> None:
    """Open a page and all that it hides; it is accessible and no wider than the window."""
    here.goto(address)
    here.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = Axe().run(here)
    assert found.violations_count == 0, f"{address}: {found.generate_report()}"
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not here.evaluate(wider), address
