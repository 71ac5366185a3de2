"""Previews: small pictures of items whose originals are not wanted. They only find look-alikes."""

import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha1, sha256
from pathlib import Path
from typing import Any

import pytest

from photo_assets.cli.doctor.catalogs import check_catalogs
from photo_assets.defs.identity.lookalikes import search
from photo_assets.defs.identity.photos import join_photos
from photo_assets.defs.identity.rendering import describe_fingerprints
from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_table
from photo_assets.model.tables import MEMBERS, ORIGINALS, THUMBNAILS
from photo_assets.status.figures import read_figures
from photo_assets.thumbnails import months as thumbnail_months
from photo_assets.vault import months as vault_months
from photo_assets_tests.catalogs.fetching.previewing import GIVING, Service, picture, service
from photo_assets_tests.identity.fingerprints.material import item_of, rows, run
from photo_assets_tests.services.faults import Fault, FaultKind, Step


@pytest.fixture(params=GIVING)
def giving(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    with service(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def immich(tmp_path: Path) -> Iterator[Service]:
    with service("immich", tmp_path) as made:
        yield made


def distance(one: int, other: int) -> int:
    return (one ^ other).bit_count()


def test_a_preview_is_hashed_once_and_is_no_content(giving: Service) -> None:
    key = giving.add(picture(1))
    runs = giving.library.sync()
    row = giving.library.rows()[key]
    assert (row["hash_basis"], row["status"], row["unread_reason"]) == (
        "preview",
        "unavailable",
        None,
    )
    assert row["reason"] in {"fetch_not_allowed", "no_original"}
    assert row["preview_aspect"] == pytest.approx(4 / 3, rel=0.01)
    nothing = ("sha256", "md5", "sha1", "image_data_sha256", "width", "height", "exif", "file_size")
    assert [row[name] for name in nothing] == [None] * len(nothing)
    sent = giving.sent()
    assert sent["originals"] == 0
    assert 0 < sent["previews"] == sum(run.bytes_fetched for run in runs) < len(picture(1))
    (counts,) = (run.by_month[row["month"]] for run in runs)
    assert (counts["previewed"], counts["fetched"], counts["unavailable"]) == (1, 0, 1)
    assert counts["previewed_bytes"] == sent["previews"]

    giving.server.log.clear()
    giving.library.sync(retry=True)
    assert giving.sent() == {"previews": 0, "originals": 0}
    assert giving.library.rows()[key] == row


def test_the_hash_is_near_that_of_the_original(giving: Service, tmp_path: Path) -> None:
    keys = [giving.add(picture(seed)) for seed in range(4)]
    giving.library.sync()
    of_preview = giving.library.rows()
    files = [tmp_path / f"{seed}.jpg" for seed in range(4)]
    for seed, file in enumerate(files):
        file.write_bytes(picture(seed))
    with closing(FingerprintCache(tmp_path / "files.sqlite")) as cache:
        of_file = rows(run(map(item_of, files), cache))
    for key, file in zip(keys, files, strict=True):
        assert distance(of_preview[key]["phash"], of_file[str(file)]["phash"]) <= 4


def test_what_a_checksum_identifies_has_no_preview(tmp_path: Path) -> None:
    tag = f"checksum:sha1={'a' * 40}"
    for source in GIVING:
        with service(source, tmp_path / source) as one:
            match source:
                case "flickr":
                    key = one.add(picture(1), tags=(tag,))
                case "smugmug":
                    album = one.server.library.add_album("Sea")
                    key = one.server.library.add_image(album, "a.jpg", picture(1)).key
                case _:
                    key = one.server.store.add("a.jpg", picture(1))
            one.library.sync()
            row = one.library.rows()[key]
            assert (row["reason"], row["hash_basis"], row["phash"]) == ("identified", None, None)
            assert one.sent() == {"previews": 0, "originals": 0}


def test_no_byte_of_a_preview_and_no_address_stays(
    giving: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    key = giving.add(picture(1))
    giving.library.sync()
    folder, workspace = giving.library.folder, giving.library.workspace
    stored = b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())
    assert b"\xff\xd8\xff" not in stored
    assert b"WEBPVP8" not in stored
    for secret in ("s3cr3t", getattr(_photo(giving, key), "secret", "s3cr3t")):
        assert secret.encode() not in stored
        assert secret not in caplog.text
    assert not list(workspace.thumbnails.root.rglob("*.jpg"))


def _photo(giving: Service, key: str) -> object:
    return giving.server.account.photos[key] if giving.account.source == "flickr" else None


def test_nobody_takes_a_preview_for_an_original(immich: Service) -> None:
    immich.add(picture(1))
    immich.library.sync()
    workspace = immich.library.workspace
    lake, tree, stores = workspace.lake, workspace.thumbnails, workspace.stores
    (month,) = lake.names(("identity", "fingerprints"))
    thumbnail_months.make_month(lake, tree, month, None)
    assert _rows(lake, thumbnail_months.ASSET, month, THUMBNAILS) == []
    vault_months.make_month(lake, stores, month)
    assert _rows(lake, vault_months.ASSET, month, ORIGINALS) == []


def test_status_doctor_and_metadata_say_so(immich: Service) -> None:
    immich.add(picture(1))
    immich.library.sync()
    told = describe_fingerprints(immich.library.made[0])
    assert (told["previews"], told["previews_fetched"], told["fetched"]) == (1, 1, 0)
    assert (told["unavailable"], told["ok"]) == (1, 0)
    assert told["previews_fetched_mib"] == round(immich.sent()["previews"] / 2**20, 1)
    workspace = immich.library.workspace
    figures = read_figures(workspace)
    assert figures.previews == 1
    assert "1 item is compared by a preview of an online service" in figures.sentence()
    said = [check.text for check in check_catalogs(workspace)]
    assert "previews of entries without a checksum are downloaded, once each" in said
    immich.library.allow("never")
    quiet = [check.text for check in check_catalogs(immich.library.workspace)]
    assert [text for text in said if text not in quiet and "last read" not in text] == [
        "previews of entries without a checksum are downloaded, once each"
    ]


def test_it_makes_a_candidate_and_no_identity(immich: Service) -> None:
    library = immich.library
    photos = library.folder / "photos"
    photos.mkdir()
    file = photos / "a.jpg"
    file.write_bytes(picture(1))
    os.utime(file, (1_600_000_000, 1_600_000_000))
    library.catalogs["folders"] = {"all": {"path": str(photos)}}
    key = immich.add(picture(1))
    library.sync()
    workspace = library.workspace
    join_photos(workspace)
    lake = workspace.lake
    members = [
        row
        for month in lake.names(photo_table(MEMBERS))
        for row in _rows(lake, photo_table(MEMBERS), month, MEMBERS)
    ]
    found = {row["source"]: row for row in members}
    assert len({row["photo_id"] for row in members}) == 2
    assert found["immich"]["native_id"] == key
    assert found["immich"]["sha256"] is None
    (pair,) = search(workspace).tables.pairs.to_pylist()
    assert {pair["a_photo_id"], pair["b_photo_id"]} == {row["photo_id"] for row in members}
    assert {pair["a_sha256"], pair["b_sha256"]} == {found["folders"]["sha256"], None}


def _rows(lake: Lake, asset: tuple[str, str], month: str, kind: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = lake.read(asset, month, kind).to_pylist()
    return rows


def test_hashes_stay_when_downloads_are_forbidden_and_give_way_to_the_original(
    immich: Service,
) -> None:
    key = immich.add(picture(1))
    immich.library.sync()
    phash = immich.library.rows()[key]["phash"]
    immich.library.allow("never")
    immich.library.sync(retry=True)
    row = immich.library.rows()[key]
    assert (row["phash"], row["hash_basis"], row["sha256"]) == (phash, "preview", None)
    immich.library.allow("identify")
    immich.library.sync()
    row = immich.library.rows()[key]
    assert (row["status"], row["hash_basis"], row["preview_aspect"]) == ("ok", "file", None)
    assert row["sha256"] is not None
    # What is known of the original stays known, and its preview is not wanted any more.
    immich.server.log.clear()
    immich.library.allow("preview")
    immich.library.sync(retry=True)
    assert immich.library.rows()[key] == row
    assert immich.sent() == {"previews": 0, "originals": 0}


def test_hashes_stay_without_the_cache_while_the_service_is_away(immich: Service) -> None:
    key = immich.add(picture(1))
    immich.library.sync()
    row = immich.library.rows()[key]
    _forget(immich)
    immich.server.faults.script(Step(Fault(FaultKind("503")), path="/thumbnail$", times=None))
    immich.library.fingerprint(retry=True)
    now = immich.library.rows()[key]
    assert (now["phash"], now["hash_basis"]) == (row["phash"], "preview")
    assert (now["status"], now["reason"]) == ("unavailable", "service_unavailable")


def test_another_version_has_another_preview(immich: Service) -> None:
    key = immich.add(picture(1))
    immich.library.sync()
    before = immich.library.rows()[key]["phash"]
    immich.server.store.replace_external(key, picture(2))
    immich.server.log.clear()
    immich.library.sync()
    assert distance(immich.library.rows()[key]["phash"], before) > 8
    assert immich.sent()["previews"] > 0


REPLACED = ["preview", "never", "unanswered"]


def _withhold(one: Service, how: str) -> None:
    """Let no original be had any more, in this way."""
    if how == "unanswered":
        one.server.faults.script(Step(Fault(FaultKind("503")), path="/original$", times=None))
    else:
        one.library.allow(how)


@pytest.mark.parametrize("how", REPLACED)
@pytest.mark.parametrize("cached", [True, False])
def test_what_is_known_of_another_version_does_not_describe_a_replaced_photo(
    immich: Service, how: str, cached: bool
) -> None:
    key = immich.add(picture(1))
    immich.library.allow("original")
    immich.library.sync()
    before = immich.library.rows()[key]
    assert (before["status"], before["sha256"]) == ("ok", sha256(picture(1)).digest())
    immich.server.store.replace_external(key, picture(2))
    _withhold(immich, how)
    if not cached:
        _forget(immich)
    for _ in range(2):
        immich.library.sync(retry=True)
        row = immich.library.rows()[key]
        reason = "service_unavailable" if how == "unanswered" else "fetch_not_allowed"
        assert (row["status"], row["reason"]) == ("unavailable", reason)
        nothing = ("sha256", "md5", "sha1", "image_data_sha256", "exif", "file_size")
        assert [row[name] for name in nothing] == [None] * len(nothing)
        assert row["hash_basis"] == ("preview" if how == "preview" else None)
        assert how != "preview" or distance(row["phash"], before["phash"]) > 8
    workspace = immich.library.workspace
    for month in workspace.lake.names(("identity", "fingerprints")):
        vault_months.make_month(workspace.lake, workspace.stores, month)
        assert _rows(workspace.lake, vault_months.ASSET, month, ORIGINALS) == []


@pytest.mark.parametrize("how", REPLACED)
@pytest.mark.parametrize("cached", [True, False])
def test_what_is_known_of_an_unchanged_version_stays(
    immich: Service, how: str, cached: bool
) -> None:
    key = immich.add(picture(1))
    immich.library.allow("original")
    immich.library.sync()
    before = immich.library.rows()[key]
    immich.server.store.edit(key, isFavorite=True)
    _withhold(immich, how)
    if not cached:
        _forget(immich)
    immich.library.sync(retry=True)
    row = immich.library.rows()[key]
    assert (row["status"], row["sha256"]) == ("ok", before["sha256"])
    assert (row["phash"], row["hash_basis"]) == (before["phash"], "file")


def test_the_hashes_of_the_preview_of_another_version_are_not_kept(immich: Service) -> None:
    key = immich.add(picture(1))
    immich.library.sync()
    immich.server.store.replace_external(key, picture(2))
    immich.library.allow("never")
    immich.library.sync()
    row = immich.library.rows()[key]
    assert (row["status"], row["phash"], row["hash_basis"]) == ("unavailable", None, None)


def test_what_is_known_of_another_file_gives_way_to_a_checksum(immich: Service) -> None:
    key = immich.server.store.add("a.jpg", picture(1))
    immich.library.allow("original")
    immich.library.sync()
    assert immich.library.rows()[key]["sha256"] == sha256(picture(1)).digest()
    checksum = b64encode(sha1(picture(2)).digest()).decode()
    immich.server.store.edit(key, checksum=checksum)
    for how in ("preview", "never"):
        immich.library.allow(how)
        immich.library.sync(retry=True)
        row = immich.library.rows()[key]
        assert (row["status"], row["reason"], row["sha256"]) == ("unavailable", "identified", None)


def _forget(immich: Service) -> None:
    """Delete the cache, which can be made again at any time."""
    for file in immich.library.workspace.fingerprint_cache.parent.glob("*fingerprint*"):
        if file.is_file():
            file.unlink()


@pytest.mark.parametrize("pro", [True, False])
def test_items_of_reduced_quality_and_small_ones_have_previews(tmp_path: Path, pro: bool) -> None:
    with service("flickr", tmp_path) as flickr:
        flickr.server.account.pro = pro
        large = flickr.add(picture(1, size=(1600, 1200)), width=1600, height=1200)
        tiny = flickr.add(picture(2, size=(64, 48)), width=64, height=48)
        video = flickr.add(picture(3), media="video")
        flickr.library.sync()
        rows = flickr.library.rows()
        assert [rows[one]["hash_basis"] for one in (large, tiny)] == ["preview", "preview"]
        assert rows[video]["hash_basis"] is None
        assert flickr.sent()["originals"] == 0


def test_a_raw_file_has_the_preview_of_a_picture(immich: Service) -> None:
    store = immich.server.store
    key = store.add_external("/mnt/photos/a.dng", picture(1))
    immich.library.sync()
    assert immich.library.rows()[key]["hash_basis"] == "preview"


@pytest.mark.parametrize("kind", ["truncated", "200_html", "429_seconds", "503", "reset_after"])
def test_a_fault_costs_a_repeat(kind: str, giving: Service) -> None:
    key = giving.add(picture(2))
    giving.library.read()
    fault = Fault(FaultKind(kind), retry_after=0.01)
    path = "/thumbnail$|^/2822/|^/photos/"
    giving.server.faults.script(Step(fault, path=path))
    giving.library.fingerprint()
    assert giving.library.rows()[key]["hash_basis"] == "preview"


def test_a_preview_that_is_no_picture_or_missing_costs_its_item(immich: Service) -> None:
    store = immich.server.store
    gone, good = immich.add(picture(1)), immich.add(picture(2))
    del store.contents[gone]
    (run,) = immich.library.sync()
    assert (run.found, run.failed, run.unavailable) == (2, 1, 1)
    rows = immich.library.rows()
    assert rows[good]["hash_basis"] == "preview"
    assert (rows[gone]["status"], rows[gone]["reason"]) == ("failed", "refused")
    assert rows[gone]["detail"].startswith("No preview was downloaded: ")


def test_without_the_permission_items_wait(immich: Service) -> None:
    key = immich.add(picture(1))
    keys = immich.server.store.keys
    keys.update({name: granted - {"asset.view"} for name, granted in keys.items()})
    immich.library.sync()
    row = immich.library.rows()[key]
    assert (row["status"], row["reason"], row["phash"]) == (
        "unavailable",
        "service_unavailable",
        None,
    )
    assert "permission" in row["detail"]
