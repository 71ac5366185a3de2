"""Putting the blobs of a month into the stores: from files, archives, other stores and services.

Several files are copied at once: reading, hashing and waiting for the disk overlap. What is stated
of a month, and which months are due, is in `months`.
"""

import io
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

from photo_assets.media.content import (
    ContentError,
    ContentRef,
    RemoteContent,
    RemoteContentError,
    iterate_contents,
    open_content,
)
from photo_assets.model.errors import StorageError
from photo_assets.system.job_threads import JobThreads
from photo_assets.vault.store import (
    BlobStore,
    ContentChangedError,
    DamagedBlobError,
    Stored,
    StoreUnavailableError,
    concerns_all_blobs,
)

_DOWNLOADS_AT_ONCE: Final = 16
"""Downloads at once of all catalogs together; each catalog has a limit of its own."""

_OTHERS: Final = "refused by a store"
ItemKey = tuple[str, str, str]


class Online(Protocol):
    """The originals that may be downloaded to be kept. Safe to share between threads."""

    def kept_catalogs(self) -> Collection[tuple[str, str]]:
        """Return source and name of the catalogs whose originals are kept."""

    def find_kept(self, month: str, keys: Iterable[ItemKey]) -> Mapping[ItemKey, RemoteContent]:
        """Return those that the items of a month have; makes no call. Some may be withheld."""

    def fetched(
        self, content: RemoteContent, stopped: threading.Event
    ) -> AbstractContextManager[tuple[Path, int]]:
        """Give one as a file for a while, with its bytes transferred. `stopped` ends the download.

        Raises `RemoteContentError` where it cannot be had.
        """


@dataclass(slots=True)
class Blob:
    """One blob of a month: the files and the online items that have it, and its known copies."""

    sha256: bytes
    size: int | None
    refs: list[ContentRef] = field(default_factory=list)
    items: list[ItemKey] = field(default_factory=list)
    stores: set[str] = field(default_factory=set)
    reason: str | None = None
    detail: str | None = None

    def fault(self, reason: str, detail: str) -> None:
        """State why a store lacks it. The last fault counts."""
        self.reason, self.detail = reason, detail


class Copying:
    """Copies blobs to `stores`, which are connected. `counts`: copies written, and their bytes."""

    def __init__(self, stores: Sequence[BlobStore], counts: Counter[str]) -> None:
        self._stores = stores
        self._counts = counts
        self._lock = threading.Lock()
        self._turns = {store.name: threading.Semaphore(store.at_once) for store in stores}

    def fill(self, store: BlobStore, wanted: Sequence[Blob]) -> None:
        """Put blobs into a store until it refuses all, because it is full or read-only.

        Raises `StoreUnavailableError`.
        """
        try:
            self._from_files(store, wanted)
            lacking = [blob for blob in wanted if store.name not in blob.stores]
            _run([partial(self._from_another, store, blob) for blob in lacking], store.at_once)
        except StoreUnavailableError:
            raise
        except StorageError as error:
            for blob in wanted:
                if store.name not in blob.stores:
                    blob.fault(_OTHERS, str(error))

    def download(self, online: Online, month: str, wanted: Sequence[Blob]) -> None:
        """Put blobs that no store has into all stores, each from one download.

        What a service does not give is asked for as the next item that has it, and else costs its
        blob. Raises `StoreUnavailableError`.
        """
        lacking = [blob for blob in wanted if blob.items and self._is_nowhere(blob)]
        found = online.find_kept(month, [key for blob in lacking for key in blob.items])
        stopped, refused = threading.Event(), dict[str, StorageError]()

        def fetch(blob: Blob) -> None:
            for content in (found[key] for key in blob.items if key in found):
                if len(refused) == len(self._stores):
                    return
                try:
                    with online.fetched(content, stopped) as (path, _):
                        self._from_download(path, str(content.ref), blob, refused)
                except RemoteContentError as error:
                    blob.fault(error.absence.value, error.detail)
                if any(store.name in blob.stores for store in self._stores):
                    return

        wanted = [blob for blob in lacking if found.keys() & blob.items]
        _run([partial(fetch, blob) for blob in wanted], _DOWNLOADS_AT_ONCE, stopped)
        # Stated at the end: which of them were tried before a store refused depends on the threads.
        all_refused = len(refused) == len(self._stores)
        for name in sorted(refused):
            for blob in wanted:
                if name not in blob.stores and (blob.stores or all_refused):
                    blob.fault(_OTHERS, str(refused[name]))

    def _is_nowhere(self, blob: Blob) -> bool:
        """Return whether a connected store lacks a blob, and none has a copy."""
        return not any(store.name in blob.stores for store in self._stores) and any(
            _size(store, blob) is None for store in self._stores
        )

    def _from_files(self, store: BlobStore, wanted: Sequence[Blob]) -> None:
        for number in range(max((len(blob.refs) for blob in wanted), default=0)):
            # The first file that holds the blob; the next one only if that could not be read.
            by_ref: dict[ContentRef, list[Blob]] = defaultdict(list)
            for blob in wanted:
                if store.name not in blob.stores and number < len(blob.refs):
                    by_ref[blob.refs[number]].append(blob)
            entries = [ref for ref in by_ref if ref.member is not None]
            for ref, content in iterate_contents(entries):
                self._put(store, by_ref[ref].pop(0), content, str(ref))
            # Catalogs that were read at different times state different bytes of one file.
            _run(
                [
                    partial(self._from_file, store, blob, ref)
                    for ref, sharing in by_ref.items()
                    for blob in sharing
                ],
                store.at_once,
            )

    def _from_file(self, store: BlobStore, blob: Blob, ref: ContentRef) -> None:
        try:
            with open_content(ref) as content:
                self._put(store, blob, content, str(ref))
        except ContentError as error:
            blob.fault(error.reason, error.detail)

    def _from_another(self, store: BlobStore, blob: Blob) -> None:
        if _size(store, blob) is not None:  # from an earlier run: it is verified
            self._put(store, blob, io.BytesIO(), f"the copy in `{store.name}`")
            return
        for other in self._stores:
            if other.name == store.name:
                continue
            try:
                with self._turns[other.name]:
                    if _size(other, blob) is not None:
                        with other.get(blob.sha256) as content:
                            self._put(store, blob, content, f"the copy in `{other.name}`")
            except StorageError as error:
                if concerns_all_blobs(error):
                    raise
            if store.name in blob.stores:
                return
        if blob.reason is None:
            blob.fault("missing", "No file of the items holds it now.")

    def _from_download(
        self, path: Path, origin: str, blob: Blob, refused: dict[str, StorageError]
    ) -> None:
        for store in self._stores:
            if store.name in refused:
                continue
            with path.open("rb") as content:
                try:
                    self._put(store, blob, content, origin)
                except StoreUnavailableError:
                    raise
                except StorageError as error:
                    refused[store.name] = error

    def _put(self, store: BlobStore, blob: Blob, content: Any, origin: str) -> None:
        """Put a blob into a store. `origin`: what `content` is read from, for people."""
        if isinstance(content, ContentError):
            blob.fault(content.reason, content.detail)
            return
        try:
            with self._turns[store.name]:
                done = store.put(blob.sha256, content)
        except ContentError as error:
            blob.fault(error.reason, error.detail)
        except ContentChangedError:
            blob.fault("changed", f"The bytes of {origin} are not those that were fingerprinted.")
        except DamagedBlobError as error:
            blob.fault("damaged in a store", str(error))
        except StorageError as error:
            if concerns_all_blobs(error):
                raise
            blob.fault(_OTHERS, str(error))
        except OSError as error:  # of reading: a store's own errors are StorageErrors
            blob.fault("unreadable", f"{error.strerror or error}.")
        else:
            blob.stores.add(store.name)
            if done is Stored.WRITTEN:
                with self._lock:
                    self._counts["copies"] += 1
                    self._counts["bytes"] += blob.size or 0


def has_size(store: BlobStore, blob: Blob) -> bool:
    """Return whether a store has a blob, by its size alone. Raises `StorageError`."""
    return blob.size is not None and _size(store, blob) == blob.size


def _size(store: BlobStore, blob: Blob) -> int | None:
    """Return the size of a blob in a store; None if it is absent or cannot be looked at."""
    try:
        return store.size(blob.sha256)
    except StorageError as error:
        if concerns_all_blobs(error):
            raise
        return None


def _run(
    jobs: Sequence[Callable[[], None]], at_once: int, stopped: threading.Event | None = None
) -> None:
    """Run all jobs, some at once. After one failed no other begins; raises its exception."""
    if jobs:
        ends = stopped or threading.Event()
        threads = JobThreads[Callable[[], None]]("copy", lambda job: job(), ends, ends.set)
        threads.run_all(jobs, min(at_once, len(jobs)))
