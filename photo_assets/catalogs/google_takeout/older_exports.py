"""Older and newer exports of one source: stable native ids, and the current entry of a photo.

The native id is the path inside the export. The same path in two exports of one account is one
entry when the files are the same (size, and CRC where known): the newest export's metadata are
used, and the older entry is discarded as superseded. Google renumbers equal names in each export,
and edits change a file in place; so where the files differ both are kept, and the newer file's id
is prefixed with its export's time: "20240612T103430Z/Takeout/…". The same applies to files of
another account, even where they are the same: the statements of two people about one picture are
kept apart.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cmp_to_key

from photo_assets.catalogs.google_takeout.accounts import by_account
from photo_assets.catalogs.google_takeout.exports import Export, same_content
from photo_assets.catalogs.google_takeout.memberships import ExportAlbums
from photo_assets.catalogs.google_takeout.photos import Photo
from photo_assets.model.events import Discarded

_SHORTEST_ID = 20  # minimum length of Google's ids; shorter texts may be equal by chance


@dataclass(frozen=True, slots=True)
class CurrentEntry:
    """The current entry of a photo, and the photo in every export, oldest first.

    `albums` are the albums of the exports of its account, oldest first, by label.
    """

    photo: Photo
    group: tuple[Photo, ...]
    albums: dict[str, ExportAlbums]


def current_entries(
    exports: Mapping[str, Export], photos: list[Photo]
) -> tuple[list[CurrentEntry], list[Discarded]]:
    """Set the native ids of all photos; return the current entries, and superseded ones as events.

    `exports` are by label, oldest first.
    """
    of_export: dict[str, list[Photo]] = defaultdict(list)
    by_path: dict[str, list[Photo]] = defaultdict(list)
    for photo in photos:
        of_export[photo.export].append(photo)
        by_path[photo.path].append(photo)
    albums: dict[str, dict[str, ExportAlbums]] = {}
    for labels in by_account({label: export.account for label, export in exports.items()}):
        account = {label: ExportAlbums.of(exports[label], of_export[label]) for label in labels}
        albums |= dict.fromkeys(labels, account)
        _bring_up_to_date([photo for label in labels for photo in of_export[label]])
    entries: list[CurrentEntry] = []
    superseded: list[Discarded] = []
    for path, claims in by_path.items():
        for number, group in enumerate(_groups(claims, albums)):
            native_id = path if number == 0 else f"{group[0].export}/{path}"
            for photo in group:
                photo.native_id = native_id
            ordered = sorted(group, key=cmp_to_key(_chronology))
            newest = _newest(ordered)
            entries.append(CurrentEntry(newest, tuple(ordered), albums[newest.export]))
            superseded += [_superseded(photo, newest) for photo in group if photo is not newest]
    return entries, superseded


def _bring_up_to_date(photos: list[Photo]) -> None:
    """Give each photo the latest JSON of its item. `photos` are those of an account, oldest first.

    In the later export the item may have another name, other bytes, or another number.
    """
    latest: dict[str, Photo] = {}
    for photo in reversed(photos):
        item = photo.json.version.photo_id if photo.json is not None else None
        if photo.json is None or item is None or len(item) < _SHORTEST_ID:
            continue
        newest = latest.setdefault(item, photo)
        if newest.json is not None and newest.stamp > photo.stamp:
            photo.older, photo.json = (*photo.older, photo.json), newest.json


def _groups(claims: list[Photo], albums: Mapping[str, object]) -> list[list[Photo]]:
    """Return the claims on one path by account and file, oldest export first."""
    groups: list[list[Photo]] = []
    for photo in sorted(claims, key=lambda photo: photo.export):
        for group in groups:
            last = group[-1]
            same_account = albums[last.export] is albums[photo.export]
            if same_account and same_content(last.entry, photo.entry) and _same_moment(last, photo):
                group.append(photo)
                break
        else:
            groups.append([photo])
    return groups


def _same_moment(one: Photo, other: Photo) -> bool:
    """Return whether two files without CRC may be the same: their JSONs must not contradict."""
    if one.entry.crc is not None and other.entry.crc is not None:
        return True
    if one.json is None or other.json is None or one.json.key[1] == other.json.key[1]:
        return True
    ids = {one.json.version.photo_id, other.json.version.photo_id}
    return len(ids) == 1 and None not in ids  # one item with a corrected time


def _chronology(one: Photo, other: Photo) -> int:
    """Order by the exports' times; one without a time by its statements, otherwise first."""
    if (not one.stamp or not other.stamp) and one.json is not None and other.json is not None:
        if one.json.version.is_later_than(other.json.version):
            return 1
        if other.json.version.is_later_than(one.json.version):
            return -1
    return (one.stamp > other.stamp) - (one.stamp < other.stamp)


def _newest(group: list[Photo]) -> Photo:
    """Return the newest entry with a JSON, otherwise the newest."""
    return next((photo for photo in reversed(group) if photo.json is not None), group[-1])


def _superseded(photo: Photo, newest: Photo) -> Discarded:
    newer = newest.export or "another part of the source"
    return Discarded(photo.entry.shown, "superseded", f"The same file is in the export {newer}.")
