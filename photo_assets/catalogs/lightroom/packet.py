"""The XMP packet of an image in the catalog: reading and parsing it, with the reason of a failure.

The packet is older than the catalog's own columns, so only values without a column are taken from
it. `media.xmp` parses its properties.
"""

from dataclasses import dataclass

from photo_assets.catalogs.lightroom.blobs import BlobError, unpacked
from photo_assets.catalogs.lightroom.record import Fields
from photo_assets.media.xmp.parse import XmpError, parse_xmp
from photo_assets.media.xmp.record import XmpRecord


@dataclass(frozen=True, slots=True)
class Packet:
    """`record` is empty without a usable packet; `error` is the reason where it is unusable."""

    record: XmpRecord
    data: bytes
    error: str | None

    @property
    def is_parsed(self) -> bool:
        """Return whether the packet was parsed, so that an absent value is not stated in it."""
        return bool(self.data) and self.error is None


def read_packet(metadata: Fields) -> Packet:
    """Return the packet of a row of Adobe_AdditionalMetadata. A bad packet is not an error."""
    stated = metadata.get("xmp_error")
    if stated is not None:
        return Packet(XmpRecord(), b"", str(stated))
    data = b""
    try:
        data = unpacked(metadata.get("xmp"))
        return Packet(parse_xmp(data) if data.strip() else XmpRecord(), data, None)
    except (BlobError, XmpError) as error:
        return Packet(XmpRecord(), data, str(error))
