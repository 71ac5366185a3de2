"""`fetch: keep`: originals that only a service has are downloaded once and copied to every store."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets.vault.faults import find_faults
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.fsck import Fsck
from photo_assets.vault.store import UnwritableStoreError
from photo_assets_tests.catalogs.fetching.library import FAST, Library
from photo_assets_tests.identity.availability.world import jpeg
from photo_assets_tests.services.faults import Fault, FaultKind, Step
from photo_assets_tests.services.immich.server import KEY, ImmichServer
from photo_assets_tests.services.smugmug.server import SmugMugServer
from photo_assets_tests.time_limit import PATIENCE_S
from photo_assets_tests.vault.library import flip_bit

_COPY = """
import json, sys
from pathlib import Path
from photo_assets_tests.catalogs.fetching.library import Library
library = Library(Path(sys.argv[1]), json.loads(sys.argv[2]))
library.vault = json.loads(sys.argv[3])
library.copy()
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ImmichServer]:
    monkeypatch.setenv("IMMICH_API_KEY", KEY)
    with ImmichServer().running() as server:
        yield server


@pytest.fixture
def library(server: ImmichServer, tmp_path: Path) -> Library:
    home = {"endpoint": server.base_url, "fetch": "keep", **FAST}
    photos = tmp_path / "photos"
    photos.mkdir()
    files = {"path": str(photos), "settle_seconds": 0}
    return Library(tmp_path / "data", {"immich": {"home": home}, "folders": {"nas": files}})


def blob(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def downloads(server: ImmichServer) -> list[str]:
    """Return the ids of the originals that were asked for since the log was cleared."""
    paths = [one.path for one in server.log.all()]
    return [path.split("/")[-2] for path in paths if path.endswith("/original")]


def local_file(library: Library, name: str, content: bytes, year: int) -> Path:
    """Write a file of the catalog of folders, with a date in the name."""
    path = Path(library.catalogs["folders"]["nas"]["path"], f"{year}-07-01 {name}")
    path.write_bytes(content)
    os.utime(path, (0, 0))
    return path


def test_what_only_the_service_has_is_downloaded_once_for_all_stores(
    server: ImmichServer, library: Library
) -> None:
    home, nas = library.store("home"), library.store("nas")
    only = server.store.add("a.jpg", jpeg(1))
    unstated = server.store.add_external("/mnt/b.jpg", jpeg(2))
    server.store.add("c.jpg", jpeg(3))
    local_file(library, "same.jpg", jpeg(3), 2031)  # of another month, which is read later
    library.sync()
    assert sorted(downloads(server)) == sorted([only, unstated])
    library.copy()
    contents = {blob(jpeg(number)) for number in (1, 2, 3)}
    for store in (home, nas):
        assert set(store.list()) == contents
        assert all(store.verify(one).is_copy for one in contents)
    assert {row["status"] for row in library.originals().values()} == {"stored"}
    assert library.rows()[only]["sha256"] == blob(jpeg(1))
    assert library.rows()[only]["phash"] is not None

    # Not again at night, nor for another store.
    server.log.clear()
    third = library.store("third")
    library.sync(retry=True)
    library.copy(retry=True)
    assert set(third.list()) == contents
    assert downloads(server) == []


def test_nothing_that_a_file_may_have_is_downloaded_before_all_months_were_read(
    server: ImmichServer, library: Library
) -> None:
    library.store("home")
    server.store.add("c.jpg", jpeg(3))
    only = server.store.add("a.jpg", jpeg(1))
    local_file(library, "same.jpg", jpeg(3), 2031)
    library.read()
    online = library.workspace.lake.names(("catalog", "immich"))
    library.fingerprint(only=lambda month: month in online)
    assert {row["source"] for row in library.rows().values()} == {"immich"}
    assert downloads(server) == []
    library.fingerprint()  # of the month that is left, and then of what no file has
    assert downloads(server) == [only]


def test_what_a_store_missed_is_downloaded_when_it_is_there(
    server: ImmichServer, library: Library
) -> None:
    home = library.store("home")
    away = home.root.rename(home.root.with_name("elsewhere"))
    server.store.add("a.jpg", jpeg(1))
    library.sync()
    away.rename(home.root)
    assert len(downloads(server)) == 1
    (made,) = library.copy()
    assert (made.copies_written, made.counts) == (1, {"stored": 1})
    assert len(downloads(server)) == 2  # nothing was kept of the first one
    assert home.verify(blob(jpeg(1))).is_copy
    assert library.copy(retry=True) == []


def test_a_local_file_that_was_deleted_leaves_only_the_one_of_the_service(
    server: ImmichServer, library: Library
) -> None:
    server.store.add("a.jpg", jpeg(1))
    file = local_file(library, "same.jpg", jpeg(1), 2031)
    local_file(library, "other.jpg", jpeg(2), 2031)  # without any, the disk may not be there
    home = library.store("home")
    library.sync()
    assert downloads(server) == []
    # The file is deleted before it was copied.
    file.unlink()
    library.sync(retry=True)
    assert len(downloads(server)) == 1
    assert home.verify(blob(jpeg(1))).is_copy


@pytest.mark.parametrize("fetch", ["never", "identify", "original"])
def test_nothing_is_downloaded_for_a_store_unless_it_is_to_be_kept(
    fetch: str, server: ImmichServer, library: Library
) -> None:
    home = library.store("home")
    library.allow(fetch)
    server.store.add("a.jpg", jpeg(1))
    server.store.add_external("/mnt/b.jpg", jpeg(2))
    library.sync()
    server.log.clear()
    library.copy()
    assert downloads(server) == []
    assert [*home.list()] == []
    # Allowed later, all of it is copied.
    library.allow("keep")
    library.sync()
    library.copy(retry=True)
    assert set(home.list()) == {blob(jpeg(1)), blob(jpeg(2))}


@pytest.mark.parametrize("kind", ["truncated", "200_html", "503", "reset_after"])
def test_a_fault_costs_a_repeat_and_never_a_wrong_copy(
    kind: str, server: ImmichServer, library: Library
) -> None:
    server.store.add("a.jpg", jpeg(1))
    library.store("home", create=False)
    library.sync()
    home = library.store("home")
    fault = Fault(FaultKind(kind), retry_after=0.01)
    server.faults.script(Step(fault, path="/original$"))
    (made,) = library.copy()
    assert made.counts == {"stored": 1}
    assert [*home.list()] == [blob(jpeg(1))]


def test_other_bytes_cost_their_original_alone_and_are_no_copy(
    server: ImmichServer, library: Library
) -> None:
    bad = server.store.add("a.jpg", jpeg(1))
    unstated = server.store.add_external("/mnt/b.jpg", jpeg(2))
    server.store.add("c.jpg", jpeg(3))
    library.store("home", create=False)
    library.sync()
    home = library.store("home")
    server.store.contents[bad] = jpeg(1)[:-1] + b"x"  # the service states SHA-1 of other bytes
    server.store.contents[unstated] = jpeg(2)[:-1] + b"x"  # nothing but its size is stated
    (made,) = library.copy()
    assert made.counts == {"stored": 1, "absent": 2}
    reasons = {one: row["reason"] for one, row in library.originals().items()}
    assert reasons == {
        blob(jpeg(1)): "wrong_bytes",
        blob(jpeg(2)): "changed",
        blob(jpeg(3)): None,
    }
    assert [*home.list()] == [blob(jpeg(3))]
    server.store.contents[bad], server.store.contents[unstated] = jpeg(1), jpeg(2)
    (again,) = library.copy(retry=True)
    assert again.counts == {"stored": 3}


def test_an_item_that_was_never_downloaded_has_a_row_with_its_reason(
    server: ImmichServer, library: Library
) -> None:
    home = library.store("home")
    bad = server.store.add("a.jpg", jpeg(1))
    server.store.add("b.jpg", jpeg(2))
    library.read()
    fault = Fault(FaultKind("200_html"))
    server.faults.script(Step(fault, path=f"{bad}/original$", times=None))
    library.fingerprint()
    (made,) = library.copy()
    assert made.counts == {"stored": 1, "absent": 1}
    row = library.originals()[None]
    assert (row["source"], row["catalog"], row["native_id"]) == ("immich", "home", bad)
    assert (row["status"], row["stores"], row["reason"]) == ("absent", [], "wrong_bytes")
    (sentence,) = find_faults(library.workspace.lake, library.workspace.stores).sentences
    assert sentence.startswith("1 original not in every store: 2020-05 1")
    assert Fsck(library.workspace.lake, [home], library.folder / "checks").run("home").orphans == 0
    server.faults.clear()
    library.sync(retry=True)
    (again,) = library.copy()
    assert again.counts == {"stored": 2}
    assert None not in library.originals()


def test_a_service_that_is_away_costs_its_own_originals(
    server: ImmichServer, library: Library
) -> None:
    server.store.add("a.jpg", jpeg(1))
    server.store.add("b.jpg", jpeg(2))
    local_file(library, "c.jpg", jpeg(3), 2031)
    library.store("home", create=False)
    library.sync()
    home = library.store("home")
    server.store.keys[KEY] -= {"asset.download"}
    server.log.clear()
    library.copy()
    assert [*home.list()] == [blob(jpeg(3))]
    rows = library.originals()
    assert {rows[blob(jpeg(number))]["reason"] for number in (1, 2)} == {"service_unavailable"}
    assert "permission" in rows[blob(jpeg(1))]["detail"]
    server.store.keys[KEY] |= {"asset.download"}
    library.copy(retry=True)
    assert len([*home.list()]) == 3


def test_a_service_out_of_quota_costs_its_own_originals(
    server: ImmichServer, library: Library
) -> None:
    for number in (1, 2, 4, 5):
        server.store.add(f"{number}.jpg", jpeg(number))
    local_file(library, "c.jpg", jpeg(3), 2031)
    library.store("home", create=False)
    library.sync()
    home = library.store("home")
    library.catalogs["immich"]["home"]["max_parallel_downloads"] = 1
    server.log.clear()
    fault = Fault(FaultKind.LIMITED_SECONDS, retry_after=3600)
    server.faults.script(
        Step(Fault(FaultKind.OK), path="/original$"), Step(fault, "", "/original$")
    )
    library.copy()
    assert len(downloads(server)) == 2  # it is not asked again
    assert len([*home.list()]) == 2
    rows = [row for row in library.originals().values() if row["status"] == "absent"]
    assert {row["reason"] for row in rows} == {"service_unavailable"}
    assert len(rows) == 3


def test_a_full_store_costs_its_own_copies_of_what_is_downloaded(
    server: ImmichServer, library: Library
) -> None:
    home, nas = library.store("home"), library.store("nas")
    server.store.add("a.jpg", jpeg(1))
    (home.root / "blobs").write_bytes(b"")  # no folder can be made in it
    library.sync()
    library.copy()
    (row,) = library.originals().values()
    assert (row["status"], row["stores"], row["reason"]) == (
        "partial",
        ["nas"],
        "refused by a store",
    )
    (home.root / "blobs").unlink()
    server.log.clear()
    library.copy(retry=True)
    assert downloads(server) == []
    assert [*home.list()] == [*nas.list()] == [blob(jpeg(1))]


def test_a_damaged_copy_is_not_downloaded_each_night(
    server: ImmichServer, library: Library
) -> None:
    home = library.store("home")
    server.store.add("a.jpg", jpeg(1))
    library.sync()
    library.copy()
    flip_bit(home.path(blob(jpeg(1))), 100)
    shutil.rmtree(library.workspace.lake.root / "vault")
    server.log.clear()
    library.copy()
    assert library.originals()[blob(jpeg(1))]["reason"] == "damaged in a store"
    assert downloads(server) == []


def test_nothing_more_is_downloaded_once_all_stores_are_full(
    server: ImmichServer, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.store("home")
    library.catalogs["immich"]["home"]["max_parallel_downloads"] = 1
    monkeypatch.setattr(FolderStore, "put", full)
    for number in range(29):
        server.store.add(f"{number}.jpg", jpeg(number))
    library.sync()
    server.log.clear()
    (made,) = library.copy()
    assert made.counts == {"absent": 29}
    assert len(downloads(server)) <= 16  # those that had begun when it refused the first one


def full(*_arguments: object) -> None:
    raise UnwritableStoreError("The store is full.")


def test_without_the_lake_nothing_is_downloaded_into_a_store_twice(
    server: ImmichServer, library: Library
) -> None:
    home = library.store("home")
    server.store.add("a.jpg", jpeg(1))
    library.sync()
    library.copy()
    before = home.path(blob(jpeg(1))).stat().st_ino
    shutil.rmtree(library.workspace.lake.root / "vault")
    server.log.clear()
    (made,) = library.copy()
    assert (made.copies_written, made.counts) == (0, {"stored": 1})
    assert downloads(server) == []
    assert home.path(blob(jpeg(1))).stat().st_ino == before


def test_a_killed_copy_leaves_nothing_unfinished_and_asks_for_no_more_than_allowed(
    server: ImmichServer, library: Library
) -> None:
    library.catalogs["immich"]["home"]["max_parallel_downloads"] = 2
    library.store("home", create=False)
    contents = [jpeg(number) for number in range(6)]
    for number, content in enumerate(contents):
        server.store.add(f"{number}.jpg", content)
    library.sync()
    home = library.store("home")
    server.log.clear()
    server.faults.script(
        Step(Fault(FaultKind.SLOW, delay=PATIENCE_S), path="/original$", times=None)
    )
    stated = [json.dumps(library.catalogs), json.dumps(library.vault)]
    command = [sys.executable, "-c", _COPY, str(library.folder), *stated]
    with subprocess.Popen(command) as process:
        ends = time.monotonic() + PATIENCE_S
        while len(downloads(server)) < 2 or len(library.scratch) < 2:
            assert process.poll() is None
            assert time.monotonic() < ends
            time.sleep(0.01)
        time.sleep(0.3)  # for others to begin, if they may
        process.kill()
    assert len(downloads(server)) == 2
    assert [*home.list()] == []
    server.faults.clear()
    (made,) = library.copy()
    assert made.counts == {"stored": 6}
    assert set(home.list()) == {blob(content) for content in contents}
    assert library.scratch == []


def test_what_a_service_gives_in_reduced_quality_is_never_stored(tmp_path: Path) -> None:
    with SmugMugServer().running() as server:
        server.library.files_url = server.base_url.replace("127.0.0.1", "localhost")
        given = server.settings
        settings = {"endpoint": server.base_url, "files_endpoint": server.library.files_url}
        library = Library(tmp_path, {"smugmug": {"me": {**settings, "fetch": "keep", **FAST}}})
        values = {
            "kind": "oauth1",
            "endpoint": server.base_url,
            "client_id": given.api_key,
            "client_secret": given.api_secret,
            "token": given.token,
            "token_secret": given.token_secret,
        }
        library.workspace.credentials.write("smugmug", "me", values)
        home = library.store("home")
        album = server.library.add_album("Sea")
        server.library.add_image(album, "a.jpg", jpeg(1))
        reduced = server.library.add_image(album, "b.jpg", jpeg(2), archived=False)
        video = server.library.add_image(album, "c.mp4", b"film", format="MP4", video=True)
        library.sync()
        library.copy()
        assert [*home.list()] == [blob(jpeg(1))]
        rows = library.rows()
        assert {rows[one.key]["reason"] for one in (reduced, video)} == {"no_original"}
        files = [one.path for one in server.log.all() if one.path.startswith("/photos/")]
        assert len(files) == 1
