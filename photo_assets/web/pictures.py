"""Pictures: thumbnails that exist already, drawn placeholders, and originals of known photos.

No picture is decoded here, and no part of a path comes from a request.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from photo_assets.media.content import ContentError, ContentRef, open_content
from photo_assets.model.errors import PhotoAssetsError, StorageError
from photo_assets.model.vocabulary import MediaKind
from photo_assets.thumbnails.tree import ThumbnailSize
from photo_assets.web.collection import Tile
from photo_assets.web.failures import NotFoundError
from photo_assets.web.opened import Library
from photo_assets.web.photo_view import Row, read_photo, thumbnail_reason

_KEPT: Final = "private, max-age=86400"
_ASKED_AGAIN: Final = "private, no-cache"
"""Of an address that does not name the content: the photo may have another one soon."""

_PIECE: Final = 1 << 18
_SHOWN_TYPES: Final = frozenset(
    {
        *("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic"),
        *("image/heif", "image/tiff", "image/bmp", "image/jxl", "video/mp4", "video/quicktime"),
    }
)
"""Types that no browser runs as a program; others are sent as bytes."""

_WORDS: Final = {
    "locked": "Locked in its catalog",
    "unknown": "Its bytes are not known",
    "undecodable": "Cannot be decoded",
    "missing": "The file is missing",
    "due": "No thumbnail yet",
    "off": "Thumbnails are off",
}


def find_photo(request: Request) -> tuple[Library, str, Tile]:
    """Return the library, month and tile of the photo that the address names.

    Raises `NotFoundError`.
    """
    library: Library = request.app.state.opened.library()
    found = library.collection.find(request.path_params["photo_id"])
    if found is None:
        raise NotFoundError("The collection has no such photo.")
    return library, *found


def _picture(request: Request) -> Response:
    library, month, tile = find_photo(request)
    try:
        size = ThumbnailSize(request.path_params["size"])
    except ValueError:
        raise NotFoundError("There is no picture of this size.") from None
    if tile.locked and "unlocked" not in request.query_params:
        return _placeholder(tile, "locked")
    if tile.blob is None:
        return _placeholder(tile, "unknown")
    path = library.workspace.thumbnails.path(size, tile.blob)
    try:
        stat = path.stat()
    except OSError:
        return _placeholder(tile, _reason(library, month, tile.blob))
    tag = f'"{stat.st_ino:x}-{stat.st_size:x}-{stat.st_mtime_ns:x}"'
    kept = _KEPT if request.query_params.get("v") == tile.version else _ASKED_AGAIN
    headers = {"etag": tag, "cache-control": kept}
    if tag in {one.strip() for one in request.headers.get("if-none-match", "").split(",")}:
        return Response(status_code=304, headers=headers)
    return FileResponse(path, headers=headers, media_type="image/jpeg", stat_result=stat)


def _reason(library: Library, month: str, blob: bytes) -> str:
    if not library.workspace.settings.thumbnails.enabled:
        return "off"
    try:
        reason = thumbnail_reason(library.workspace.lake, month, blob)
    except StorageError:
        return "due"
    return "due" if reason is None or reason == "drawn" else reason


def _placeholder(tile: Tile, reason: str) -> Response:
    """Return a drawing that says why there is no picture."""
    words = _WORDS.get(reason, f"No picture: {reason.replace('_', ' ')}")
    kind = {MediaKind.VIDEO: "video", MediaKind.RAW: "RAW"}.get(MediaKind(tile.kind), "")
    lines = [line for line in (kind, words) if line]
    texts = "".join(
        f'<text x="100" y="{104 + 20 * n - 10 * len(lines)}" text-anchor="middle" '
        f'font-family="sans-serif" font-size="13" fill="#2f343b">{escape(line)}</text>'
        for n, line in enumerate(lines)
    )
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" width="200" height="200">'
        '<rect width="200" height="200" fill="#bdbbb6"/>'
        f"{texts}</svg>"
    )
    return Response(drawing, media_type="image/svg+xml")


def _original(request: Request) -> Response:
    library, month, tile = find_photo(request)
    opened = ExitStack()
    found = open_original(library, read_photo(library, month, tile).items, opened)
    if found is None:
        raise NotFoundError("Its original cannot be read now: no catalog or store has it online.")
    stream, row = found
    kind = row.get("media_type")
    headers = {"content-disposition": disposition(tile.name or f"{tile.photo_id}.bin")}
    if stream.seekable():
        headers["content-length"] = str(stream.seek(0, os.SEEK_END))
        stream.seek(0)
    return StreamingResponse(
        _pieces(stream, opened),
        headers=headers,
        media_type=kind if kind in _SHOWN_TYPES else "application/octet-stream",
    )


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


def _pieces(stream: BinaryIO, opened: ExitStack) -> Iterator[bytes]:
    with opened:
        while piece := stream.read(_PIECE):
            yield piece


def disposition(name: str) -> str:
    """Return the header that saves a response as a file of this name."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name)
    encoded = quote(Path(name).name.encode("utf-8", "replace"), safe="")
    return f"attachment; filename=\"{plain or 'photo'}\"; filename*=UTF-8''{encoded}"


ROUTES: list[BaseRoute] = [
    Route("/photo/{photo_id}/picture/{size}", _picture),
    Route("/photo/{photo_id}/original", _original),
]
