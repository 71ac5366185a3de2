"""Covers: a thumbnail is uploaded, and the upload's id is what a page is given.

Neither the upload nor the address Notion shows the picture at is ever stored: both expire.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from photo_assets.service_calls import AmbiguousServiceError, PermanentServiceError
from photo_assets.sinks.notion.client import NotionClient
from photo_assets.sinks.notion.judging import not_ready
from photo_assets.sinks.notion.limits import FREE_UPLOAD_BYTES
from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree

_TYPE: Final = "image/jpeg"
_LASTS_S: Final = 45 * 60.0  # an upload that nothing uses expires after an hour
_TRIES: Final = 4

Json = dict[str, Any]


class CoverRefusedError(Exception):
    """The picture cannot be a cover; the page can do without."""


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
        """Return what makes the thumbnail of `blob` (hex) a page's cover, uploaded if need be.

        An upload that no page is known to have taken yet is used again while it lasts. Raises
        `CoverRefusedError`, `SinkNotReadyError` and what `RateLimitedCaller.call` raises.
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
        """Use the upload no more: a page has it, or it expired."""
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
                # It may have arrived; a new one costs less than finding out, and the other expires.
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
        """Return the largest thumbnail that every workspace takes."""
        digest = bytes.fromhex(blob)
        path = self._thumbnails.path(ThumbnailSize.MEDIUM, digest)
        try:
            fits = path.stat().st_size <= FREE_UPLOAD_BYTES
        except OSError:
            fits = False
        return path if fits else self._thumbnails.path(ThumbnailSize.SMALL, digest)
