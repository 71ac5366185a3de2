"""Notes about one picture from notes files, and their conversion to metadata.

Values only; notes files are read in `notes`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from photo_assets.media.icloud_export import IcloudPhoto
from photo_assets.media.picasa import PicasaEntry, people
from photo_assets.media.record import CaptureTime, GpsPosition, MediaRecord, Moment
from photo_assets.model.canonical import canonical_json
from photo_assets.model.item import Album, Keyword
from photo_assets.model.plausible import stated_text
from photo_assets.model.vocabulary import MediaKind


@dataclass(frozen=True, slots=True)
class PicasaNote:
    """A section of a `.picasa.ini` with the names of the contacts of its faces."""

    entry: PicasaEntry
    contacts: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Note:
    """All notes about one picture, in order of precedence of the files."""

    files: list[str] = field(default_factory=list)  # names of the notes files beside it
    picasa: list[PicasaNote] = field(default_factory=list)
    icloud: list[IcloudPhoto] = field(default_factory=list)  # rows with its name, each once
    albums: list[Album] = field(default_factory=list)
    originals: list[str] = field(
        default_factory=list
    )  # native ids of the pictures that Picasa changed

    @property
    def digest(self) -> str:
        """Digest of the note, in hex."""
        return hashlib.blake2b(canonical_json(self), digest_size=16).hexdigest()

    @property
    def needs_checksum(self) -> bool:
        """Return whether the picture's checksum is needed to find its row in a table."""
        return len(self.icloud) > 1

    def row(self, checksum: str | None) -> IcloudPhoto | None:
        """Return the picture's row, by its `checksum` where several rows have its name."""
        if not self.needs_checksum:
            return next(iter(self.icloud), None)
        return next((row for row in self.icloud if row.checksum and row.checksum == checksum), None)


def picasa_record(note: PicasaNote, file: MediaRecord, kind: MediaKind) -> MediaRecord:
    """Return Picasa's metadata of a picture; `file` is the metadata in the picture.

    A star is a favorite and not a rating. A picture hidden in Picasa is hidden. Rotations that
    Picasa displays but did not save are ignored.
    """
    entry = note.entry
    place = entry.place
    return MediaRecord(
        favourite=entry.star or None,
        hidden=entry.hidden or None,
        caption=stated_text(entry.caption),
        keywords=tuple(Keyword(path=(word,)) for word in entry.keywords),
        people=people(entry, note.contacts, file.orientation, is_raw=kind is MediaKind.RAW),
        position=None
        if place is None
        else GpsPosition(latitude=place[0], longitude=place[1], source="picasa:geotag"),
    )


def icloud_record(row: IcloudPhoto) -> MediaRecord:
    """Return the metadata in a row of iCloud's table, except its time."""
    return MediaRecord(favourite=row.favourite, hidden=row.hidden)


def icloud_time(row: IcloudPhoto) -> MediaRecord:
    """Return a row's creation time to the minute, used where the file states none."""
    created = row.created
    if created is None:
        return MediaRecord()
    time = CaptureTime(
        time=created.time.time,
        source=created.source,
        offset_min=0,
        precision=created.time.precision,
        kind=created.kind,
        moment=Moment.LAST,
    )
    return MediaRecord(captures=(time,))


def added_time(row: IcloudPhoto | None) -> datetime | None:
    """Return when a picture was added to iCloud."""
    return row.imported.time.replace(tzinfo=UTC) if row is not None and row.imported else None
