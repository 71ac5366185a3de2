"""Collecting the metadata blocks of one file while its container is parsed.

Decides which of several EXIF blocks is used, how unreadable blocks are named, and how much of a
file is read; parses Photoshop's image resources (Adobe Photoshop File Formats Specification). The
parser of each container finds the blocks.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from photo_assets.media.exif.dates import stated_date
from photo_assets.media.exif.directories import directories, tiff_start
from photo_assets.media.exif.maker_notes import maker_iso
from photo_assets.media.exif.parts import (
    Camera,
    Directories,
    IptcBlock,
    Movie,
    Parts,
    StatedTime,
    Text,
)
from photo_assets.media.exif.tiff import Directory
from photo_assets.media.exif.user_comment import user_comment
from photo_assets.media.exif.window import MAX_PACKET_BYTES, MAX_VALUE_BYTES, ExifError, Window
from photo_assets.model.names import clean_text
from photo_assets.model.vocabulary import CaptureKind
from photo_assets.model.wall_time import WallTime

IPTC, EXIF, XMP, DIGEST = 1028, 1058, 1060, 1061
SIGNATURE = b"8BIM"

# ImageReady, PhotoDeluxe and others use signatures of their own.
_SIGNATURES = frozenset({SIGNATURE, b"PHUT", b"AgHg", b"DCSR", b"MeSa"})
_MAX_RESOURCES = 2048


def image_resources(window: Window, note: Callable[[str], None]) -> Iterator[tuple[int, Window]]:
    """Yield number and content of each resource; report the unreadable rest to `note`."""
    offset = 0
    for _ in range(_MAX_RESOURCES):
        head = window.at(offset, 7)
        if not head.strip(b"\0"):
            return
        if len(head) < 7 or head[:4] not in _SIGNATURES:
            break
        name = (head[6] + 2) & ~1  # a length byte and the name, padded to even
        length = int.from_bytes(window.at(offset + 6 + name, 4))
        body = offset + 10 + name
        if body + length > window.length:
            break
        yield int.from_bytes(head[4:6]), window.part(body, length)
        offset = body + (length + 1 & ~1)
        if window.at(offset, 1) != b"8" and window.at(body + length, 4) == SIGNATURE:
            offset = body + length  # written without the byte that makes the length even
    if offset < window.length:
        note("Photoshop's image resources are damaged; what follows the damage is lost.")


MAX_EXIF_BYTES = 4 * 1024 * 1024
MAX_IPTC_BYTES = 4 * 1024 * 1024
MAX_RESOURCES_BYTES = 16 * 1024 * 1024

_MAX_BLOCKS = 16  # blocks of one kind, and problems
_XMP_TAG, _IPTC_TAG, _PHOTOSHOP_TAG = 700, 33723, 34377


class BlockCollector:
    """Collects the blocks of one file; `parts` returns them."""

    def __init__(self) -> None:
        self.directories = Directories()
        self._packets: dict[bytes, None] = {}
        self._iptc: dict[bytes, bytes | None] = {}
        self._times: list[StatedTime] = []
        self._texts: list[Text] = []
        self._problems: dict[str, None] = {}

    def exif(self, block: Window, declared_start: int = 0) -> None:
        r"""Add an EXIF block; the first readable one is used.

        The TIFF header is searched for at the declared offset, then nearby: in real files the block
        may begin with `Exif\0\0`, once or twice, or with the whole header of a JPEG segment, and
        the declared offset may be wrong.
        """
        if block.at(0, MAX_VALUE_BYTES).strip(b"\0\6") in {b"", b"Exif"}:
            return  # only prefix and padding, left by programs that remove EXIF
        start = tiff_start(block, declared_start)
        try:
            if start is None:
                raise ExifError("An EXIF block holds no TIFF structure.")
            found = directories(block.part(start, MAX_EXIF_BYTES), self.problem)
        except ExifError as error:
            self.problem(str(error))
            return
        if self.directories.main is None:
            self.tiff(found)

    def tiff(self, found: Directories) -> None:
        """Add the directories of a TIFF structure, with their XMP, IPTC and Photoshop blocks."""
        self.directories = found
        if found.main is not None:
            self.xmp(Window.of(self._value(found.main, _XMP_TAG, MAX_PACKET_BYTES, "XMP")))
            iptc = self._value(found.main, _IPTC_TAG, MAX_IPTC_BYTES, "IPTC")
            resources = self._value(found.main, _PHOTOSHOP_TAG, MAX_RESOURCES_BYTES, "Photoshop")
            self.photoshop(Window.of(resources), iptc)
        self.text("exif:UserComment", user_comment(found.exif))

    def xmp(self, packet: Window) -> None:
        """Add an XMP packet."""
        taken = sum(map(len, self._packets))
        if taken + packet.length > MAX_PACKET_BYTES:
            self.problem(
                f"XMP of {packet.length:,} bytes is not read; at most {MAX_PACKET_BYTES:,} are."
            )
        elif len(self._packets) < _MAX_BLOCKS:
            data = packet.at(0, packet.length)
            if data.strip(b"\0 \t\r\n"):
                self._packets.setdefault(data)

    def iptc(self, data: bytes, digest: bytes | None = None) -> None:
        """Add an IPTC-IIM block, or Photoshop resources, which some programs write in its place."""
        if data.startswith(SIGNATURE):
            self.photoshop(Window.of(data))
        elif data.strip(b"\0") and len(self._iptc) < _MAX_BLOCKS:
            self._iptc.setdefault(data, digest)

    def photoshop(self, window: Window, iptc: bytes = b"") -> None:
        """Add Photoshop's image resources; `iptc` is a separate IPTC block beside them (TIFF)."""
        digest: bytes | None = None
        blocks = [iptc]
        for number, body in image_resources(window, self.problem):
            if number == DIGEST:
                digest = digest or body.at(0, 16) or None
            elif number == IPTC:
                blocks.append(body.at(0, MAX_IPTC_BYTES))
            elif number == EXIF:
                self.exif(body)
            elif number == XMP:
                self.xmp(body)
        for block in blocks:
            self.iptc(block, digest)

    def time(
        self, time: WallTime | None, source: str, kind: CaptureKind = CaptureKind.WALL
    ) -> None:
        """Add a time that the container states, if any."""
        if time is not None and len(self._times) < _MAX_BLOCKS:
            self._times.append(StatedTime(time=time, source=source, kind=kind))

    def date(self, text: str, source: str) -> None:
        """Add a text of the container that should be a date."""
        stated = stated_date(text)
        self.time(stated, source)
        if stated is None and text.strip("\0 0:/-"):
            self.problem(f"The text {source} is no date that can be read.")

    def text(self, origin: str, value: str | None) -> None:
        """Add a text of the container, if it is not blank."""
        cleaned = clean_text((value or "").strip("\0 \t\r\n"))
        if cleaned and len(self._texts) < _MAX_BLOCKS:
            self._texts.append(Text(origin=origin, value=cleaned))

    def problem(self, text: str) -> None:
        """Add a problem: a block that could not be read."""
        if len(self._problems) < _MAX_BLOCKS:
            self._problems.setdefault(text)

    def inner(self, parts: Parts) -> None:
        """Add the parts of an embedded picture, for values that the file itself does not state."""
        if self.directories.main is None:
            self.directories = parts.directories
        self._packets |= dict.fromkeys(parts.packets)
        self._iptc |= {block.data: block.digest for block in parts.iptc}
        self._times += parts.times
        self._texts += parts.texts
        self._problems |= dict.fromkeys(parts.problems)

    def parts(
        self,
        *,
        width: int | None = None,
        height: int | None = None,
        orientation: int | None = None,
        camera: Camera | None = None,
        movie: Movie | None = None,
        not_read: str | None = None,
    ) -> Parts:
        """Return all parts; a size of 0 becomes None."""
        first = next(iter(self._times), None)
        if movie is not None and first is not None:
            movie = replace(
                movie,
                created=first.time,
                created_source=first.source,
                created_is_utc=first.kind is CaptureKind.UTC,
            )
        return Parts(
            width=width or None,
            height=height or None,
            orientation=orientation,
            directories=self.directories,
            packets=tuple(self._packets),
            iptc=tuple(IptcBlock(data=data, digest=mark) for data, mark in self._iptc.items()),
            times=tuple(self._times),
            texts=tuple(self._texts),
            camera=camera or Camera(iso=maker_iso(self.directories)),
            movie=movie,
            problems=tuple(self._problems),
            not_read=not_read,
        )

    def _value(self, main: Directory, tag: int, limit: int, name: str) -> bytes:
        size = main.size(tag)
        data = main.data(tag, limit)
        if size > limit:
            self.problem(f"The {name} block has {size:,} bytes; at most {limit:,} are read.")
        elif len(data) < size:
            self.problem(f"The {name} block is cut short.")
        return data
