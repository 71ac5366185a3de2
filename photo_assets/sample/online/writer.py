"""Decides what each online service has of the story, as that service keeps it.

Drive, SmugMug and Immich keep the bytes; Flickr has what was exported or uploaded to it and states
no checksum; Google Photos gives what was picked, without a place; a messenger leaves neither
metadata nor size.
"""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, Final

from photo_assets.sample import plan
from photo_assets.sample.ids import Ids
from photo_assets.sample.online.uploads import ACCOUNT, FOLDER, Upload, write_list
from photo_assets.sample.picture_files import EXTENSIONS, PictureFiles
from photo_assets.sample.shots import Shot
from photo_assets.sample.tree import Entry, Tree

_BEST: Final = "Best of"


class _Uploads:
    """Writes the files of uploads that are not in the sample already."""

    def __init__(self, tree: Tree, room: PictureFiles, ids: Ids) -> None:
        self._tree, self.room, self.ids = tree, room, ids
        self._files = {digest: name for name, digest in reversed(tree.files.items())}
        self.digests: dict[str, str] = {}

    def file(self, source: str, name: str, content: bytes) -> str:
        """Return where the bytes are below the sample."""
        digest = self._tree.digest(content)
        if digest not in self._files:
            path = f"{FOLDER}/{source}/{name}"
            self._files[digest] = path
            self._tree.write(path, content)
        self.digests[self._files[digest]] = digest
        return self._files[digest]

    def made(
        self, source: str, shot: Shot, form: str, name: str, content: bytes, **stated: Any
    ) -> Upload:
        return Upload(
            name=name,
            file=self.file(source, name, content),
            picture=f"{shot.key} {form}",
            **{**_of_exif(shot), **stated},
        )


def write_uploads(tree: Tree, room: PictureFiles, ids: Ids, shots: tuple[Shot, ...]) -> list[Entry]:
    """Write the list of each account, and return an entry for each upload.

    The `ref` of an entry is the upload's name, which is unique in its account. Everything else of
    the sample is to be in `tree`: files that exist there are not written again.
    """
    uploads, entries = _Uploads(tree, room, ids), []
    for source, uploaded in _SERVICES.items():
        made = [one for shot in shots for one in uploaded(uploads, shot)]
        tree.write(f"{FOLDER}/{source}.json", write_list(made))
        entries += [
            Entry(f"{source}/{ACCOUNT}", one.name, one.picture, uploads.digests[one.file])
            for one in made
        ]
    return entries


def _of_exif(shot: Shot) -> dict[str, Any]:
    stated = shot.exposure
    return {
        "taken": stated.taken,
        "offset_min": stated.offset_min,
        "make": stated.make,
        "model": stated.model,
        "lens": stated.lens,
        "f_number": stated.f_number,
        "exposure_s": stated.exposure_s,
        "iso": stated.iso,
        "focal_mm": stated.focal_mm,
        "place": stated.place,
        "width": shot.stored_size[0],
        "height": shot.stored_size[1],
        "orientation": shot.orientation,
    }


def _google_drive(uploads: _Uploads, shot: Shot) -> Iterator[Upload]:
    """Yield the backup of the camera's files, and pictures that came from a messenger."""
    source = "google_drive"
    if plan.in_google_drive(shot):
        yield uploads.made(
            source,
            shot,
            "jpeg",
            f"{shot.stem}.JPG",
            uploads.room.original(shot),
            albums=(f"Backup/{shot.taken.year}/{shot.trip.title}",),
            trashed=shot.key == plan.TRASHED_IN_GOOGLE_DRIVE,
            checksums=shot.key != plan.MD5_ALONE_IN_GOOGLE_DRIVE,
        )
    if plan.forwarded_in_google_drive(shot):
        yield Upload(
            name=f"IMG-{shot.taken:%Y%m%d}-WA{shot.number:04d}.jpg",
            file=uploads.file(source, f"{shot.key}.jpg", uploads.room.forwarded(shot)),
            picture=f"{shot.key} forwarded",
            albums=("From the family",),
        )


def _flickr(uploads: _Uploads, shot: Shot) -> Iterator[Upload]:
    """Yield what Lightroom published, and what the phone uploaded: its original, seen by family."""
    if plan.published_in_flickr(shot):
        yield uploads.made(
            "flickr",
            shot,
            "published",
            f"{shot.stem}.jpg",
            uploads.room.published(shot),
            id=plan.flickr_id(shot),
            title=shot.title,
            caption=plan.CAPTIONS_IN_FLICKR.get(shot.key, shot.caption),
            keywords=tuple(path[-1] for path in shot.keywords),
            place=None,  # removed in the export
            albums=(shot.trip.title,),
            public=True,
            orientation=1,
        )
    elif plan.in_flickr(shot):
        content = uploads.room.original(shot)
        yield uploads.made("flickr", shot, "jpeg", f"{shot.stem}.jpg", content, title=shot.stem)


def _smugmug(uploads: _Uploads, shot: Shot) -> Iterator[Upload]:
    """Yield the galleries of the trips; the first picture of each is in one more."""
    if plan.in_smugmug(shot):
        yield uploads.made(
            "smugmug",
            shot,
            "jpeg",
            f"{shot.stem}.JPG",
            uploads.room.original(shot),
            albums=(shot.trip.title, _BEST) if shot.number == 0 else (shot.trip.title,),
            title=shot.title,
            keywords=tuple(path[-1] for path in shot.keywords),
            public=shot.number == 0,
        )


def _immich(uploads: _Uploads, shot: Shot) -> Iterator[Upload]:
    """Yield the backup of the phone, a live photo with its movie."""
    if not plan.in_immich(shot):
        return
    live = uploads.ids.uuid("live", shot.key) if shot.key in plan.LIVE_SHOTS else None
    form, content = uploads.room.taken(shot, live)
    still = uploads.made(
        "immich",
        shot,
        form,
        f"{shot.stem}.{EXTENSIONS[form]}",
        content,
        albums=(shot.trip.title,) if shot.number < 4 else (),
        favourite=shot.rating == 5,
        rating=shot.rating if shot.number == 4 else None,
    )
    if live is not None:
        name, movie = f"{shot.stem}.MOV", uploads.room.movie(shot, live)
        yield uploads.made("immich", shot, "movie", name, movie)
        still = dataclasses.replace(still, moves=name)
    yield still


def _google_photos(uploads: _Uploads, shot: Shot) -> Iterator[Upload]:
    """Yield what was picked by hand. Google states the camera, but neither place nor checksum."""
    if plan.picked_in_google_photos(shot):
        content = uploads.room.original(shot)
        name = f"{shot.stem}.JPG"
        yield uploads.made("google_photos", shot, "jpeg", name, content, place=None)


_SERVICES: Final[dict[str, Callable[[_Uploads, Shot], Iterator[Upload]]]] = {
    "google_drive": _google_drive,
    "flickr": _flickr,
    "smugmug": _smugmug,
    "immich": _immich,
    "google_photos": _google_photos,
}
