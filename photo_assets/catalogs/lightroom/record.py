"""Everything a catalog says about one image, gathered from its tables and still uninterpreted.

An item is a pure function of this record, and so is its change token.
"""

import hashlib
from dataclasses import dataclass, field

from photo_assets.catalogs.lightroom.albums import Collection
from photo_assets.catalogs.lightroom.database import Value
from photo_assets.catalogs.lightroom.presence import Sighting
from photo_assets.catalogs.lightroom.stacks import Stacked
from photo_assets.model.item import Keyword

Fields = dict[str, Value]
"""One row by column name; columns the catalog's version lacks are absent."""


@dataclass(frozen=True, slots=True)
class Face:
    """A marked face. `person` is None while nobody says who it is; a guess is not `confirmed`."""

    person: str | None
    confirmed: bool
    corners: tuple[Value, ...]
    orientation: Value


@dataclass(frozen=True, slots=True)
class Membership:
    """An image in a collection, at the user's own position if there is one."""

    collection: Collection
    position: int | None


@dataclass(frozen=True, slots=True)
class Publication:
    """An image at a publish service, by the service's own id."""

    collection: Collection | None
    remote_id: Value
    url: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRecord:
    """One row of Adobe_images with all that hangs on it."""

    native_id: str
    image: Fields
    file: Fields
    sighting: Sighting
    sidecars: tuple[Sighting, ...] = ()
    exif: Fields = field(default_factory=dict)
    places: Fields = field(default_factory=dict)
    caption: Fields = field(default_factory=dict)
    metadata: Fields = field(default_factory=dict)
    video: Fields = field(default_factory=dict)
    develop: Fields = field(default_factory=dict)
    cloud: Fields = field(default_factory=dict)
    asset: Fields = field(default_factory=dict)
    imports: tuple[Value, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    faces: tuple[Face, ...] = ()
    memberships: tuple[Membership, ...] = ()
    publications: tuple[Publication, ...] = ()
    master: str | None = None
    stacked: Stacked | None = None

    def token(self, reader_version: int, account: str | None) -> str:
        """Return a digest over the whole record.

        Lightroom's own touchTime is not a change token: renaming a keyword, filling a collection
        or naming a face does not always touch the image. Reading everything and comparing digests
        is sound, and spares what is slow: unpacking and parsing XMP and writing the row.
        """
        state = (reader_version, account, self)
        encoded = repr(state).encode("utf-8", "backslashreplace")
        return hashlib.sha256(encoded).hexdigest()[:32]


def file_name(file: Fields) -> str | None:
    """Return the name of the file as the catalog states it, None where there is no usable one."""
    base, extension = file.get("baseName"), file.get("extension")
    base = str(base) if isinstance(base, int | float) else base
    if not isinstance(base, str) or not (base or extension):
        return None
    return f"{base}.{extension}" if isinstance(extension, str | int) and extension != "" else base


def sidecar_names(file: Fields) -> tuple[str, ...]:
    """Return the names of files that share the row and its folder: a RAW's JPEG, an XMP file.

    `sidecarExtensions` is 'xmp', 'JPG', 'JPG,xmp'.
    """
    stated, base = file.get("sidecarExtensions"), file.get("baseName")
    if not isinstance(stated, str) or not isinstance(base, str):
        return ()
    extensions = [part.strip() for part in stated.split(",")[:16]]
    return tuple(
        f"{base}.{extension}"
        for extension in extensions
        if extension and "/" not in extension and "\x00" not in extension
    )
