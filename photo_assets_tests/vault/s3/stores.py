"""Stores in new buckets of a server of the tests, with one ledger for all of them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from photo_assets.configuration.vault import S3Settings
from photo_assets.ledger import Ledger, open_ledger
from photo_assets.vault.s3.store import S3Store
from photo_assets_tests.services.seaweedfs.server import ACCESS, SECRET, SeaweedFS

_IN_MEMORY = Path("/dev/shm")  # the rate limit writes to the ledger before each request


@contextmanager
def ledger_of_calls() -> Iterator[Ledger]:
    """Open a ledger for the rate limit, in memory where the machine has such a folder."""
    where = _IN_MEMORY if _IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        yield open_ledger(f"sqlite:///{folder}/ledger.sqlite")


@dataclass(frozen=True)
class Cloud:
    """A server with the ledger of its stores. The keys are in the environment."""

    server: SeaweedFS
    ledger: Ledger

    def store(
        self,
        endpoint: str | None = None,
        *,
        bucket: str | None = None,
        prefix: str = "photos/vault",
        part_bytes: int = 5 << 20,
    ) -> S3Store:
        """Return a store that is not created yet, in a new bucket of the server."""
        settings = settings_of(endpoint or self.server.http, bucket or self.server.bucket(), prefix)
        return S3Store("cloud", settings, lambda: self.ledger, part_bytes)

    def damage(self, store: S3Store, blob: bytes, content: bytes) -> None:
        """Replace a blob's bytes behind the store's back."""
        bucket, key = store.settings.bucket, key_of(store, blob)
        self.server.client().put_object(Bucket=bucket, Key=key, Body=content)

    def keys(self, store: S3Store) -> list[str]:
        """Return the keys of all objects of the store's bucket."""
        reply = self.server.client().list_objects_v2(Bucket=store.settings.bucket)
        return sorted(one["Key"] for one in reply.get("Contents", ()))

    def uploads(self, store: S3Store) -> int:
        """Return the number of unfinished uploads in the store's bucket."""
        reply = self.server.client().list_multipart_uploads(Bucket=store.settings.bucket)
        return len(reply.get("Uploads", ()))


def settings_of(endpoint: str, bucket: str, prefix: str) -> S3Settings:
    """Return the settings of a store, with a rate that no test reaches."""
    return S3Settings(bucket=bucket, prefix=prefix, endpoint=endpoint, requests_per_second=1000)


def give_keys(monkeypatch: pytest.MonkeyPatch, server: SeaweedFS) -> None:
    """Set the variables that the stores of these tests read."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(server.authority))


def key_of(store: S3Store, blob: bytes) -> str:
    """Return the whole key of a blob, as docs/vault.md states it."""
    name = blob.hex()
    return f"{store.settings.prefix}blobs/sha256/{name[:2]}/{name[2:4]}/{name}"
