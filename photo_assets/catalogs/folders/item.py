"""From what a member's files say to an `Item`: every field, from the source to be believed."""

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from photo_assets.catalogs.folders.contents import Contents
from photo_assets.catalogs.folders.group import Member
from photo_assets.catalogs.folders.pairs import Related
from photo_assets.media.names import dated_by_name
from photo_assets.media.record import CaptureTime, MediaRecord, merged
from photo_assets.media.xmp.packet import packet_text
from photo_assets.media.xmp.statement import SIDECAR, packet_record
from photo_assets.model.item import Album, Item, Link, canonical_json
from photo_assets.model.media import media_of
from photo_assets.model.names import clean_text
from photo_assets.model.vocabulary import AlbumKind, CaptureKind, LinkKind, Visibility
from photo_assets.store.configuration.catalogs import FoldersSettings

MAX_RAW_SIDECAR_BYTES = 64 * 1024
_MAX_RAW_TEXT = 2000
_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member is: catalog, native id, absolute path, directory relative to the root."""

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
    where: Place,
    member: Member,
    contents: Contents,
    related: Related,
    token: str | None,
    settings: FoldersSettings,
) -> Item:
    """Return the item of a member."""
    record = _stated(contents, member.file.mtime_ns, settings.rating_five_is_favourite)
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
        modified_time=_moment(member.file.mtime_ns),
        albums=_albums(where.folder),
        **record.item_values(),
        visibility=Visibility.LOCKED if record.hidden else None,
        links=_links(where, member, related, record),
        extras=_extras(member, contents, record),
        raw=_raw(contents),
        change_token=token,
    )


def _stated(contents: Contents, mtime_ns: int, five_is_favourite: bool) -> MediaRecord:
    """Return what sidecars and file say; the sidecars, which people write to, come first.

    The frame of regions is the file's: a sidecar that turns the picture turns its regions too.
    Where a file states no time, darktable writes the file's own into its sidecar: no statement.
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
        if packet.time_may_be_the_file_s and not file.captures:
            record = dataclasses.replace(record, captures=_not_at(record.captures, mtime_ns))
        sidecars.append(record)
    return merged([*sidecars, file])


def _not_at(times: tuple[CaptureTime, ...], mtime_ns: int) -> tuple[CaptureTime, ...]:
    """Return the times but those that are the file's own, in whatever zone."""
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


def _albums(folder: str) -> tuple[Album, ...]:
    if not folder:
        return ()
    return (Album(id=folder, path=tuple(folder.split("/")), kind=AlbumKind.FOLDER),)


def _links(where: Place, member: Member, related: Related, record: MediaRecord) -> tuple[Link, ...]:
    if member.version is not None:
        return (Link(kind=LinkKind.VIRTUAL_COPY_OF, target=where.sibling(member.file.text)),)
    links = [
        Link(kind=kind, target=where.sibling(other.text), detail=evidence)
        for kind, other, evidence in related.links
    ]
    for target_id, detail in (
        (record.document_id, "xmpMM:DocumentID"),
        (record.original_document_id, "xmpMM:OriginalDocumentID"),
        (record.derived_from, "xmpMM:DerivedFrom"),
    ):
        if target_id:
            links.append(Link(kind=LinkKind.DOCUMENT_ID, target=target_id, detail=detail))
    return tuple(links)


def _extras(member: Member, contents: Contents, record: MediaRecord) -> str | None:
    found: dict[str, object] = {
        "content_identifier": record.content_identifier,
        "headline": record.headline,
        "sidecars": [sidecar.entry.text for sidecar in contents.sidecars],
        "adjustments": [entry.text for entry in member.adjustments],
        "producer": record.producer,
        "hidden": record.hidden,
        "problems": list(record.problems)
        + [f"{s.entry.text}: {s.problem}" for s in contents.sidecars if s.problem],
    }
    stated = {name: value for name, value in found.items() if value}
    return canonical_json(stated).decode() if stated else None


def _raw(contents: Contents) -> str:
    return canonical_json(
        {
            "embedded": _bounded(contents.embedded),
            "sidecars": {
                sidecar.entry.text: clean_text(packet_text(sidecar.data[:MAX_RAW_SIDECAR_BYTES]))
                for sidecar in contents.sidecars
            },
        }
    ).decode()


def _bounded(record: MediaRecord) -> dict[str, object]:
    """Return the record's values, long texts cut; keywords and people have columns of their own."""
    return {
        field.name: value[:_MAX_RAW_TEXT] if type(value) is str else value
        for field in dataclasses.fields(record)
        if (value := getattr(record, field.name)) and field.name not in {"keywords", "people"}
    }
