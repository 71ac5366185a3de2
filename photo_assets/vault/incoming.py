"""Copying a file that was downloaded into all stores at once, so that it is downloaded once.

What a store does not take is missing in `vault/originals`, whose months then say why.
"""

import threading
from collections.abc import Sequence
from pathlib import Path

from photo_assets.model.errors import StorageError
from photo_assets.vault.store import (
    BlobStore,
    ContentChangedError,
    concerns_all_blobs,
    copy_hashed,
)


class Incoming:
    """The stores that take downloads. One that fails for all blobs is left out from then on.

    Safe to share between threads.
    """

    def __init__(self, stores: Sequence[BlobStore]) -> None:
        self._stores = {one.name: one for one in stores}
        self._turns = {one.name: threading.Semaphore(one.at_once) for one in stores}

    def store(self, path: Path) -> None:
        """Copy a file to the stores that lack its bytes. Raises `OSError` if it cannot be read."""
        with path.open("rb") as content:
            sha256, _ = copy_hashed(content)
            for name, store in tuple(self._stores.items()):
                content.seek(0)
                try:
                    with self._turns[name]:
                        if store.size(sha256) is None:
                            store.put(sha256, content)
                except ContentChangedError:
                    return
                except StorageError as error:
                    if concerns_all_blobs(error):
                        self._stores.pop(name, None)
