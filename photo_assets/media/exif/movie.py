"""MP4 and MOV: creation time, size, place and Apple's keys from the `moov` box, and nothing else.

Sources: ISO 14496-12; Apple's QuickTime File Format (times count from 1904-01-01 UTC, metadata
keys); ISO 6709 for places.
"""

import re
from datetime import UTC, datetime, timedelta

from photo_assets.media.exif.boxes import Box, boxes, first, full_box_children
from photo_assets.media.exif.parts import Movie, Parts
from photo_assets.media.exif.window import MAX_PACKET_BYTES, ExifError, Window
from photo_assets.model.names import clean_text
from photo_assets.model.vocabulary import Precision
from photo_assets.model.wall_time import WallTime, parse_wall_time

_MAX_TEXT_BYTES = 4096
_EPOCH_1904_TO_1970_S = 2_082_844_800
_FIRST_DIGITAL_VIDEO_S = 631_152_000  # 1990-01-01 after 1970
_LAST_BELIEVABLE_S = 4_102_444_800  # 2100-01-01
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_APPLE = b"com.apple.quicktime."
_ANGLE = re.compile(r"([+-])(\d{2,7})(\.\d{1,12})?", re.ASCII)
# The first two columns of the track matrix (16.16 fixed point) -> EXIF orientation.
_ONE = 0x10000
_TURNS = {(0, _ONE, -_ONE, 0): 6, (-_ONE, 0, 0, -_ONE): 3, (0, -_ONE, _ONE, 0): 8}

Keys = dict[bytes, str]


def movie_file(window: Window) -> Parts:
    """Return the parts of a movie. Raises `ExifError` without a `moov` box."""
    moov, packet = None, None
    for box in boxes(window):
        if box.kind == b"moov" and moov is None:
            moov = box
        elif box.kind == b"uuid" and box.body.at(0, 16) == _XMP_UUID:
            packet = box.body.part(16, box.body.length).at(0, MAX_PACKET_BYTES) or None
    if moov is None:
        raise ExifError("The movie has no moov box: it is cut short or damaged.")
    width, height, orientation = _picture(moov)
    return Parts(
        width=width, height=height, orientation=orientation, xmp=packet, movie=_movie(moov)
    )


def parse_place(text: str) -> tuple[tuple[float, float], float | None] | None:
    """Return ((latitude, longitude), altitude in metres) of ISO 6709 text; None when unusable.

    `+27.5916+086.5640+8850/`; degrees may also run on into minutes and seconds (`+2735.5`).
    """
    parts = _ANGLE.findall(text[:100])
    if len(parts) < 2:
        return None
    latitude, longitude = _degrees(parts[0], 2), _degrees(parts[1], 3)
    if abs(latitude) > 90 or abs(longitude) > 180 or (latitude == 0 and longitude == 0):
        return None
    height = None if len(parts) < 3 else float("".join(parts[2]))
    return (latitude, longitude), height


def _movie(moov: Box) -> Movie:
    keys = _apple_keys(moov) | _user_data(moov)
    header = first(moov.body, b"mvhd")
    created, duration = _header(header.data(200) if header else b"")
    source: str | None = "quicktime:mvhd" if created else None
    is_utc = True
    stated = parse_wall_time(keys.get(b"creationdate", ""))
    if stated is not None:
        created, source, is_utc = stated, "quicktime:creationdate", False
    place = parse_place(keys.get(b"location.ISO6709", ""))
    return Movie(
        created=created,
        created_source=source,
        created_is_utc=is_utc,
        duration_s=duration,
        place=place[0] if place else None,
        altitude_m=place[1] if place else None,
        make=keys.get(b"make"),
        model=keys.get(b"model"),
        content_identifier=keys.get(b"content.identifier"),
    )


def _header(data: bytes) -> tuple[WallTime | None, float | None]:
    wide = 8 if data[:1] == b"\x01" else 4
    start = 4 + 2 * wide
    if len(data) < start + 4 + wide:
        return None, None
    scale = int.from_bytes(data[start : start + 4])
    length = int.from_bytes(data[start + 4 : start + 4 + wide])
    is_known = scale and length not in {0, 2 ** (8 * wide) - 1}
    return _instant(int.from_bytes(data[4 : 4 + wide])), length / scale if is_known else None


def _instant(seconds: int) -> WallTime | None:
    """Return the UTC time of a movie header; some phones count from 1970 against the standard."""
    for since_1970 in (seconds - _EPOCH_1904_TO_1970_S, seconds):
        if _FIRST_DIGITAL_VIDEO_S <= since_1970 < _LAST_BELIEVABLE_S:
            moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=since_1970)
            return WallTime(moment.replace(tzinfo=None), None, Precision.SECOND)
    return None


def _picture(moov: Box) -> tuple[int | None, int | None, int | None]:
    """Return width, height and orientation of the first track with a picture."""
    for track in boxes(moov.body):
        header = first(track.body, b"tkhd") if track.kind == b"trak" else None
        data = header.data(200) if header else b""
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


def _apple_keys(moov: Box) -> Keys:
    """Return the values of `com.apple.quicktime.*` keys, by the rest of their names."""
    meta = first(moov.body, b"meta")
    names: list[bytes] = []
    values: dict[int, str] = {}
    for child in full_box_children(meta) if meta else ():
        if child.kind == b"keys":
            names = [box.data(256) for box in boxes(child.body, 8)]
        elif child.kind == b"ilst":
            for entry in boxes(child.body):
                value = first(entry.body, b"data")
                if value is not None and value.body.at(0, 4) == b"\0\0\0\x01":
                    text = value.data(_MAX_TEXT_BYTES)[8:].decode("utf-8", "replace")
                    values[int.from_bytes(entry.kind)] = clean_text(text).strip()
    return {
        name.removeprefix(_APPLE): text
        for number, name in enumerate(names, 1)
        if name.startswith(_APPLE) and (text := values.get(number, ""))
    }


def _user_data(moov: Box) -> Keys:
    """Return the older user data: international texts (size, language, text) of cameras."""
    udta = first(moov.body, b"udta")
    kinds = {b"\xa9xyz": b"location.ISO6709", b"\xa9mak": b"make", b"\xa9mod": b"model"}
    found: Keys = {}
    for box in boxes(udta.body) if udta else ():
        if box.kind in kinds:
            data = box.data(_MAX_TEXT_BYTES)
            text = data[4 : 4 + int.from_bytes(data[:2])].decode("utf-8", "replace")
            found[kinds[box.kind]] = clean_text(text).strip("\ufffd \0")
    return {key: text for key, text in found.items() if text}


def _degrees(part: tuple[str, str, str], degree_digits: int) -> float:
    sign, digits, fraction = part
    whole, rest = digits[:degree_digits], digits[degree_digits:]
    if not rest:
        value = float(digits + fraction)
    elif len(rest) <= 2:
        value = float(whole) + float(rest + fraction) / 60
    else:
        value = float(whole) + float(rest[:2]) / 60 + float(rest[2:] + fraction) / 3600
    return -value if sign == "-" else value
