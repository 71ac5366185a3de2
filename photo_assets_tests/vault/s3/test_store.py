"""What a store in a bucket promises beyond the contract: its layout, parts, order, and leftovers."""

import io
import random
import re
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path

import pytest

from photo_assets.model.errors import StorageError
from photo_assets.vault.copies import Needs, examine
from photo_assets.vault.months import open_available
from photo_assets.vault.s3.store import S3Store
from photo_assets.vault.store import (
    Condition,
    ContentChangedError,
    Stored,
    StoreUnavailableError,
)
from photo_assets_tests.services.seaweedfs.proxy import Forward, Proxy, Reply, Request, edited
from photo_assets_tests.services.seaweedfs.server import PUBLIC
from photo_assets_tests.time_limit import PATIENCE_S
from photo_assets_tests.vault.s3.stores import Cloud, key_of

PART = 5 << 20
PHOTO = b"a photo" * 1000
BLOB = sha256(PHOTO).digest()


def created(store: S3Store) -> S3Store:
    store.create()
    return store


def put(store: S3Store, content: bytes) -> bytes:
    blob = sha256(content).digest()
    store.put(blob, io.BytesIO(content))
    return blob


def test_any_client_finds_the_blobs(cloud: Cloud) -> None:
    store = created(cloud.store())
    put(store, PHOTO)
    client, bucket = cloud.server.client(), store.settings.bucket
    assert client.get_object(Bucket=bucket, Key=key_of(store, BLOB))["Body"].read() == PHOTO
    assert cloud.keys(store) == [
        f"photos/vault/blobs/sha256/{BLOB.hex()[:2]}/{BLOB.hex()[2:4]}/{BLOB.hex()}",
        "photos/vault/photosync-vault.json",
        "photos/vault/photosync-vault.probe",
    ]


def test_a_bucket_becomes_a_store_once_and_only_if_it_is_empty(cloud: Cloud) -> None:
    store = cloud.store(prefix="")
    assert not store.exists()
    with pytest.raises(StoreUnavailableError, match=r"contains no photosync-vault\.json"):
        store.put(BLOB, io.BytesIO(PHOTO))
    assert cloud.keys(store) == []
    opened = store.create()
    assert (store.exists(), store.create(), store.open()) == (True, opened, opened)
    beside = cloud.store(bucket=store.settings.bucket, prefix="another")
    assert created(beside).open() != opened

    taken = cloud.store(prefix="")
    cloud.server.client().put_object(Bucket=taken.settings.bucket, Key="a.txt", Body=b"mine")
    with pytest.raises(StorageError, match=r"is not empty \(it contains a\.txt\)"):
        taken.create()
    assert cloud.keys(taken) == ["a.txt"]


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"format": 2, "id": "x"}'])
def test_another_marker_is_no_store(cloud: Cloud, content: bytes) -> None:
    store = created(cloud.store(prefix=""))
    cloud.server.client().put_object(
        Bucket=store.settings.bucket, Key="photosync-vault.json", Body=content
    )
    with pytest.raises(StoreUnavailableError):
        store.open()
    with pytest.raises(StoreUnavailableError):
        store.put(BLOB, io.BytesIO(PHOTO))


def test_two_names_of_one_bucket_are_one_store(cloud: Cloud) -> None:
    store = created(cloud.store())
    twin = S3Store("twin", store.settings, store.ledger)
    with pytest.raises(StoreUnavailableError, match="are the same store"):
        open_available([store, twin])


def test_six_writers_of_one_blob_leave_it_whole(cloud: Cloud) -> None:
    stores = [created(cloud.store())]
    stores += [S3Store(f"c{n}", stores[0].settings, stores[0].ledger, PART) for n in range(5)]
    film = random.Random(6).randbytes(PART + 1)
    blob = sha256(film).digest()
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda one: one.put(blob, io.BytesIO(film)), stores))
    assert done.count(Stored.WRITTEN) == 1
    assert stores[0].verify(blob).condition is Condition.INTACT
    assert cloud.uploads(stores[0]) == 0


class Changing(io.BytesIO):
    """A file that is edited, or whose disk fails, after its first part was read."""

    def __init__(self, content: bytes, failure: OSError | None) -> None:
        super().__init__(content)
        self._failure = failure

    def read(self, size: int | None = -1, /) -> bytes:
        late = self.tell() >= PART
        if late and self._failure is not None:
            raise self._failure
        found = super().read(size)
        return b"X" + found[1:] if late and found else found


@pytest.mark.parametrize("failure", [None, OSError(5, "Input/output error")])
def test_a_file_that_changes_while_it_is_sent_leaves_nothing(
    cloud: Cloud, failure: OSError | None
) -> None:
    store = created(cloud.store())
    film = random.Random(1).randbytes(2 * PART + 7)
    with pytest.raises(OSError if failure else ContentChangedError):
        store.put(sha256(film).digest(), Changing(film, failure))
    assert list(store.list()) == []
    assert cloud.uploads(store) == 0


@pytest.mark.parametrize("size", [PART - 1, PART, PART + 1, 2 * PART])
def test_every_size_around_a_part_comes_back(cloud: Cloud, size: int) -> None:
    store = created(cloud.store())
    content = random.Random(size).randbytes(size)

    class Hesitant(io.BytesIO):
        """Reads return fewer bytes than were asked for, as those of pipes and archives do."""

        def read(self, wanted: int | None = -1, /) -> bytes:
            return super().read(min(wanted or 0, 3 << 20))

    blob = sha256(content).digest()
    assert store.put(blob, Hesitant(content)) is Stored.WRITTEN
    with store.get(blob) as stream:
        assert stream.read() == content
    assert store.size(blob) == size


def test_memory_does_not_grow_with_the_blob(cloud: Cloud) -> None:
    store = created(cloud.store())
    film = random.Random(3).randbytes(8 * PART)
    tracemalloc.start()
    try:
        put(store, film)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 5 * PART


def test_pages_in_any_order_are_listed_in_order(
    cloud: Cloud, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SeaweedFS is one of those whose order is not bytewise; here it is reversed on each page."""

    def few_and_reversed(request: Request, forward: Forward) -> Reply | None:
        if "list-type" not in request.path:
            return forward(request)
        reply = forward(replace(request, path=f"{request.path}&max-keys=3"))
        parts = re.split(rb"(?=<Contents>)|(?<=</Contents>)", reply.body)
        contents = [part for part in parts if part.startswith(b"<Contents>")]
        others = [part for part in parts if not part.startswith(b"<Contents>")]
        body = b"".join([others[0], *reversed(contents), *others[1:]])
        return replace(reply, body=body)

    store = created(cloud.store(proxy.url))
    client = cloud.server.client()
    blobs = sorted(bytes([7, 7, n]) + bytes(29) for n in range(8))
    blobs += [bytes([9, n]) + bytes(30) for n in range(5)]
    for blob in blobs:
        client.put_object(Bucket=store.settings.bucket, Key=key_of(store, blob), Body=b"")
    strays = ("blobs/sha256/07/07/notes.txt", f"blobs/sha256/00/00/{blobs[0].hex()}", "blobs/x")
    for stray in strays:
        client.put_object(Bucket=store.settings.bucket, Key=f"photos/vault/{stray}", Body=b"")
    proxy.behavior = few_and_reversed
    monkeypatch.setattr("photo_assets.vault.s3.store._PARTS", ["07", "09", "ff"])  # of all 256
    for prefix in ("", "0", "07", "070", "0707", "07070", "0707070", "09", "9", "0904", "ff"):
        assert list(store.list(prefix)) == [b for b in blobs if b.hex().startswith(prefix)], prefix


def test_a_list_that_does_not_end_is_an_error(cloud: Cloud, proxy: Proxy) -> None:
    def endless(request: Request, forward: Forward) -> Reply | None:
        asked = re.sub("continuation-token=[^&]*&?", "", request.path)
        reply = forward(replace(request, path=asked.rstrip("&")))
        if "list-type" not in request.path:
            return reply
        token = b"<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>"
        return edited(reply, reply.body.replace(b"<IsTruncated>false</IsTruncated>", token))

    store = created(cloud.store(proxy.url))
    proxy.behavior = endless
    with pytest.raises(StorageError, match="does not end"):
        list(store.list("ab"))


def test_a_large_damaged_blob_is_kept_in_parts(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With S3's limits of 5 GiB for one copy made small."""
    monkeypatch.setattr("photo_assets.vault.s3.upload._COPIED_AT_ONCE", PART)
    monkeypatch.setattr("photo_assets.vault.s3.upload._COPIED_PART", PART)
    store = created(cloud.store())
    film = random.Random(5).randbytes(2 * PART + 5)
    blob, damaged = put(store, film), film[:-1] + b"X"
    cloud.damage(store, blob, damaged)
    kept = store.restore(blob, io.BytesIO(film))
    assert kept is not None
    place = f"s3://{store.settings.bucket}/"
    assert kept.startswith(f"{place}photos/vault/aside/{blob.hex()}.")
    aside = cloud.server.client().get_object(
        Bucket=store.settings.bucket, Key=kept.removeprefix(place)
    )
    assert aside["Body"].read() == damaged
    assert store.verify(blob).condition is Condition.INTACT
    assert cloud.uploads(store) == 0


@pytest.mark.parametrize("zone", ["GMT", "-0000", "+0000"])
def test_old_uploads_of_ours_are_ended_and_no_others(cloud: Cloud, proxy: Proxy, zone: str) -> None:
    store = created(cloud.store(proxy.url))
    client, bucket = cloud.server.client(), store.settings.bucket
    ours = key_of(store, BLOB)
    kept = f"photos/vault/aside/{BLOB.hex()}.0a1b2c3d"
    for key in (ours, kept, "photos/vault/film.mp4", "another/film.mp4"):
        client.create_multipart_upload(Bucket=bucket, Key=key)
    assert store.sweep() == 0  # another process may be sending them

    def two_days_later(request: Request, forward: Forward) -> Reply | None:
        reply = forward(request)
        then = format_datetime(datetime.now(UTC) + timedelta(days=2), usegmt=True)
        then = then.replace("GMT", zone)
        return replace(reply, headers={**reply.headers, "Date": then})

    proxy.behavior = two_days_later
    assert (store.sweep(), store.sweep()) == (2, 0)
    assert cloud.uploads(store) == 2


def test_a_store_that_anyone_can_read_is_told(cloud: Cloud) -> None:
    assert created(cloud.store(bucket=PUBLIC, prefix="open")).is_public()
    assert not created(cloud.store()).is_public()


def test_copies_in_a_bucket_are_read_in_full(cloud: Cloud, tmp_path: Path) -> None:
    store = created(cloud.store())
    (tmp_path / "1.jpg").write_bytes(PHOTO)
    assert not examine([tmp_path], [store], Needs(1)).safe
    put(store, PHOTO)
    assert examine([tmp_path], [store], Needs(1)).safe
    cloud.damage(store, BLOB, b"X" + PHOTO[1:])
    assert not examine([tmp_path], [store], Needs(1)).safe


def test_a_writer_killed_at_any_request_leaves_a_whole_blob_or_none(
    cloud: Cloud,
) -> None:
    bucket = cloud.server.bucket()
    program = [sys.executable, "-m", "photo_assets_tests.vault.s3.crashes"]
    done = subprocess.run(
        [*program, cloud.server.http, bucket],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    crashes, kept = map(int, done.stdout.split())
    assert crashes == 18  # before and after each of nine requests
    assert kept == 5  # from the completion of the upload on
