"""The one door to what a file says of itself: every block it holds, read once and put in order."""

from contextlib import suppress
from typing import BinaryIO

from photo_assets.media.exif.containers import take_apart
from photo_assets.media.exif.parts import Parts
from photo_assets.media.exif.read import (
    container_record,
    exif_orientation,
    exif_record,
    user_comment_record,
)
from photo_assets.media.exif.record import ExifRecord
from photo_assets.media.exif.window import ExifError, Window
from photo_assets.media.iptc.parse import joined, parse_iptc
from photo_assets.media.iptc.statement import iptc_record
from photo_assets.media.reconcile import reconcile
from photo_assets.media.record import MediaRecord, merged
from photo_assets.media.xmp.parse import XmpError, parse_xmp
from photo_assets.media.xmp.statement import EMBEDDED, packet_record
from photo_assets.model.vocabulary import CaptureKind

__all__ = ["ExifError", "read_facts", "read_media", "read_orientation"]


def read_media(stream: BinaryIO, name: str) -> MediaRecord:
    """Return what a seekable stream's blocks say; nothing where it holds none.

    `name` is for messages alone: the format is decided by the first bytes. A block that cannot be
    read is one of the record's `problems`. Raises `ExifError` when the file is not a picture or
    video that can be parsed, and `OSError` as the disk raises it.
    """
    parts = _parts(stream, name)
    return _record(exif_record(parts), parts)


def read_facts(stream: BinaryIO, name: str) -> ExifRecord:
    """Return what a file says of picture and camera: time and place by all its blocks, the rest.

    What people wrote of its content is EXIF's alone: catalogs state it, and an old packet in the
    file must not speak where a catalog was emptied. Raises like `read_media`.
    """
    parts = _parts(stream, name)
    exif = exif_record(parts)
    return _facts(_record(exif, parts), exif)


def read_orientation(stream: BinaryIO) -> int:
    """Return the EXIF orientation that `read_media` finds, 1 where there is none.

    It costs less: texts are passed over, and packets are parsed only where EXIF has no orientation.
    Raises `OSError` as the disk raises it.
    """
    try:
        parts = take_apart(Window(stream))
    except ExifError:
        return 1
    stated = exif_orientation(parts)
    for data in () if stated else parts.packets:
        with suppress(XmpError):
            stated = stated or parse_xmp(data).orientation
    return stated or 1


def _parts(stream: BinaryIO, name: str) -> Parts:
    try:
        return take_apart(Window(stream))
    except ExifError as error:
        raise ExifError(f"{name}: {error}") from error


def _record(exif: MediaRecord, parts: Parts) -> MediaRecord:
    """Return what a file's blocks say, reconciled."""
    size = (exif.width, exif.height) if exif.width and exif.height else None
    packets, problems = [], []
    for data in parts.packets:
        try:
            packet = parse_xmp(data)
            packets.append(packet_record(packet, EMBEDDED, orientation=exif.orientation, size=size))
        except XmpError as error:
            problems.append(f"embedded XMP: {error}")
    blocks = [parse_iptc(block.data, block.digest) for block in parts.iptc]
    iptc = joined(blocks) if blocks else None
    container = merged([container_record(parts), user_comment_record(parts)])
    return reconcile(
        exif,
        None if iptc is None else iptc_record(iptc),
        [*packets, MediaRecord(problems=tuple(problems))],
        container,
        iptc_is_newer=iptc is not None and iptc.digest_matches is False,
    )


def _facts(record: MediaRecord, exif: MediaRecord) -> ExifRecord:
    capture, position = record.capture, record.position
    return ExifRecord(
        width=record.width,
        height=record.height,
        orientation=record.orientation,
        duration_s=record.duration_s,
        capture_time=capture.time if capture else None,
        capture_offset_min=capture.offset_min if capture else None,
        capture_precision=capture.precision if capture else None,
        capture_source=capture.source if capture else None,
        capture_kind=capture.kind if capture else CaptureKind.WALL,
        gps_latitude=position.latitude if position else None,
        gps_longitude=position.longitude if position else None,
        gps_altitude_m=position.altitude_m if position else None,
        camera_make=record.camera_make,
        camera_model=record.camera_model,
        camera_serial=record.camera_serial,
        lens=record.lens,
        aperture=record.aperture,
        exposure_time_s=record.exposure_time_s,
        iso=record.iso,
        focal_length_mm=record.focal_length_mm,
        creator=exif.creator,
        copyright=exif.copyright,
        caption=exif.caption,
        rating=exif.rating,
        content_identifier=record.content_identifier,
    )
