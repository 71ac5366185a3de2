"""Texts, cameras and places in other blocks than a camera's EXIF, and default texts of cameras."""

from dataclasses import replace
from datetime import datetime

from photo_assets.model.vocabulary import Visibility
from photo_assets.sample.formats import iptc
from photo_assets.sample.formats.exif import exif_block
from photo_assets.sample.formats.jpeg import with_metadata
from photo_assets.sample.formats.xmp import Packet, icloudpd_sidecar, xmp
from photo_assets.sample.specimens.specimen import Painter, Specimen, exposure

_FUNCHAL = (32.6479, -16.9083)
_OVERFLOW_M = -4_294_967_275.0  # -21 m as an unsigned 32-bit number, with a sign


def described_files(painter: Painter) -> tuple[Specimen, ...]:
    """Return the files, by location of their texts."""
    return (
        _agency_scan(painter),
        _sidecar_beside_embedded(painter),
        _camera_in_xmp(painter),
        _caption_of_a_camera(painter),
        _caption_and_altitude_of_a_camera(painter),
        _hidden_on_the_phone(painter),
    )


def _agency_scan(painter: Painter) -> Specimen:
    """A scan with IPTC-IIM only, as delivered by agencies."""
    block = iptc.iptc(
        (
            (iptc.TITLE, "Lilla Bommen"),
            (iptc.KEYWORD, "hamn"),
            (iptc.KEYWORD, "Göteborg"),
            (iptc.KEYWORD, "segelfartyg"),
            (iptc.DATE, "20170706"),
            (iptc.TIME, "143000+0200"),
            (iptc.CREATOR, "Ingrid Lindqvist"),
            (iptc.CITY, "Göteborg"),
            (iptc.COUNTRY, "Sverige"),
            (iptc.CAPTION, "The barque Viking at her berth"),
        )
    )
    bare = painter.jpeg("lighthouse", 0)
    return Specimen(
        path="Agency/GBG-170706-03.jpg",
        picture="agency jpeg",
        content=with_metadata(bare, resources=iptc.image_resource(block)),
        written=datetime(2018, 5, 2, 9, 0),
        states={
            "capture_time": datetime(2017, 7, 6, 14, 30),
            "capture_offset_min": 120,
            "capture_source": "iptc:DateCreated",
            "title": "Lilla Bommen",
            "caption": "The barque Viking at her berth",
            "keywords": (("hamn",), ("Göteborg",), ("segelfartyg",)),
            "city": "Göteborg",
            "country": "Sverige",
            "creator": "Ingrid Lindqvist",
        },
    )


def _sidecar_beside_embedded(painter: Painter) -> Specimen:
    """A picture with different keywords in its file and its sidecar, and a later date in XMP."""
    taken = datetime(2022, 8, 21, 10, 15)
    inside = Packet(
        keywords=(("Boat",),), created=datetime(2022, 8, 28, 20, 0), tool="Photo Mechanic 6.0"
    )
    beside = Packet(
        keywords=(("Places", "France", "Le Conquet"),),
        rating=4,
        tool="digiKam-8.4.0",
        digikam=True,
    )
    stated = exposure("NIKON CORPORATION", "NIKON D5600", taken)
    return Specimen(
        path="From Jonas/DSC_0817.JPG",
        picture="harbour jpeg",
        content=with_metadata(painter.jpeg("sea", 1), exif_block(stated), xmp(inside)),
        sidecar=xmp(beside),
        written=datetime(2022, 8, 28, 18, 0),
        states={
            "capture_time": taken,
            "capture_source": "exif:DateTimeOriginal",
            "keywords": (("Boat",), ("Places", "France", "Le Conquet")),
            "rating": 4,
        },
    )


def _camera_in_xmp(painter: Painter) -> Specimen:
    """A picture made for the web: without EXIF, but with camera and exposure in XMP."""
    taken = datetime(2022, 8, 21, 11, 40)
    stated = exposure("NIKON CORPORATION", "NIKON D5600", taken)
    packet = Packet(taken=taken, camera=stated, tool="Adobe Photoshop 24.0 (Windows)")
    return Specimen(
        path="From Jonas/for the web.jpg",
        picture="web jpeg",
        content=with_metadata(painter.jpeg("mountains", 2), xmp=xmp(packet)),
        written=datetime(2022, 8, 29, 18, 0),
        states={
            "capture_time": taken,
            "capture_source": "xmp:exif:DateTimeOriginal",
            "camera_make": stated.make,
            "camera_model": stated.model,
            "lens": stated.lens,
            "aperture": stated.f_number,
            "exposure_time_s": stated.exposure_s,
            "iso": stated.iso,
            "focal_length_mm": stated.focal_mm,
        },
    )


def _caption_of_a_camera(painter: Painter) -> Specimen:
    taken = datetime(2019, 8, 3, 16, 5)
    camera = exposure("OLYMPUS OPTICAL CO.,LTD", "C4100Z,C4000Z", taken)
    stated = replace(camera, description="OLYMPUS DIGITAL CAMERA")
    return Specimen(
        path="From Oma/P8030017.JPG",
        picture="olympus jpeg",
        content=with_metadata(painter.jpeg("flower", 3), exif_block(stated)),
        written=taken,
        states={"capture_time": taken, "caption": None, "camera_make": stated.make},
    )


def _caption_and_altitude_of_a_camera(painter: Painter) -> Specimen:
    """The path on the card as a caption, and an altitude of -21 m written as an unsigned number."""
    taken = datetime(2023, 4, 15, 12, 30)
    stated = replace(
        exposure("GoPro", "HERO8 Black", taken),
        place=_FUNCHAL,
        altitude_m=_OVERFLOW_M,
        description="DCIM\\100GOPRO\\GOPR0042.JPG",
    )
    return Specimen(
        path="GoPro/GOPR0042.JPG",
        picture="gopro jpeg",
        content=with_metadata(painter.jpeg("sea", 4), exif_block(stated)),
        written=taken,
        states={
            "capture_time": taken,
            "caption": None,
            "gps_latitude": _FUNCHAL[0],
            "gps_longitude": _FUNCHAL[1],
            "gps_altitude_m": None,
        },
    )


def _hidden_on_the_phone(painter: Painter) -> Specimen:
    """A picture that icloudpd marks as hidden with -1, which is not a rejection."""
    taken = datetime(2024, 2, 24, 11, 0)
    stated = exposure("Apple", "iPhone 11", taken)
    return Specimen(
        path="iCloud/IMG_7002.JPG",
        picture="hidden jpeg",
        content=with_metadata(painter.jpeg("portrait", 5), exif_block(stated)),
        sidecar=icloudpd_sidecar(-1),
        written=taken,
        states={
            "capture_time": taken,
            "rating": None,
            "pick": None,
            "visibility": Visibility.LOCKED,
        },
    )
