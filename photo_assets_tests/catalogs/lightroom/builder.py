"""Catalogs built with Lightroom's own SQL, for cases that no public catalog contains.

The tables are those of `schema_14.sql`; older versions are reduced to the tables of real Lightroom
3 and 5 catalogs. Ids come from one counter, as in Lightroom.
"""

import sqlite3
import uuid
import zlib
from importlib.resources import files
from pathlib import Path
from typing import Self

from photo_assets.catalogs.lightroom.database import Value

SCHEMA = files("photo_assets.catalogs.lightroom").joinpath("schema_14.sql")
ROOT = "/Users/ada/Pictures/"
DB_VERSIONS = {3: "0300025", 5: "0500006", 14: "1400000"}

_NO_TABLE_BEFORE: dict[int, tuple[str, ...]] = {
    14: ("AgLibraryFileAssetMetadata", "AgLibraryImageOzAssetIds"),
    5: (
        "AgInternedIptcIsoCountryCode",
        "AgLibraryFace",
        "AgLibraryKeywordFace",
        "AgLibraryFolderStack",
        "AgLibraryFolderStackImage",
        "AgLibraryFolderStackData",
    ),
}
_NO_COLUMN_BEFORE: dict[int, tuple[tuple[str, str], ...]] = {
    14: (
        ("Adobe_images", "editLock"),
        ("AgLibraryFolder", "parentId visibility"),
        ("AgLibraryIPTC", "altTextAccessibility extDescrAccessibility"),
        ("AgLibraryFace", "ignored skipSuggestion"),
        (
            "Adobe_imageDevelopSettings",
            "filterHeight filterWidth hasAIMasks hasBigData hasLensBlur hasMasks hasPointColor "
            "hasRetouch hasSettings1 hasSettings2 isHdrEditMode profileCorrections "
            "removeChromaticAberration",
        ),
    ),
    5: (
        ("Adobe_images", "bitDepth colorChannels colorMode copyReason"),
        ("Adobe_imageDevelopSettings", "processVersion"),
        ("AgHarvestedExifMetadata", "gpsLatitude gpsLongitude gpsSequence"),
        (
            "AgHarvestedIptcMetadata",
            "isoCountryCodeRef locationDataOrigination locationGPSSequence",
        ),
        ("AgLibraryKeyword", "keywordType"),
        (
            "AgVideoInfo",
            "frame_rate has_audio has_video poster_frame poster_frame_set_by_user trim_end "
            "trim_start",
        ),
    ),
}


def packed(text: str) -> bytes:
    """Return text as Lightroom 7 and later store it."""
    raw = text.encode()
    return len(raw).to_bytes(4, "big") + zlib.compress(raw)


def xmp_packet(body: str = "", attributes: str = "") -> str:
    """Return an XMP packet with `body` in its one description."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 5.6-c140">\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:exif="http://ns.adobe.com/exif/1.0/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
        f'xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" {attributes}>{body}</rdf:Description>\n'
        "</rdf:RDF>\n</x:xmpmeta>"
    )


def title_packet(title: str, attributes: str = "") -> str:
    """Return an XMP packet with a title."""
    alt = f'<rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt>'
    return xmp_packet(f"<dc:title>{alt}</dc:title>", attributes)


class Lrcat:
    """A catalog under construction. Every method that adds a row returns its local id."""

    def __init__(self, path: Path, version: int = 14) -> None:
        self.path = path
        self.version = version
        self._next = 0
        self._open = True
        self.db = sqlite3.connect(path, isolation_level=None)
        if version >= 6:
            self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("BEGIN")
        if not self.db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            self._create()

    @classmethod
    def opened(cls, path: Path) -> Self:
        """Open a built catalog for SQL."""
        assert path.is_file()
        return cls(path)

    def _create(self) -> None:
        for statement in SCHEMA.read_text().split(";\n"):
            if statement.strip():
                self.db.execute(statement)
        self._cut_to(self.version)
        self.insert("Adobe_variablesTable", name="Adobe_DBVersion", value=DB_VERSIONS[self.version])
        self.root_keyword = self.insert("AgLibraryKeyword", genealogy="/11")
        self.insert(
            "Adobe_variablesTable",
            name="AgLibraryKeyword_rootTagID",
            value=float(self.root_keyword),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Commit and close, as Lightroom does on quitting; closing again does nothing."""
        if self._open:
            self._open = False
            self.db.commit()
            self.db.close()

    def insert(self, table: str, **values: Value) -> int:
        """Insert a row, leaving out columns this version lacks; give it ids where it has any."""
        existing = {row[1] for row in self.db.execute(f"PRAGMA table_info({table})")}
        if "id_local" in existing and "id_local" not in values:
            self._next += 1
            values["id_local"] = self._next
        if "id_global" in existing and "id_global" not in values:
            values["id_global"] = str(uuid.UUID(int=self._next * 0x9E3779B97F4A7C15)).upper()
        values = {name: value for name, value in values.items() if name in existing}
        marks = ", ".join("?" * len(values))
        self.db.execute(
            f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values())
        )
        return self._next

    def root(self, path: str = ROOT) -> int:
        """Add a root folder; Lightroom ends its path with a slash."""
        return self.insert("AgLibraryRootFolder", absolutePath=path, name=path.split("/")[-2])

    def folder(self, root: int, path: str = "") -> int:
        """Add a folder below a root."""
        return self.insert("AgLibraryFolder", rootFolder=root, pathFromRoot=path)

    def file(self, folder: int, name: str, **values: Value) -> int:
        """Add a file record."""
        base, _, extension = name.rpartition(".")
        defaults: dict[str, Value] = {
            "baseName": base,
            "extension": extension,
            "idx_filename": name,
            "lc_idx_filename": name.lower(),
            "lc_idx_filenameExtension": extension.lower(),
            "originalFilename": name,
            "importHash": f"407630349:{name}:14114354",
            "sidecarExtensions": "",
        }
        return self.insert("AgLibraryFile", folder=folder, **{**defaults, **values})

    def image(self, file: int, **values: Value) -> int:
        """Add an image row with the values Lightroom gives an untouched JPEG."""
        defaults: dict[str, Value] = {
            "captureTime": "2013-12-01T22:39:09.42",
            "fileFormat": "JPG",
            "fileHeight": 2832.0,
            "fileWidth": 4256.0,
            "orientation": "AB",
            "pick": 0.0,
            "touchTime": 408546219.101946,
        }
        return self.insert("Adobe_images", rootFile=file, **{**defaults, **values})

    def photo(self, folder: int, name: str, **values: Value) -> int:
        """Add a file and its image; `xmp` is stored the way of this version."""
        xmp = values.pop("xmp", None)
        image = self.image(self.file(folder, name), **values)
        stored = packed(xmp) if isinstance(xmp, str) and self.version >= 7 else xmp
        if stored is not None:
            self.insert("Adobe_AdditionalMetadata", image=image, xmp=stored)
        return image

    def keyword(self, name: str, parent: int | None = None, **values: Value) -> int:
        """Add a keyword below `parent`, the nameless root by default."""
        return self.insert(
            "AgLibraryKeyword",
            name=name,
            lc_name=name.lower(),
            parent=parent or self.root_keyword,
            **values,
        )

    def tag(self, image: int, *keywords: int) -> None:
        """Give an image keywords."""
        for keyword in keywords:
            self.insert("AgLibraryKeywordImage", image=image, tag=keyword)

    def interned(self, table: str, value: str) -> int:
        """Add an interned text."""
        return self.insert(table, value=value)

    def collection(
        self, name: str, kind: str = "collection", parent: int | None = None, **values: Value
    ) -> int:
        """Add a collection ("collection"), set ("group") or smart collection."""
        creation = kind if "." in kind else f"com.adobe.ag.library.{kind}"
        values = {"systemOnly": 0.0, **values}
        return self.insert(
            "AgLibraryCollection", name=name, creationId=creation, parent=parent, **values
        )

    def published(
        self, name: str, kind: str = "collection", parent: int | None = None, **values: Value
    ) -> int:
        """Add a published collection, or (a kind with dots) a publish service."""
        creation = kind if "." in kind else f"com.adobe.ag.library.{kind}"
        return self.insert(
            "AgLibraryPublishedCollection", name=name, creationId=creation, parent=parent, **values
        )

    def collect(
        self, collection: int, *images: int, table: str = "AgLibraryCollectionImage"
    ) -> None:
        """Put images into a collection in the user's own order."""
        for at, image in enumerate(images):
            self.insert(table, collection=collection, image=image, positionInCollection=f"---{at}")

    def face(
        self,
        image: int,
        box: tuple[float, float, float, float],
        orientation: str = "AB",
        **values: Value,
    ) -> int:
        """Add a face by its left, top, right and bottom edges."""
        left, top, right, bottom = box
        return self.insert(
            "AgLibraryFace",
            image=image,
            imageOrientation=orientation,
            regionType=1.0,
            **{"tl_x": left, "tl_y": top, "tr_x": right, "tr_y": top},
            **{"bl_x": left, "bl_y": bottom, "br_x": right, "br_y": bottom},
            **values,
        )

    def stack(self, *images: int) -> int:
        """Stack images, the first on top."""
        stack = self.insert("AgLibraryFolderStack")
        for at, image in enumerate(images, start=1):
            self.insert("AgLibraryFolderStackImage", stack=stack, image=image, position=float(at))
        return stack

    def global_id(self, image: int) -> str:
        """Return an image's global id."""
        found = self.db.execute("SELECT id_global FROM Adobe_images WHERE id_local = ?", [image])
        return str(found.fetchone()[0])

    def _cut_to(self, version: int) -> None:
        for first in (14, 5):
            if version < first:
                for table in _NO_TABLE_BEFORE[first]:
                    self.db.execute(f"DROP TABLE {table}")
                for table, names in _NO_COLUMN_BEFORE[first]:
                    for column in names.split():
                        self._drop_column(table, column)
        if version == 3:
            for column in ("stackIsCollapsed", "stackParent", "stackPosition"):
                self.db.execute(f"ALTER TABLE Adobe_images ADD COLUMN {column}")

    def _drop_column(self, table: str, column: str) -> None:
        indexes = self.db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?", [table]
        ).fetchall()
        for name, sql in indexes:
            if sql and column in sql:
                self.db.execute(f"DROP INDEX {name}")
        self.db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
