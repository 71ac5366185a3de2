"""Iterating over the images of a catalog and collecting each record from all tables.

The images are read in order of their local id and all related tables in the same order, so that
memory grows only with folders, keywords and collections.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from photo_assets.catalogs.lightroom import columns
from photo_assets.catalogs.lightroom.database import Database, Value
from photo_assets.catalogs.lightroom.folders import FolderPath, Folders, UnsafePathError
from photo_assets.catalogs.lightroom.merge import OneByImage
from photo_assets.catalogs.lightroom.presence import Presence, Sighting
from photo_assets.catalogs.lightroom.record import (
    Fields,
    ImageRecord,
    file_name,
    sidecar_names,
)
from photo_assets.catalogs.lightroom.relatives import Relatives
from photo_assets.catalogs.lightroom.sightings import Sightings
from photo_assets.catalogs.lightroom.values import integer, text
from photo_assets.model.events import Failed
from photo_assets.model.names import clean_text


class Gathering:
    """One pass over the images of a catalog."""

    def __init__(self, database: Database, root_map: Mapping[str, Path]) -> None:
        self._database = database
        self.folders = Folders(database, root_map)
        self._presence = Presence()
        self.sightings = Sightings()
        self._seen: set[str] = set()
        self._exif = OneByImage(database, "AgHarvestedExifMetadata", columns.EXIF)
        self._places = OneByImage(database, "AgHarvestedIptcMetadata", columns.PLACES)
        self._caption = OneByImage(database, "AgLibraryIPTC", columns.CAPTION)
        self._metadata = OneByImage(database, "Adobe_AdditionalMetadata", columns.METADATA)
        self._video = OneByImage(database, "AgVideoInfo", columns.VIDEO)
        self._cloud = OneByImage(database, "AgLibraryImageOzAssetIds", columns.CLOUD)
        self._relatives = Relatives(database)

    def records(self) -> Iterator[ImageRecord | Failed]:
        """Yield one record, or its fault, for each row of Adobe_images."""
        image_columns = self._database.present("Adobe_images", columns.IMAGE)
        file_columns = self._database.present("AgLibraryFile", columns.FILE)
        selected = [f"i.{name}" for name in image_columns] + [f"f.{name}" for name in file_columns]
        cut = 2 + len(image_columns)
        for row in self._database.rows(
            f"SELECT i.rowid, f.rowid, {', '.join(selected)} FROM Adobe_images i "  # noqa: S608
            "LEFT JOIN AgLibraryFile f ON f.rowid = i.rootFile ORDER BY i.rowid"
        ):
            image = row[0]
            assert isinstance(image, int)
            fields = dict(zip(image_columns, row[2:cut], strict=True))
            file = dict(zip(file_columns, row[cut:], strict=True)) if row[1] is not None else {}
            yield self._gather(image, fields, file)

    def _gather(self, image: int, fields: Fields, file: Fields) -> ImageRecord | Failed:
        native_id = text(fields["id_global"])
        name = file_name(file)
        ref = f"{clean_text(name) if name else 'image'} ({native_id or f'row {image}'})"
        if native_id is None:
            return Failed(ref, "no id", f"Row {image} of Adobe_images has no id_global.")
        if native_id in self._seen:
            return Failed(ref, "duplicate id", f"Row {image} repeats the id of an earlier image.")
        self._seen.add(native_id)
        if name is None:
            return Failed(ref, "no file", f"Row {image} names no usable file.", native_id)
        try:
            folder = self.folders.folder_path(integer(file.get("folder")))
            if "/" in name or "\x00" in name or name in {".", ".."}:
                raise UnsafePathError(name)
        except UnsafePathError:
            return Failed(ref, "unsafe path", "Its path leads out of its root folder.", native_id)
        if folder is None:
            return Failed(ref, "no folder", "The catalog lacks the folder of its file.", native_id)
        return self._assemble(image, native_id, fields, file, (folder, name))

    def _assemble(
        self,
        image: int,
        native_id: str,
        fields: Fields,
        file: Fields,
        where: tuple[FolderPath, str],
    ) -> ImageRecord:
        relatives = self._relatives.take(image, fields)
        return ImageRecord(
            native_id=native_id,
            image=fields,
            file=file,
            sighting=self._sight(*where),
            sidecars=self._sidecars(file, where[0]),
            exif=self._exif.take(image),
            places=self._places.take(image),
            caption=self._caption.take(image),
            metadata=self._with_xmp(self._metadata.take(image)),
            video=self._video.take(image),
            develop=self._develop(image, fields.get("developSettingsIDCache")),
            cloud=self._cloud.take(image),
            asset=self._asset(fields.get("rootFile")),
            imports=relatives.imports,
            keywords=relatives.keywords,
            faces=relatives.faces,
            memberships=relatives.memberships,
            publications=relatives.publications,
            master=relatives.master,
            stacked=relatives.stacked,
        )

    def _sight(self, folder: FolderPath, name: str) -> Sighting:
        found = self._presence.sight(folder, name)
        self.sightings.add(folder, name, found)
        return found

    def _sidecars(self, file: Fields, folder: FolderPath) -> tuple[Sighting, ...]:
        """Search for the sidecar files of the row."""
        return tuple(self._sight(folder, name) for name in sidecar_names(file))

    def _with_xmp(self, metadata: Fields) -> Fields:
        row = integer(metadata.get("id_local"))
        if row is not None and self._database.has("Adobe_AdditionalMetadata", "xmp"):
            query = "SELECT xmp FROM Adobe_AdditionalMetadata WHERE rowid = ?"
            try:
                metadata["xmp"] = next(self._database.rows(query, [row]), (None,))[0]
            except sqlite3.DataError as error:  # larger than SQLite's configured text limit
                metadata["xmp_error"] = str(error)
        return metadata

    def _develop(self, image: int, settings: Value) -> Fields:
        """Return the current develop settings. The table may have several rows per image."""
        row = integer(settings)
        found = self._database.present("Adobe_imageDevelopSettings", columns.DEVELOP)
        if (
            row is None
            or not found
            or not self._database.has("Adobe_imageDevelopSettings", "image")
        ):
            return {}
        query = (
            f"SELECT {', '.join(found)} FROM Adobe_imageDevelopSettings "  # noqa: S608 - constants
            "WHERE rowid = ? AND image = ?"
        )
        try:
            values = next(self._database.rows(query, [row, image]), None)
        except sqlite3.DataError as error:
            return {"develop_error": str(error)}
        return {} if values is None else dict(zip(found, values, strict=True))

    def _asset(self, file: Value) -> Fields:
        table, wanted = "AgLibraryFileAssetMetadata", ("sha256", "fileSize")
        if not self._database.has(table, "fileId", *wanted):
            return {}
        query = f"SELECT sha256, fileSize FROM {table} WHERE fileId = ?"  # noqa: S608 - a constant
        values = next(self._database.rows(query, [file]), None)
        return {} if values is None else dict(zip(wanted, values, strict=True))
