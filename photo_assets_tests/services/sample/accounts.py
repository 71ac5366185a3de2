"""Fills the account of each stand-in with uploads, as the service shows them to their owner.

What is in an upload is decided elsewhere: by the sample, or by a measurement.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from fractions import Fraction
from typing import Any

from photo_assets.sample.online import Upload
from photo_assets_tests.services.flickr.account import Account as FlickrAccount
from photo_assets_tests.services.google_drive.account import Account as DriveAccount
from photo_assets_tests.services.google_photos.library import Library as PickerLibrary
from photo_assets_tests.services.immich.store import Store
from photo_assets_tests.services.smugmug.library import Album, Library

Content = Callable[[Upload], bytes]
"""Returns the bytes of an upload."""

_QUARTER_TURNS = {3: 2, 6: 1, 8: 3}  # by EXIF orientation; mirrored pictures have none


def fill_drive(account: DriveAccount, uploads: Iterable[Upload], content: Content) -> None:
    """Upload to Drive, into folders named by the albums' paths."""
    folders: dict[str, str | None] = {"": None}

    def folder(path: str) -> str | None:
        if path not in folders:
            parent, _, name = path.rpartition("/")
            folders[path] = account.add_folder(name, folder(parent))
        return folders[path]

    for one in uploads:
        fields: dict[str, Any] = (
            {} if one.checksums else dict.fromkeys(("sha256Checksum", "sha1Checksum"))
        )
        image: dict[str, Any] = {
            "width": one.width,
            "height": one.height,
            "rotation": _QUARTER_TURNS.get(one.orientation, 0),
        }
        if one.taken is not None:
            image |= {
                "time": f"{one.taken:%Y:%m:%d %H:%M:%S}",
                "cameraMake": one.make,
                "cameraModel": one.model,
                "lens": one.lens,
                "aperture": one.f_number,
                "exposureTime": one.exposure_s,
                "isoSpeed": one.iso,
                "focalLength": one.focal_mm,
            }
        if one.place is not None:
            image["location"] = {"latitude": one.place[0], "longitude": one.place[1], "altitude": 0}
        fields["imageMediaMetadata"] = _stated(image)
        parent = folder(one.albums[0] if one.albums else "")
        made = account.add_file(one.name, content(one), parent, **fields)
        if one.trashed:
            account.trash(made)


def fill_flickr(account: FlickrAccount, uploads: Iterable[Upload], content: Content) -> None:
    """Upload to Flickr, which states no checksum; what is not public is for the family."""
    sets: dict[str, list[str]] = {}
    for one in uploads:
        taken = (
            {"taken": f"{one.taken:%Y-%m-%d %H:%M:%S}"} if one.taken else {"taken_unknown": True}
        )
        made = account.add_photo(
            **({"id": one.id} if one.id else {}),
            title=one.title or "",
            description=one.caption or "",
            **taken,
            tags=one.keywords,
            place=None if one.place is None else (*one.place, 16),
            public=one.public,
            family=not one.public,
            width=one.width,
            height=one.height,
        )
        account.contents[made] = content(one)
        for album in one.albums:
            sets.setdefault(album, []).append(made)
    for title, photos in sets.items():
        account.add_set(title, photos)


def fill_smugmug(library: Library, uploads: Iterable[Upload], content: Content) -> None:
    """Upload to SmugMug; further albums show the same image."""
    albums: dict[str, Album] = {}
    for one in uploads:
        metadata = {
            "DateTimeCreated": None if one.taken is None else one.taken.isoformat(),
            "Make": one.make,
            "Model": one.model,
            "Lens": one.lens,
            "Aperture": _text(one.f_number),
            "Exposure": None if one.exposure_s is None else str(_fraction(one.exposure_s)),
            "ISO": _text(one.iso),
            "FocalLength": None if one.focal_mm is None else f"{one.focal_mm} mm",
            "Rating": _text(one.rating),
        }
        for name in one.albums:
            if name not in albums:
                albums[name] = library.add_album(
                    name, privacy="Public" if one.public else "Private"
                )
        place = (
            {}
            if one.place is None
            else {"latitude": _degrees(one.place[0]), "longitude": _degrees(one.place[1])}
        )
        image = library.add_image(
            albums[one.albums[0]],
            one.name,
            content(one),
            width=one.width,
            height=one.height,
            title=one.title or "",
            caption=one.caption or "",
            keywords=one.keywords,
            metadata=_stated(metadata),
            archived=one.checksums,
            **place,
        )
        for name in one.albums[1:]:
            library.collect(image, albums[name])


def fill_immich(store: Store, uploads: Iterable[Upload], content: Content) -> None:
    """Upload to Immich, as its app does; the movie of a live photo is hidden behind it.

    A file without checksums is in an external library: Immich states the digest of its path.
    """
    albums: dict[str, list[str]] = {}
    movies: dict[str, str] = {}
    uploads = list(uploads)
    moving = {one.moves for one in uploads}
    for one in uploads:
        data = content(one)
        exif = {
            "fileSizeInByte": len(data),
            "exifImageWidth": one.width,
            "exifImageHeight": one.height,
            "orientation": str(one.orientation),
            "make": one.make,
            "model": one.model,
            "lensModel": one.lens,
            "fNumber": one.f_number,
            "exposureTime": None if one.exposure_s is None else str(_fraction(one.exposure_s)),
            "iso": one.iso,
            "focalLength": one.focal_mm,
            "latitude": one.place and one.place[0],
            "longitude": one.place and one.place[1],
            "rating": one.rating,
            "description": one.caption or "",
        }
        fields: dict[str, Any] = {"isFavorite": one.favourite}
        if one.name in moving:
            fields |= {"type": "VIDEO", "visibility": "hidden", "duration": 1_000}
        if one.moves is not None:
            fields["livePhotoVideoId"] = movies[one.moves]
        if one.taken is not None:
            fields |= {"taken": one.taken, "offset_min": one.offset_min or 0}
        if one.checksums:
            made = store.add(one.name, data, exif=exif, **fields)
        else:
            made = store.add_external(f"/mnt/photos/{one.name}", data, exif=exif, **fields)
        movies[one.name] = made
        for album in one.albums:
            albums.setdefault(album, []).append(made)
    for name, members in albums.items():
        store.put_album(name, members)


def fill_google_photos(library: PickerLibrary, uploads: Iterable[Upload]) -> None:
    """Upload to Google Photos; the owner picks everything as soon as the page is opened."""
    picked = []
    for one in uploads:
        taken = {} if one.taken is None else {"createTime": _instant(one)}
        about = {"width": one.width, "height": one.height, **taken}
        camera = {"cameraMake": one.make, "cameraModel": one.model}
        photo = {
            "focalLength": one.focal_mm,
            "apertureFNumber": one.f_number,
            "isoEquivalent": one.iso,
            "exposureTime": None if one.exposure_s is None else f"{one.exposure_s:.9f}s",
        }
        picked.append(
            library.add_photo(one.name, **about, **_stated(camera), photoMetadata=_stated(photo))
        )
    library.opening = tuple(picked)


def _instant(upload: Upload) -> str:
    """Return the time of capture in UTC, as Google states it; without an offset, the clock's."""
    assert upload.taken is not None
    instant = upload.taken - timedelta(minutes=upload.offset_min or 0)
    return f"{instant:%Y-%m-%dT%H:%M:%S}Z"


def _stated(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _text(value: float | None) -> str | None:
    return None if value is None else str(value)


def _fraction(seconds: float) -> Fraction:
    return Fraction(seconds).limit_denominator(8_000)


def _degrees(value: float) -> str:
    return f"{value:.14f}"
