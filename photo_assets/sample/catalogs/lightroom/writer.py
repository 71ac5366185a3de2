"""The catalog's folders and their pictures: managed, offline, missing, RAW, a scan."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from photo_assets.sample import expected, plan
from photo_assets.sample.catalogs.lightroom.database import Database, new_catalog
from photo_assets.sample.catalogs.lightroom.images import ImageWriter
from photo_assets.sample.ids import Ids
from photo_assets.sample.picture_files import PictureFiles
from photo_assets.sample.shots import Shot
from photo_assets.sample.tree import Entry, Tree

CATALOG = "lightroom/main"
FILE = "lightroom/Mara.lrcat"
PICTURES = "lightroom/pictures"
KNOWN_ROOT = "/Users/mara/Pictures/"
OFFLINE_ROOT = "/Volumes/Archive 2017/"


class _Folders:
    """Root folders and the folders below them, added on first use."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._roots: dict[str, int] = {}
        self._folders: dict[tuple[str, str], int] = {}

    def folder(self, root: str, path: str) -> int:
        """Return the id of the folder `path` ("2017/lofoten/") below an absolute root."""
        if root not in self._roots:
            self._roots[root] = self._database.add(
                "AgLibraryRootFolder",
                id_global=True,
                absolutePath=root,
                name=root.rstrip("/").rpartition("/")[2],
            )
        if (root, path) not in self._folders:
            self._folders[root, path] = self._database.add(
                "AgLibraryFolder", id_global=True, pathFromRoot=path, rootFolder=self._roots[root]
            )
        return self._folders[root, path]


class _Writer:
    def __init__(self, tree: Tree, room: PictureFiles, database: Database, ids: Ids) -> None:
        self._tree, self._room, self._ids = tree, room, ids
        self._folders = _Folders(database)
        self._images = ImageWriter(database)
        self.entries: list[Entry] = []

    def add(self, shot: Shot) -> None:
        """Add one picture, with its file, if it has one."""
        content = self._room.undated(shot) if shot.scanned else self._room.original(shot)
        path = f"{shot.taken.year}/{shot.trip.key}/"
        offline = shot.key in plan.OFFLINE_SHOTS
        folder = self._folders.folder(OFFLINE_ROOT if offline else KNOWN_ROOT, path)
        if shot.trip.key in plan.RAW_TRIPS and shot.number == 1:
            self._raw_pair(shot, folder, path, content)
            return
        file = self._images.file(shot, folder, len(content), "JPG")
        image = self._images.image(shot, file, "JPG")
        digest = None
        if not offline and shot.key != plan.MISSING_SHOT:
            digest = self._tree.write(f"{PICTURES}/{path}{shot.stem}.JPG", content, shot.taken_utc)
        self._note(shot, "jpeg", digest, image, expected.lightroom_states(shot))
        if shot.key in plan.VIRTUAL_COPIES:
            self._note(shot, "jpeg", digest, self._images.virtual_copy(shot, file, image))

    def _raw_pair(self, shot: Shot, folder: int, path: str, jpeg: bytes) -> None:
        """Add RAW and JPEG as Lightroom does by default: one row, the JPEG its sidecar."""
        raw = self._room.raw(shot)
        stem = f"{PICTURES}/{path}{shot.stem}"
        digest = self._tree.write(f"{stem}.DNG", raw, shot.taken_utc)
        self._tree.write(f"{stem}.JPG", jpeg, shot.taken_utc)
        file = self._images.file(shot, folder, len(raw), "DNG", "JPG")
        self._note(shot, "dng", digest, self._images.image(shot, file, "DNG"))

    def _note(
        self,
        shot: Shot,
        form: str,
        digest: str | None,
        image: int,
        states: Mapping[str, object] | None = None,
    ) -> None:
        native_id = self._ids.uuid("Adobe_images", image)
        self.entries.append(Entry(CATALOG, native_id, f"{shot.key} {form}", digest, states or {}))


def write_lightroom(
    tree: Tree, room: PictureFiles, ids: Ids, shots: tuple[Shot, ...], scans: tuple[Shot, ...]
) -> list[Entry]:
    """Write pictures and catalog; return the entries, one for each row of Adobe_images.

    The catalog is built in a scratch folder and moved to its place when it is complete.
    """
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "new.lrcat")
        with new_catalog(path, ids) as database:
            database.variable("Adobe_DBVersion", "1400000")
            database.variable("Adobe_storeProviderID", ids.uuid("store"))
            writer = _Writer(tree, room, database, ids)
            for shot in shots:
                if plan.in_lightroom(shot):
                    writer.add(shot)
            writer.add(scans[plan.SCAN_IN_LIGHTROOM])
        tree.write(FILE, path.read_bytes())
    return writer.entries
