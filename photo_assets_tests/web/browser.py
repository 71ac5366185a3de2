"""A real browser that looks at the page: Chromium of the system, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, sync_playwright
from playwright.sync_api import Page as Tab

from photo_assets_tests.web.visiting import Page

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium, or skip the test where there is none."""
    program = os.environ.get("PHOTO_ASSETS_CHROMIUM") or shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium on PATH; PHOTO_ASSETS_CHROMIUM may name one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def tab(browser: Browser, page: Page, **options: Any) -> Iterator[Tab]:
    """Open the page by its address in a fresh profile; at the end, nothing was reported.

    Reported are errors of scripts and violations of the content security policy.
    """
    context = browser.new_context(**{"viewport": DESK, **options})
    reported: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            reported.append(message.text)

    opened = context.new_page()
    opened.on("console", note)
    opened.on("pageerror", lambda error: reported.append(str(error)))
    opened.goto(f"{page.url}/open/{page.access.token}")
    opened.wait_for_url(f"{page.url}/")
    try:
        yield opened
        assert reported == []
    finally:
        context.close()
