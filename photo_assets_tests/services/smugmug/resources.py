"""From the path of a request to the objects behind it, for requests and for expansions alike."""

import re
from dataclasses import dataclass
from typing import Any

from photo_assets_tests.services.smugmug import replies
from photo_assets_tests.services.smugmug.library import Album, Image, Library, Node


@dataclass
class Resource:
    """`objects` of a `locator`; `list_of` is the name of the list in the settings, or none."""

    locator: str
    objects: list[dict[str, Any]]
    endpoint: str
    list_of: str | None = None


def find(library: Library, path: str, query: dict[str, str], *, public: bool) -> Resource | None:
    """Return what is at a path below /api/v2, or None: the service then answers 404."""
    if path == "!authuser":
        return Resource("User", [replies.user_json(library, public=public)], "User")
    match = re.fullmatch(r"/(user|node|album|image)/([^/!]+)(?:!(\w+))?", path)
    if match is None:
        return None
    kind, key, part = match.groups()
    if kind == "user" and key == library.nickname:
        return _of_user(library, part, query, public)
    if kind == "node" and key in library.nodes:
        return _of_node(library, library.nodes[key], part, query, public)
    if kind == "album" and key in library.albums:
        return _of_album(library, library.albums[key], part, public)
    if kind == "image" and key.split("-")[0] in library.images:
        return _of_image(library, library.images[key.split("-")[0]], part)
    return None


def _of_user(
    library: Library, part: str | None, query: dict[str, str], public: bool
) -> Resource | None:
    if part is None:
        return Resource("User", [replies.user_json(library, public=public)], "User")
    if part != "albums":
        return None
    albums = [album for album in library.albums.values() if not public or _is_open(album.node)]
    order = query.get("Order", "")
    if order.startswith("Last Updated"):
        albums.sort(key=lambda album: album.last_updated, reverse="Descending" in order)
    bodies = [replies.album_json(library, album, public=public) for album in albums]
    return Resource("Album", bodies, "UserAlbums", "albums")


def _of_node(
    library: Library, node: Node, part: str | None, query: dict[str, str], public: bool
) -> Resource | None:
    nodes = {None: [node], "parents": node.chain, "children": library.children(node)}.get(part)
    if nodes is None:
        return None
    if query.get("Type", "All") != "All":
        nodes = [one for one in nodes if ("Album" if one.album else "Folder") == query["Type"]]
    bodies = [
        replies.node_json(library, one, public=public)
        for one in nodes
        if not public or _is_open(one)
    ]
    names = {"parents": "ParentNodes", "children": "ChildNodes"}
    return Resource("Node", bodies, names.get(part or "", "Node"), part)


def _of_album(library: Library, album: Album, part: str | None, public: bool) -> Resource | None:
    if public and not _is_open(album.node):
        return None
    if part is None:
        return Resource("Album", [replies.album_json(library, album, public=public)], "Album")
    if part != "images":
        return None
    shown = [image for image in album.images if not (public and image.hidden)]
    bodies = [replies.image_json(library, image, album) for image in shown]
    return Resource("AlbumImage", bodies, "AlbumImages", "images")


def _of_image(library: Library, image: Image, part: str | None) -> Resource | None:
    if part is None:
        return Resource("Image", [replies.image_json(library, image)], "Image")
    if part == "metadata" and image.metadata is not None:
        return Resource("ImageMetadata", [replies.metadata_json(image)], "ImageMetadata")
    if part == "sizedetails":
        return Resource(
            "ImageSizeDetails", [replies.sizes_json(library, image)], "ImageSizeDetails"
        )
    return None


def _is_open(node: Node) -> bool:
    return node.effective_privacy == "Public" and node.effective_security == "None"
