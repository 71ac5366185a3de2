"""The contract of every store: what was put is there unchanged; nothing is overwritten or deleted."""

import io
from abc import ABC, abstractmethod
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from photo_assets.model.errors import StorageError
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.fsck import CheckedStore
from photo_assets.vault.s3.store import S3Store
from photo_assets.vault.store import Condition, ContentChangedError, DamagedBlobError, Stored
from photo_assets_tests.services.seaweedfs.proxy import (
    ignoring_conditions,
    proxy_before,
    refusing_conditions,
)
from photo_assets_tests.vault.memory import MemoryStore
from photo_assets_tests.vault.s3.stores import Cloud


def name_of(content: bytes) -> bytes:
    return sha256(content).digest()


class StoreContract(ABC):
    """Subclasses give an empty store, and damage a blob in it."""

    many = 200
    """How many blobs are listed: fewer where each is several requests."""

    @abstractmethod
    def make(self, folder: Path) -> CheckedStore:
        """Return an empty store."""

    @abstractmethod
    def damage(self, store: CheckedStore, blob: bytes, content: bytes) -> None:
        """Replace a blob's bytes behind the store's back."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> CheckedStore:
        return self.make(tmp_path / "store")

    @pytest.mark.parametrize("content", [b"", b"x", b"a photo" * 900_000], ids=["empty", "1", "6M"])
    def test_a_blob_comes_back_unchanged(self, store: CheckedStore, content: bytes) -> None:
        blob = name_of(content)
        assert store.size(blob) is None
        assert store.put(blob, io.BytesIO(content)) is Stored.WRITTEN
        assert store.size(blob) == len(content)
        with store.get(blob) as stream:
            assert stream.read() == content
        assert store.verify(blob).condition is Condition.INTACT
        assert list(store.list()) == [blob]

    def test_a_present_blob_is_verified_and_its_source_is_not_read(
        self, store: CheckedStore
    ) -> None:
        blob = name_of(b"photo")
        store.put(blob, io.BytesIO(b"photo"))
        source = io.BytesIO(b"photo")
        assert store.put(blob, source) is Stored.PRESENT
        assert source.tell() == 0

    def test_bytes_with_another_hash_are_refused(self, store: CheckedStore) -> None:
        with pytest.raises(ContentChangedError):
            store.put(name_of(b"photo"), io.BytesIO(b"edited"))
        assert store.size(name_of(b"photo")) is None
        assert list(store.list()) == []

    def test_a_damaged_blob_is_neither_counted_nor_overwritten(self, store: CheckedStore) -> None:
        blob = name_of(b"photo")
        store.put(blob, io.BytesIO(b"photo"))
        self.damage(store, blob, b"phoXo")
        assert store.verify(blob).condition is Condition.DAMAGED
        assert not store.verify(blob).is_copy
        with pytest.raises(DamagedBlobError):
            store.put(blob, io.BytesIO(b"photo"))
        with store.get(blob) as stream:
            assert stream.read() == b"phoXo"

    def test_a_good_copy_takes_the_place_of_a_damaged_one(self, store: CheckedStore) -> None:
        blob = name_of(b"photo")
        assert store.restore(blob, io.BytesIO(b"photo")) is None
        self.damage(store, blob, b"damaged once")
        first = store.restore(blob, io.BytesIO(b"photo"))
        assert store.verify(blob).condition is Condition.INTACT
        self.damage(store, blob, b"damaged twice")
        with pytest.raises(ContentChangedError):
            store.restore(blob, io.BytesIO(b"another"))
        assert store.verify(blob).condition is Condition.DAMAGED
        second = store.restore(blob, io.BytesIO(b"photo"))
        assert first and second and first != second

    def test_a_missing_blob_is_an_error_to_get_and_absent_to_verify(
        self, store: CheckedStore
    ) -> None:
        with pytest.raises(StorageError), store.get(name_of(b"never there")):
            pass
        assert store.verify(name_of(b"never there")).condition is Condition.ABSENT

    def test_an_error_of_the_source_leaves_nothing(self, store: CheckedStore) -> None:
        class Cut(io.BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                raise OSError(5, "Input/output error")

        with pytest.raises(OSError, match="Input/output error"):
            store.put(name_of(b"photo"), Cut())
        assert list(store.list()) == []

    def test_the_id_is_permanent_and_its_own(self, store: CheckedStore, tmp_path: Path) -> None:
        assert store.open() == store.open()
        assert store.open() != self.make(tmp_path / "another").open()

    def test_listing_by_prefix_is_complete_and_in_order(self, store: CheckedStore) -> None:
        assert list(store.list()) == []
        for number in range(self.many):
            store.put(name_of(b"%d" % number), io.BytesIO(b"%d" % number))
        blobs = sorted(name_of(b"%d" % number) for number in range(self.many))
        assert list(store.list()) == blobs
        for digits in (1, 2, 3, 4, 5, 64):
            for start in {blobs[1].hex()[:digits], blobs[-2].hex()[:digits], "f" * digits}:
                assert list(store.list(start)) == [b for b in blobs if b.hex().startswith(start)]


class TestMemoryStore(StoreContract):
    def make(self, folder: Path) -> CheckedStore:
        return MemoryStore()

    def damage(self, store: CheckedStore, blob: bytes, content: bytes) -> None:
        assert isinstance(store, MemoryStore)
        store.blobs[blob] = content


class TestFolderStore(StoreContract):
    def make(self, folder: Path) -> CheckedStore:
        store = FolderStore("home", folder)
        store.create()
        return store

    def damage(self, store: CheckedStore, blob: bytes, content: bytes) -> None:
        assert isinstance(store, FolderStore)
        store.path(blob).chmod(0o644)
        store.path(blob).write_bytes(content)
        store.path(blob).chmod(0o444)


class TestS3Store(StoreContract):
    """A real server; blobs of more than 5 MiB are sent and received in parts."""

    many = 40

    @pytest.fixture(autouse=True)
    def _running(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.endpoint = cloud.server.http

    def make(self, folder: Path) -> CheckedStore:
        store = self.cloud.store(self.endpoint)
        store.create()
        return store

    def damage(self, store: CheckedStore, blob: bytes, content: bytes) -> None:
        assert isinstance(store, S3Store)
        self.cloud.damage(store, blob, content)


class TestS3StoreByHttps(TestS3Store):
    many = 5

    @pytest.fixture(autouse=True)
    def _by_https(self, _running: None) -> None:
        self.endpoint = self.cloud.server.https


class TestServerThatRefusesConditions(TestS3Store):
    """As Backblaze B2."""

    many = 5
    behavior = staticmethod(refusing_conditions)

    @pytest.fixture(autouse=True)
    def _by_proxy(self, _running: None) -> Iterator[None]:
        with proxy_before(self.cloud.server) as proxy:
            proxy.behavior = self.behavior
            self.endpoint = proxy.url
            yield


class TestServerThatIgnoresConditions(TestServerThatRefusesConditions):
    behavior = staticmethod(ignoring_conditions)
