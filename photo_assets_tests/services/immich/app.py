"""The API over a `Store`: routes, permissions, validation and paging as the server has them."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from photo_assets_tests.services.immich.store import Json, Store
from photo_assets_tests.services.media import media_response, preview

LARGEST_PAGE: Final = 1_000
PROPERTIES: Final = frozenset(
    [
        "albumIds",
        "checksum",
        "city",
        "country",
        "createdAfter",
        "createdBefore",
        "description",
        "id",
        "isFavorite",
        "isNotInAlbum",
        "isOffline",
        "libraryId",
        "make",
        "model",
        "order",
        "originalFileName",
        "originalPath",
        "page",
        "personIds",
        "rating",
        "size",
        "state",
        "tagIds",
        "takenAfter",
        "takenBefore",
        "trashedAfter",
        "trashedBefore",
        "type",
        "updatedAfter",
        "updatedBefore",
        "visibility",
        "withDeleted",
        "withExif",
        "withPeople",
        "withStacked",
    ]
)
_WORDS: Final = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}


Handle = Callable[[Json, frozenset[str]], Any]
"""Makes the reply from a query and the permissions of its key."""


_THUMBNAILS = {"thumbnail": (333, "WEBP"), "preview": (1440, "JPEG")}
"""Longer side and format of each size, as a server makes them of photos of 4:3 by default."""


class RefusedError(Exception):
    """The server refuses the request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def error_body(status: int, message: str = "Internal server error") -> Json:
    """Return the body of an error."""
    return {"message": message, "error": _WORDS.get(status, "Error"), "statusCode": status}


def build_app(store: Store) -> Starlette:
    """Return the app."""

    def route(path: str, method: str, permission: str, handle: Handle) -> Route:
        async def serve(request: Request) -> Response:
            try:
                granted = _granted(store, request, permission)
                body = await request.json() if method == "POST" else {}
                with store.lock:
                    content = handle(body, granted)
            except RefusedError as error:
                return JSONResponse(error_body(error.status, str(error)), error.status)
            return JSONResponse(content)

        return Route("/api" + path, serve, methods=[method])

    async def original(request: Request) -> Response:
        key = request.path_params["asset"]
        try:
            _granted(store, request, "asset.download")
            content = store.contents.get(key)
            if content is None:
                raise RefusedError(400, "Not found or no asset.download access")
        except RefusedError as error:
            return JSONResponse(error_body(error.status, str(error)), error.status)
        return media_response(request, content, "image/jpeg")

    async def thumbnail(request: Request) -> Response:
        key = request.path_params["asset"]
        try:
            _granted(store, request, "asset.view")
            content = store.contents.get(key)
            if content is None:
                raise RefusedError(404, "Asset media not found")
        except RefusedError as error:
            return JSONResponse(error_body(error.status, str(error)), error.status)
        made = _THUMBNAILS.get(request.query_params.get("size", "thumbnail"))
        if made is None:
            return JSONResponse(error_body(400, "size must be one of the values"), 400)
        side, format_ = made
        return media_response(request, preview(content, side, format_), f"image/{format_.lower()}")

    async def missing(request: Request, _error: Exception) -> Response:
        message = f"Cannot {request.method} {request.url.path}"
        return JSONResponse(error_body(404, message), 404)

    handlers: dict[Any, Callable[[Request, Exception], Awaitable[Response]]] = {404: missing}
    return Starlette(
        routes=[
            route("/users/me", "GET", "user.read", lambda *_: _user(store.owner)),
            route("/search/metadata", "POST", "asset.read", lambda query, _: _search(store, query)),
            route("/albums", "GET", "album.read", lambda *_: _albums(store)),
            route("/tags", "GET", "tag.read", lambda *_: list(store.tags.values())),
            route("/stacks", "GET", "stack.read", lambda *_: _stacks(store)),
            Route("/api/assets/{asset}/original", original, methods=["GET"]),
            Route("/api/assets/{asset}/thumbnail", thumbnail, methods=["GET"]),
            route("/api-keys/me", "GET", "", lambda _, granted: _key(granted)),
        ],
        exception_handlers=handlers,
    )


def _granted(store: Store, request: Request, permission: str) -> frozenset[str]:
    granted = store.keys.get(request.headers.get("x-api-key", ""))
    if granted is None:
        raise RefusedError(401, "Invalid API key")
    if permission and permission not in granted:
        raise RefusedError(403, f"Missing required permission: {permission}")
    return granted


def _key(granted: frozenset[str]) -> Json:
    return {"id": "a key", "name": "photosync", "permissions": sorted(granted)}


def _user(owner: str) -> Json:
    return {"id": owner, "name": "Owner", "email": "owner@example.org", "isAdmin": True}


def _search(store: Store, query: Json) -> Json:
    unknown = query.keys() - PROPERTIES
    size, page = query.get("size", 250), query.get("page", 1)
    if unknown or not 1 <= size <= LARGEST_PAGE or page < 1:
        raise RefusedError(400, f"Invalid input: {sorted(unknown) or [size, page]}")
    if query.get("visibility") == "locked":
        raise RefusedError(401, "Elevated permission is required")
    found = sorted(
        (asset for asset in store.assets.values() if _matches(store, asset, query)),
        key=lambda asset: str(asset["fileCreatedAt"]),
        reverse=query.get("order", "desc") == "desc",
    )
    start = (page - 1) * size
    items = [_shown(asset, query) for asset in found[start : start + size]]
    more = len(found) > start + size
    return {
        "albums": {"total": 0, "count": 0, "items": [], "facets": []},
        "assets": {
            "total": len(items),  # of the page: the server counts no more
            "count": len(items),
            "items": items,
            "facets": [],
            "nextPage": str(page + 1) if more else None,
        },
    }


def _matches(store: Store, asset: Json, query: Json) -> bool:
    key = asset["id"]
    trashed = store.trashed_at.get(key)
    if "trashedAfter" in query:
        after = query["trashedAfter"]
        if trashed is None or trashed.isoformat(timespec="milliseconds")[:23] < after[:23]:
            return False
    elif trashed is not None:  # `withDeleted` changes nothing here
        return False
    visibility = query.get("visibility", "timeline" if store.narrow else None)
    if visibility is not None and asset["visibility"] != visibility:
        return False
    groups = [*query.get("albumIds", ()), *query.get("tagIds", ())]
    return (
        asset["visibility"] != "locked"
        and asset["updatedAt"] >= query.get("updatedAfter", "")
        and asset["fileCreatedAt"] >= query.get("takenAfter", "")
        and all(key in {**store.members, **store.tagged}.get(group, ()) for group in groups)
    )


def _shown(asset: Json, query: Json) -> Json:
    """Return an asset without what was not asked for; tags and the stack are never shown."""
    left_out = set() if query.get("withExif") else {"exifInfo"}
    left_out |= set() if query.get("withPeople") else {"people"}
    return {name: value for name, value in asset.items() if name not in left_out}


def _albums(store: Store) -> list[Json]:
    return [
        {
            "albumThumbnailAssetId": None,
            "albumUsers": [],
            "description": "",
            "hasSharedLink": False,
            "shared": False,
            "isActivityEnabled": True,
            **album,
            "assetCount": len([one for one in store.members[key] if one not in store.trashed_at]),
        }
        for key, album in store.albums.items()
    ]


def _stacks(store: Store) -> list[Json]:
    return [
        {
            "id": key,
            "primaryAssetId": members[0],
            "assets": [_shown(store.assets[one], {}) for one in members if one in store.assets],
        }
        for key, members in store.stacks.items()
    ]
