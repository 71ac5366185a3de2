"""Converting one packet to an `XmpRecord`: the properties of each field, in order of precedence."""

from photo_assets.media.xmp import namespaces as ns
from photo_assets.media.xmp.camera import camera
from photo_assets.media.xmp.darktable import color_labels, is_by_darktable
from photo_assets.media.xmp.keywords import keywords
from photo_assets.media.xmp.locations import location_created, locations_shown, plain_location
from photo_assets.media.xmp.marks import color_class, label, pick, rating, tagged
from photo_assets.media.xmp.packet import XmpError, parse_tree, rdf_nodes
from photo_assets.media.xmp.people import applied_to_dimensions, people
from photo_assets.media.xmp.properties import Properties
from photo_assets.media.xmp.record import XmpRecord
from photo_assets.media.xmp.times import stated_times
from photo_assets.model.names import clean_text
from photo_assets.model.vocabulary import CaptureKind

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
