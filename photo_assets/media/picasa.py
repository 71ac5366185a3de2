"""Parsing Picasa's `.picasa.ini`: metadata of the pictures in the same folder.

Bytes in, values out; readers decide which file an entry describes, and which value takes
precedence. Sources: the description of the format by Franz Buchinger (public domain), the
conversion of faces that exiftool distributes, and files of Picasa 2 to 3.9, of which the oldest
write `Picasa.ini`. For JPEG, captions and keywords are in the picture's IPTC instead.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from photo_assets.media.xmp.regions import upright
from photo_assets.model.item import Person, Region
from photo_assets.model.names import clean_text
from photo_assets.model.vocabulary import Precision
from photo_assets.model.wall_time import WallTime, parse_wall_time

FILE_NAMES = frozenset({".picasa.ini", "picasa.ini"})
"""In lowercase."""
ORIGINALS_FOLDER = ".picasaoriginals"
"""The folder with the originals of pictures that Picasa changed and saved, under the same names.

Older versions called it `Originals`.
"""

MAX_BYTES = 32 * 1024 * 1024
_MAX_ENTRIES = 200_000
_MAX_FACES = 1000
_HEAD = 4096  # bytes the first section begins within them

_ALBUM = ".album:"
_PROGRAM, _CONTACTS, _OLD_CONTACTS, _ENCODING = "Picasa", "Contacts2", "Contacts", "encoding"
_FACE = re.compile(r"rect64\(([0-9a-f]{1,16})\),([0-9a-f]{1,16})", re.ASCII | re.IGNORECASE)
_TURN = re.compile(r"rotate\((\d)\)", re.ASCII)
_UNNAMED = "ffffffffffffffff"
_FIRST_DAY = datetime(1899, 12, 30)  # the epoch of Windows' day numbers
_LAST_DAY = 73_050.0  # in 2099

Fields = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PicasaFace:
    """A face with its contact, and its area in the frame described in `people`."""

    contact: str  # 16 hexadecimal digits
    region: Region


@dataclass(frozen=True, slots=True, kw_only=True)
class PicasaEntry:
    """The entry of one file; None or empty where not stated."""

    star: bool = False
    hidden: bool = False
    caption: str | None = None
    keywords: tuple[str, ...] = ()
    faces: tuple[PicasaFace, ...] = ()  # unnamed ones are left out
    turns: int = 0  # quarter turns clockwise that Picasa displays but did not save
    albums: tuple[str, ...] = ()  # tokens of `PicasaFolder.albums`
    place: tuple[float, float] | None = None  # degrees north and east


@dataclass(frozen=True, slots=True, kw_only=True)
class PicasaAlbum:
    """An album; each folder with one of its pictures repeats its name."""

    token: str
    name: str
    description: str | None = None
    location: str | None = None
    date: WallTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PicasaFolder:
    """One `.picasa.ini`. File names are those at Picasa's last write."""

    name: str | None = None  # name of the folder in Picasa
    description: str | None = None
    location: str | None = None
    date: WallTime | None = None
    entries: Mapping[str, PicasaEntry] = field(default_factory=dict)
    albums: Mapping[str, PicasaAlbum] = field(default_factory=dict)  # by token
    contacts: Mapping[str, str] = field(default_factory=dict)  # id -> name
    problems: tuple[str, ...] = ()


def is_picasa(data: bytes) -> bool:
    """Return whether a file looks like one of Picasa: text that begins with a section header."""
    return b"\0" not in data and _decoded(data[:_HEAD]).lstrip().startswith("[")


def parse_picasa(data: bytes) -> PicasaFolder:
    """Return the content of a `.picasa.ini`; invalid parts are ignored."""
    problems = []
    if len(data) > MAX_BYTES:
        problems.append(
            f"Of {len(data):,} bytes of Picasa's notes the first {MAX_BYTES:,} are read."
        )
    sections = dict(_sections(_decoded(data[:MAX_BYTES])))
    if len(sections) >= _MAX_ENTRIES:
        problems.append(
            f"Picasa's notes are of more than {_MAX_ENTRIES:,} files; the rest is lost."
        )
    own = sections.pop(_PROGRAM, {})
    contacts = sections.pop(_CONTACTS, {})
    for name in (_OLD_CONTACTS, _ENCODING):
        sections.pop(name, None)
    albums = {
        name.removeprefix(_ALBUM): sections.pop(name)
        for name in list(sections)
        if name.startswith(_ALBUM)
    }
    return PicasaFolder(
        name=own.get("name"),
        description=own.get("description"),
        location=own.get("location"),
        date=_date(own.get("date", "")),
        entries={name: _entry(fields) for name, fields in sections.items()},
        albums={token: _album(token, fields) for token, fields in albums.items()},
        contacts={_id(digits): name for digits, text in contacts.items() if (name := _name(text))},
        problems=tuple(problems),
    )


def people(
    entry: PicasaEntry,
    contacts: Mapping[str, str],
    orientation: int | None = None,
    *,
    is_raw: bool = False,
) -> tuple[Person, ...]:
    """Return the faces whose contact has a name, with regions in the upright frame of `Item`.

    Picasa stores faces of JPEG files in the frame of the stored image, and those of RAW files in
    the frame of the upright one. `orientation` is that of EXIF; Picasa's own rotations are ignored.
    """
    found = []
    for face in entry.faces:
        name = contacts.get(face.contact)
        if name:
            turned = face.region if is_raw else upright(face.region, orientation or 1)
            found.append(Person(name=name, region=turned))
    return tuple(found)


def _sections(text: str) -> Iterator[tuple[str, Fields]]:
    """Yield the sections in order; sections without values are skipped."""
    name, fields = "", Fields()
    count = 0
    for line in text.split("\n"):
        if line.startswith("[") and line.rstrip().endswith("]"):
            if name and fields:
                yield name, fields
                count += 1
                if count >= _MAX_ENTRIES:
                    return
            name, fields = line.strip()[1:-1], {}
        else:
            key, mark, value = line.partition("=")
            if mark and (cleaned := clean_text(value.strip())):
                fields[key.strip()] = cleaned
    if name and fields:
        yield name, fields


def _entry(fields: Fields) -> PicasaEntry:
    turn = _TURN.search(fields.get("rotate", ""))
    return PicasaEntry(
        star=fields.get("star", "").lower() == "yes",
        hidden=fields.get("hidden", "").lower() == "yes",
        caption=fields.get("caption"),
        keywords=_listed(fields.get("keywords", "")),
        faces=tuple(_faces(fields.get("faces", ""))),
        turns=int(turn[1]) % 4 if turn else 0,
        albums=_listed(fields.get("albums", "")),
        place=_place(fields.get("geotag", "")),
    )


def _album(token: str, fields: Fields) -> PicasaAlbum:
    return PicasaAlbum(
        token=token,
        name=fields.get("name", ""),
        description=fields.get("description"),
        location=fields.get("location"),
        date=_date(fields.get("date", "")),
    )


def _faces(text: str) -> Iterator[PicasaFace]:
    """Yield the faces of `rect64(3f845bcb59418507),8e62398ebda8c1a5;…`.

    The number is left, top, right and bottom, 16 bits each as a fraction of 65,535; Picasa omits
    leading zeros.
    """
    for number, match in enumerate(_FACE.finditer(text)):
        if number >= _MAX_FACES:
            return
        digits, contact = match[1].zfill(16), _id(match[2])
        left, top, right, bottom = (int(digits[at : at + 4], 16) / 65535 for at in (0, 4, 8, 12))
        if contact != _UNNAMED and left < right and top < bottom:
            yield PicasaFace(
                contact=contact,
                region=Region(
                    x=(left + right) / 2,
                    y=(top + bottom) / 2,
                    width=right - left,
                    height=bottom - top,
                ),
            )


def _id(digits: str) -> str:
    """Return a contact's id in full: leading zeros may be omitted, as in faces."""
    return digits.lower().zfill(16)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _name(text: str) -> str:
    """Return the name of a contact, `Name;address;…`."""
    return text.partition(";")[0].strip()


def _place(text: str) -> tuple[float, float] | None:
    try:
        latitude, longitude = (float(part) for part in text[:100].split(","))
    except ValueError:
        return None
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return None
    is_place = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude or longitude)
    return (latitude, longitude) if is_place else None


def _date(text: str) -> WallTime | None:
    """Return a date in ISO 8601 (albums), or in days since 1899-12-30 (folders)."""
    try:
        days = float(text[:40]) if "-" not in text else math.nan
    except ValueError:
        days = math.nan
    if not 1 <= days < _LAST_DAY:
        return parse_wall_time(text) if "-" in text else None
    moment = _FIRST_DAY + timedelta(days=days)
    return WallTime(moment.replace(microsecond=0), None, Precision.SECOND)


def _decoded(data: bytes) -> str:
    """Return the text: UTF-8 of newer versions, otherwise Windows-1252 of older ones."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
