"""The sample's NAS: copies in year folders, the phone's uploads, an inbox of hostile names."""

import os
from collections.abc import Mapping
from datetime import datetime

from photo_assets.model.names import to_text
from photo_assets.sample import expected, plan
from photo_assets.sample.darkroom import EXTENSIONS, Darkroom, tags
from photo_assets.sample.formats.xmp import Packet, xmp
from photo_assets.sample.ids import Ids
from photo_assets.sample.shots import Shot
from photo_assets.sample.specimens import Specimen
from photo_assets.sample.tree import Entry, Tree

CATALOG = "folders/nas"
FOLDER = "nas"
_SCAN_NAMES = ("Oma Ingrid.jpg", "Sommerhuset.jpg", "ohne Titel.jpg", "scan0007.jpg")

_NOTED = "Oma Ingrid.jpg"
_IN_PICASA: dict[str, object] = {
    "caption": "In the garden at Sommerhuset",
    "favourite": True,
    "keywords": (("familj",), ("sommar",)),
}
"""What Picasa, where the scans were looked through, notes of one of them."""


class FoldersWriter:
    """Fills the tree and collects its entries."""

    def __init__(self, tree: Tree, room: Darkroom, ids: Ids) -> None:
        self._tree, self._room, self._ids = tree, room, ids
        self.entries: list[Entry] = []

    def write(
        self, shots: tuple[Shot, ...], scans: tuple[Shot, ...], specimens: tuple[Specimen, ...]
    ) -> list[Entry]:
        """Write everything and return the entries; clutter is not among them."""
        for shot in shots:
            if plan.in_folders(shot):
                self._shot(shot)
        for scan, name in zip(scans, _SCAN_NAMES, strict=True):
            content, states = self._room.undated(scan), {"capture_time": None}
            noted = _IN_PICASA if name == _NOTED else {}
            self._put(f"Scans/{name}", scan, "jpeg", content, states=states | noted)
        self._write("Scans/.picasa.ini", _picasa_ini(scans[_SCAN_NAMES.index(_NOTED)]))
        for specimen in specimens:
            self._specimen(specimen)
        self._inbox(shots)
        self._clutter(shots[1])
        return self.entries

    def _shot(self, shot: Shot) -> None:
        if shot.camera.phone:
            self._phone(shot)
            return
        folder = f"Photos/{shot.taken.year}/{shot.taken:%Y-%m-%d} {shot.trip.title}"
        name, states = f"{folder}/{shot.stem}.JPG", expected.sidecar_states(shot)
        if plan.retagged_in_folders(shot):
            self._put(name, shot, "jpeg", self._room.retagged(shot))
        elif plan.has_sidecar(shot):
            self._put(name, shot, "jpeg", self._room.original(shot), states=states)
            self._write(f"{name}.xmp", xmp(_digikam(shot)))
        else:
            self._put(name, shot, "jpeg", self._room.original(shot))
        if shot.key == plan.RAW_BESIDE_JPEG:
            self._put(f"{folder}/{shot.stem}.DNG", shot, "dng", self._room.raw(shot), states=states)
            self._write(f"{folder}/{shot.stem}.xmp", xmp(tags(shot)))

    def _phone(self, shot: Shot) -> None:
        stem = f"Phone/{shot.taken:%Y/%m}/{shot.stem}"
        live = self._ids.uuid("live", shot.key) if shot.key in plan.LIVE_SHOTS else None
        form, content = self._room.taken(shot, live)
        self._put(f"{stem}.{EXTENSIONS[form]}", shot, form, content)
        if live is not None:
            self._put(f"{stem}.MOV", shot, "movie", self._room.movie(shot, live))

    def _specimen(self, one: Specimen) -> None:
        digest = self._write(one.path, one.content, one.written)
        if one.sidecar is not None:
            self._write(f"{one.path}.xmp", one.sidecar, one.written)
        self.entries.append(Entry(CATALOG, one.path, one.picture, digest, one.states, one.damage))

    def _inbox(self, shots: tuple[Shot, ...]) -> None:
        for number, hostile in enumerate(plan.HOSTILE_NAMES):
            shot = shots[number * 5 + 2]
            self._put(f"Inbox/{hostile}", shot, "jpeg", self._room.original(shot))
        shot = shots[3]
        try:
            name = b"Inbox/" + plan.INVALID_UTF8_NAME
            self._put(name, shot, "jpeg", self._room.original(shot))
        except OSError:
            return  # file systems of macOS and Windows take valid Unicode only

    def _clutter(self, shot: Shot) -> None:
        whole = self._room.original(shot)
        half = whole[: len(whole) * 3 // 5]
        self._put("Inbox/interrupted copy.jpg", shot, "truncated", half, damage="decode_error")
        self._write("Inbox/empty.jpg", b"")
        self._write("Inbox/read me.txt", b"Sort these one day.\n")
        self._write(".DS_Store", b"\0\0\0\1Bud1")
        self._write("Photos/@eaDir/thumb.jpg", whole[:2000])

    def _put(
        self,
        name: str | bytes,
        shot: Shot,
        form: str,
        content: bytes,
        *,
        states: Mapping[str, object] | None = None,
        damage: str | None = None,
    ) -> None:
        digest, picture = self._write(name, content, shot.taken_utc), f"{shot.key} {form}"
        self.entries.append(Entry(CATALOG, to_text(name), picture, digest, states or {}, damage))

    def _write(self, name: str | bytes, content: bytes, when: datetime | None = None) -> str:
        """Write a file; its name is the path below the NAS's root. Return its SHA-256."""
        return self._tree.write(os.fsencode(f"{FOLDER}/") + os.fsencode(name), content, when)


def _picasa_ini(shot: Shot) -> bytes:
    """Return what Picasa 3 keeps of a folder: a star, a caption, keywords, a face, an album."""
    [face] = shot.faces
    corners = (
        face.x - face.width / 2,
        face.y - face.height / 2,
        face.x + face.width / 2,
        face.y + face.height / 2,
    )
    rectangle = "".join(f"{round(corner * 65535):04x}" for corner in corners)
    contact, album = "8e62398ebda8c1a5", "f0a6d1e5c4b39728"
    lines = (
        f"[Picasa]\nname=Scans\n[Contacts2]\n{contact}=Ingrid Lindqvist;;",
        f"[.album:{album}]\nname=Familjen\ntoken={album}",
        f"[{_NOTED}]\nstar=yes\ncaption={_IN_PICASA['caption']}\nkeywords=familj,sommar",
        f"faces=rect64({rectangle}),{contact}\nalbums={album}\n",
    )
    return "\n".join(lines).replace("\n", "\r\n").encode()


def _digikam(shot: Shot) -> Packet:
    """Return what digiKam writes into a sidecar on the NAS."""
    return Packet(
        rating=shot.rating,
        title=shot.title,
        keywords=shot.keywords,
        faces=shot.faces,
        size=shot.size,
        tool="digiKam-8.4.0",
        digikam=True,
    )
