"""Originals: the file of a known photo as a download, or the part of it that a player asks for.

Nothing is decoded here, and no part of a path comes from a request.
"""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from photo_assets.media.content import ContentError, ContentRef, open_content
from photo_assets.model.errors import PhotoAssetsError
from photo_assets.web.failures import NotFoundError
from photo_assets.web.opened import Library
from photo_assets.web.photo_view import Row, read_photo
from photo_assets.web.pictures import find_photo
from photo_assets.web.rendering import render

_PIECE: Final = 1 << 18
PLAYED_TYPES: Final = frozenset({"video/mp4", "video/quicktime", "video/webm"})
"""Videos that browsers play, if they know the codec."""

_SHOWN_TYPES: Final = PLAYED_TYPES | {
    *("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic"),
    *("image/heif", "image/tiff", "image/bmp", "image/jxl"),
}
"""Types that no browser runs as a program; others are sent as bytes."""

_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def _original(request: Request) -> Response:
    library, month, tile = find_photo(request)
    if tile.locked and "unlocked" not in request.query_params:
        values = {
            "title": "This photo is locked",
            "sentence": "Its catalog locks it. Its original is sent once its page is unlocked.",
            "again": f"/photo/{tile.photo_id}?unlocked=1",
        }
        return render(request, "failure.html", values, status=403)
    opened = ExitStack()
    found = open_original(library, read_photo(library, month, tile).items, opened)
    if found is None:
        raise NotFoundError("Its original cannot be read now: no catalog or store has it online.")
    stream, row = found
    kind = row.get("media_type")
    headers = {"content-disposition": disposition(tile.name or f"{tile.photo_id}.bin")}
    status, length = 200, None
    if stream.seekable():
        size = stream.seek(0, os.SEEK_END)
        first, last = _wanted(request.headers.get("range", ""), size) or (0, size - 1)
        if first > last and size:
            opened.close()
            return Response(status_code=416, headers={"content-range": f"bytes */{size}"})
        status, length = (206 if last - first + 1 < size else 200), last - first + 1
        headers |= {"accept-ranges": "bytes", "content-length": str(length)}
        if status == 206:
            headers["content-range"] = f"bytes {first}-{last}/{size}"
        stream.seek(first)
    return StreamingResponse(
        _pieces(stream, opened, length),
        status,
        headers=headers,
        media_type=kind if kind in _SHOWN_TYPES else "application/octet-stream",
    )


def _wanted(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte that a request asks for; None: the whole file.

    The first is after the last if the file has no such bytes. Several ranges are not supported.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        return max(0, size - int(found[2])), size - 1
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    return int(found[1]), last


def open_original(
    library: Library, items: list[Row], opened: ExitStack
) -> tuple[BinaryIO, Row] | None:
    """Open the original of a photo until `opened` is closed; return it and the item it is of.

    The master is tried first, then other entries with the same bytes, then the stores. None if none
    is online.
    """
    master = items[0]
    for row in items:
        same = row["is_master"] or (row["sha256"] and row["sha256"] == master["sha256"])
        if same and row.get("path"):
            with suppress(ContentError, OSError):
                ref = ContentRef(row["path"], row.get("member"))
                return opened.enter_context(open_content(ref)), row
    for store in library.workspace.stores if master["sha256"] else ():
        with suppress(PhotoAssetsError, OSError):
            return opened.enter_context(store.get(master["sha256"])), master
    return None


def _pieces(stream: BinaryIO, opened: ExitStack, length: int | None) -> Iterator[bytes]:
    """Yield the next `length` bytes of a stream, None for all, and close it."""
    with opened:
        while length != 0:
            piece = stream.read(_PIECE if length is None else min(_PIECE, length))
            if not piece:
                return
            if length is not None:
                length -= len(piece)
            yield piece


def disposition(name: str) -> str:
    """Return the header that saves a response as a file of this name."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name)
    encoded = quote(Path(name).name.encode("utf-8", "replace"), safe="")
    return f"attachment; filename=\"{plain or 'photo'}\"; filename*=UTF-8''{encoded}"


ROUTES: list[BaseRoute] = [Route("/photo/{photo_id}/original", _original)]
