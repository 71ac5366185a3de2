"""Converting a packet to an `XmpRecord`: fields and capture times, in order of precedence."""

from datetime import timedelta

from photo_assets.media.exif.parts import StatedTime
from photo_assets.media.xmp import namespaces as ns
from photo_assets.media.xmp.camera import camera
from photo_assets.media.xmp.darktable import color_labels, is_by_darktable, is_untouched
from photo_assets.media.xmp.keywords import keywords
from photo_assets.media.xmp.locations import location_created, locations_shown, plain_location
from photo_assets.media.xmp.marks import color_class, label, pick, rating, tagged
from photo_assets.media.xmp.packet import XmpError, parse_tree, rdf_nodes
from photo_assets.media.xmp.people import applied_to_dimensions, people
from photo_assets.media.xmp.properties import Properties
from photo_assets.media.xmp.record import XmpRecord
from photo_assets.model.names import clean_text
from photo_assets.model.vocabulary import CaptureKind, Precision
from photo_assets.model.wall_time import WallTime, parse_wall_time

__all__ = ["XmpError", "parse_xmp"]

_CAPTIONS = (
    (ns.DC, "description"),
    (ns.TIFF, "ImageDescription"),
    (ns.ACDSEE, "caption"),
    (ns.ACDSEE, "notes"),
)
_CREATORS = ((ns.TIFF, "Artist"), (ns.ACDSEE, "author"))


def parse_xmp(data: bytes) -> XmpRecord:
    """Return the fields of a packet or sidecar.

    Regions are in the frame of the stored image (see `people`). Raises `XmpError` when the bytes
    are not XMP, larger than 32 MiB, or have a document type.
    """
    root = parse_tree(data)
    nodes = rdf_nodes(root)
    if not nodes and next(root.iter(ns.qualified(ns.RDF, "RDF")), None) is None:
        raise XmpError("The XML has no rdf:RDF element, so it is not XMP.")
    packet = Properties(nodes)
    times = stated_times(packet)
    captured = next((time for time in times if time.kind is CaptureKind.WALL), None)
    where = plain_location(packet)
    derived = packet.struct(ns.XMP_MM, "DerivedFrom")
    return XmpRecord(
        rating=rating(packet),
        pick=pick(packet),
        tagged=tagged(packet),
        label=label(packet),
        color_class=color_class(packet),
        color_labels=color_labels(packet),
        title=packet.text(ns.DC, "title"),
        headline=packet.text(ns.PHOTOSHOP, "Headline"),
        caption=_first(packet, _CAPTIONS),
        keywords=keywords(packet),
        people=people(packet),
        regions_applied_to=applied_to_dimensions(packet),
        orientation=_orientation(packet),
        creator="; ".join(packet.texts(ns.DC, "creator")) or _first(packet, _CREATORS),
        copyright=packet.text(ns.DC, "rights") or packet.text(ns.TIFF, "Copyright"),
        capture_time=captured.time.time if captured else None,
        capture_offset_min=captured.time.offset_min if captured else None,
        capture_precision=captured.time.precision if captured else None,
        capture_source=captured.source if captured else None,
        times=times,
        time_may_be_file_time=is_by_darktable(packet),
        gps_latitude=where.gps_latitude,
        gps_longitude=where.gps_longitude,
        gps_altitude_m=where.gps_altitude_m,
        sublocation=where.sublocation,
        city=where.city,
        state=where.state,
        country=where.country,
        country_code=where.country_code,
        location_created=location_created(packet),
        locations_shown=locations_shown(packet),
        **camera(packet),
        document_id=packet.text(ns.XMP_MM, "DocumentID"),
        original_document_id=packet.text(ns.XMP_MM, "OriginalDocumentID"),
        derived_from=derived.text(ns.ST_REF, "documentID") if derived else None,
        producer=packet.text(ns.XMP, "CreatorTool") or _toolkit(root.get(f"{{{ns.X}}}xmptk")),
        exif_digest=packet.text(ns.EXIF, "NativeDigest"),
        tiff_digest=packet.text(ns.TIFF, "NativeDigest"),
        iptc_digest=packet.text(ns.PHOTOSHOP, "LegacyIPTCDigest"),
    )


def _first(packet: Properties, names: tuple[tuple[str, str], ...]) -> str | None:
    return next((text for place in names if (text := packet.text(*place))), None)


def _orientation(packet: Properties) -> int | None:
    text = packet.text(ns.TIFF, "Orientation")
    return int(text) if text in {"1", "2", "3", "4", "5", "6", "7", "8"} else None


def _toolkit(text: str | None) -> str | None:
    return clean_text(text[:200]) if text else None


# MWG Guidelines 2.0: the original date first; the create date is of the digital file. ACDSee writes
# the date of its database, which is that of the original until a person changes it.
_TIMES = (
    (ns.EXIF, "DateTimeOriginal", "xmp:exif:DateTimeOriginal"),
    (ns.PHOTOSHOP, "DateCreated", "xmp:photoshop:DateCreated"),
    (ns.ACDSEE, "datetime", "xmp:acdsee:datetime"),
    (ns.XMP, "CreateDate", "xmp:xmp:CreateDate"),
    (ns.EXIF, "DateTimeDigitized", "xmp:exif:DateTimeDigitized"),
)


def stated_times(packet: Properties) -> tuple[StatedTime, ...]:
    """Return the times of a packet. Excludes the default that darktable writes at import."""
    found = []
    for namespace, name, source in _TIMES:
        stated = parse_wall_time(packet.text(namespace, name) or "")
        if stated is None or (name == "DateTimeOriginal" and is_untouched(packet)):
            continue
        found.append(StatedTime(time=_without_filler(packet, stated), source=source))
    fix = _gps_time(packet)
    if fix is not None:
        found.append(StatedTime(time=fix, source="xmp:exif:GPSTimeStamp", kind=CaptureKind.UTC))
    return tuple(found)


def _without_filler(packet: Properties, stated: WallTime) -> WallTime:
    """Return a time of darktable without the `.000` that darktable appends to every time."""
    is_filler = stated.precision is Precision.SUBSECOND and stated.time.microsecond == 0
    if not (is_filler and is_by_darktable(packet)):
        return stated
    return WallTime(stated.time, stated.offset_min, Precision.SECOND)


def _gps_time(packet: Properties) -> WallTime | None:
    """Return the time of the GPS fix, in UTC.

    In XMP it is one date and time (`exif:GPSTimeStamp`); some programs copy EXIF's two tags
    instead.
    """
    text = packet.text(ns.EXIF, "GPSTimeStamp") or ""
    day = packet.text(ns.EXIF, "GPSDateStamp")
    stated = parse_wall_time(text) or parse_wall_time(f"{day} {text}" if day else "")
    if stated is None or stated.precision not in {Precision.SECOND, Precision.SUBSECOND}:
        return None
    moment = stated.time - timedelta(minutes=stated.offset_min or 0)
    return WallTime(moment, None, stated.precision)
