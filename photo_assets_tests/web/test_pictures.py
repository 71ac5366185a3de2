"""Pictures and originals: only of known photos, and no part of a path from an address."""

import hashlib
import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from photo_assets.model.vocabulary import MediaKind, Visibility
from photo_assets_tests.metadata.collection import item
from photo_assets_tests.web.library import TAKEN, Library
from photo_assets_tests.web.visiting import Page, served

ESCAPES = (
    *("../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd"),
    *("....//....//etc/passwd", "..\\..\\etc\\passwd", "..%5c..%5cetc%5cpasswd", "/etc/passwd"),
    *("//etc/passwd", "%2fetc%2fpasswd", "file:///etc/passwd", "%00", "x%00.jpg", "~root", "."),
    *(
        "..",
        "%2e",
        "%2e%2e",
        "...",
        "%c0%ae%c0%ae/etc/passwd",
        "%252e%252e%252fetc",
        "C:\\boot.ini",
    ),
    *("\\\\host\\share", "CON", "a" * 5000, "%ff%fe", "'%20OR%201=1--", "*", "?", "[a-z]"),
    *("{photo_id}", "00000000-0000-0000-0000-000000000000", "0" * 36, "-" * 36, "%D9%A0" * 36),
)


@dataclass(frozen=True)
class Shown:
    library: Library
    page: Page
    drawn: str
    away: str
    locked: str
    unknown: str
    video: str
    film: str
    locked_film: str


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    library = Library(tmp_path_factory.mktemp("pictures"))
    values: dict[str, Any] = {"capture_time": TAKEN}
    drawn = library.add(item(native_id="1", **values), color="#444")
    away = library.add(item(native_id="2", **values), color="#555")
    locked = library.add(item(native_id="3", visibility=Visibility.LOCKED, **values), color="#666")
    unknown = library.add(item(native_id="4", path="/etc/hostname.gone", **values))
    name = 'a "b"\r\nX: y\u00e9.html'
    values |= {"media_kind": MediaKind.VIDEO, "media_type": "text/html", "file_name": name}
    video = library.add(item(native_id="5", **values), color="#777")
    values |= {"media_type": "video/mp4", "file_name": "film.mp4"}
    film = library.add(item(native_id="6", **values), color="#888")
    secret = library.add(item(native_id="7", visibility=Visibility.LOCKED, **values), color="#999")
    workspace = library.store()
    for path in workspace.thumbnails.root.rglob("*.jpg"):
        if path.read_bytes() in [library.pictures[n] for n in (1, 4, 5, 6)]:
            path.unlink()
    (library.folder / "files" / "1.jpg").unlink()
    with served(library.open) as page:
        yield Shown(library, page, drawn, away, locked, unknown, video, film, secret)


def test_a_thumbnail_is_sent_once_and_then_confirmed(here: Shown) -> None:
    client = here.page.visitor()
    for size in ("tiny", "small", "medium"):
        path = f"/photo/{here.drawn}/picture/{size}"
        found = client.get(path)
        assert found.content == here.library.pictures[0]
        assert found.headers["content-type"] == "image/jpeg"
        assert found.headers["cache-control"] == "private, no-cache"
        again = client.get(path, headers={"if-none-match": found.headers["etag"]})
        assert again.status_code == 304 and not again.content
    assert client.get(f"/photo/{here.drawn}/picture/huge").status_code == 404


def test_a_browser_keeps_a_picture_whose_address_names_its_content(here: Shown) -> None:
    client, path = here.page.visitor(), f"/photo/{here.drawn}/picture/small"
    version = hashlib.sha256(here.library.pictures[0]).hexdigest()[:16]
    kept = client.get(f"{path}?v={version}").headers["cache-control"]
    assert kept.startswith("private, max-age")
    for other in ("", "0" * 16):  # the photo had that content before
        assert client.get(f"{path}?v={other}").headers["cache-control"] == "private, no-cache"


def test_without_a_thumbnail_a_drawing_says_why(here: Shown) -> None:
    client = here.page.visitor()
    for photo, words in (
        (here.away, "No thumbnail yet"),
        (here.locked, "Locked in its catalog"),
        (here.unknown, "Its bytes are not known"),
        (here.video, "video"),
    ):
        found = client.get(f"/photo/{photo}/picture/small")
        assert found.headers["content-type"] == "image/svg+xml"
        assert found.headers["cache-control"] == "no-store"
        assert words in found.text


def test_a_locked_picture_is_shown_when_a_person_asks_for_it(here: Shown) -> None:
    client = here.page.visitor()
    assert "?unlocked=1" in client.get(f"/photo/{here.locked}").text
    found = client.get(f"/photo/{here.locked}/picture/medium?unlocked=1")
    assert found.content == here.library.pictures[2]


def test_an_original_is_the_file_as_a_download(here: Shown) -> None:
    client = here.page.visitor()
    found = client.get(f"/photo/{here.drawn}/original")
    assert found.content == here.library.pictures[0]
    assert found.headers["content-length"] == str(len(found.content))
    assert found.headers["content-type"] == "image/jpeg"
    assert found.headers["content-disposition"].startswith("attachment;")
    assert found.headers["cache-control"] == "no-store"
    risky = client.get(f"/photo/{here.video}/original")
    assert risky.headers["content-type"] == "application/octet-stream"
    assert "x" not in risky.headers  # no header of the name
    assert (
        "filename*=UTF-8''a%20%22b%22%0D%0AX%3A%20y%C3%A9.html"
        in risky.headers["content-disposition"]
    )


def test_an_original_of_a_locked_photo_is_sent_only_when_a_person_asks_for_it(here: Shown) -> None:
    client, path = here.page.visitor(), f"/photo/{here.locked}/original"
    refused = client.get(path)
    assert refused.status_code == 403 and f"/photo/{here.locked}?unlocked=1" in refused.text
    assert here.library.pictures[2] not in refused.content
    page = client.get(f"/photo/{here.locked}").text
    assert path not in page and "Show the locked picture" in page
    assert f'href="{path}?unlocked=1"' in client.get(f"/photo/{here.locked}?unlocked=1").text
    assert client.get(f"{path}?unlocked=1").content == here.library.pictures[2]


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, None),
        ("bytes=5-9", 5, 9),
        ("bytes=7-", 7, None),
        ("bytes=-4", -4, None),
        ("bytes=9-999999999", 9, None),
        ("bytes=0-0", 0, 0),
        ("bytes=0-1,3-4", 0, None),  # several: the whole file
        ("pages=1-2", 0, None),
    ],
)
def test_a_player_gets_the_part_of_an_original_that_it_asks_for(
    here: Shown, asked: str, first: int, last: int | None
) -> None:
    whole = here.library.pictures[0]
    found = here.page.visitor().get(f"/photo/{here.drawn}/original", headers={"range": asked})
    wanted = whole[first:] if last is None else whole[first : last + 1]
    assert found.content == wanted and found.headers["accept-ranges"] == "bytes"
    assert found.status_code == (200 if wanted == whole else 206)
    start = first % len(whole)
    part = f"bytes {start}-{start + len(wanted) - 1}/{len(whole)}"
    assert found.headers.get("content-range") == (None if wanted == whole else part)


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=9-5", "bytes=-0"])
def test_a_part_that_an_original_does_not_have_is_refused(here: Shown, asked: str) -> None:
    found = here.page.visitor().get(f"/photo/{here.drawn}/original", headers={"range": asked})
    size = len(here.library.pictures[0])
    assert (found.status_code, found.headers["content-range"]) == (416, f"bytes */{size}")


def test_a_video_is_played_on_its_page_unless_it_is_locked(here: Shown) -> None:
    client = here.page.visitor()
    player = f'src="/photo/{here.film}/original"'
    assert "<video" in (page := client.get(f"/photo/{here.film}").text) and player in page
    assert "Videos have no thumbnail" in client.get(f"/photo/{here.film}/picture/small").text
    found = client.get(f"/photo/{here.film}/original", headers={"range": "bytes=0-1"})
    assert (found.status_code, found.headers["content-type"]) == (206, "video/mp4")
    assert "media-src 'self'" in found.headers["content-security-policy"]
    assert "<video" not in client.get(f"/photo/{here.locked_film}").text
    unlocked = client.get(f"/photo/{here.locked_film}?unlocked=1").text
    assert f'src="/photo/{here.locked_film}/original?unlocked=1"' in unlocked
    for photo in (here.video, here.drawn):  # a type that no browser plays, and a picture
        assert "<video" not in client.get(f"/photo/{photo}").text


def test_an_original_that_is_away_is_not_found(here: Shown) -> None:
    for photo in (here.away, here.unknown):
        found = here.page.visitor().get(f"/photo/{photo}/original")
        assert found.status_code == 404 and "no catalog or store has it online" in found.text


@pytest.mark.parametrize("escape", ESCAPES)
def test_nothing_else_can_be_read(here: Shown, escape: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", here.page.access.port, timeout=60)
    access = here.page.access
    for path in (
        f"/photo/{escape}/picture/tiny",
        f"/photo/{here.drawn}/picture/{escape}",
        f"/photo/{escape}/original",
        f"/photo/{here.drawn}/{escape}",
        f"/static/{escape}",
        f"/albums/{escape}",
    ):
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", f"127.0.0.1:{access.port}")
        connection.putheader("Cookie", f"{access.cookie}={access.session}")
        connection.endheaders()
        found = connection.getresponse()
        body = found.read()
        assert found.status in {404, 400}, path
        assert b"root:" not in body
    connection.close()
