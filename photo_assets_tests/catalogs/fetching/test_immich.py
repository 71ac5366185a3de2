"""Immich: files of external libraries have no checksum of their bytes, uploaded ones have."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets_tests.catalogs.fetching.library import FAST, Library
from photo_assets_tests.identity.availability.world import jpeg
from photo_assets_tests.services.faults import Fault, FaultKind, Step
from photo_assets_tests.services.immich.server import KEY, ImmichServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ImmichServer]:
    monkeypatch.setenv("IMMICH_API_KEY", KEY)
    with ImmichServer().running() as server:
        yield server


@pytest.fixture
def library(server: ImmichServer, tmp_path: Path) -> Library:
    home = {"endpoint": server.base_url, "fetch": "identify", **FAST}
    return Library(tmp_path, {"immich": {"home": home}})


def sent(server: ImmichServer) -> int:
    """Return the bytes of originals that the server sent."""
    return sum(one.sent for one in server.log.all() if one.path.endswith("/original"))


def test_only_files_without_a_checksum_of_their_bytes_are_downloaded_and_only_once(
    server: ImmichServer, library: Library
) -> None:
    known, unknown = jpeg(1), jpeg(2)
    uploaded = server.store.add("a.jpg", known)
    external = server.store.add_external("/mnt/photos/b.jpg", unknown)
    (run,) = library.sync()
    assert sent(server) == run.bytes_fetched == len(unknown)
    assert run.by_month["2020-05-01"]["fetched"] == run.by_month["2020-05-01"]["identified"] == 1
    rows = library.rows()
    assert rows[external]["sha256"] == hashlib.sha256(unknown).digest()
    assert rows[external]["status"] == "ok"
    assert rows[external]["phash"] is not None
    assert rows[external]["file_mtime_ns"] is None
    assert (rows[uploaded]["status"], rows[uploaded]["reason"]) == ("unavailable", "identified")

    # What was read is known: also if its description changes, and at night.
    server.log.clear()
    server.store.edit(external, {"description": "at the sea"}, isFavorite=True)
    (again,) = library.sync(retry=True)
    assert again.cached == 1
    assert sent(server) == again.bytes_fetched == 0
    assert library.rows()[external]["sha256"] == hashlib.sha256(unknown).digest()

    # Another file in its place is another content.
    other = jpeg(3)
    server.store.replace_external(external, other)
    library.sync()
    assert sent(server) == len(other)
    assert library.rows()[external]["sha256"] == hashlib.sha256(other).digest()


def test_nothing_is_downloaded_unless_allowed_and_all_originals_are_if_wished(
    server: ImmichServer, library: Library
) -> None:
    contents = {server.store.add("a.jpg", jpeg(1)): jpeg(1)}
    contents[server.store.add_external("/mnt/b.jpg", jpeg(2))] = jpeg(2)
    library.allow("never")
    library.sync()
    reasons = {row["reason"] for row in library.rows().values()}
    assert reasons == {"identified", "fetch_not_allowed"}
    assert sent(server) == 0
    library.allow("original")
    library.sync()
    assert sent(server) == sum(map(len, contents.values()))
    assert {key: row["sha256"] for key, row in library.rows().items()} == {
        key: hashlib.sha256(content).digest() for key, content in contents.items()
    }
    # Forbidden again, what was read stays known.
    library.allow("never")
    library.sync(retry=True)
    assert {row["status"] for row in library.rows().values()} == {"ok"}
    assert sent(server) == sum(map(len, contents.values()))


@pytest.mark.parametrize("kind", ["truncated", "200_html", "429_seconds", "503", "reset_after"])
def test_a_fault_costs_a_repeat_and_never_a_wrong_fingerprint(
    kind: str, server: ImmichServer, library: Library
) -> None:
    key = server.store.add_external("/mnt/b.jpg", jpeg(2))
    library.read()
    fault = Fault(FaultKind(kind), retry_after=0.01)
    server.faults.script(Step(fault, path="/original$"))
    (run,) = library.fingerprint()
    assert (run.computed, run.failed, run.unavailable) == (1, 0, 0)
    assert library.rows()[key]["sha256"] == hashlib.sha256(jpeg(2)).digest()


def test_a_download_that_was_cut_continues_where_it_ended(
    server: ImmichServer, library: Library
) -> None:
    content = jpeg(2)
    server.store.add_external("/mnt/b.jpg", content)
    library.read()
    server.faults.script(Step(Fault(FaultKind.TRUNCATED), path="/original$"))
    (run,) = library.fingerprint()
    assert run.bytes_fetched == len(content)
    assert [one.status for one in server.log.all() if one.path.endswith("/original")] == [200, 206]


@pytest.mark.parametrize("kind", ["200_html", "truncated"])
def test_what_stays_wrong_fails_alone_and_is_tried_again_the_next_night(
    kind: str, server: ImmichServer, library: Library
) -> None:
    bad = server.store.add_external("/mnt/a.jpg", jpeg(1))
    good = server.store.add_external("/mnt/b.jpg", jpeg(2))
    library.read()
    fault = Fault(FaultKind(kind))
    server.faults.script(Step(fault, path=f"{bad}/original$", times=None))
    (run,) = library.fingerprint()
    assert (run.computed, run.found) == (1, 2)
    assert library.rows()[bad]["sha256"] is None
    assert library.rows()[good]["status"] == "ok"
    server.faults.clear()
    (again,) = library.fingerprint(retry=True)
    assert (again.computed, again.cached) == (1, 1)


def test_bytes_that_are_not_the_stated_ones_are_no_fingerprint(
    server: ImmichServer, library: Library
) -> None:
    library.allow("original")
    uploaded = server.store.add("a.jpg", jpeg(1))
    shorter = server.store.add_external("/mnt/b.jpg", jpeg(2))
    library.read()
    server.store.contents[uploaded] = jpeg(1)[:-1] + b"x"  # of the stated size
    server.store.contents[shorter] = jpeg(2)[:-1]
    (run,) = library.fingerprint()
    assert (run.failed, run.found) == (2, 2)
    rows = library.rows()
    assert {row["reason"] for row in rows.values()} == {"wrong_bytes"}
    assert "sha1 is not the one" in rows[uploaded]["detail"]
    assert "its size is" in rows[shorter]["detail"]


def test_without_the_permission_items_wait_with_a_reason(
    server: ImmichServer, library: Library
) -> None:
    key = server.store.add_external("/mnt/b.jpg", jpeg(2))
    server.store.keys[KEY] -= {"asset.download"}
    (run,) = library.sync()
    assert run.unavailable == 1
    row = library.rows()[key]
    assert (row["status"], row["reason"]) == ("unavailable", "service_unavailable")
    assert "permission" in row["detail"]


def test_a_refused_file_fails_alone(server: ImmichServer, library: Library) -> None:
    refused = server.store.add_external("/mnt/a.jpg")
    server.store.add_external("/mnt/b.jpg", jpeg(2))
    (run,) = library.sync()
    assert (run.computed, run.failed) == (1, 1)
    assert library.rows()[refused]["reason"] == "refused"
