"""Covers: upload a thumbnail, and set the upload's id as a page's cover.

Neither the upload nor Notion's URL of the image is stored, because both expire.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from photo_assets.service_calls import AmbiguousServiceError, PermanentServiceError
from photo_assets.sinks.notion.client import NotionClient
from photo_assets.sinks.notion.faults import not_ready
from photo_assets.sinks.notion.limits import FREE_UPLOAD_BYTES
from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree

_TYPE: Final = "image/jpeg"
_LASTS_S: Final = 45 * 60.0  # an unused upload expires after an hour
_TRIES: Final = 4

Json = dict[str, Any]


class CoverRefusedError(Exception):
    """The image cannot be a cover; the page is written without one."""


class Covers:
    """Uploads thumbnails. May be used by several threads."""

    def __init__(
        self,
        client: NotionClient,
        thumbnails: ThumbnailTree,
        variable: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._thumbnails = thumbnails
        self._variable = variable
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: dict[str, tuple[str, float]] = {}

    def upload(self, blob: str) -> Json:
        """Return the cover value for the thumbnail of `blob` (hex), uploading it if necessary.

        An upload that no page uses yet is reused until it expires. Raises `CoverRefusedError`,
        `SinkNotReadyError` and the errors of `RateLimitedCaller.call`.
        """
        with self._lock:
            id_, since = self._waiting.get(blob, ("", 0.0))
        if not id_ or self._clock() - since > _LASTS_S:
            since = self._clock()
            id_ = self._send(blob)
            with self._lock:
                self._waiting[blob] = (id_, since)
        return {"type": "file_upload", "file_upload": {"id": id_}}

    def forget(self, blob: str) -> None:
        """Discard the upload: a page uses it, or it has expired."""
        with self._lock:
            self._waiting.pop(blob, None)

    def _send(self, blob: str) -> str:
        path = self._picture(blob)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CoverRefusedError(f"the thumbnail is not there ({error.strerror})") from error
        for attempt in range(1, _TRIES + 1):
            try:
                id_: str = self._client.create_upload(path.name, _TYPE)["id"]
                self._client.send_upload(id_, path.name, content, _TYPE)
            except AmbiguousServiceError:
                # It may have arrived; a new upload costs less than a lookup, and the old one
                # expires.
                if attempt == _TRIES:
                    raise
                continue
            except PermanentServiceError as error:
                halt = not_ready(error, self._variable)
                if halt is not None:
                    raise halt from None
                raise CoverRefusedError(error.fault.message) from error
            return id_
        raise AssertionError("unreachable")

    def _picture(self, blob: str) -> Path:
        """Return the largest thumbnail that every workspace accepts."""
        digest = bytes.fromhex(blob)
        path = self._thumbnails.path(ThumbnailSize.MEDIUM, digest)
        try:
            fits = path.stat().st_size <= FREE_UPLOAD_BYTES
        except OSError:
            fits = False
        return path if fits else self._thumbnails.path(ThumbnailSize.SMALL, digest)
