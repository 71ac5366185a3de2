"""What a person does on the pages, in a real browser and by keys alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from photo_assets_tests.metadata.collection import item
from photo_assets_tests.web.browser import DESK, PHONE, chromium, tab
from photo_assets_tests.web.library import Library, everyday, relate, with_text
from photo_assets_tests.web.payloads import SCRIPTS
from photo_assets_tests.web.visiting import Page, served

LOOKS = [
    ("light", DESK),
    ("dark", DESK),
    ("light", PHONE),
    pytest.param("dark", PHONE, marks=pytest.mark.slow),
]


_SCROLLED = "([top, off]) => Math.abs(document.querySelector('#gallery').scrollTop - top) < off"
"""Waits until the gallery is scrolled to a place, which its script does once it has the months."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    found = everyday(tmp_path_factory.mktemp("browser"))
    values = {"title": "One title", "rating": 3}
    found.add(item("lightroom", "A", **values), item("eagle", "B", title="Another"), color="#159")
    workspace = found.store()
    relate(workspace, "2026-03-01", found.photo_id(59), found.photo_id(58))
    return found


@pytest.fixture(scope="module")
def shown(library: Library) -> Iterator[Page]:
    with served(library.open) as page:
        yield page


def chosen(here: Tab) -> str:
    """Return the description of the photo that is chosen in the gallery."""
    found = here.locator(".tile.chosen img")
    expect(found).to_have_count(1)
    return found.get_attribute("alt") or ""


def test_the_address_has_no_token_and_scripts_no_cookie(browser: Browser, shown: Page) -> None:
    with tab(browser, shown) as here:
        assert here.url == f"{shown.url}/"
        assert here.evaluate("document.cookie") == ""
        assert here.evaluate("performance.getEntriesByType('navigation').length") == 1


def test_photos_are_looked_through_by_keys_alone(browser: Browser, shown: Page) -> None:
    with tab(browser, shown, viewport={"width": 900, "height": 500}) as here:
        here.keyboard.type("gp")
        here.wait_for_url("**/photos")
        first = chosen(here)
        here.keyboard.press("j")
        second = chosen(here)
        assert second != first
        for key in ("k", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
            here.keyboard.press(key)
        name, top = chosen(here), here.evaluate("document.querySelector('#gallery').scrollTop")
        assert top > 0
        here.keyboard.press("Enter")
        here.wait_for_url("**/photo/*")
        expect(here.get_by_role("heading", level=1)).to_have_text(name.split(",")[0])
        here.keyboard.press("j")
        here.wait_for_function(
            "name => document.querySelector('h1').innerText !== name", arg=name.split(",")[0]
        )
        here.wait_for_load_state()  # keys are for the page's script
        here.keyboard.press("k")
        expect(here.get_by_role("heading", level=1)).to_have_text(name.split(",")[0])
        here.wait_for_load_state()
        here.keyboard.press("u")
        here.wait_for_url("**/photos")
        assert chosen(here) == name
        here.wait_for_function(_SCROLLED, arg=[top, 2])
        here.keyboard.press("End")
        expect(here.locator(".month", has_text="January 2026")).to_be_visible()


def test_going_back_in_the_browser_keeps_the_place(browser: Browser, shown: Page) -> None:
    with tab(browser, shown, viewport={"width": 700, "height": 500}) as here:
        here.goto(f"{shown.url}/photos")
        here.locator("#gallery").evaluate("one => { one.scrollTop = 900 }")
        tile = here.locator(".tile a").nth(12)
        tile.click()
        here.wait_for_url("**/photo/*")
        here.go_back()
        here.wait_for_url("**/photos")
        here.wait_for_function(_SCROLLED, arg=[900, 200])


def test_albums_are_found_and_opened_by_keys(browser: Browser, shown: Page) -> None:
    with tab(browser, shown) as here:
        here.keyboard.type("ga")
        here.wait_for_url("**/albums")
        here.keyboard.press("/")
        here.keyboard.type("harz")
        here.keyboard.press("Enter")
        expect(here.get_by_role("status")).to_have_text("1 of 1 album")
        here.wait_for_load_state()
        here.keyboard.press("j")
        here.keyboard.press("Enter")
        expect(here.get_by_role("heading", level=1)).to_contain_text("Trips / Harz")
        expect(here.locator(".tile a")).to_have_count(20)


def test_chosen_photos_are_exported(browser: Browser, shown: Page) -> None:
    with tab(browser, shown) as here:
        here.goto(f"{shown.url}/photos")
        chosen(here)
        here.keyboard.press("x")
        here.keyboard.press("j")
        here.keyboard.press("x")
        expect(here.locator("#chosen")).to_have_text("2 chosen")
        with here.expect_download() as download:
            here.get_by_role("button", name="Export").click()
        text = download.value.path().read_text()
        assert download.value.suggested_filename == "photos.csv"
        assert len(text.splitlines()) == 3


def test_help_opens_and_closes_by_keys(browser: Browser, shown: Page) -> None:
    with tab(browser, shown) as here:
        here.goto(f"{shown.url}/photos")
        here.keyboard.press("?")
        expect(here.get_by_role("dialog")).to_be_visible()
        here.keyboard.press("Escape")
        expect(here.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize(("scheme", "size"), LOOKS)
def test_axe_finds_nothing(
    browser: Browser, library: Library, shown: Page, scheme: str, size: dict[str, int]
) -> None:
    with tab(browser, shown, color_scheme=scheme, viewport=size) as here:
        photo = f"/photo/{library.photo_id(60)}"
        for path in ("/", "/photos", "/albums", photo, f"/photo/{library.photo_id(59)}", "/api"):
            here.goto(shown.url + path)
            here.wait_for_load_state("networkidle")
            found = Axe().run(here)
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
            width = here.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], f"{path} is {width} pixels wide"


@pytest.mark.parametrize("step", [12, pytest.param(1, marks=pytest.mark.slow)])
def test_no_text_of_a_photo_runs(browser: Browser, tmp_path: Path, step: int) -> None:
    library = Library(tmp_path)
    for index, text in enumerate(SCRIPTS):
        library.add(with_text(index, text))
    library.store()
    with served(library.open) as page, tab(browser, page) as here:
        paths = [
            "/albums",
            "/photos",
            *(f"/photo/{library.photo_id(n)}" for n in range(0, 50, step)),
        ]
        for path in paths:
            here.goto(page.url + path)
            if path == "/photos":
                expect(here.locator(".tile img").first).to_be_visible()
                here.mouse.move(300, 300)
            assert here.evaluate("window.hit") is None, path
            assert here.url == page.url + path
