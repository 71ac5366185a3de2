"""MP4, MOV and 3GP: times, size, place and camera, from the `moov` box.

Sources: ISO 14496-12; Apple's QuickTime File Format (times count from 1904-01-01 UTC).
"""

from datetime import UTC, datetime, timedelta

from photo_assets.media.exif.block_collector import BlockCollector
from photo_assets.media.exif.boxes import XMP_UUID, Box, boxes, first
from photo_assets.media.exif.parts import Movie, Parts
from photo_assets.media.exif.places import Place, location_box, parse_place
from photo_assets.media.exif.quicktime import Texts, movie_texts
from photo_assets.media.exif.sony_xml import sony_texts
from photo_assets.media.exif.window import ExifError, Window
from photo_assets.media.xmp.packet import XmpError
from photo_assets.model.vocabulary import CaptureKind, Precision
from photo_assets.model.wall_time import WallTime

_MAX_TRACKS = 64
_EPOCH_1904_TO_1970_S = 2_082_844_800
_FIRST_DIGITAL_VIDEO_S = 631_152_000  # 1990-01-01 after 1970
_LAST_BELIEVABLE_S = 4_102_444_800  # 2100-01-01
# The first two columns of the track matrix (16.16 fixed point) -> EXIF orientation.
_ONE = 0x10000
_TURNS = {(0, _ONE, -_ONE, 0): 6, (-_ONE, 0, 0, -_ONE): 3, (0, -_ONE, _ONE, 0): 8}


def movie_file(window: Window) -> Parts:
    """Return the parts of a movie. Raises `ExifError` without a `moov` box."""
    collector, moov = BlockCollector(), None
    for box in boxes(window):
        if box.kind == b"moov" and moov is None:
            moov = box
        elif box.kind == b"uuid" and box.body.at(0, 16) == XMP_UUID:
            collector.xmp(box.body.part(16, box.body.length))
    if moov is None:
        raise ExifError("The movie has no moov box: it is cut short or damaged.")
    movie = movie_facts(moov, collector, window)
    width, height, orientation = track_picture(moov)
    return collector.parts(width=width, height=height, orientation=orientation, movie=movie)


def movie_facts(moov: Box, collector: BlockCollector, *outside: Window) -> Movie:
    """Return the values in a `moov` box; its times, texts and XMP are added to `collector`.

    `outside` is where a Sony camera's XML may be, apart from `moov`.

    Times are in order of precedence: those that Apple, the content and the camera state are of the
    recording; those of the headers are in UTC, and programs that rewrite the file may change them.
    """
    texts = movie_texts(moov)
    try:
        texts = sony_texts(moov.body, *outside) | texts
    except XmpError:
        collector.problem("The XML that a Sony camera wrote into the movie cannot be read.")
    for name in ("creationdate", "day", "date", "recorded"):
        collector.date(texts.get(name, ""), f"quicktime:{name}")
    header = first(moov.body, b"mvhd")
    data = header.data(200) if header else b""
    for name, made in [("mvhd", _created(data)), *(("tkhd", _created(t)) for t in _tracks(moov))]:
        if made is not None:
            collector.time(made, f"quicktime:{name}", CaptureKind.UTC)
            break
    for name in ("title", "description", "author", "copyright", "keywords"):
        collector.text(f"quicktime:{name}", texts.get(name))
    udta = first(moov.body, b"udta")
    place = parse_place(texts.get("place", ""))
    for box in boxes(udta.body) if udta else ():
        if box.kind == b"XMP_":
            collector.xmp(box.body)
        elif box.kind == b"loci":
            place = place or location_box(box)
    return _movie(texts, data, place)


def track_picture(moov: Box) -> tuple[int | None, int | None, int | None]:
    """Return width, height and orientation of the first track with a picture."""
    for data in _tracks(moov):
        matrix = 52 if data[:1] == b"\x01" else 40
        if len(data) >= matrix + 44:
            cells = [
                int.from_bytes(data[matrix + n * 4 : matrix + n * 4 + 4], signed=True)
                for n in (0, 1, 3, 4)
            ]
            width, height = (
                int.from_bytes(data[matrix + n : matrix + n + 4]) >> 16 for n in (36, 40)
            )
            if width and height:
                return width, height, _TURNS.get((cells[0], cells[1], cells[2], cells[3]), 1)
    return None, None, None


def _movie(texts: Texts, header: bytes, place: Place | None) -> Movie:
    return Movie(
        duration_s=_duration(header),
        place=place[0] if place else None,
        altitude_m=place[1] if place else None,
        make=texts.get("make"),
        model=texts.get("model"),
        content_identifier=texts.get("content_identifier"),
    )


def _tracks(moov: Box) -> list[bytes]:
    """Return the track headers."""
    tracks = [box for box in boxes(moov.body) if box.kind == b"trak"][:_MAX_TRACKS]
    headers = [first(track.body, b"tkhd") for track in tracks]
    return [header.data(200) for header in headers if header is not None]


def _created(header: bytes) -> WallTime | None:
    """Return the UTC time of a movie's or a track's header; None for 0 and all ones.

    Some phones count from 1970, against the standard.
    """
    wide = 8 if header[:1] == b"\x01" else 4
    seconds = int.from_bytes(header[4 : 4 + wide])
    if seconds in {0, 2**32 - 1, 2**64 - 1}:
        return None
    for since_1970 in (seconds - _EPOCH_1904_TO_1970_S, seconds):
        if _FIRST_DIGITAL_VIDEO_S <= since_1970 < _LAST_BELIEVABLE_S:
            moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=since_1970)
            return WallTime(moment.replace(tzinfo=None), None, Precision.SECOND)
    return None


def _duration(header: bytes) -> float | None:
    wide = 8 if header[:1] == b"\x01" else 4
    start = 4 + 2 * wide
    if len(header) < start + 4 + wide:
        return None
    scale = int.from_bytes(header[start : start + 4])
    length = int.from_bytes(header[start + 4 : start + 4 + wide])
    return length / scale if scale and length not in {0, 2 ** (8 * wide) - 1} else None
