"""Converting the content of a member's files to an `Item`: the precedence for each field."""

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from photo_assets.catalogs.folders.contents import Contents
from photo_assets.catalogs.folders.group import Member
from photo_assets.catalogs.folders.note import (
    Note,
    added_time,
    icloud_record,
    icloud_time,
    picasa_record,
)
from photo_assets.catalogs.folders.pairs import Related
from photo_assets.catalogs.folders.settings import FoldersSettings
from photo_assets.media.icloud_export import IcloudPhoto
from photo_assets.media.names import dated_by_name
from photo_assets.media.picasa import ORIGINALS_FOLDER
from photo_assets.media.record import CaptureTime, MediaRecord, merged
from photo_assets.media.xmp.packet import packet_text
from photo_assets.media.xmp.statement import SIDECAR, packet_record
from photo_assets.model.canonical import canonical_json
from photo_assets.model.item import Album, Item, Link
from photo_assets.model.media import media_of
from photo_assets.model.names import clean_text
from photo_assets.model.vocabulary import AlbumKind, Availability, CaptureKind, LinkKind, Visibility

MAX_RAW_SIDECAR_BYTES = 64 * 1024
_MAX_RAW_TEXT = 2000
_UNCLEAR = "iCloud's table has several files of this name, but none with this content."
_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Location:
    """The location of a member: catalog, native id, absolute path, directory below the root."""

    source: str
    catalog: str
    reader_version: int
    account: str | None
    native_id: str
    path: str
    folder: str

    def sibling(self, text: str) -> str:
        """Return the native id of another file of the same directory."""
        return f"{self.folder}/{text}" if self.folder else text


def build_item(
    where: Location,
    member: Member,
    contents: Contents,
    related: Related,
    token: str | None,
    settings: FoldersSettings,
) -> Item:
    """Return the item of a member."""
    note = contents.note or Note()
    row = note.row(contents.checksum)
    record = _stated(contents, member, row, settings.rating_five_is_favourite)
    if settings.dates_from_names:
        record = dated_by_name(record, member.file.text)
    return Item(
        source=where.source,
        catalog=where.catalog,
        native_id=where.native_id,
        reader_version=where.reader_version,
        account=where.account,
        path=where.path,
        file_name=member.file.text,
        media_type=media_of(member.file.name)[0],
        media_kind=member.kind,
        file_size=member.file.size,
        file_mtime_ns=member.file.mtime_ns,
        file_ctime_ns=member.file.ctime_ns,
        file_inode=member.file.inode,
        added_time=added_time(row),
        modified_time=_moment(member.file.mtime_ns),
        albums=(*_folder_album(where.folder), *dict.fromkeys(note.albums)),
        **record.item_values(),
        visibility=Visibility.LOCKED if record.hidden else None,
        availability=Availability.TRASHED if row and row.deleted else Availability.ONLINE,
        links=_links(where, member, related, record, note),
        extras=_extras(member, contents, record, row),
        raw=_raw(contents),
        change_token=token,
    )


def _stated(
    contents: Contents, member: Member, row: IcloudPhoto | None, five_is_favourite: bool
) -> MediaRecord:
    """Return the merged values of sidecars, notes and file, in this order: people edit sidecars.

    iCloud's creation time is used only as the last resort. Regions are in the frame of the file: a
    sidecar that rotates the picture also rotates its regions. Where a file states no time,
    darktable writes the file's modification time into its sidecar: it is ignored.
    """
    file = contents.embedded
    size = (file.width, file.height) if file.width and file.height else None
    sidecars = []
    for packet in (s.record for s in contents.sidecars if s.record is not None):
        record = packet_record(
            packet,
            SIDECAR,
            orientation=file.orientation,
            size=size,
            five_is_favourite=five_is_favourite,
        )
        if packet.time_may_be_file_time and not file.captures:
            record = dataclasses.replace(
                record, captures=_not_at(record.captures, member.file.mtime_ns)
            )
        sidecars.append(record)
    note = contents.note or Note()
    noted = [picasa_record(one, file, member.kind) for one in note.picasa]
    if row is None:
        return merged([*sidecars, *noted, file])
    return merged([*sidecars, *noted, icloud_record(row), file, icloud_time(row)])


def _not_at(times: tuple[CaptureTime, ...], mtime_ns: int) -> tuple[CaptureTime, ...]:
    """Return the times except those equal to the file's modification time, in any zone."""
    moment = _moment(mtime_ns)
    if moment is None:
        return times
    written = CaptureTime(
        time=moment.replace(tzinfo=None), source="stat", offset_min=0, kind=CaptureKind.UTC
    )
    apart = {time: time.apart_s(written) for time in times}
    return tuple(time for time, seconds in apart.items() if seconds is None or seconds >= 1)


def _moment(mtime_ns: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(microseconds=mtime_ns // 1000)
    except OverflowError:
        return None


def _folder_album(folder: str) -> tuple[Album, ...]:
    if folder.rpartition("/")[2].lower() == ORIGINALS_FOLDER:
        folder = folder.rpartition("/")[
            0
        ]  # originals of Picasa belong to the album of the parent folder
    if not folder:
        return ()
    return (Album(id=folder, path=tuple(folder.split("/")), kind=AlbumKind.FOLDER),)


def _links(
    where: Location, member: Member, related: Related, record: MediaRecord, note: Note
) -> tuple[Link, ...]:
    if member.version is not None:
        return (Link(kind=LinkKind.VIRTUAL_COPY_OF, target=where.sibling(member.file.text)),)
    links = [
        Link(kind=kind, target=where.sibling(other.text), detail=evidence)
        for kind, other, evidence in related.links
    ]
    links += [
        Link(kind=LinkKind.EDIT_OF, target=original, detail="Picasa's originals")
        for original in note.originals
    ]
    for target_id, detail in (
        (record.document_id, "xmpMM:DocumentID"),
        (record.original_document_id, "xmpMM:OriginalDocumentID"),
        (record.derived_from, "xmpMM:DerivedFrom"),
    ):
        if target_id:
            links.append(Link(kind=LinkKind.DOCUMENT_ID, target=target_id, detail=detail))
    return tuple(links)


def _extras(
    member: Member, contents: Contents, record: MediaRecord, row: IcloudPhoto | None
) -> str | None:
    note = contents.note or Note()
    unclear = note.needs_checksum and row is None
    found: dict[str, object] = {
        "content_identifier": record.content_identifier,
        "headline": record.headline,
        "sidecars": [sidecar.entry.text for sidecar in contents.sidecars],
        "notes": note.files,
        "adjustments": [entry.text for entry in member.adjustments],
        "producer": record.producer,
        "hidden": record.hidden,
        "problems": list(record.problems)
        + [f"{s.entry.text}: {s.problem}" for s in contents.sidecars if s.problem]
        + [_UNCLEAR] * unclear,
    }
    stated = {name: value for name, value in found.items() if value}
    return canonical_json(stated).decode() if stated else None


def _raw(contents: Contents) -> str:
    found: dict[str, object] = {
        "embedded": _bounded(contents.embedded),
        "sidecars": {
            sidecar.entry.text: clean_text(packet_text(sidecar.data[:MAX_RAW_SIDECAR_BYTES]))
            for sidecar in contents.sidecars
        },
    }
    if contents.note is not None:
        found["notes"] = {"picasa": contents.note.picasa, "icloud": contents.note.icloud}
    return canonical_json(found).decode()


def _bounded(record: MediaRecord) -> dict[str, object]:
    """Return the record's values, long texts truncated, without keywords and people."""
    return {
        field.name: value[:_MAX_RAW_TEXT] if type(value) is str else value
        for field in dataclasses.fields(record)
        if (value := getattr(record, field.name)) and field.name not in {"keywords", "people"}
    }
