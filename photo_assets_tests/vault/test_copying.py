"""Copying between stores and from downloads: what is tried next, and how much of it at once."""

import io
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import pytest

from photo_assets.media.content import Absence, RemoteContent, RemoteContentError
from photo_assets.vault.copying import Blob, Copying, ItemKey
from photo_assets.vault.store import BlobStore, Stored, UnwritableStoreError
from photo_assets_tests.vault.memory import MemoryStore

PHOTO = b"the bytes of a photo"
ITEMS = [("immich", "home", "1"), ("google_drive", "me", "2"), ("flickr", "me", "3")]


@dataclass
class Services:
    """Gives the bytes stated for each item; None: it gives none."""

    folder: Path
    contents: Mapping[ItemKey, bytes | None]
    asked: list[str] = field(default_factory=list)

    def kept_catalogs(self) -> Collection[tuple[str, str]]:
        return [key[:2] for key in self.contents]

    def find_kept(self, _month: str, keys: Iterable[ItemKey]) -> Mapping[ItemKey, RemoteContent]:
        return {
            (source, catalog, native_id): RemoteContent(
                source=source, catalog=catalog, native_id=native_id, version="1"
            )
            for source, catalog, native_id in keys
        }

    @contextmanager
    def fetched(
        self, content: RemoteContent, _stopped: threading.Event
    ) -> Iterator[tuple[Path, int]]:
        self.asked.append(content.native_id)
        given = self.contents[content.source, content.catalog, content.native_id]
        if given is None:
            raise RemoteContentError(Absence.REFUSED, "It is gone.")
        path = self.folder / content.native_id
        path.write_bytes(given)
        yield path, len(given)


class Full(MemoryStore):
    """Takes nothing."""

    def put(self, sha256: bytes, content: BinaryIO) -> Stored:
        raise UnwritableStoreError("The store is full.")


def wanted(content: bytes = PHOTO, items: Iterable[ItemKey] = ()) -> Blob:
    return Blob(sha256(content).digest(), len(content), items=[*items])


def download(stores: Sequence[BlobStore], services: Services, *blobs: Blob) -> None:
    Copying(stores, Counter()).download(services, "2021-05-01", blobs)


@pytest.mark.parametrize("first", [b"edited", b"", PHOTO[:-1], None])
def test_after_a_download_of_other_bytes_the_next_item_is_tried(
    tmp_path: Path, first: bytes | None
) -> None:
    services = Services(tmp_path, dict(zip(ITEMS, [first, PHOTO, PHOTO], strict=True)))
    stores, blob = [MemoryStore("home"), MemoryStore("nas")], wanted(items=ITEMS)
    download(stores, services, blob)
    assert services.asked == ["1", "2"]
    assert blob.stores == {"home", "nas"}
    assert all(store.verify(blob.sha256).is_copy for store in stores)


def test_items_with_other_bytes_are_named(tmp_path: Path) -> None:
    services = Services(tmp_path, dict.fromkeys(ITEMS, b"edited"))
    blob = wanted(items=ITEMS)
    download([MemoryStore()], services, blob)
    assert services.asked == ["1", "2", "3"]
    assert (blob.stores, blob.reason) == (set(), "changed")
    assert blob.detail == "The bytes of flickr:me/3 are not those that were fingerprinted."


def test_nothing_is_downloaded_for_stores_that_all_refused(tmp_path: Path) -> None:
    services, blob = Services(tmp_path, dict.fromkeys(ITEMS, PHOTO)), wanted(items=ITEMS)
    download([Full("home"), Full("nas")], services, blob)
    assert services.asked == ["1"]
    assert (blob.reason, blob.detail) == ("refused by a store", "The store is full.")


@pytest.mark.parametrize("order", [1, -1])
def test_the_reason_of_a_blob_does_not_depend_on_which_was_first(
    tmp_path: Path, order: int
) -> None:
    bad, good, gone = (wanted(bytes([n]), [ITEMS[n]]) for n in range(3))
    services = Services(tmp_path, dict(zip(ITEMS, [b"edited", b"\x01", None], strict=True)))
    home, nas = MemoryStore("home"), Full("nas")
    download([home, nas][::order], services, *[bad, good, gone][::order])
    assert (good.stores, good.reason) == ({"home"}, "refused by a store")
    assert [blob.reason for blob in (bad, gone)] == ["changed", "refused"]
    blobs = [Blob(blob.sha256, 1, items=blob.items) for blob in (bad, good, gone)]
    download([nas], services, *blobs[::order])
    assert {blob.reason for blob in blobs} == {"refused by a store"}


@dataclass
class Counting(MemoryStore):
    """Notes how many calls it got at once."""

    calls: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def call(self) -> Iterator[None]:
        self.calls["now"] += 1
        self.calls["most"] = max(self.calls["most"], self.calls["now"])
        threading.Event().wait(0.001)
        yield
        self.calls["now"] -= 1

    def size(self, sha256: bytes) -> int | None:
        with self.call():
            return super().size(sha256)

    @contextmanager
    def get(self, sha256: bytes) -> Iterator[BinaryIO]:
        with self.call(), super().get(sha256) as content:
            yield content


def test_a_store_gets_no_more_calls_at_once_than_it_takes_while_another_is_filled() -> None:
    contents = [bytes([n]) for n in range(40)]
    bucket, disk = Counting("bucket", at_once=1), MemoryStore("disk")
    blobs = [wanted(content) for content in contents]
    for blob, content in zip(blobs, contents, strict=True):
        bucket.put(blob.sha256, io.BytesIO(content))
    Copying([disk, bucket], Counter()).fill(disk, blobs)
    assert len([*disk.list()]) == 40
    assert bucket.calls["most"] == 1
