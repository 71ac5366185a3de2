"""From what a member's files say to an `Item`: every field, from the source to be believed."""

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from photo_assets.catalogs.folders.contents import Contents
from photo_assets.catalogs.folders.group import Member
from photo_assets.catalogs.folders.merge import Sources, Stars, capture, place, stars
from photo_assets.media.exif.record import ExifRecord
from photo_assets.media.xmp.packet import packet_text
from photo_assets.media.xmp.regions import upright_people
from photo_assets.model.item import Album, Item, Link, Person, canonical_json
from photo_assets.model.media import media_of
from photo_assets.model.names import clean_text
from photo_assets.model.vocabulary import AlbumKind, LinkKind

MAX_RAW_SIDECAR_BYTES = 64 * 1024
_MAX_RAW_TEXT = 2000
_EPOCH = datetime.fromtimestamp(0, UTC)
# A longer clip with a still's name is a video shot beside it, not the moving part of it.
_LONGEST_LIVE_VIDEO_S = 15.0


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
    where: Place, member: Member, contents: Contents, token: str | None, five_is_favourite: bool
) -> Item:
    """Return the item of a member."""
    exif = contents.exif
    records = tuple(sidecar.record for sidecar in contents.sidecars if sidecar.record)
    sources = Sources(records, contents.embedded, exif)
    captured, position = capture(sources), place(sources)
    marks = stars(sources, five_is_favourite)
    in_sidecar = next((record.orientation for record in records if record.orientation), None)
    in_packet = contents.embedded.orientation if contents.embedded else None
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
        file_inode=member.file.inode,
        width=exif.width,
        height=exif.height,
        orientation=in_sidecar or exif.orientation or in_packet,
        duration_s=exif.duration_s,
        capture_time=captured.time if captured else None,
        capture_offset_min=captured.offset_min if captured else None,
        capture_kind=captured.kind if captured else None,
        capture_precision=captured.precision if captured else None,
        capture_source=captured.source if captured else None,
        modified_time=_moment(member.file.mtime_ns),
        rating=marks.rating,
        pick=marks.pick,
        favourite=marks.favourite,
        label=sources.first(lambda packet: packet.label),
        title=sources.first(lambda packet: packet.title),
        caption=sources.first(lambda packet: packet.caption) or exif.caption,
        keywords=sources.first(lambda packet: packet.keywords or None) or (),
        people=_people(sources),
        albums=_albums(where.folder),
        gps_latitude=position.latitude if position else None,
        gps_longitude=position.longitude if position else None,
        gps_altitude_m=position.altitude_m if position else None,
        gps_source=position.source if position else None,
        sublocation=sources.first(lambda packet: packet.sublocation),
        city=sources.first(lambda packet: packet.city),
        state=sources.first(lambda packet: packet.state),
        country=sources.first(lambda packet: packet.country),
        country_code=sources.first(lambda packet: packet.country_code),
        creator=sources.first(lambda packet: packet.creator) or exif.creator,
        copyright=sources.first(lambda packet: packet.copyright) or exif.copyright,
        camera_make=exif.camera_make,
        camera_model=exif.camera_model,
        camera_serial=exif.camera_serial,
        lens=exif.lens,
        aperture=exif.aperture,
        exposure_time_s=exif.exposure_time_s,
        iso=exif.iso,
        focal_length_mm=exif.focal_length_mm,
        links=_links(where, member, contents, sources),
        extras=_extras(member, contents, sources, marks),
        raw=_raw(contents),
        change_token=token,
    )


def _moment(mtime_ns: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(microseconds=mtime_ns // 1000)
    except OverflowError:
        return None


def _albums(folder: str) -> tuple[Album, ...]:
    if not folder:
        return ()
    return (Album(id=folder, path=tuple(folder.split("/")), kind=AlbumKind.FOLDER),)


def _people(sources: Sources) -> tuple[Person, ...]:
    exif = sources.exif
    width, height = exif.width, exif.height
    stored = (width, height) if width and height else None
    for packet in sources.packets:
        if packet.people:
            # The frame is the file's: a sidecar that turns the picture turns its regions too.
            turn = packet.orientation or exif.orientation
            return upright_people(packet.people, turn, stored, packet.regions_applied_to)
    return ()


def _links(where: Place, member: Member, contents: Contents, sources: Sources) -> tuple[Link, ...]:
    if member.version is not None:
        return (Link(kind=LinkKind.VIRTUAL_COPY_OF, target=where.sibling(member.file.text)),)
    links = [
        Link(kind=kind, target=where.sibling(other.text), detail="file name")
        for kind, other in member.relations
    ]
    evidence = _live_evidence(contents)
    if member.live_still is not None and evidence is not None:
        target = where.sibling(member.live_still.text)
        links.append(Link(kind=LinkKind.LIVE_VIDEO_OF, target=target, detail=evidence))
    for target_id, detail in (
        (sources.first(lambda packet: packet.document_id), "xmpMM:DocumentID"),
        (sources.first(lambda packet: packet.original_document_id), "xmpMM:OriginalDocumentID"),
        (sources.first(lambda packet: packet.derived_from), "xmpMM:DerivedFrom"),
    ):
        if target_id:
            links.append(Link(kind=LinkKind.DOCUMENT_ID, target=target_id, detail=detail))
    return tuple(links)


def _live_evidence(contents: Contents) -> str | None:
    """Return why a video of a still's name belongs to it, None when something speaks against it."""
    mine, still = contents.exif.content_identifier, contents.still_identifier
    if mine is not None and still is not None:
        return "content identifier" if mine == still else None
    length = contents.exif.duration_s
    return "file name" if length is None or length <= _LONGEST_LIVE_VIDEO_S else None


def _extras(member: Member, contents: Contents, sources: Sources, marks: Stars) -> str | None:
    found: dict[str, object] = {
        "content_identifier": contents.exif.content_identifier,
        "sidecars": [sidecar.entry.text for sidecar in contents.sidecars],
        "adjustments": [entry.text for entry in member.adjustments],
        "producer": sources.first(lambda packet: packet.producer),
        "hidden": marks.hidden,
        "problems": contents.problems
        + [f"{s.entry.text}: {s.problem}" for s in contents.sidecars if s.problem],
    }
    stated = {name: value for name, value in found.items() if value}
    return canonical_json(stated).decode() if stated else None


def _raw(contents: Contents) -> str:
    return canonical_json(
        {
            "exif": _bounded(contents.exif),
            "sidecars": {
                sidecar.entry.text: clean_text(packet_text(sidecar.data[:MAX_RAW_SIDECAR_BYTES]))
                for sidecar in contents.sidecars
            },
        }
    ).decode()


def _bounded(exif: ExifRecord) -> dict[str, object]:
    return {
        field.name: value[:_MAX_RAW_TEXT] if type(value) is str else value
        for field in dataclasses.fields(exif)
        if (value := getattr(exif, field.name)) is not None
    }
