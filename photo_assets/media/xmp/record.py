"""The fields of an XMP packet, as plain values with the project's conventions."""

from dataclasses import dataclass
from datetime import datetime

from photo_assets.media.exif.parts import StatedTime
from photo_assets.media.xmp.locations import XmpLocation
from photo_assets.model.item import Keyword, Person
from photo_assets.model.vocabulary import Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class XmpRecord:
    """The fields of one packet; None or empty where not stated.

    Keywords join dc:subject with the hierarchies (lr:hierarchicalSubject, digiKam:TagsList,
    MicrosoftPhoto:LastKeywordXMP, mediapro:CatalogSets, acdsee:categories): a flat subject that is
    part of a hierarchical one is dropped.

    The regions of `people` are in the frame of the stored image, as MWG Guidelines 2.0 (section
    5.9) require; `regions.upright_people` converts them to the frame of `Item`.
    """

    rating: float | None = None  # as written, -1..5; -1 is xmp's "rejected"
    pick: int | None = None  # 1 picked, 0 unflagged, -1 rejected; see `marks`
    tagged: bool | None = None  # by ACDSee or Photo Mechanic
    label: str | None = None
    color_class: int | None = None  # Photo Mechanic's, 1..8
    color_labels: tuple[str, ...] = ()  # darktable's
    title: str | None = None
    headline: str | None = None
    caption: str | None = None
    keywords: tuple[Keyword, ...] = ()
    people: tuple[Person, ...] = ()
    regions_applied_to: tuple[int, int] | None = None  # mwg-rs:AppliedToDimensions, pixels
    orientation: int | None = None  # tiff:Orientation, 1..8
    creator: str | None = None
    copyright: str | None = None
    capture_time: datetime | None = None
    capture_offset_min: int | None = None
    capture_precision: Precision | None = None
    capture_source: str | None = None  # "xmp:exif:DateTimeOriginal" …
    times: tuple[StatedTime, ...] = ()  # all stated times; capture_* is the first wall clock
    # darktable uses the file's time for a picture without one, and does not mark it.
    time_may_be_file_time: bool = False
    gps_latitude: float | None = None
    gps_longitude: float | None = None
    gps_altitude_m: float | None = None
    sublocation: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    country_code: str | None = None
    location_created: XmpLocation | None = None  # fills city … and gps_* where they are not stated
    locations_shown: tuple[XmpLocation, ...] = ()  # depicted places, not the position of the camera
    camera_make: str | None = None
    camera_model: str | None = None
    camera_serial: str | None = None
    lens: str | None = None
    aperture: float | None = None  # f-number
    exposure_time_s: float | None = None
    iso: int | None = None
    focal_length_mm: float | None = None
    document_id: str | None = None  # xmpMM:DocumentID
    original_document_id: str | None = None  # xmpMM:OriginalDocumentID
    derived_from: str | None = None  # xmpMM:DerivedFrom document id
    producer: str | None = None  # xmp:CreatorTool or x:xmptk: which program wrote it
    # Digests of EXIF (a list of tags, ";", an MD5 in hex) and of IPTC (an MD5 in hex) that old
    # versions of Photoshop stored when they last synchronized XMP.
    exif_digest: str | None = None
    tiff_digest: str | None = None
    iptc_digest: str | None = None
