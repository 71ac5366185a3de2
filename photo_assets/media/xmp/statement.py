"""Converting an XMP packet to a `MediaRecord`: stars and flags, upright regions, named sources."""

from photo_assets.media.record import CaptureTime, GpsPosition, MediaRecord, Moment
from photo_assets.media.xmp.record import XmpRecord
from photo_assets.media.xmp.regions import upright_people
from photo_assets.model.plausible import (
    stated_altitude,
    stated_place,
    stated_stars,
    stated_text,
)
from photo_assets.model.vocabulary import CaptureKind

EMBEDDED, SIDECAR = "xmp", "sidecar"
"""Where a packet was found: the prefix of the names of its sources."""

# Fields with the time of the shutter, or of a GPS fix; all others are the creation time of the
# digital file.
_MOMENTS = {
    "exif:DateTimeOriginal": Moment.SHUTTER,
    "photoshop:DateCreated": Moment.SHUTTER,
    "exif:GPSTimeStamp": Moment.LAST,
}


def packet_record(
    packet: XmpRecord,
    origin: str,
    *,
    orientation: int | None = None,
    size: tuple[int, int] | None = None,
    five_is_favourite: bool = False,
) -> MediaRecord:
    """Return the values of a packet.

    `orientation` (EXIF) and `size` are those of the stored image: regions are rotated with them,
    unless the packet itself rotates the picture. icloudpd writes 5 stars for a favorite and -1 for
    a hidden photo into its sidecars; `five_is_favourite` marks such a sidecar. Otherwise -1 is
    XMP's "rejected".
    """
    favourite = hidden = None
    stars, pick = packet.rating, packet.pick
    is_icloudpd = (packet.producer or "").startswith("icloudpd")
    if origin == SIDECAR and (five_is_favourite or is_icloudpd) and stars in {5, -1}:
        favourite, hidden = (True, None) if stars == 5 else (None, True)
        stars = None
    elif stars == -1 and pick is None:
        pick = -1
    return MediaRecord(
        orientation=packet.orientation,
        captures=_captures(packet, origin),
        position=_position(packet, origin),
        rating=stated_stars(stars),
        pick=pick,
        favourite=favourite,
        hidden=hidden,
        label=packet.label,
        title=stated_text(packet.title),
        headline=packet.headline,
        caption=stated_text(packet.caption),
        keywords=packet.keywords,
        people=upright_people(
            packet.people, packet.orientation or orientation, size, packet.regions_applied_to
        ),
        sublocation=packet.sublocation,
        city=packet.city,
        state=packet.state,
        country=packet.country,
        country_code=packet.country_code,
        creator=packet.creator,
        copyright=packet.copyright,
        camera_make=packet.camera_make,
        camera_model=packet.camera_model,
        camera_serial=packet.camera_serial,
        lens=packet.lens,
        aperture=packet.aperture,
        exposure_time_s=packet.exposure_time_s,
        iso=packet.iso,
        focal_length_mm=packet.focal_length_mm,
        document_id=packet.document_id,
        original_document_id=packet.original_document_id,
        derived_from=packet.derived_from,
        producer=packet.producer,
    )


def _captures(packet: XmpRecord, origin: str) -> tuple[CaptureTime, ...]:
    found = []
    for stated in packet.times:
        field = stated.source.removeprefix("xmp:")
        is_fix = stated.kind is CaptureKind.UTC
        found.append(
            CaptureTime(
                time=stated.time.time,
                source=f"{origin}:{field}",
                offset_min=0 if is_fix else stated.time.offset_min,
                precision=stated.time.precision,
                kind=stated.kind,
                moment=_MOMENTS.get(field, Moment.DIGITAL),
            )
        )
    return tuple(found)


def _position(packet: XmpRecord, origin: str) -> GpsPosition | None:
    place = stated_place(packet.gps_latitude, packet.gps_longitude)
    if place is None:
        return None
    return GpsPosition(
        latitude=place[0],
        longitude=place[1],
        altitude_m=stated_altitude(packet.gps_altitude_m),
        source=f"{origin}:exif:GPSLatitude",
    )
