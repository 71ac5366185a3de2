"""What programs noted of one picture in files that are about several, and what it comes to.

Values only; which files say so is found in `notes`.
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
    """A section of a `.picasa.ini` with the names of the contacts it gives faces to."""

    entry: PicasaEntry
    contacts: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Note:
    """All that is noted of one picture, the file to believe first, first."""

    files: list[str] = field(default_factory=list)  # names of those beside it that say something
    picasa: list[PicasaNote] = field(default_factory=list)
    icloud: list[IcloudPhoto] = field(default_factory=list)  # rows that name it, each once
    albums: list[Album] = field(default_factory=list)
    originals: list[str] = field(default_factory=list)  # native ids of what Picasa changed

    @property
    def digest(self) -> str:
        """Equal where the same is noted, in hex."""
        return hashlib.blake2b(canonical_json(self), digest_size=16).hexdigest()

    @property
    def needs_checksum(self) -> bool:
        """Say whether only its content tells which row of a table is about the picture."""
        return len(self.icloud) > 1

    def row(self, checksum: str | None) -> IcloudPhoto | None:
        """Return the row about the picture, whose `checksum` counts where several have its name."""
        if not self.needs_checksum:
            return next(iter(self.icloud), None)
        return next((row for row in self.icloud if row.checksum and row.checksum == checksum), None)


def picasa_record(note: PicasaNote, file: MediaRecord, kind: MediaKind) -> MediaRecord:
    """Return what Picasa noted of a picture; `file` is what the picture says of itself.

    A star is a favourite and no rating. A picture hidden in Picasa is hidden. Turns that Picasa
    shows without having saved them do not count.
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
    """Return what a row of iCloud's table says of a picture, but its time."""
    return MediaRecord(favourite=row.favourite, hidden=row.hidden)


def icloud_time(row: IcloudPhoto) -> MediaRecord:
    """Return a row's time of creation: an instant to the minute, for where the file states none."""
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
    """Return when a picture came to iCloud."""
    return row.imported.time.replace(tzinfo=UTC) if row is not None and row.imported else None
