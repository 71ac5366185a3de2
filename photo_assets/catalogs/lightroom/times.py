"""When the picture was taken, as the catalog's columns state it."""

from photo_assets.catalogs.lightroom.packet import Packet
from photo_assets.catalogs.lightroom.record import ImageRecord
from photo_assets.catalogs.lightroom.values import within
from photo_assets.model.vocabulary import MediaKind
from photo_assets.model.wall_time import WallTime, parse_wall_time

CAPTURE_TIME = "lightroom:captureTime"
FILE_TIME = "lightroom:fileTime"
CAPTURE_DATE = "lightroom:dateYear"


def capture_time(
    record: ImageRecord, packet: Packet, kind: MediaKind
) -> tuple[WallTime | None, str | None]:
    """Return the time of capture and its source.

    `captureTime` is ISO text, in part or with an offset. Its digits are the wall clock even before
    "Z": two catalogs of the same photos (Lightroom 14.3) hold "01:45:58Z" and "01:45:58" for a
    moment that was 08:45:58 UTC. For a photo without any date Lightroom fills in the file's
    time and the packet stays without date (four of five photos there): the source is then
    `FILE_TIME`, so that nobody believes it like a camera's clock.
    """
    text = record.image.get("captureTime")
    stated = parse_wall_time(text) if isinstance(text, str) else None
    if stated is not None:
        return stated, FILE_TIME if _is_file_time(record, packet, kind) else CAPTURE_TIME
    parts = (
        within(record.exif.get("dateYear"), 1, 9999) or 0,
        within(record.exif.get("dateMonth"), 1, 12) or 0,
        within(record.exif.get("dateDay"), 1, 31) or 0,
    )
    dated = parse_wall_time("{:04d}-{:02d}-{:02d}".format(*parts))
    return dated, CAPTURE_DATE if dated is not None else None


def _is_file_time(record: ImageRecord, packet: Packet, kind: MediaKind) -> bool:
    edited = record.image.get("originalCaptureTime") is not None
    dated = packet.record.capture_time is not None
    return packet.is_parsed and not dated and not edited and kind is not MediaKind.VIDEO
