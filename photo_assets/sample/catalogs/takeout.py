"""The sample's Google Takeout export: German, in two zip parts and a tgz, with its known oddities.

JSONs and the media they belong to lie in different parts on purpose, as in large real exports.
"""

import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson

from photo_assets.sample import plan
from photo_assets.sample.darkroom import Darkroom
from photo_assets.sample.ids import Ids
from photo_assets.sample.shots import Shot
from photo_assets.sample.specimens import Specimen
from photo_assets.sample.tree import LAST_TOUCHED, Entry, Tree

CATALOG = "google_takeout/mara"
FOLDER = "takeout"
PARTS = (
    "takeout-20250301T101010Z-001.zip",
    "takeout-20250301T101010Z-002.zip",
    "takeout-20250301T101010Z-003.tgz",
)
_ROOT = "Takeout/Google Fotos"
_NAME_LIMIT = 46  # of a JSON's name before ".json"
_NO_JSON = frozenset({"tulips-5"})
_STATED_TWICE = "lisbon-0"  # by an older JSON of an earlier export, too
_TRASHED = frozenset({"garden-5"})
_ARCHIVED = frozenset({"new-york-5"})
_ALBUMS = {"lisbon": "Lissabon 2024 ☀", "provence": "Lavendel"}
_RENAMED = {
    "provence-3": "Foto.jpg",
    "provence-5": "Foto(1).jpg",
    "madeira-2": "Levada do Caldeirão Verde, kurz vor dem Tunnel.jpg",
}


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    content: bytes
    part: int


class TakeoutWriter:
    """Collects the members of the export, then writes the parts."""

    def __init__(self, tree: Tree, room: Darkroom, ids: Ids) -> None:
        self._tree, self._room, self._ids = tree, room, ids
        self._members: list[_Member] = []
        self.entries: list[Entry] = []

    def write(self, shots: tuple[Shot, ...], movie: Specimen) -> list[Entry]:
        """Write the parts; return one entry for each media file in them."""
        for shot in shots:
            if plan.in_takeout(shot):
                self._shot(shot)
        for trip, title in _ALBUMS.items():
            self._album(trip, title, shots)
        self._movie(movie)
        lost = self._json(shots[8]) | {"title": "IMG_verloren.jpg"}
        self._add(f"{_ROOT}/Fotos von 2017/IMG_verloren.jpg.json", orjson.dumps(lost), 0)
        self._add(f"{_ROOT}/Nutzerdaten.json", b'{"shared": []}', 2)
        self._add("Takeout/Archiv_\u00dcbersicht.html", b"<html></html>", 2)
        self._add("Takeout/Drive/Quittung.jpg", self._room.smaller(shots[1]), 1)
        self._add("Takeout/Standortverlauf/Records.json", b'{"locations": [', 1)
        self._tree.write(f"{FOLDER}/Bildschirmfoto.png", self._room.smaller(shots[2]))
        for part, name in enumerate(PARTS):
            members = [member for member in self._members if member.part == part]
            packed = _tgz(members) if name.endswith(".tgz") else _zip(members)
            self._tree.write(f"{FOLDER}/{name}", packed)
        return self.entries

    def _shot(self, shot: Shot) -> None:
        folder = f"{_ROOT}/Fotos von {shot.taken.year}"
        name, form, content = self._media(shot)
        part = shot.index % 3
        self._put(f"{folder}/{name}", f"{shot.key} {form}", content, part)
        if shot.key in plan.EDITED_SHOTS:
            stem, _, ext = name.rpartition(".")
            edited = self._room.edited(shot)
            self._put(f"{folder}/{stem}-bearbeitet.{ext}", f"{shot.key} edited", edited, part)
        if shot.key == plan.LIVE_JPEG:
            movie = self._room.movie(shot, self._ids.uuid("live", shot.key))
            self._put(f"{folder}/{shot.stem}.MP4", f"{shot.key} movie", movie, part)
        if shot.key not in _NO_JSON:
            said = orjson.dumps(self._json(shot) | {"title": name})
            self._add(f"{folder}/{_json_name(name, shot)}", said, (part + 1) % 3)
        if shot.key == _STATED_TWICE:
            older = self._json(shot) | {"title": name, "imageViews": "0"}
            self._add(f"{folder}/{name}.json", orjson.dumps(older), part)

    def _movie(self, movie: Specimen) -> None:
        """Write a movie whose time Google read of its header."""
        name = f"{_ROOT}/Fotos von {movie.written.year}/{movie.file_name}"
        about = {"title": movie.file_name, "photoTakenTime": _stamp(movie.written)}
        self._add(name, movie.content, 0)
        self._add(f"{name}.supplemental-metadata.json", orjson.dumps(about), 1)
        digest = hashlib.sha256(movie.content).hexdigest()
        self.entries.append(Entry(CATALOG, name, movie.picture, digest, movie.states))

    def _media(self, shot: Shot) -> tuple[str, str, bytes]:
        name = _RENAMED.get(shot.key, f"{shot.stem}.JPG")
        if shot.key in plan.HEIC_SHOTS:
            live = self._ids.uuid("live", shot.key) if shot.key in plan.LIVE_HEIC else None
            return f"{shot.stem}.HEIC", "heic", self._room.heic(shot, live)
        if plan.smaller_in_takeout(shot):
            return name, "smaller", self._room.smaller(shot)
        if shot.key == plan.LIVE_JPEG:
            still = self._room.still(shot, self._ids.uuid("live", shot.key))
            return name, "jpeg", still
        return name, "jpeg", self._room.original(shot)

    def _album(self, trip: str, title: str, shots: tuple[Shot, ...]) -> None:
        """Write an album folder: its own JSON, and copies of some pictures with theirs."""
        about = {
            "title": title,
            "description": "",
            "access": "protected",
            "date": _moment(shots[0]),
        }
        self._add(f"{_ROOT}/{title}/Metadaten.json", orjson.dumps(about), 1)
        for shot in shots:
            if shot.trip.key == trip and shot.number in {0, 2}:
                name, form, content = self._media(shot)
                self._put(f"{_ROOT}/{title}/{name}", f"{shot.key} {form}", content, 1)
                said = orjson.dumps(self._json(shot) | {"title": name})
                self._add(f"{_ROOT}/{title}/{_json_name(name, shot)}", said, 1)

    def _json(self, shot: Shot) -> dict[str, object]:
        place = plan.google_place(shot)
        camera = shot.place if shot.has_place else None
        said: dict[str, object] = {
            "title": f"{shot.stem}.JPG",
            "description": shot.caption or "",
            "imageViews": str(shot.index % 9),
            "creationTime": _stamp(shot.taken_utc + timedelta(hours=9)),
            "photoTakenTime": _moment(shot),
            "geoData": _geo(place),
            "geoDataExif": _geo(camera),
            "url": f"https://photos.google.com/photo/{self._ids.uuid('google', shot.key)}",
            "googlePhotosOrigin": {"mobileUpload": {"deviceType": "ANDROID_PHONE"}},
        }
        if shot.faces:
            said["people"] = [{"name": face.name} for face in shot.faces]
        for key, chosen in (("trashed", _TRASHED), ("archived", _ARCHIVED)):
            if shot.key in chosen:
                said[key] = True
        if shot.rating == 5:
            said["favorited"] = True
        return said

    def _put(self, name: str, picture: str, content: bytes, part: int) -> None:
        self._add(name, content, part)
        self.entries.append(Entry(CATALOG, name, picture, hashlib.sha256(content).hexdigest()))

    def _add(self, name: str, content: bytes, part: int) -> None:
        self._members.append(_Member(name, content, part))


def _json_name(name: str, shot: Shot) -> str:
    """Return Google's name for the JSON of `name`: cut at 51 characters, the word since 2019."""
    stem, _, ext = name.rpartition(".")
    index = ""
    if stem.endswith(")"):
        stem, _, index = stem.partition("(")
        name, index = f"{stem}.{ext}", f"({index}"
    word = "" if shot.taken.year < 2019 else ".supplemental-metadata"
    return f"{(name + word)[:_NAME_LIMIT]}{index}.json"


def _moment(shot: Shot) -> dict[str, str]:
    return _stamp(shot.taken_utc)


def _stamp(moment: datetime) -> dict[str, str]:
    instant = moment.replace(tzinfo=UTC)
    shown = f"{instant:%d.%m.%Y, %H:%M:%S} UTC"
    return {"timestamp": str(int(instant.timestamp())), "formatted": shown}


def _geo(place: tuple[float, float] | None) -> dict[str, float]:
    """Return a place as Google writes it; (0, 0) where there is none."""
    latitude, longitude = place or (0.0, 0.0)
    return {
        "latitude": latitude,
        "longitude": longitude,
        "altitude": 0.0,
        "latitudeSpan": 0.0,
        "longitudeSpan": 0.0,
    }


def _zip(members: Iterable[_Member]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for member in members:
            about = zipfile.ZipInfo(member.name, LAST_TOUCHED.timetuple()[:6])
            about.create_system = 3
            about.external_attr = 0o644 << 16
            archive.writestr(about, member.content)
    return out.getvalue()


def _tgz(members: Iterable[_Member]) -> bytes:
    out = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=out, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for member in members:
            about = tarfile.TarInfo(member.name)
            about.size = len(member.content)
            about.mtime = int(LAST_TOUCHED.timestamp())
            archive.addfile(about, io.BytesIO(member.content))
    return out.getvalue()
