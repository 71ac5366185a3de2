"""SmugMug: an MD5 identifies every photo, so bytes are only wanted where all originals are."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets_tests.catalogs.fetching.library import FAST, Library
from photo_assets_tests.identity.availability.world import jpeg
from photo_assets_tests.services.smugmug.server import SmugMugServer


@pytest.fixture
def server() -> Iterator[SmugMugServer]:
    with SmugMugServer().running() as server:
        server.library.files_url = server.base_url.replace("127.0.0.1", "localhost")
        yield server


@pytest.fixture
def library(server: SmugMugServer, tmp_path: Path) -> Library:
    settings = {"endpoint": server.base_url, "files_endpoint": server.library.files_url}
    library = Library(tmp_path, {"smugmug": {"me": {**settings, "fetch": "identify", **FAST}}})
    given = server.settings
    values = {
        "kind": "oauth1",
        "endpoint": server.base_url,
        "client_id": given.api_key,
        "client_secret": given.api_secret,
        "token": given.token,
        "token_secret": given.token_secret,
    }
    library.workspace.credentials.write("smugmug", "me", values)
    return library


def sent(server: SmugMugServer) -> int:
    """Return the bytes of files that were sent."""
    return sum(one.sent for one in server.log.all() if one.path.startswith("/photos/"))


def test_nothing_is_downloaded_to_identify_photos(server: SmugMugServer, library: Library) -> None:
    album = server.library.add_album("Sea")
    photo = server.library.add_image(album, "a.jpg", jpeg(1))
    unknown = server.library.add_image(album, "b.jpg", jpeg(2), archived=False)
    library.sync()
    rows = library.rows()
    assert rows[photo.key]["reason"] == "identified"
    assert rows[unknown.key]["reason"] == "no_original"
    assert sent(server) == 0


def test_all_originals_are_photos_with_the_stated_md5(
    server: SmugMugServer, library: Library
) -> None:
    library.allow("original")
    album = server.library.add_album("Sea")
    photo = server.library.add_image(album, "a.jpg", jpeg(1))
    video = server.library.add_image(album, "b.mp4", b"film", format="MP4", video=True)
    wrong = server.library.add_image(album, "c.jpg", jpeg(3))
    server.library.contents[wrong.key] = jpeg(3)[:-1] + b"x"
    library.sync()
    rows = library.rows()
    assert rows[photo.key]["sha256"] == hashlib.sha256(jpeg(1)).digest()
    assert rows[video.key]["reason"] == "no_original"
    assert rows[wrong.key]["reason"] == "wrong_bytes"
    before = sent(server)
    library.sync()
    assert sent(server) == before
    # Another file in its place, which keeps the key.
    server.library.replace_image(photo, jpeg(4))
    library.sync()
    assert library.rows()[photo.key]["sha256"] == hashlib.sha256(jpeg(4)).digest()
