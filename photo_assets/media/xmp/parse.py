"""One packet to one `XmpRecord`: which property is believed for which field, in which order."""

from photo_assets.media.xmp import namespaces as ns
from photo_assets.media.xmp.keywords import keywords
from photo_assets.media.xmp.packet import XmpError, parse_tree, rdf_nodes
from photo_assets.media.xmp.people import applied_to_dimensions, people
from photo_assets.media.xmp.places import altitude, position
from photo_assets.media.xmp.properties import Properties
from photo_assets.media.xmp.record import XmpRecord
from photo_assets.model.names import clean_text
from photo_assets.model.wall_time import WallTime, parse_wall_time

__all__ = ["XmpError", "parse_xmp"]

# MWG Guidelines 2.0, section 5.3: the original date first; the create date is of the digital file.
_CAPTURE_TIMES = (
    (ns.EXIF, "DateTimeOriginal", "xmp:exif:DateTimeOriginal"),
    (ns.PHOTOSHOP, "DateCreated", "xmp:photoshop:DateCreated"),
    (ns.XMP, "CreateDate", "xmp:xmp:CreateDate"),
    (ns.EXIF, "DateTimeDigitized", "xmp:exif:DateTimeDigitized"),
)
# Windows writes percent; the five values are those its star bar produces.
_PERCENT_STARS = {"1": 1.0, "25": 2.0, "50": 3.0, "75": 4.0, "99": 5.0}


def parse_xmp(data: bytes) -> XmpRecord:
    """Return the fields of a packet or sidecar.

    Regions stay in the frame of the stored image (see `people`). Raises `XmpError` when the bytes
    are not XMP, larger than 32 MiB, or carry a document type.
    """
    root = parse_tree(data)
    nodes = rdf_nodes(root)
    if not nodes and next(root.iter(ns.qualified(ns.RDF, "RDF")), None) is None:
        raise XmpError("The XML has no rdf:RDF element, so it is not XMP.")
    packet = Properties(nodes)
    captured, capture_source = _capture(packet)
    place = position(packet)
    derived = packet.struct(ns.XMP_MM, "DerivedFrom")
    return XmpRecord(
        rating=_rating(packet),
        pick=_pick(packet),
        label=packet.text(ns.XMP, "Label"),
        title=packet.text(ns.DC, "title"),
        caption=packet.text(ns.DC, "description") or packet.text(ns.TIFF, "ImageDescription"),
        keywords=keywords(packet),
        people=people(packet),
        regions_applied_to=applied_to_dimensions(packet),
        orientation=_orientation(packet),
        creator="; ".join(packet.texts(ns.DC, "creator")) or packet.text(ns.TIFF, "Artist"),
        copyright=packet.text(ns.DC, "rights") or packet.text(ns.TIFF, "Copyright"),
        capture_time=captured.time if captured else None,
        capture_offset_min=captured.offset_min if captured else None,
        capture_precision=captured.precision if captured else None,
        capture_source=capture_source,
        gps_latitude=place[0] if place else None,
        gps_longitude=place[1] if place else None,
        gps_altitude_m=altitude(packet) if place else None,
        sublocation=packet.text(ns.IPTC_CORE, "Location"),
        city=packet.text(ns.PHOTOSHOP, "City"),
        state=packet.text(ns.PHOTOSHOP, "State"),
        country=packet.text(ns.PHOTOSHOP, "Country"),
        country_code=packet.text(ns.IPTC_CORE, "CountryCode"),
        document_id=packet.text(ns.XMP_MM, "DocumentID"),
        original_document_id=packet.text(ns.XMP_MM, "OriginalDocumentID"),
        derived_from=derived.text(ns.ST_REF, "documentID") if derived else None,
        producer=packet.text(ns.XMP, "CreatorTool") or _toolkit(root.get(f"{{{ns.X}}}xmptk")),
    )


def _capture(packet: Properties) -> tuple[WallTime | None, str | None]:
    for namespace, name, source in _CAPTURE_TIMES:
        stated = parse_wall_time(packet.text(namespace, name) or "")
        if stated is not None:
            return stated, source
    return None, None


def _rating(packet: Properties) -> float | None:
    text = packet.text(ns.XMP, "Rating")
    if text is None:
        percent = packet.text(ns.MICROSOFT, "Rating") or packet.text(ns.MICROSOFT_OLD, "Rating")
        return _PERCENT_STARS.get(percent or "")
    try:
        value = float(text) if len(text) < 40 else -2.0
    except ValueError:
        return None
    return value if value == -1 or 0 <= value <= 5 else None


def _pick(packet: Properties) -> int | None:
    """Return Lightroom's flag (`xmpDM:pick`) or digiKam's (`PickLabel` 1 rejected, 3 accepted)."""
    flag = packet.text(ns.XMP_DM, "pick")
    if flag in {"-1", "0", "1"}:
        return int(flag)
    return {"1": -1, "3": 1}.get(packet.text(ns.DIGIKAM, "PickLabel") or "")


def _orientation(packet: Properties) -> int | None:
    text = packet.text(ns.TIFF, "Orientation")
    return int(text) if text in {"1", "2", "3", "4", "5", "6", "7", "8"} else None


def _toolkit(text: str | None) -> str | None:
    return clean_text(text[:200]) if text else None
