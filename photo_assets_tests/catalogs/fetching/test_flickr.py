"""Flickr: originals are at another server, whose addresses are secrets."""

import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets_tests.catalogs.fetching.library import FAST, Library
from photo_assets_tests.identity.availability.world import jpeg
from photo_assets_tests.services.faults import Fault, FaultKind, Step
from photo_assets_tests.services.flickr.server import FlickrServer

FILES = "^/2822/"


@pytest.fixture
def server() -> Iterator[FlickrServer]:
    with FlickrServer().running() as server:
        server.account.files_url = server.base_url.replace("127.0.0.1", "localhost")
        yield server
        assert server.writes() == []


@pytest.fixture
def library(server: FlickrServer, tmp_path: Path) -> Library:
    settings = {"endpoint": server.base_url, "files_endpoint": server.account.files_url}
    library = Library(tmp_path, {"flickr": {"me": {**settings, "fetch": "identify", **FAST}}})
    keys = server.keys
    values = {
        "kind": "oauth1",
        "endpoint": server.base_url,
        "client_id": keys.api_key,
        "client_secret": keys.api_secret,
        "token": keys.token,
        "token_secret": keys.token_secret,
    }
    library.workspace.credentials.write("flickr", "me", values)
    return library


def add(server: FlickrServer, seed: int, **values: object) -> tuple[str, bytes]:
    """Upload a photo; return its id and bytes."""
    photo = server.account.add_photo(width=64, height=48, **values)
    server.account.contents[photo] = jpeg(seed)
    return photo, jpeg(seed)


def sent(server: FlickrServer) -> int:
    """Return the bytes of originals that were sent."""
    return sum(one.sent for one in server.log.all() if one.path.startswith("/2822/"))


def test_an_original_is_downloaded_once_without_a_signature_and_its_address_is_kept_nowhere(
    server: FlickrServer, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    photo, content = add(server, 1)
    tagged, _ = add(server, 2, tags=(f"checksum:sha1={'a' * 40}",))
    (run,) = library.sync()
    assert run.bytes_fetched == sent(server) == len(content)
    rows = library.rows()
    assert rows[photo]["sha256"] == hashlib.sha256(content).digest()
    assert rows[tagged]["reason"] == "identified"
    assert server.counted()["photos.getSizes"] == 1
    # A comment changes the time of the last update, and a new tag the tags: not the file.
    server.account.edit_photo(photo, tags=("sea",))
    (again,) = library.sync(retry=True)
    assert (again.cached, again.bytes_fetched, sent(server)) == (1, 0, len(content))
    secret = server.account.photos[photo].original_secret
    assert secret not in caplog.text
    stored = b"".join(one.read_bytes() for one in library.folder.rglob("*") if one.is_file())
    assert secret.encode() not in stored


def test_another_file_of_other_dimensions_is_another_content(
    server: FlickrServer, library: Library
) -> None:
    photo, _ = add(server, 1)
    library.sync()
    server.account.edit_photo(photo, width=80)
    server.account.contents[photo] = jpeg(2)
    library.sync()
    assert library.rows()[photo]["sha256"] == hashlib.sha256(jpeg(2)).digest()


def test_a_notice_in_place_of_a_file_and_another_server_are_no_original(
    server: FlickrServer, library: Library
) -> None:
    gone, _ = add(server, 1)
    del server.account.contents[gone]
    good, content = add(server, 2)
    (run,) = library.sync()
    assert (run.failed, run.computed) == (1, 1)
    rows = library.rows()
    assert rows[gone]["reason"] == "refused"
    assert server.account.photos[gone].original_secret not in rows[gone]["detail"]
    assert rows[good]["sha256"] == hashlib.sha256(content).digest()
    # The address is not believed to be harmless because the service states it.
    elsewhere, _ = add(server, 3)
    server.account.files_url = server.base_url
    server.log.clear()
    library.sync()
    assert library.rows()[elsewhere]["reason"] == "refused"
    assert sent(server) == 0


def test_renditions_and_videos_are_no_originals(server: FlickrServer, library: Library) -> None:
    library.allow("original")
    server.account.pro = False
    photo, _ = add(server, 1)
    video, _ = add(server, 2, media="video")
    library.sync()
    rows = library.rows()
    assert [rows[one]["reason"] for one in (photo, video)] == ["no_original", "no_original"]
    assert sent(server) == 0


@pytest.mark.parametrize("kind", ["truncated", "200_html", "429_seconds", "drop_after", "slow"])
def test_a_fault_costs_a_repeat_and_never_a_wrong_fingerprint(
    kind: str, server: FlickrServer, library: Library
) -> None:
    photo, content = add(server, 1)
    library.read()
    server.faults.script(Step(Fault(FaultKind(kind), retry_after=0.01, delay=0.2), path=FILES))
    (run,) = library.fingerprint()
    assert run.computed == 1
    assert library.rows()[photo]["sha256"] == hashlib.sha256(content).digest()


def test_a_tag_is_no_proof_that_a_file_has_an_original(
    server: FlickrServer, library: Library, tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "a.jpg").write_bytes(jpeg(1))
    stated = hashlib.sha1(jpeg(1), usedforsecurity=False).hexdigest()
    add(server, 2, tags=(f"checksum:sha1={stated}",))  # the file was edited since, for instance
    library.catalogs["folders"] = {"nas": {"path": str(photos), "settle_seconds": 0}}
    home = library.store("home")
    library.allow("keep")
    library.sync()
    library.copy()
    assert sent(server) == len(jpeg(2))
    assert set(home.list()) == {hashlib.sha256(jpeg(seed)).digest() for seed in (1, 2)}
