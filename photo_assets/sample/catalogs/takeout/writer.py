"""The members of the export: German, in two zip parts and a tgz, with its known irregularities.

JSONs and their media files are in different parts on purpose, as in large real exports. The export
contains other products beside Google Photos, and its folder contains other downloads.
"""

import hashlib
from collections.abc import Iterable, Mapping

import orjson

from photo_assets.sample import expected, plan
from photo_assets.sample.catalogs.takeout.archives import Member, packed
from photo_assets.sample.catalogs.takeout.documents import (
    album_json,
    json_name,
    movie_json,
    picture_json,
)
from photo_assets.sample.ids import Ids
from photo_assets.sample.picture_files import EXTENSIONS, PictureFiles
from photo_assets.sample.shots import Shot
from photo_assets.sample.specimens import Specimen
from photo_assets.sample.tree import Entry, Tree

CATALOG = "google_takeout/mara"
FOLDER = "takeout"
PARTS = (
    "takeout-20250301T101010Z-001.zip",
    "takeout-20250301T101010Z-002.zip",
    "takeout-20250301T101010Z-003.tgz",
)
EARLIER = "takeout-20240601T080000Z-001.zip"
_ROOT = "Takeout/Google Fotos"
_NO_JSON = frozenset({"tulips-5"})
_STATED_TWICE = "lisbon-0"  # also by an older JSON of an earlier export
# Trip -> the album's title, and the numbers of its pictures. One is named like a picture.
_ALBUMS = {
    "lisbon": ("Lissabon 2024 ☀", {0, 2}),
    "provence": ("Lavendel", {0, 2}),
    "garden": ("Oma.jpg", {2}),
}
_RENAMED = {
    "provence-3": "Foto.jpg",
    "provence-5": "Foto(1).jpg",
    "madeira-2": "Levada do Caldeirão Verde, kurz vor dem Tunnel.jpg",
}


class TakeoutWriter:
    """Collects the members of the export, then writes the parts."""

    def __init__(self, tree: Tree, room: PictureFiles, ids: Ids) -> None:
        self._tree, self._room, self._ids = tree, room, ids
        self._members: list[Member] = []
        self.entries: list[Entry] = []

    def write(self, shots: tuple[Shot, ...], movie: Specimen) -> list[Entry]:
        """Write the parts; return one entry for each media file that a reader should find."""
        for shot in shots:
            if plan.in_takeout(shot):
                self._shot(shot)
        for trip, (title, numbers) in _ALBUMS.items():
            chosen = [s for s in shots if s.trip.key == trip and s.number in numbers]
            self._album(title, chosen)
        self._movie(movie)
        lost = picture_json(shots[8], self._ids, "IMG_verloren.jpg")
        self._add(f"{_ROOT}/Fotos von 2017/IMG_verloren.jpg.json", orjson.dumps(lost), 0)
        self._add(f"{_ROOT}/Nutzerdaten.json", b'{"shared": []}', 2)
        self._other_products(shots)
        for part, name in enumerate(PARTS):
            content = packed(name, (m for m in self._members if m.part == part))
            self._tree.write(f"{FOLDER}/{name}", content)
        earlier = [s for s in shots if s.key in plan.CAPTIONS_REMOVED_IN_GOOGLE]
        self._tree.write(f"{FOLDER}/{EARLIER}", packed(EARLIER, self._earlier(earlier)))
        self._tree.write(f"{FOLDER}/Bildschirmfoto.png", self._room.smaller(shots[2]))
        return self.entries

    def _shot(self, shot: Shot) -> None:
        folder = _folder(shot.taken.year)
        name, form, content = self._media(shot)
        part = shot.index % 3
        self._put(f"{folder}/{name}", shot, form, content, part)
        if shot.key in plan.EDITED_SHOTS:
            stem, _, ext = name.rpartition(".")
            edited = self._room.edited(shot)
            self._put(f"{folder}/{stem}-bearbeitet.{ext}", shot, "edited", edited, part)
        if shot.key == plan.LIVE_JPEG:
            movie = self._room.movie(shot, self._ids.uuid("live", shot.key))
            self._put(f"{folder}/{shot.stem}.MP4", shot, "movie", movie, part)
        if shot.key not in _NO_JSON:
            stated = orjson.dumps(picture_json(shot, self._ids, name))
            self._add(f"{folder}/{json_name(name, shot.taken.year)}", stated, (part + 1) % 3)
        if shot.key == _STATED_TWICE:
            older = picture_json(shot, self._ids, name) | {"imageViews": "0"}
            self._add(f"{folder}/{name}.json", orjson.dumps(older), part)

    def _movie(self, movie: Specimen) -> None:
        folder, name = _folder(movie.written.year), movie.file_name
        stated = orjson.dumps(movie_json(movie))
        self._add(f"{folder}/{json_name(name, movie.written.year)}", stated, 1)
        self._note(f"{folder}/{name}", movie.picture, movie.content, 0, movie.states)

    def _media(self, shot: Shot) -> tuple[str, str, bytes]:
        if plan.smaller_in_takeout(shot):
            form, content = "smaller", self._room.smaller(shot)
        else:
            live = self._ids.uuid("live", shot.key) if shot.key in plan.LIVE_SHOTS else None
            form, content = self._room.taken(shot, live)
        extension = EXTENSIONS.get(form, "JPG")
        return _RENAMED.get(shot.key, f"{shot.stem}.{extension}"), form, content

    def _album(self, title: str, chosen: list[Shot]) -> None:
        """Write an album folder: its own JSON, and copies of some pictures with theirs."""
        folder = f"{_ROOT}/{title}"
        self._add(f"{folder}/Metadaten.json", orjson.dumps(album_json(title, chosen[0])), 1)
        for shot in chosen:
            name, form, content = self._media(shot)
            self._put(f"{folder}/{name}", shot, form, content, 1)
            stated = orjson.dumps(picture_json(shot, self._ids, name))
            self._add(f"{folder}/{json_name(name, shot.taken.year)}", stated, 1)

    def _other_products(self, shots: tuple[Shot, ...]) -> None:
        """Write files of other products, which are not photos and may be unreadable."""
        self._add("Takeout/Archiv_\u00dcbersicht.html", b"<html></html>", 2)
        self._add("Takeout/Drive/Quittung.jpg", self._room.smaller(shots[1]), 1)
        watched = orjson.dumps([{"header": "YouTube", "title": "Watched a tour of Cappadocia"}])
        youtube = "Takeout/YouTube und YouTube Music/Verlauf"
        self._add(f"{youtube}/watch-history.json", watched, 0)
        self._add("Takeout/Standortverlauf/Records.json", b'{"locations": [', 1)
        self._add("Takeout/Profil/Profil.json", b"", 2)

    def _earlier(self, chosen: Iterable[Shot]) -> Iterable[Member]:
        """Yield the members of an export of the year before, with captions removed since."""
        for shot in chosen:
            name, _, content = self._media(shot)
            folder, caption = _folder(shot.taken.year), plan.CAPTIONS_REMOVED_IN_GOOGLE[shot.key]
            stated = picture_json(shot, self._ids, name) | {"description": caption}
            yield Member(f"{folder}/{name}", content, 0)
            yield Member(f"{folder}/{name}.json", orjson.dumps(stated), 0)

    def _put(self, name: str, shot: Shot, form: str, content: bytes, part: int) -> None:
        self._note(name, f"{shot.key} {form}", content, part, expected.takeout_states(shot))

    def _note(
        self, name: str, picture: str, content: bytes, part: int, states: Mapping[str, object]
    ) -> None:
        self._add(name, content, part)
        digest = hashlib.sha256(content).hexdigest()
        self.entries.append(Entry(CATALOG, name, picture, digest, states))

    def _add(self, name: str, content: bytes, part: int) -> None:
        self._members.append(Member(name, content, part))


def _folder(year: int) -> str:
    return f"{_ROOT}/Fotos von {year}"
