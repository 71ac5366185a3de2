"""A synthetic Lightroom 14 catalog: images, EXIF, IPTC, XMP, keywords, collections, imports."""

import math
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from photo_assets.sample.catalogs.lightroom.database import (
    Database,
    adobe_time,
    genealogy,
    new_catalog,
    xmp_blob,
)
from photo_assets.sample.catalogs.lightroom.organization import Keywords
from photo_assets.sample.formats.xmp import Packet, xmp
from photo_assets.sample.ids import Ids
from photo_assets_tests.bench.shots import Shot

KNOWN_ROOT = "/Users/mara/Pictures/"
VIRTUAL_COPY_EVERY = 50


def write_lightroom(
    folder: Path,
    shots: Iterable[Shot],
    *,
    copies: int = 0,
    lacking: Collection[str] = (),
    published: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Write `bench.lrcat` with an image for each of `shots` and the pictures it manages.

    `copies`: how many of the pictures, one of every so many, have a virtual copy. The files of the
    shots with the names `lacking` are gone; `published` are the ids in Flickr of those that Lightroom
    published there, by name.
    """
    pictures = folder / "pictures"
    with new_catalog(folder / "bench.lrcat", Ids(1)) as database:
        database.variable("Adobe_DBVersion", "1400000")
        database.variable("Adobe_storeProviderID", Ids(1).uuid("store"))
        writer = _Writer(database)
        for number, made in enumerate(shots):
            month = pictures / f"{made.taken:%Y/%m}"
            if number == 0 or not month.is_dir():
                month.mkdir(parents=True, exist_ok=True)
            content = made.jpeg()
            if made.name not in lacking:
                (month / made.name).write_bytes(content)
            copied = number % VIRTUAL_COPY_EVERY == 0 and number // VIRTUAL_COPY_EVERY < copies
            writer.add(made, len(content), copied=copied, remote=published.get(made.name))


class _Writer:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._keywords = Keywords(database)
        self._root = database.add(
            "AgLibraryRootFolder", id_global=True, absolutePath=KNOWN_ROOT, name="Pictures"
        )
        self._folders: dict[str, int] = {}
        self._collections: dict[str, tuple[int, str]] = {}
        self._imports: dict[str, int] = {}
        self._stream: int | None = None

    def add(self, made: Shot, size: int, *, copied: bool, remote: str | None) -> None:
        """Add one picture, with a virtual copy if `copied`, and published as `remote`."""
        file = self._file(made, size)
        image = self._image(made, file)
        self._described(made, image)
        for path in made.keywords:
            self._keywords.tag(image, path)
        self._grouped(made, image)
        if copied:
            self._image(made, file, master=image)
        if remote is not None:
            self._publish(image, remote)

    def _file(self, made: Shot, size: int) -> int:
        path = f"{made.taken:%Y/%m}/"
        if path not in self._folders:
            self._folders[path] = self._database.add(
                "AgLibraryFolder", id_global=True, pathFromRoot=path, rootFolder=self._root
            )
        stem, _, ext = made.name.partition(".")
        moment = adobe_time(made.taken)
        return self._database.add(
            "AgLibraryFile",
            id_global=True,
            baseName=stem,
            extension=ext,
            folder=self._folders[path],
            idx_filename=made.name,
            lc_idx_filename=made.name.lower(),
            lc_idx_filenameExtension=ext,
            importHash=f"{moment:.0f}:{made.name}:{size}",
            originalFilename=made.name,
            modTime=moment,
            externalModTime=moment,
            sidecarExtensions="",
        )

    def _image(self, made: Shot, file: int, master: int | None = None) -> int:
        return self._database.add(
            "Adobe_images",
            id_global=True,
            aspectRatioCache=4 / 3,
            bitDepth=8.0,
            captureTime=made.taken.isoformat(),
            originalCaptureTime=made.taken.isoformat(),
            colorChannels=3.0,
            colorLabels="Red" if made.number % 7 == 0 else "",
            copyName=None if master is None else "Copy 1",
            fileFormat="JPG",
            fileHeight=48.0,
            fileWidth=64.0,
            masterImage=master,
            orientation="AB",
            pick=float(made.number % 3 - 1),
            rating=float(made.rating) or None,
            rootFile=file,
            sidecarStatus=2.0,
            touchCount=1.0,
            touchTime=adobe_time(made.taken) + 3600,
        )

    def _described(self, made: Shot, image: int) -> None:
        said, intern = made.exposure(), self._database.intern
        self._database.add(
            "AgHarvestedExifMetadata",
            image=image,
            aperture=2 * math.log2(said.f_number),
            shutterSpeed=-math.log2(said.exposure_s),
            isoSpeedRating=float(said.iso),
            focalLength=said.focal_mm,
            cameraModelRef=intern("AgInternedExifCameraModel", said.model),
            cameraSNRef=intern("AgInternedExifCameraSN", said.serial),
            lensRef=intern("AgInternedExifLens", said.lens),
            dateDay=float(made.taken.day),
            dateMonth=float(made.taken.month),
            dateYear=float(made.taken.year),
            flashFired=0,
            gpsLatitude=made.place[0],
            gpsLongitude=made.place[1],
            gpsSequence=1.0,
            hasGPS=1,
        )
        self._database.add("AgLibraryIPTC", image=image, caption=made.caption or None)
        self._database.add(
            "AgHarvestedIptcMetadata",
            image=image,
            cityRef=intern("AgInternedIptcCity", made.keywords[0][1]),
            creatorRef=intern("AgInternedIptcCreator", "Mara Holm"),
            locationDataOrigination="user",
            locationGPSSequence=1.0,
        )
        packet = Packet(
            rating=made.rating,
            caption=made.caption or None,
            keywords=made.keywords,
            place=made.place,
            creator="Mara Holm",
        )
        self._database.add(
            "Adobe_AdditionalMetadata",
            id_global=True,
            additionalInfoSet=1,
            embeddedXmp=1,
            externalXmpIsDirty=1,
            image=image,
            isRawFile=0,
            metadataVersion=4.0,
            xmp=xmp_blob(xmp(packet)),
        )

    def _grouped(self, made: Shot, image: int) -> None:
        """Put it into the collections of its month and, with five stars, of its year."""
        year = self._collection("group", f"{made.taken:%Y}", None)
        self._place(self._collection("collection", f"{made.taken:%B %Y}", year), image, made)
        if made.rating == 5:
            self._place(
                self._collection("collection", f"Best of {made.taken:%Y}", year), image, made
            )
        day = f"{made.taken:%Y-%m}-28T21:30:00+01:00"
        if day not in self._imports:
            self._imports[day] = self._database.add("AgLibraryImport", importDate=day)
        self._database.add("AgLibraryImportImage", image=image, **{"import": self._imports[day]})

    def _publish(self, image: int, remote: str) -> None:
        if self._stream is None:
            self._stream = self._database.add(
                "AgLibraryPublishedCollection",
                creationId="com.adobe.lightroom.export.flickr",
                name="Photostream",
                isDefaultCollection=1,
                systemOnly=0.0,
            )
            path = genealogy("", self._stream)
            self._database.set("genealogy", "AgLibraryPublishedCollection", self._stream, path)
        self._database.add(
            "AgLibraryPublishedCollectionImage", collection=self._stream, image=image
        )
        self._database.add(
            "AgRemotePhoto",
            id_global=True,
            collection=self._stream,
            photo=image,
            photoNeedsUpdating=0.0,
            remoteId=remote,
            url=f"https://example.org/photos/mara/{remote}",
        )

    def _place(self, collection: tuple[int, str], image: int, made: Shot) -> None:
        self._database.add(
            "AgLibraryCollectionImage",
            collection=collection[0],
            image=image,
            positionInCollection=f"z{made.number:07d}",
        )

    def _collection(self, kind: str, name: str, parent: tuple[int, str] | None) -> tuple[int, str]:
        if name not in self._collections:
            local = self._database.add(
                "AgLibraryCollection",
                creationId=f"com.adobe.ag.library.{kind}",
                name=name,
                parent=parent[0] if parent else None,
                systemOnly=0.0,
            )
            place = genealogy(parent[1] if parent else "", local)
            self._database.set("genealogy", "AgLibraryCollection", local, place)
            self._collections[name] = (local, place)
        return self._collections[name]
