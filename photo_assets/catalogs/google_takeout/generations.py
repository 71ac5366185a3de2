"""Several exports of one library: native ids that stay, and which entry speaks for a photo.

The native id is the path inside the export. The same path in two exports is one entry when the
files are the same (size, and CRC where known): the newest export's metadata then stand, and the
older entry is discarded as superseded. Google numbers equal names anew in each export, and edits
change a file in place; so where the files differ both are kept, and the newer file's id is put
below its export's time: "20240612T103430Z/Takeout/…".
"""

from collections import defaultdict

from photo_assets.catalogs.google_takeout.exports import same_content
from photo_assets.catalogs.google_takeout.photos import Photo
from photo_assets.model.events import Discarded


def settle(photos: list[Photo]) -> tuple[list[Photo], list[Discarded]]:
    """Set the native ids of the photos of all exports; return who speaks, and the superseded."""
    by_path: dict[str, list[Photo]] = defaultdict(list)
    for photo in photos:
        by_path[photo.path].append(photo)
    speaking: list[Photo] = []
    superseded: list[Discarded] = []
    for path, claims in by_path.items():
        for number, group in enumerate(_groups(claims)):
            oldest = group[0].export
            native_id = path if number == 0 else f"{oldest}/{path}"
            for photo in group:
                photo.native_id = native_id
            speaker = _speaker(group)
            speaking.append(speaker)
            superseded += [_superseded(photo, speaker) for photo in group if photo is not speaker]
    return speaking, superseded


def _groups(claims: list[Photo]) -> list[list[Photo]]:
    """Return the claims on one path by file, oldest export first."""
    groups: list[list[Photo]] = []
    for photo in sorted(claims, key=lambda photo: photo.export):
        for group in groups:
            if same_content(group[-1].entry, photo.entry) and _same_moment(group[-1], photo):
                group.append(photo)
                break
        else:
            groups.append([photo])
    return groups


def _same_moment(one: Photo, other: Photo) -> bool:
    """Say whether two files of unknown CRC may be one: their JSONs must not disagree."""
    if one.entry.crc is not None and other.entry.crc is not None:
        return True
    return one.key is None or other.key is None or one.key[1] == other.key[1]


def _speaker(group: list[Photo]) -> Photo:
    """Return the newest entry that has a JSON, or else the newest."""
    return next((photo for photo in reversed(group) if photo.sidecar is not None), group[-1])


def _superseded(photo: Photo, speaker: Photo) -> Discarded:
    newer = speaker.export or "another part of the source"
    return Discarded(photo.entry.shown, "superseded", f"The same file is in the export {newer}.")
