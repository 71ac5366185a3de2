"""The XMP packet the catalog keeps of an image: had, parsed, and when it cannot be, why.

The packet is older than the catalog's own columns, so only what no column holds is taken from it.
What its properties mean is the business of `media.xmp`.
"""

from dataclasses import dataclass

from photo_assets.catalogs.lightroom.blobs import BlobError, unpacked
from photo_assets.catalogs.lightroom.record import Fields
from photo_assets.media.xmp.parse import XmpError, parse_xmp
from photo_assets.media.xmp.record import XmpRecord


@dataclass(frozen=True, slots=True)
class Packet:
    """`record` is empty when there is no packet or it is unusable; `error` then says why."""

    record: XmpRecord
    data: bytes
    error: str | None

    @property
    def is_parsed(self) -> bool:
        """Say whether an absent value means that the packet does not state it."""
        return bool(self.data) and self.error is None


def read_packet(metadata: Fields) -> Packet:
    """Return the packet of a row of Adobe_AdditionalMetadata. A bad one costs only itself."""
    stated = metadata.get("xmp_error")
    if stated is not None:
        return Packet(XmpRecord(), b"", str(stated))
    data = b""
    try:
        data = unpacked(metadata.get("xmp"))
        return Packet(parse_xmp(data) if data.strip() else XmpRecord(), data, None)
    except (BlobError, XmpError) as error:
        return Packet(XmpRecord(), data, str(error))
