"""Google Drive: nearly all files have checksums; of those without, the version is compared."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from photo_assets.catalogs.google_drive import client
from photo_assets.vault.copies import examine_items
from photo_assets.vault.photo_copies import items_of
from photo_assets_tests.catalogs.fetching.library import FAST, Library
from photo_assets_tests.identity.availability.world import jpeg
from photo_assets_tests.services.faults import Fault, FaultKind, Step
from photo_assets_tests.services.google_drive.errors import READ_ONLY
from photo_assets_tests.services.google_drive.server import GoogleDriveServer

NO_CHECKSUM: dict[str, Any] = {
    "md5Checksum": None,
    "sha1Checksum": None,
    "sha256Checksum": None,
}
MEDIA = "/files/[^/]+$"


@pytest.fixture
def server() -> Iterator[GoogleDriveServer]:
    with GoogleDriveServer().running() as server:
        server.drive.validates = False
        yield server
        assert server.drive.writes == []


@pytest.fixture
def library(server: GoogleDriveServer, tmp_path: Path) -> Library:
    mine = {"endpoint": server.base_url, "fetch": "identify", **FAST}
    library = Library(tmp_path, {"google_drive": {"mine": mine}})
    tokens = server.oauth.signed_in(READ_ONLY)
    later = datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=1)
    values = {
        "kind": "oauth2",
        "endpoint": server.base_url,
        "account": server.account.me,
        "client_id": server.oauth.client_id,
        "client_secret": server.oauth.client_secret,
        "access_token": tokens["access_token"],
        "refresh_token": tokens["refresh_token"],
        "expiry": later.isoformat(timespec="seconds"),
        "scopes": READ_ONLY.split(),
    }
    library.workspace.credentials.write("google_drive", "mine", values)
    return library


def digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def test_a_checksum_saves_the_download(server: GoogleDriveServer, library: Library) -> None:
    stated = server.account.add_file("a.jpg", jpeg(1))
    md5 = server.account.add_file("b.jpg", jpeg(2), sha1Checksum=None, sha256Checksum=None)
    bare = server.account.add_file("c.jpg", jpeg(3), **NO_CHECKSUM)
    (run,) = library.sync()
    assert run.bytes_fetched == len(jpeg(3))
    rows = library.rows()
    assert [rows[one]["reason"] for one in (stated, md5)] == ["identified", "identified"]
    assert rows[bare]["sha256"] == digest(jpeg(3))
    # A new name is no new content.
    server.account.rename(bare, "sea.jpg")
    (again,) = library.sync()
    assert (again.bytes_fetched, again.cached) == (0, 1)


def test_a_large_file_comes_in_parts(
    server: GoogleDriveServer, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = jpeg(4)
    monkeypatch.setattr(client, "_PART_BYTES", len(content) // 3)
    library.allow("original")
    file = server.account.add_file("a.jpg", content)
    library.read()
    server.log.clear()
    server.faults.script(Step(Fault(FaultKind.OK), path=MEDIA), FaultKind.TRUNCATED)
    (run,) = library.fingerprint()
    statuses = [one.status for one in server.log.all() if one.path.endswith(file)]
    assert statuses == [206] * 5  # four parts, the second one twice
    assert run.bytes_fetched == len(content)
    assert library.rows()[file]["sha256"] == digest(content)


def test_a_file_without_a_checksum_that_changes_meanwhile_is_not_joined_of_two_versions(
    server: GoogleDriveServer, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, other = jpeg(5), jpeg(6)
    monkeypatch.setattr(client, "_PART_BYTES", len(content) // 2 + 1)
    file = server.account.add_file("a.jpg", content, **NO_CHECKSUM)
    library.read()
    asked: list[str] = []

    def replace_at_the_end(path: str) -> None:
        if path.endswith(file):
            asked.append(path)
        if len(asked) == 2:
            server.account.replace(file, other)
            server.account.edit(file, **NO_CHECKSUM)

    server.drive.before = replace_at_the_end
    (run,) = library.fingerprint()
    assert (run.failed, run.bytes_fetched) == (1, len(content))
    row = library.rows()[file]
    assert (row["status"], row["reason"], row["sha256"]) == ("failed", "wrong_bytes", None)
    server.drive.before = lambda _path: None
    library.sync()
    assert library.rows()[file]["sha256"] == digest(other)


def test_other_bytes_than_the_checksum_fail_alone(
    server: GoogleDriveServer, library: Library
) -> None:
    library.allow("original")
    bad, good = (server.account.add_file(f"{n}.jpg", jpeg(n)) for n in (1, 2))
    library.read()
    server.account.contents[bad] = jpeg(1)[:-1] + b"x"
    (run,) = library.fingerprint()
    assert (run.failed, run.computed) == (1, 1)
    assert library.rows()[bad]["reason"] == "wrong_bytes"
    assert library.rows()[good]["sha256"] == digest(jpeg(2))


def test_a_file_that_may_not_be_downloaded_is_never_asked_for(
    server: GoogleDriveServer, library: Library
) -> None:
    library.allow("original")
    capabilities = {"canDownload": False, "canShare": True}
    file = server.account.add_file("a.jpg", jpeg(1), capabilities=capabilities)
    library.read()
    server.log.clear()
    library.fingerprint()
    assert library.rows()[file]["reason"] == "no_original"
    assert server.calls() == 0


def test_without_a_sign_in_items_wait_and_other_catalogs_go_on(
    server: GoogleDriveServer, library: Library, tmp_path: Path
) -> None:
    file = server.account.add_file("a.jpg", jpeg(1), **NO_CHECKSUM)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "b.jpg").write_bytes(jpeg(2))
    library.catalogs["folders"] = {"nas": {"path": str(tmp_path / "photos"), "settle_seconds": 0}}
    library.read()
    library.workspace.credentials.forget("google_drive", "mine")
    library.fingerprint()
    rows = library.rows()
    assert rows[file]["reason"] == "service_unavailable"
    assert "photosync auth google_drive mine" in rows[file]["detail"]
    assert [row["status"] for row in rows.values()].count("ok") == 1


def test_originals_that_a_file_has_by_any_stated_checksum_are_not_kept_again(
    server: GoogleDriveServer, library: Library, tmp_path: Path
) -> None:
    by_sha256 = server.account.add_file("a.jpg", jpeg(1), md5Checksum=None)
    by_md5 = server.account.add_file("b.jpg", jpeg(2), sha1Checksum=None, sha256Checksum=None)
    only = server.account.add_file("c.jpg", jpeg(3))
    bare = server.account.add_file("d.jpg", jpeg(4), **NO_CHECKSUM)
    photos = tmp_path / "photos"
    photos.mkdir()
    for seed in (1, 2):
        (photos / f"{seed}.jpg").write_bytes(jpeg(seed))
    library.catalogs["folders"] = {"nas": {"path": str(photos), "settle_seconds": 0}}
    home = library.store("home")
    library.allow("keep")
    library.sync()
    library.copy()
    assert set(home.list()) == {digest(jpeg(seed)) for seed in (1, 2, 3, 4)}
    rows = library.rows()
    assert [rows[one]["reason"] for one in (by_sha256, by_md5)] == ["identified", "identified"]
    assert [rows[one]["status"] for one in (only, bare)] == ["ok", "ok"]
    workspace = library.workspace
    items = items_of(
        workspace.lake, workspace.settings.vault, "google_drive", "mine", by_sha1=False
    )
    report = examine_items(items, workspace.stores)
    assert {one.error for one in report.short} == {"its bytes are not known"}
    assert report.files - len(report.short) == 3  # all but the one without a checksum
