"""Converting a photo of an export to an `Item`: the fields of Google's JSON and of the file."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

from photo_assets.catalogs.google_takeout.capture import Noted, reconcile, second_clock
from photo_assets.catalogs.google_takeout.documents import (
    Document,
    canonical_text,
    flag_field,
    text_field,
    time_field,
)
from photo_assets.catalogs.google_takeout.history import History
from photo_assets.catalogs.google_takeout.naming import parse_media_name
from photo_assets.catalogs.google_takeout.photos import Photo
from photo_assets.catalogs.google_takeout.places import position_of
from photo_assets.catalogs.google_takeout.versions import view_count
from photo_assets.media.names import dated_by_name
from photo_assets.media.record import MediaRecord, capture_values, position_values
from photo_assets.model.also_stated import KEY, AlsoStated, to_extras
from photo_assets.model.canonical import canonical
from photo_assets.model.item import Item, Link, Person
from photo_assets.model.media import extension, media_of
from photo_assets.model.plausible import stated_text
from photo_assets.model.vocabulary import Availability, LinkKind, MediaKind, Visibility

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEPT_AS_THEY_ARE = ("archived", "googlePhotosOrigin", "appSource", "sharedAlbumComments")


def described(
    base: Item,
    photo: Photo,
    document: Document | None,
    file: MediaRecord,
    history: History,
    links: tuple[Link, ...],
    *,
    dates_from_names: bool = True,
) -> Item:
    """Return `base` with all values of the export and the file.

    `history` is the history of its values in earlier exports, including the document.

    Google's title is the file name at upload, not a person's title; it becomes "original_name" in
    extras.
    """
    fields = document.fields if document is not None else {}
    capture, noted = reconcile(file.capture, time_field(fields, "photoTakenTime"))
    if capture is None and dates_from_names:
        capture = dated_by_name(file, photo.entry.name).capture
    position = position_of(fields, file)
    second = second_clock(file.capture, time_field(fields, "photoTakenTime"), position)
    media_type, media_kind = _media(photo.entry.name, text_field(fields, "title"))
    fields = {**dict.fromkeys(photo.flags, True), **fields}
    trashed = flag_field(fields, "trashed") is True
    locked = flag_field(fields, "inLockedFolder") is True
    stated = {
        **file.item_values(),
        **capture_values(capture),
        **position_values(position),
        "favourite": flag_field(fields, "favorited"),
        "caption": stated_text(text_field(fields, "description")) or file.caption,
        "people": _people(history.people, file),
    }
    return dataclasses.replace(
        base,
        **stated,
        media_type=media_type,
        media_kind=media_kind,
        added_time=_moment(time_field(fields, "creationTime")),
        modified_time=_moment(
            time_field(fields, "photoLastModifiedTime") or time_field(fields, "modificationTime")
        ),
        albums=tuple(
            album.as_album() for album in sorted(photo.albums, key=lambda album: album.folder)
        ),
        url=text_field(fields, "url"),
        visibility=Visibility.LOCKED if locked else None,
        archived=flag_field(fields, "archived"),
        availability=Availability.TRASHED if trashed else Availability.ONLINE,
        links=(*links, *_asserted(file)),
        extras=_extras(photo, fields, file, noted, history, second),
        raw=canonical_text(document) if document is not None else None,
    )


def _media(name: str, title: str | None) -> tuple[str | None, MediaKind]:
    """Return the media type by the name, or by the title where the name has no extension."""
    found = media_of(name)
    if found[1] is MediaKind.OTHER and parse_media_name(name).suffix:  # ".MP~2"
        return media_of("x.mp")
    if found[1] is MediaKind.OTHER and title is not None and not extension(name):
        return media_of(title)
    return found


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else _EPOCH + timedelta(seconds=seconds)


def _people(stated: list[Any] | None, file: MediaRecord) -> tuple[Person, ...]:
    """Return the people marked in the file, then those named only by Google, without regions."""
    names = [text_field(person, "name") for person in stated or () if isinstance(person, dict)]
    known = {person.name for person in file.people}
    rest = (name for name in dict.fromkeys(names) if name is not None and name not in known)
    return (*file.people, *(Person(name=name) for name in rest))


def _asserted(file: MediaRecord) -> tuple[Link, ...]:
    """Return the ids in the packet."""
    stated = ((file.document_id, "DocumentID"), (file.original_document_id, "OriginalDocumentID"))
    return tuple(
        Link(kind=LinkKind.DOCUMENT_ID, target=target, detail=detail)
        for target, detail in stated
        if target
    )


def _extras(
    photo: Photo,
    fields: dict[str, Any],
    file: MediaRecord,
    capture: Noted | None,
    history: History,
    second: list[AlsoStated],
) -> str:
    extras: dict[str, Any] = {"json": photo.json.entry.name if photo.json else None}
    extras["matched_by"] = photo.rule
    extras["original_name"] = text_field(fields, "title")
    extras["export"] = photo.stamp or None
    extras["image_views"] = view_count(fields)
    extras["capture"] = capture
    extras[KEY] = to_extras([*history.also_stated(), *second])
    if history.people is not fields.get("people"):
        extras["earlier_people"] = history.people
    extras["content_identifier"] = file.content_identifier
    extras["headline"] = file.headline
    extras["header_problem"] = "; ".join(file.problems) or None
    extras |= {name: fields[name] for name in _KEPT_AS_THEY_ARE if name in fields}
    descriptions = {a.folder: a.description for a in photo.albums if a.description}
    extras["album_descriptions"] = descriptions or None
    kept = {key: value for key, value in extras.items() if value is not None or key == "json"}
    return canonical(kept)
