"""Photosets as albums: which sets a photo is in, and at which position.

The table `sets` has one record per photoset, and `members` one with its photos, both by its id.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from photo_assets.catalogs.flickr.values import text, whole
from photo_assets.model.item import Album
from photo_assets.model.vocabulary import AlbumKind

SETS, MEMBERS = "sets", "members"

Table = Mapping[str, Mapping[str, Any]]


def set_record(photoset: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of a photoset: its name, and what tells that it changed.

    `date_update` is 0 for a set that was never changed, and a deleted photo may leave it as it is:
    so the numbers of photos and videos are kept too.
    """
    names = ("id", "primary", "photos", "videos", "title", "description", "date_update")
    return {name: photoset[name] for name in names if name in photoset}


def is_empty(photoset: Mapping[str, Any]) -> bool:
    """Return whether a photoset states that nothing is in it."""
    return whole(photoset.get("photos")) == 0 and not whole(photoset.get("videos"))


class Memberships:
    """The albums of every photo, of the tables as they are."""

    def __init__(self, sets: Table, members: Table) -> None:
        self.sets, self.members = sets, members
        self._albums: dict[str, list[Album]] = defaultdict(list)
        for set_id in sorted(sets.keys() & members.keys()):
            name = text(sets[set_id].get("title")) or set_id
            for position, photo_id in enumerate(members[set_id]["photos"]):
                album = Album(id=set_id, path=(name,), kind=AlbumKind.ALBUM, position=position)
                self._albums[photo_id].append(album)

    def of(self, photo_id: str) -> tuple[Album, ...]:
        """Return the albums of a photo, by their ids."""
        return tuple(self._albums.get(photo_id, ()))

    def differing(self, other: "Memberships") -> set[str]:
        """Return the photos whose albums differ."""
        ids = self._albums.keys() | other._albums.keys()
        return {photo_id for photo_id in ids if self.of(photo_id) != other.of(photo_id)}
