"""A signed-in library of a service that gives previews, and photos that no checksum identifies."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from photo_assets_tests.catalogs.fetching.library import FAST, Library
from photo_assets_tests.services.accounts import OnlineAccount, online_account

GIVING = ("flickr", "smugmug", "immich")
_ORIGINALS = ("/original", "_o.", "/D/")


def picture(seed: int, *, size: tuple[int, int] = (640, 480), format_: str = "JPEG") -> bytes:
    """Return a photo with broad shapes, unique to its seed."""
    noise = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    image = Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)
    out = io.BytesIO()
    image.save(out, format_, quality=90)
    return out.getvalue()


@dataclass
class Service:
    """A stand-in with a signed-in library that may download previews."""

    account: OnlineAccount
    library: Library

    @property
    def server(self) -> Any:
        return self.account.server

    def add(self, content: bytes, **values: Any) -> str:
        """Add a photo that no checksum identifies; return its native id."""
        server = self.server
        match self.account.source:
            case "flickr":
                photo: str = server.account.add_photo(**{"width": 640, "height": 480, **values})
                server.account.contents[photo] = content
                return photo
            case "smugmug":
                album = next(iter(server.library.albums.values()), None)
                album = album or server.library.add_album("Sea")
                sizes = {"width": 640, "height": 480}
                image = server.library.add_image(
                    album, "a.jpg", content, archived=False, **{**sizes, **values}
                )
                return str(image.key)
        number = len(server.store.contents)
        return str(server.store.add_external(f"/mnt/photos/{number}.jpg", content, **values))

    def sent(self) -> dict[str, int]:
        """Return the bytes of files that were sent, by whether they were previews."""
        found = {"previews": 0, "originals": 0}
        for one in self.server.log.all():
            is_file = one.path.endswith(("/thumbnail", "/original")) or (
                one.path.startswith(("/2822/", "/photos/"))
            )
            if is_file:
                of = "originals" if any(part in one.path for part in _ORIGINALS) else "previews"
                found[of] += one.sent
        return found


_PHOTOS: dict[str, Callable[[Any], Any]] = {
    "flickr": lambda server: server.account.photos,
    "smugmug": lambda server: next(iter(server.library.albums.values())).images,
    "immich": lambda server: server.store.assets,
}


@contextmanager
def service(source: str, folder: Path) -> Iterator[Service]:
    with online_account(source) as account:
        _PHOTOS[source](account.server).clear()
        files = account.server.base_url.replace("127.0.0.1", "localhost")
        stated = {"endpoint": account.url, "fetch": "preview", **FAST}
        if source == "flickr":
            account.server.account.files_url = stated["files_endpoint"] = files
        if source == "smugmug":
            account.server.library.files_url = stated["files_endpoint"] = files
        library = Library(folder, {source: {"main": stated}})
        account.sign_in(library.workspace.credentials)
        yield Service(account, library)
