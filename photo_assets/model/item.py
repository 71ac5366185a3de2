"""One entry of a catalog as a value: the output of every reader.

Readers fill an `Item`; nothing downstream knows which reader filled it. Each field's meaning, unit
and source is documented once, in `schema.py`, beside its Arrow type. `None` always means "not
stated by the catalog"; zero, "" and (0, 0) are never used for that.
"""

import dataclasses
import hashlib
from dataclasses import dataclass
from datetime import datetime

from photo_assets.model.canonical import canonical_json
from photo_assets.model.vocabulary import (
    AlbumKind,
    Availability,
    CaptureKind,
    LinkKind,
    MediaKind,
    Precision,
    Quality,
    Visibility,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A face or subject area: center and extent as fractions of the upright image, 0..1.

    The convention of the Metadata Working Group's `mwg-rs:Regions`, after applying orientation.
    """

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person named in the picture, with the area if the catalog marks one."""

    name: str
    region: Region | None = None
    confirmed: bool | None = None  # False: the program's guess, not yet confirmed by a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """One keyword as its path from the root of its hierarchy; a flat one is a path of one.

    The last four fields are the owner's export settings: see `model.disclosure`.
    """

    path: tuple[str, ...]
    person: bool = False
    synonyms: tuple[str, ...] = ()
    private: bool = False  # its owner excludes it from exports: it is never shown
    private_from: int = 0  # of a private keyword: the first level excluded from exports
    exported_from: int = 0  # of any other keyword: the first level exported with it
    private_synonyms: tuple[str, ...] = ()  # synonyms excluded from exports


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """One grouping the item is in. `path` runs from the outermost set to the album itself."""

    id: str
    path: tuple[str, ...]
    kind: AlbumKind
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A reference from this item to another one; `LinkKind` defines the meaning of `target`."""

    kind: LinkKind
    target: str
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of one catalog. Field meanings: `photo_assets.model.schema.ITEM_FIELDS`."""

    source: str
    catalog: str
    native_id: str
    reader_version: int
    account: str | None = None
    path: str | None = None
    member: str | None = None
    url: str | None = None
    file_name: str | None = None
    media_type: str | None = None
    media_kind: MediaKind = MediaKind.OTHER
    file_size: int | None = None
    file_mtime_ns: int | None = None
    file_ctime_ns: int | None = None
    file_inode: int | None = None
    width: int | None = None
    height: int | None = None
    orientation: int | None = None
    duration_s: float | None = None
    capture_time: datetime | None = None
    capture_offset_min: int | None = None
    capture_kind: CaptureKind | None = None
    capture_precision: Precision | None = None
    capture_source: str | None = None
    capture_corrected_from: datetime | None = None
    added_time: datetime | None = None
    modified_time: datetime | None = None
    rating: int | None = None
    pick: int | None = None
    favourite: bool | None = None
    label: str | None = None
    title: str | None = None
    caption: str | None = None
    keywords: tuple[Keyword, ...] = ()
    people: tuple[Person, ...] = ()
    albums: tuple[Album, ...] = ()
    gps_latitude: float | None = None
    gps_longitude: float | None = None
    gps_altitude_m: float | None = None
    gps_source: str | None = None
    sublocation: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    country_code: str | None = None
    creator: str | None = None
    copyright: str | None = None
    camera_make: str | None = None
    camera_model: str | None = None
    camera_serial: str | None = None
    lens: str | None = None
    aperture: float | None = None
    exposure_time_s: float | None = None
    iso: int | None = None
    focal_length_mm: float | None = None
    visibility: Visibility | None = None
    visibility_stated: str | None = None
    archived: bool | None = None
    sha256: bytes | None = None
    sha1: bytes | None = None
    md5: bytes | None = None
    image_data_sha256: bytes | None = None
    availability: Availability = Availability.ONLINE
    quality: Quality | None = None
    links: tuple[Link, ...] = ()
    extras: str | None = None
    raw: str | None = None
    change_token: str | None = None

    def digest(self) -> bytes:
        """SHA-256 of the item's canonical JSON: equal items have equal digests on any machine.

        Instants are written in UTC and ISO form, bytes in hex, keys sorted. Lists keep their order,
        so a reader must emit them in an order that is the same in every run. Fields of later
        versions are left out where they state nothing: digests stored before them stay equal.
        """
        text = canonical_json(self)
        for nothing in _ADDED_LATER:
            text = text.replace(nothing, b"", 1)
        return hashlib.sha256(text).digest()


# In a text value, their quotes would be escaped.
_ADDED_LATER = (b'"quality":null,', b'"visibility_stated":null,')

ITEM_FIELD_NAMES: tuple[str, ...] = tuple(field.name for field in dataclasses.fields(Item))
