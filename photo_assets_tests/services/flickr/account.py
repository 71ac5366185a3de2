"""The state of the account that the stand-in serves, and what its owner does to it. No wire format.

Every act of the owner moves the account's own clock on by a second, so that nothing depends on the
time of the machine.
"""

import itertools
import re
import threading
from dataclasses import dataclass, field, replace
from typing import Any, Final

#: 2023-11-14T22:13:20Z, when the account's clock starts.
START: Final = 1_700_000_000

_MACHINE_TAG = re.compile(r"([a-z][a-z0-9_]*:[a-z][a-z0-9_]*=)(.+)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Photo:
    """A photo as its owner sees it. `tags` are as typed; `width` and `height` are the original's.

    `taken` is a wall clock without zone, of the precision `granularity` (0, 4, 6 or 8).
    `place` is latitude, longitude and accuracy (1..16). `odd`: keys of a listing with other values.
    """

    id: str
    uploaded: int
    updated: int
    title: str = ""
    description: str = ""
    taken: str = "2013-10-06 14:06:41"
    granularity: int = 0
    taken_unknown: bool = False
    public: bool = False
    friend: bool = False
    family: bool = False
    tags: tuple[str, ...] = ()
    place: tuple[float, float, int] | None = None
    license: int = 0
    media: str = "photo"
    format: str = "jpg"
    width: int = 2560
    height: int = 1600
    views: int = 0
    safety: int = 0
    odd: dict[str, Any] = field(default_factory=dict)

    @property
    def secret(self) -> str:
        """Part of the URL of every size but the original; whoever has it sees a private photo."""
        return f"{int(self.id) * 2_654_435_761 % 2**40:010x}"

    @property
    def original_secret(self) -> str:
        return f"{int(self.id) * 2_246_822_519 % 2**40:010x}"


@dataclass(frozen=True)
class Photoset:
    """An album: its photos in the owner's order. Flickr says 0 for `updated` until it is changed."""

    id: str
    title: str
    created: int
    updated: int
    description: str = ""
    photos: tuple[str, ...] = ()


@dataclass
class Account:
    """One Flickr member. `pro` accounts may download every size of their photos."""

    nsid: str = "78733179@N04"
    username: str = "sample"
    path_alias: str | None = None
    pro: bool = True
    photos: dict[str, Photo] = field(default_factory=dict)
    #: The bytes of originals, and where the server of the files is.
    contents: dict[str, bytes] = field(default_factory=dict)
    files_url: str = "http://farm3.staticflickr.com"
    sets: dict[str, Photoset] = field(default_factory=dict)
    now: int = START
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(53_000_000_001))

    def tick(self, seconds: int = 1) -> int:
        with self.lock:
            self.now += seconds
            return self.now

    def add_photo(self, **values: Any) -> str:
        """Upload a photo; `uploaded` and `updated` are now unless given. Return its id."""
        with self.lock:
            now = self.tick()
            given = {"id": str(next(self._ids)), "uploaded": now, "updated": now, **_plain(values)}
            photo = Photo(**given)
            self.photos[photo.id] = photo
            return photo.id

    def add_photos(self, count: int, **values: Any) -> list[str]:
        return [self.add_photo(**values) for _ in range(count)]

    def edit_photo(self, photo_id: str, **values: Any) -> None:
        with self.lock:
            given = {"updated": self.tick(), **_plain(values)}
            self.photos[photo_id] = replace(self.photos[photo_id], **given)

    def view_photo(self, photo_id: str) -> None:
        """Somebody looks at a photo, which Flickr counts as no update."""
        photo = self.photos[photo_id]
        self.photos[photo_id] = replace(photo, views=photo.views + 1)

    def delete_photo(self, photo_id: str) -> None:
        with self.lock:
            now = self.tick()
            del self.photos[photo_id]
            for album in self.sets.values():
                if photo_id in album.photos:
                    rest = tuple(other for other in album.photos if other != photo_id)
                    self.sets[album.id] = replace(album, photos=rest, updated=now)

    def add_set(self, title: str, photos: list[str], **values: Any) -> str:
        with self.lock:
            now = self.tick()
            id_ = f"7217{next(self._ids)}"
            self.sets[id_] = Photoset(id_, title, now, 0, photos=tuple(photos), **values)
            return id_

    def edit_set(self, set_id: str, **values: Any) -> None:
        """Change a set's title, description or photos."""
        with self.lock:
            given = {"updated": self.tick(), **_plain(values)}
            self.sets[set_id] = replace(self.sets[set_id], **given)

    def delete_set(self, set_id: str) -> None:
        with self.lock:
            self.tick()
            del self.sets[set_id]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Make lists, as JSON has them, the tuples that the fields are."""
    return {key: tuple(v) if isinstance(v, list) else v for key, v in values.items()}


def clean_tag(raw: str) -> str:
    """Return a tag as Flickr normalizes it: letters and digits alone, in lower case.

    A machine tag keeps its namespace and predicate: the recorded `vision:night=077` is 0.77.
    """
    machine = _MACHINE_TAG.fullmatch(raw)
    if machine:
        return machine[1].lower() + _letters(machine[2])
    return _letters(raw)


def is_machine_tag(raw: str) -> bool:
    return _MACHINE_TAG.fullmatch(raw) is not None


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
