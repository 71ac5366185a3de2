"""What the stand-in holds: assets, albums, tags, stacks, users and API keys, and how they change."""

import hashlib
import threading
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Json = dict[str, Any]

EVERYTHING = (
    *("user.read", "asset.read", "asset.download", "asset.view"),
    *("album.read", "tag.read", "stack.read"),
)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def text(moment: datetime) -> str:
    """Return an instant as Immich writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def id_of(kind: str, name: object) -> str:
    """Return the id of a thing, the same in every run."""
    return str(uuid5(NAMESPACE_URL, f"{kind}/{name}"))


def now() -> datetime:
    """Return the server's time."""
    return datetime.now(UTC)


class Store:
    """One server. Safe for a test's thread and the server's.

    Everything that is added was last updated long ago; a change updates it now.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.owner = id_of("user", "owner")
        self.narrow = False
        """An earlier server: a search without a visibility finds assets of the timeline alone."""
        self.keys: dict[str, frozenset[str]] = {"immich-key": frozenset(EVERYTHING)}
        self.assets: dict[str, Json] = {}
        self.contents: dict[str, bytes] = {}
        self.trashed_at: dict[str, datetime] = {}
        self.albums: dict[str, Json] = {}
        self.members: dict[str, set[str]] = {}
        self.tags: dict[str, Json] = {}
        self.tagged: dict[str, set[str]] = {}
        self.stacks: dict[str, list[str]] = {}

    def add(self, name: str, content: bytes | None = None, **fields: Any) -> str:
        """Add an uploaded photo, and return its id.

        `taken` is its wall clock and `offset_min` the zone's; `exif` and `fields` are those of the
        API, `at` is when it was added.
        """
        at: datetime = fields.pop("at", LONG_AGO)
        taken: datetime = fields.pop("taken", datetime(2020, 5, 17, 12, 30))
        offset = timedelta(minutes=fields.pop("offset_min", 120))
        digest = hashlib.sha1(content if content is not None else name.encode()).digest()
        key = id_of("asset", name)
        wall, instant = taken.replace(tzinfo=UTC), (taken - offset).replace(tzinfo=UTC)
        exif = {
            "dateTimeOriginal": text(instant),
            "timeZone": f"UTC{offset // timedelta(hours=1):+d}",
            "fileSizeInByte": 1_000 if content is None else len(content),
            "exifImageWidth": 4_000,
            "exifImageHeight": 3_000,
            "orientation": "1",
            **dict.fromkeys(_EXIF_NULL),
            **fields.pop("exif", {}),
        }
        asset = {
            "id": key,
            "type": "IMAGE",
            "ownerId": self.owner,
            "checksum": b64encode(digest).decode(),
            "libraryId": None,
            "originalPath": f"/usr/src/app/upload/library/admin/2020/{name}",
            "originalFileName": name,
            "originalMimeType": "image/jpeg",
            "createdAt": text(at),
            "updatedAt": text(at),
            "fileCreatedAt": text(instant),
            "fileModifiedAt": text(instant + timedelta(days=3)),
            "localDateTime": text(wall),
            "duration": None,
            "isArchived": False,
            "isEdited": False,
            "isFavorite": False,
            "isOffline": False,
            "isTrashed": False,
            "hasMetadata": True,
            "livePhotoVideoId": None,
            "duplicateId": None,
            "thumbhash": "1QcSHQRnh493V4dIh4eXh1h4kJUI",
            "visibility": "timeline",
            "width": 4_000,
            "height": 3_000,
            "people": [],
            "exifInfo": exif,
            **fields,
        }
        with self.lock:
            self.assets[key] = asset
            if content is not None:
                self.contents[key] = content
        return key

    def add_external(self, path: str, content: bytes | None = None, **fields: Any) -> str:
        """Add a file of an external library, whose checksum is of its path."""
        digest = hashlib.sha1(b"path:" + path.encode()).digest()
        stated = {
            "checksum": b64encode(digest).decode(),
            "libraryId": id_of("library", "external"),
            "originalPath": path,
        }
        return self.add(path.rpartition("/")[2], content, **{**stated, **fields})

    def edit(self, key: str, exif: Json | None = None, **fields: Any) -> None:
        """Change an asset now."""
        with self.lock:
            asset = self.assets[key]
            info = {**asset["exifInfo"], **(exif or {})}
            self.assets[key] = {**asset, **fields, "exifInfo": info, "updatedAt": text(now())}

    def replace_external(self, key: str, content: bytes) -> None:
        """Write another file in place of one in an external library; the server noticed it."""
        at = text(now())
        self.edit(key, {"fileSizeInByte": len(content)}, fileModifiedAt=at)
        self.contents[key] = content

    def trash(self, key: str) -> None:
        """Move an asset to the trash."""
        self.edit(key, isTrashed=True)
        with self.lock:
            self.trashed_at[key] = now()

    def restore(self, key: str) -> None:
        """Take an asset out of the trash."""
        self.edit(key, isTrashed=False)
        with self.lock:
            self.trashed_at.pop(key)

    def delete(self, key: str) -> None:
        """Delete an asset for good: nothing tells that it was there."""
        with self.lock:
            del self.assets[key]
            self.trashed_at.pop(key, None)
            for group in (*self.members.values(), *self.tagged.values()):
                group.discard(key)

    def put_album(self, name: str, members: Iterable[str], **fields: Any) -> str:
        """Add an album, or give it other members."""
        key = id_of("album", name)
        with self.lock:
            is_new = key not in self.albums
            before = self.albums.get(key, {"createdAt": text(LONG_AGO)})
            self.albums[key] = {**before, "id": key, "albumName": name, **fields}
            self.albums[key]["updatedAt"] = text(LONG_AGO if is_new else now())
            self.members[key] = set(members)
        return key

    def put_tag(self, value: str, members: Iterable[str]) -> str:
        """Add a tag (levels are separated by /), or give it to other assets."""
        key = id_of("tag", value)
        with self.lock:
            self.tags[key] = {
                "id": key,
                "name": value.rpartition("/")[2],
                "value": value,
                "createdAt": text(LONG_AGO),
                "updatedAt": text(LONG_AGO),
            }
            self.tagged[key] = set(members)
        return key

    def put_stack(self, *members: str) -> str:
        """Stack assets, the first on top."""
        key = id_of("stack", members[0])
        with self.lock:
            self.stacks[key] = list(members)
        for member in members:
            self.edit(member)
        return key


_EXIF_NULL = (
    *("city", "country", "description", "exposureTime", "fNumber", "focalLength", "iso"),
    *("latitude", "lensModel", "longitude", "make", "model", "modifyDate", "projectionType"),
    *("rating", "state"),
)
