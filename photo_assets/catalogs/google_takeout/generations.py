"""Several exports in one source: native ids that stay, and which entry speaks for a photo.

The native id is the path inside the export. The same path in two exports of one account is one
entry when the files are the same (size, and CRC where known): the newest export's metadata then
stand, and the older entry is discarded as superseded. Google numbers equal names again in each
export, and edits change a file in place; so where the files differ both are kept, and the newer
file's id is put below its export's time: "20240612T103430Z/Takeout/…". So are the files of another
account, even where they are the same: what two people state of one picture are two statements.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cmp_to_key

from photo_assets.catalogs.google_takeout.accounts import by_account
from photo_assets.catalogs.google_takeout.exports import Export, same_content
from photo_assets.catalogs.google_takeout.memberships import Holdings
from photo_assets.catalogs.google_takeout.photos import Photo
from photo_assets.model.events import Discarded

_SHORTEST_ID = 20  # characters that an id of Google's has at least; other texts may be equal


@dataclass(frozen=True, slots=True)
class Speaker:
    """The entry that speaks for a photo, and the photo in every export, oldest first.

    `held` is what the exports of its account hold, oldest first, by label.
    """

    photo: Photo
    group: tuple[Photo, ...]
    held: dict[str, Holdings]


def settle(
    exports: Mapping[str, Export], photos: list[Photo]
) -> tuple[list[Speaker], list[Discarded]]:
    """Set the native ids of the photos of all exports; return who speaks, and the superseded.

    `exports` are by label, oldest first.
    """
    of_export: dict[str, list[Photo]] = defaultdict(list)
    by_path: dict[str, list[Photo]] = defaultdict(list)
    for photo in photos:
        of_export[photo.export].append(photo)
        by_path[photo.path].append(photo)
    held: dict[str, dict[str, Holdings]] = {}
    for labels in by_account({label: export.whose for label, export in exports.items()}):
        account = {label: Holdings.of(exports[label], of_export[label]) for label in labels}
        held |= dict.fromkeys(labels, account)
        _bring_up_to_date([photo for label in labels for photo in of_export[label]])
    speaking: list[Speaker] = []
    superseded: list[Discarded] = []
    for path, claims in by_path.items():
        for number, group in enumerate(_groups(claims, held)):
            native_id = path if number == 0 else f"{group[0].export}/{path}"
            for photo in group:
                photo.native_id = native_id
            ordered = sorted(group, key=cmp_to_key(_chronology))
            speaker = _speaker(ordered)
            speaking.append(Speaker(speaker, tuple(ordered), held[speaker.export]))
            superseded += [_superseded(photo, speaker) for photo in group if photo is not speaker]
    return speaking, superseded


def _bring_up_to_date(photos: list[Photo]) -> None:
    """Let each photo have the latest JSON about its item. `photos` are an account's, oldest first.

    The item may be in the later export under another name, with other bytes, or renumbered.
    """
    latest: dict[str, Photo] = {}
    for photo in reversed(photos):
        item = photo.json.version.photo_id if photo.json is not None else None
        if photo.json is None or item is None or len(item) < _SHORTEST_ID:
            continue
        newest = latest.setdefault(item, photo)
        if newest.json is not None and newest.stamp > photo.stamp:
            photo.older, photo.json = (*photo.older, photo.json), newest.json


def _groups(claims: list[Photo], held: Mapping[str, object]) -> list[list[Photo]]:
    """Return the claims on one path by account and file, oldest export first."""
    groups: list[list[Photo]] = []
    for photo in sorted(claims, key=lambda photo: photo.export):
        for group in groups:
            last = group[-1]
            same_account = held[last.export] is held[photo.export]
            if same_account and same_content(last.entry, photo.entry) and _same_moment(last, photo):
                group.append(photo)
                break
        else:
            groups.append([photo])
    return groups


def _same_moment(one: Photo, other: Photo) -> bool:
    """Say whether two files of unknown CRC may be one: their JSONs must not disagree."""
    if one.entry.crc is not None and other.entry.crc is not None:
        return True
    if one.json is None or other.json is None or one.json.key[1] == other.json.key[1]:
        return True
    ids = {one.json.version.photo_id, other.json.version.photo_id}
    return len(ids) == 1 and None not in ids  # one item, of which the time was corrected


def _chronology(one: Photo, other: Photo) -> int:
    """Order by the exports' times; one without a time by what is stated, else before all others."""
    if (not one.stamp or not other.stamp) and one.json is not None and other.json is not None:
        if one.json.version.is_later_than(other.json.version):
            return 1
        if other.json.version.is_later_than(one.json.version):
            return -1
    return (one.stamp > other.stamp) - (one.stamp < other.stamp)


def _speaker(group: list[Photo]) -> Photo:
    """Return the newest entry that has a JSON, or else the newest."""
    return next((photo for photo in reversed(group) if photo.json is not None), group[-1])


def _superseded(photo: Photo, speaker: Photo) -> Discarded:
    newer = speaker.export or "another part of the source"
    return Discarded(photo.entry.shown, "superseded", f"The same file is in the export {newer}.")
