"""The account of the stand-in: folders, albums and images, and what a person does to them.

Times come from a clock of its own that moves one second with every change. As the service describes
it, `images_last_updated` of an album moves when images are added, removed or rearranged, and not
when the caption of one is edited: that moves the image's `last_updated` alone.
"""

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

_LETTERS: Final = "23456789BCDFGHJKLMNPQRSTVWXZbcdfghjkmnpqrstvwxz"
_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_OPENNESS: Final = ("Private", "Unlisted", "Public")


@dataclass
class Node:
    """A folder or an album in the tree; `password` is what visitors are asked for.

    `url_name` is its part of the address, made from its first name: renaming leaves it.
    """

    id: str
    name: str
    parent: "Node | None"
    album: "Album | None" = None
    privacy: str = "Public"
    security: str = "None"
    password: str = ""
    added: datetime = _START
    modified: datetime = _START
    url_name: str = field(init=False)

    def __post_init__(self) -> None:
        self.url_name = self.name.replace(" ", "-")

    @property
    def chain(self) -> list["Node"]:
        """This node and its parents, up to the root."""
        return [self, *(self.parent.chain if self.parent else [])]

    @property
    def url_path(self) -> str:
        names = [node.url_name for node in reversed(self.chain) if node.parent]
        return "/" + "/".join(names)

    @property
    def effective_privacy(self) -> str:
        return min((node.privacy for node in self.chain), key=_OPENNESS.index)

    @property
    def effective_security(self) -> str:
        return next((node.security for node in self.chain if node.security != "None"), "None")


@dataclass
class Album:
    """An album: its node has the name and who may see it; `images` in the order of the pages."""

    key: str
    node: Node
    description: str = ""
    keywords: str = ""
    sort_method: str = "Position"
    sort_direction: str = "Ascending"
    download_password: str = ""
    images: list["Image"] = field(default_factory=list)
    last_updated: datetime = _START
    images_last_updated: datetime = _START


@dataclass
class Image:
    """An image or a video. `archived`: whether the reply states what the service keeps of it."""

    key: str
    file_name: str
    md5: str
    size: int
    format: str = "JPG"
    video: bool = False
    width: int = 4032
    height: int = 3024
    title: str = ""
    caption: str = ""
    keywords: tuple[str, ...] = ()
    latitude: str = "0.00000000000000"
    longitude: str = "0.00000000000000"
    altitude: int = 0
    hidden: bool = False
    processing: bool = False
    archived: bool = True
    components: dict[str, list[str]] = field(default_factory=dict)
    original_time: str | None = None  # as the image states it: shifted to UTC by the service
    metadata: dict[str, Any] | None = field(default_factory=dict)  # None: no expansion is given
    serial: int = 0
    uploaded: datetime = _START
    last_updated: datetime = _START


class Library:
    """The account of `nickname`; `seed` decides its keys."""

    def __init__(self, nickname: str = "stand-in", seed: int = 1) -> None:
        self.nickname = nickname
        self._random = random.Random(seed)
        self.now = _START
        self.root = Node(self._key(5), "", None)
        self.nodes: dict[str, Node] = {self.root.id: self.root}
        self.albums: dict[str, Album] = {}
        self.images: dict[str, Image] = {}
        #: The uploaded bytes by image key, and where the server of the files is.
        self.contents: dict[str, bytes] = {}
        self.files_url = "https://photos.smugmug.com"

    def add_folder(self, name: str, parent: Node | None = None, **fields: Any) -> Node:
        now = self._tick()
        node = Node(self._key(6), name, parent or self.root, added=now, modified=now, **fields)
        self.nodes[node.id] = node
        return node

    def add_album(
        self, name: str, parent: Node | None = None, *, privacy: str = "Public", **fields: Any
    ) -> Album:
        of_node = {key: fields.pop(key) for key in ("security", "password") if key in fields}
        node = self.add_folder(name, parent, privacy=privacy, **of_node)
        album = Album(self._key(6), node, last_updated=self.now, **fields)
        album.images_last_updated = self.now
        node.album = self.albums[album.key] = album
        return album

    def add_image(
        self, album: Album, file_name: str, content: bytes | None = None, **fields: Any
    ) -> Image:
        """Upload a file into an album; without `content`, one of its name's own."""
        data = content if content is not None else file_name.encode()
        stated = {"md5": hashlib.md5(data).hexdigest(), "size": len(data)}
        now = self._tick()
        given: dict[str, Any] = {**stated, "uploaded": now, "last_updated": now, **fields}
        image = Image(self._key(7), file_name, **given)
        self.images[image.key] = image
        self.contents[image.key] = data
        self._put(image, album)
        return image

    def collect(self, image: Image, album: Album) -> None:
        """Show an image in one more album."""
        self._tick()
        self._put(image, album)

    def remove_from_album(self, image: Image, album: Album) -> None:
        """Take an image out of one album; it is gone where that was the last one."""
        self._tick()
        album.images.remove(image)
        album.images_last_updated = self.now
        if not any(image in other.images for other in self.albums.values()):
            del self.images[image.key]

    def delete_image(self, image: Image) -> None:
        for album in [one for one in self.albums.values() if image in one.images]:
            self.remove_from_album(image, album)

    def rearrange(self, album: Album, images: Iterable[Image]) -> None:
        album.images = list(images)
        album.images_last_updated = self._tick()

    def edit_image(self, image: Image, **fields: Any) -> None:
        """Change a caption, keywords and the like: the album's times stay as they are."""
        vars(image).update(vars(replace(image, **fields)), last_updated=self._tick())

    def replace_image(self, image: Image, content: bytes) -> None:
        """Upload other bytes in the place of an image, which keeps its key."""
        self.edit_image(
            image,
            md5=hashlib.md5(content).hexdigest(),
            size=len(content),
            serial=image.serial + 1,
        )
        self.contents[image.key] = content
        for album in self.albums.values():
            if image in album.images:
                album.images_last_updated = self.now

    def edit_album(self, album: Album, **fields: Any) -> None:
        """Change settings of an album; `name`, `privacy` and the like are its node's."""
        self.edit_node(
            album.node,
            **{key: fields.pop(key) for key in list(fields) if key in Node.__dataclass_fields__},
        )
        vars(album).update(vars(replace(album, **fields)), last_updated=self.now)

    def edit_node(self, node: Node, **fields: Any) -> None:
        """Change a folder: the times of the albums in it stay as they are."""
        for name, value in fields.items():
            setattr(node, name, value)
        node.modified = self._tick()

    def delete_album(self, album: Album) -> None:
        for image in list(album.images):
            self.remove_from_album(image, album)
        self._tick()
        del self.albums[album.key], self.nodes[album.node.id]

    def children(self, node: Node) -> list[Node]:
        return [child for child in self.nodes.values() if child.parent is node]

    def _put(self, image: Image, album: Album) -> None:
        album.images.append(image)
        album.images_last_updated = self.now

    def _tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def _key(self, length: int) -> str:
        return "".join(self._random.choices(_LETTERS, k=length))
