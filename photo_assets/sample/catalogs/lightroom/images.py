"""One picture's rows in the catalog: its file, image, EXIF, IPTC, XMP, edits, keywords, faces."""

import math
from dataclasses import replace
from datetime import timedelta

from photo_assets.sample import plan
from photo_assets.sample.catalogs.lightroom.database import Database, adobe_time, xmp_blob
from photo_assets.sample.catalogs.lightroom.organization import Collections, Imports, Keywords
from photo_assets.sample.formats.xmp import Face, xmp
from photo_assets.sample.picture_files import RAW_SIZE, tags
from photo_assets.sample.shots import Shot
from photo_assets.sample.story import PHOTOGRAPHER
from photo_assets.sample.tree import LAST_TOUCHED

_TOUCHED = adobe_time(LAST_TOUCHED)
_ORIENTATIONS = {1: "AB", 2: "BA", 3: "CD", 4: "DC", 5: "AD", 6: "BC", 7: "CB", 8: "DA"}
_LABELS = ("", "", "Red", "", "Green", "Blau", "")


class ImageWriter:
    """Adds pictures to the catalog."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._keywords = Keywords(database)
        self._collections = Collections(database)
        self._imports = Imports(database)

    def file(self, shot: Shot, folder: int, size: int, ext: str, sidecars: str = "") -> int:
        """Add the row of a file of `size` bytes; return its id."""
        name = f"{shot.stem}.{ext}"
        return self._database.add(
            "AgLibraryFile",
            id_global=True,
            baseName=shot.stem,
            extension=ext,
            folder=folder,
            idx_filename=name,
            lc_idx_filename=name.lower(),
            lc_idx_filenameExtension=ext.lower(),
            importHash=f"{adobe_time(shot.taken):.0f}:{name}:{size}",
            originalFilename=name,
            modTime=adobe_time(shot.taken_utc),
            externalModTime=adobe_time(shot.taken_utc),
            sidecarExtensions=sidecars,
        )

    def image(self, shot: Shot, file: int, kind: str) -> int:
        """Add a master image with all its metadata; return its id."""
        image = self._row(shot, file, kind)
        self._exif(shot, image)
        self._iptc(shot, image)
        self._xmp(shot, image, kind)
        self._develop(shot, image)
        for path in shot.keywords:
            self._keywords.tag(image, path)
        if (private := plan.PRIVATE_KEYWORDS.get(shot.key)) is not None:
            self._keywords.tag(image, private)
        if (name := plan.TAGGED_PEOPLE.get(shot.key)) is not None:
            self._keywords.tag(image, ("People", name), person=True)
        for face in shot.faces:
            self._face(shot, image, face)
        self._collections.add(image, shot)
        self._imports.add(image, shot)
        return image

    def virtual_copy(self, shot: Shot, file: int, master: int) -> int:
        """Add a virtual copy of `master`: black and white, with other stars."""
        copy = self._row(shot, file, "JPG", master=master, name="Black & White")
        self._keywords.tag(copy, ("Technique", "Black & White"))
        self._collections.add(copy, shot)
        return copy

    def _row(
        self, shot: Shot, file: int, kind: str, master: int | None = None, name: str | None = None
    ) -> int:
        width, height = shot.stored_size if kind == "JPG" else RAW_SIZE
        hours = {**plan.DATE_CONFLICTS, **plan.DATE_CORRECTIONS}.get(shot.key, 0)
        # Without a date in the file Lightroom uses the file's modification time, in UTC.
        stated = shot.taken_utc if shot.scanned else shot.taken + timedelta(hours=hours)
        is_unknown = shot.scanned or shot.key in plan.DATE_CONFLICTS
        original = None if is_unknown else shot.taken.isoformat()
        rating = shot.rating if master is None else 1
        return self._database.add(
            "Adobe_images",
            id_global=True,
            aspectRatioCache=shot.size[0] / shot.size[1],
            bitDepth=8.0,
            captureTime=stated.isoformat(),
            originalCaptureTime=original,
            colorChannels=3.0,
            colorLabels=_LABELS[shot.index % len(_LABELS)],
            copyName=name,
            fileFormat=kind,
            fileHeight=float(height),
            fileWidth=float(width),
            masterImage=master,
            orientation=_ORIENTATIONS[shot.orientation if kind == "JPG" else 1],
            pick=(0.0, 1.0, 0.0, 0.0, -1.0)[shot.index % 5],
            rating=None if rating is None else float(rating),
            rootFile=file,
            sidecarStatus=2.0,
            touchCount=3.0,
            touchTime=_TOUCHED + shot.index,
        )

    def _exif(self, shot: Shot, image: int) -> None:
        values, intern = shot.exposure, self._database.intern
        day = shot.taken_utc if shot.scanned else shot.taken
        date = {"dateDay": day.day, "dateMonth": day.month, "dateYear": day.year}
        if shot.scanned:
            self._database.add("AgHarvestedExifMetadata", image=image, hasGPS=0, **date)
            return
        self._database.add(
            "AgHarvestedExifMetadata",
            image=image,
            **date,
            aperture=2 * math.log2(values.f_number),
            shutterSpeed=-math.log2(values.exposure_s),
            isoSpeedRating=float(values.iso),
            focalLength=values.focal_mm,
            cameraModelRef=intern("AgInternedExifCameraModel", values.model),
            cameraSNRef=intern("AgInternedExifCameraSN", values.serial),
            lensRef=intern("AgInternedExifLens", values.lens),
            flashFired=0,
            gpsLatitude=shot.place[0],
            gpsLongitude=shot.place[1],
            gpsSequence=1.0,
            hasGPS=1,
        )

    def _iptc(self, shot: Shot, image: int) -> None:
        place, intern = shot.trip.place, self._database.intern
        self._database.add(
            "AgLibraryIPTC", image=image, caption=shot.caption, copyright=f"© {PHOTOGRAPHER}"
        )
        self._database.add(
            "AgHarvestedIptcMetadata",
            image=image,
            cityRef=intern("AgInternedIptcCity", place.name),
            stateRef=intern("AgInternedIptcState", place.state),
            countryRef=intern("AgInternedIptcCountry", place.country),
            isoCountryCodeRef=intern("AgInternedIptcIsoCountryCode", place.code),
            creatorRef=intern("AgInternedIptcCreator", PHOTOGRAPHER),
            copyrightState=1,
            locationDataOrigination="user",
            locationGPSSequence=1.0,
        )

    def _xmp(self, shot: Shot, image: int, kind: str) -> None:
        self._database.add(
            "Adobe_AdditionalMetadata",
            id_global=True,
            additionalInfoSet=1,
            embeddedXmp=1,
            externalXmpIsDirty=1,
            image=image,
            isRawFile=int(kind == "DNG"),
            metadataVersion=4.0,
            xmp=xmp_blob(xmp(replace(tags(shot), taken=None if shot.scanned else shot.taken))),
        )

    def _develop(self, shot: Shot, image: int) -> None:
        settings = self._database.add(
            "Adobe_imageDevelopSettings",
            image=image,
            hasDevelopAdjustmentsEx=1.0 if plan.developed(shot) else -1.0,
            processVersion="15.4",
            whiteBalance="Custom" if plan.developed(shot) else "As Shot",
        )
        self._database.set("developSettingsIDCache", "Adobe_images", image, float(settings))

    def _face(self, shot: Shot, image: int, face: Face) -> None:
        """Add a face by its corners: top left, top right, bottom left, bottom right."""
        left, right = face.x - face.width / 2, face.x + face.width / 2
        top, bottom = face.y - face.height / 2, face.y + face.height / 2
        row = self._database.add(
            "AgLibraryFace",
            image=image,
            imageOrientation=_ORIENTATIONS[shot.orientation],
            orientation=0.0,
            origination=1.0,
            regionType=1.0,
            tl_x=left,
            tl_y=top,
            tr_x=right,
            tr_y=top,
            bl_x=left,
            bl_y=bottom,
            br_x=right,
            br_y=bottom,
            touchCount=1.0,
            touchTime=_TOUCHED,
        )
        keyword = self._keywords.tag(image, ("People", face.name), person=True)
        self._database.add("AgLibraryKeywordFace", face=row, tag=keyword, userPick=1)
