"""SmugMug's albums: where they are in the tree of folders, and which images they show.

Calls are made elsewhere; these functions compare and interpret records of albums.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from photo_assets.catalogs.online.service import Record
from photo_assets.catalogs.smugmug.fields import IMAGES, PLACE, PROCESSING
from photo_assets.catalogs.smugmug.visibility import visibility_of
from photo_assets.model.item import Album
from photo_assets.model.vocabulary import AlbumKind

Albums = Mapping[str, Record]
"""album key -> record"""

Membership = tuple[str, int]
"""Album key, and the image's position in it from 1 on."""

_LISTED_FOR_UPLOADS: Final = 12
# Settings that change which images an album shows, or their order.
_OF_IMAGES: Final = (
    "ImagesLastUpdated",
    "LastUpdated",
    "ImageCount",
    "SortMethod",
    "SortDirection",
)


def path_of(album: Record) -> tuple[str, ...]:
    """Return the names from the outermost folder to the album itself.

    Where the service did not name the folders, those of its address stand in for them.
    """
    folders = (album.get(PLACE) or {}).get("Names")
    if folders is None:
        folders = [part for part in str(album.get("UrlPath") or "").split("/") if part][:-1]
    return (*folders, str(album.get("Name") or album["AlbumKey"]))


def albums_of(memberships: Iterable[Membership], albums: Albums) -> tuple[Album, ...]:
    """Return an image's albums, ordered by path."""
    found = (
        Album(id=key, path=path_of(albums[key]), kind=AlbumKind.ALBUM, position=position)
        for key, position in memberships
    )
    return tuple(sorted(found, key=lambda album: (album.path, album.id)))


def memberships(albums: Albums) -> dict[str, list[Membership]]:
    """Return the albums of every image, by the image's key."""
    found: dict[str, list[Membership]] = {}
    for key in sorted(albums):
        for position, image in enumerate(albums[key].get(IMAGES) or (), 1):
            found.setdefault(image, []).append((key, position))
    return found


def with_images(album: Record, images: list[Record], keys: list[str]) -> Record:
    """Return the album with its images, as listed.

    While the service works on an upload, the album is listed again, but not for ever: it may never
    be done with a damaged video.
    """
    left = 0
    if any(image.get("Processing") is True for image in images):
        left = (album.get(PROCESSING) or _LISTED_FOR_UPLOADS) - 1
    return {**album, IMAGES: keys, PROCESSING: left}


@dataclass(slots=True)
class Compared:
    """A new list of albums beside what is known of them, by keys.

    `now`: the albums, with what is known of their images. `again`: those whose images must be
    listed; `changed`: others that differ; `gone`: those no longer listed.
    """

    now: dict[str, Record]
    again: list[str]
    changed: list[str]
    gone: list[str]


def compare(known: Albums, listed: Albums) -> Compared:
    """Compare a new list of all albums with those known from the last scan."""
    again = [key for key in listed if must_be_listed(listed[key], known.get(key))]
    now = {key: with_known(listed[key], known.get(key)) for key in listed}
    stay = now.keys() - set(again)
    changed = [key for key in now if key in stay and now[key] != known[key]]
    return Compared(now, again, changed, sorted(known.keys() - listed.keys()))


def with_known(album: Record, known: Record | None) -> Record:
    """Return the album of a new list with what is known of it from the last one.

    The images, and the place where the service left that out of the new list.
    """
    if known is None:
        return {**album, IMAGES: None}
    kept: Record = {name: known[name] for name in (IMAGES, PROCESSING) if name in known}
    if PLACE not in album and PLACE in known and _same_folder(album, known):
        kept[PLACE] = known[PLACE]
    return {**album, **kept}


def must_be_listed(album: Record, known: Record | None) -> bool:
    """Return whether the images of an album may be others than at its last listing.

    The service moves `ImagesLastUpdated` when images are added, removed or rearranged. It does not
    say so for the end of the processing of an upload, which states the digest of the file.
    """
    if known is None or known.get(IMAGES) is None or known.get(PROCESSING):
        return True
    return any(album.get(name) != known.get(name) for name in _OF_IMAGES)


def images_concerned(before: Albums, after: Albums) -> Iterator[str]:
    """Yield the images whose items depend on an album that differs."""
    for key in before.keys() | after.keys():
        old, new = before.get(key, {}), after.get(key, {})
        if shown(old) != shown(new):
            yield from old.get(IMAGES) or ()
            yield from new.get(IMAGES) or ()


def shown(album: Record) -> Any:
    """Return what items show of an album."""
    if not album:
        return None
    return path_of(album), visibility_of(album), album.get(IMAGES)


def _same_folder(album: Record, known: Record) -> bool:
    return album.get("UrlPath") == known.get("UrlPath")
