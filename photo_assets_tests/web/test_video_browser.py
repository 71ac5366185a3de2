"""A video is played in a real browser, with the parts of its file that the player asks for."""

import base64
import dataclasses
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect

from photo_assets.model.vocabulary import MediaKind
from photo_assets_tests.metadata.collection import item
from photo_assets_tests.web.browser import chromium, tab
from photo_assets_tests.web.library import TAKEN, Library
from photo_assets_tests.web.visiting import served

RECORD = """
async () => {
  const canvas = document.createElement("canvas");
  canvas.width = 64; canvas.height = 48;
  const pen = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(25), {mimeType: "video/webm"});
  const pieces = [];
  recorder.ondataavailable = (event) => pieces.push(event.data);
  const ended = new Promise((done) => { recorder.onstop = done; });
  recorder.start();
  for (let n = 0; n < 20; n++) {
    pen.fillStyle = `hsl(${n * 18}, 80%, 50%)`;
    pen.fillRect(0, 0, 64, 48);
    await new Promise((next) => setTimeout(next, 40));
  }
  recorder.stop();
  await ended;
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}
"""


def test_a_video_is_played_and_one_without_pictures_says_so(tmp_path: Path) -> None:
    with chromium() as browser:
        library = Library(tmp_path)
        values: dict[str, Any] = {
            "capture_time": TAKEN,
            "media_kind": MediaKind.VIDEO,
            "media_type": "video/webm",
            "file_name": "film.webm",
        }
        for name, content in (("film", recorded(browser)), ("broken", b"no video")):
            path = tmp_path / f"{name}.webm"
            path.write_bytes(content)
            made = item(native_id=name, **values)
            library.add(dataclasses.replace(made, path=str(path)))
        library.store()
        with served(library.open) as page, tab(browser, page) as here:
            here.goto(f"{page.url}/photo/{library.photo_id(0)}")
            here.locator("#video").evaluate("one => { one.muted = true; return one.play(); }")
            here.wait_for_function("() => document.getElementById('video').currentTime > 0.1")
            assert here.locator("#video").evaluate("one => one.videoWidth") == 64
            expect(here.locator("#unplayed")).to_be_hidden()
            here.goto(f"{page.url}/photo/{library.photo_id(1)}")
            expect(here.locator("#unplayed")).to_be_visible()


def recorded(browser: Browser) -> bytes:
    """Return a short video that the browser records itself."""
    context = browser.new_context()
    found = base64.b64decode(context.new_page().evaluate(RECORD))
    context.close()
    return found
