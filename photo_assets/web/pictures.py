"""Pictures: thumbnails that exist already, and drawings that say why there is none.

No picture is decoded here, and no part of a path comes from a request. Files as they are belong to
`originals`.
"""

from typing import Final
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from photo_assets.model.errors import StorageError
from photo_assets.model.vocabulary import MediaKind
from photo_assets.thumbnails.tree import ThumbnailSize
from photo_assets.web.collection import Tile
from photo_assets.web.failures import NotFoundError
from photo_assets.web.opened import Library
from photo_assets.web.photo_view import thumbnail_reason

_KEPT: Final = "private, max-age=86400"
_ASKED_AGAIN: Final = "private, no-cache"
"""Of an address that does not name the content: the photo may have another one soon."""

_WORDS: Final = {
    "locked": "Locked in its catalog",
    "unknown": "Its bytes are not known",
    "undecodable": "Cannot be decoded",
    "missing": "The file is missing",
    "due": "No thumbnail yet",
    "off": "Thumbnails are off",
    "video": "Videos have no thumbnail",
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
        return _placeholder(tile, _reason(library, month, tile))
    tag = f'"{stat.st_ino:x}-{stat.st_size:x}-{stat.st_mtime_ns:x}"'
    kept = _KEPT if request.query_params.get("v") == tile.version else _ASKED_AGAIN
    headers = {"etag": tag, "cache-control": kept}
    if tag in {one.strip() for one in request.headers.get("if-none-match", "").split(",")}:
        return Response(status_code=304, headers=headers)
    return FileResponse(path, headers=headers, media_type="image/jpeg", stat_result=stat)


def _reason(library: Library, month: str, tile: Tile) -> str:
    if tile.kind == MediaKind.VIDEO:  # of which no thumbnail is drawn
        return "video"
    if not library.workspace.settings.thumbnails.enabled:
        return "off"
    try:
        reason = thumbnail_reason(library.workspace.lake, month, tile.blob or b"")
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


ROUTES: list[BaseRoute] = [
    Route("/photo/{photo_id}/picture/{size}", _picture),
]
