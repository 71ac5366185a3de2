"""Which parts of Drive's file records are asked for, which files are listed, and their kinds.

Links to files and thumbnails are not asked for: they give access, or expire within hours. Neither
is `version`, which also counts changes that nobody sees.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from photo_assets.model.media import is_media, media_of
from photo_assets.model.vocabulary import MediaKind

FOLDER: Final = "application/vnd.google-apps.folder"
SHORTCUT: Final = "application/vnd.google-apps.shortcut"

#: What Drive states for uploads of a type that it does not know: most RAW files, some HEIC.
_UNTYPED: Final = ("application/octet-stream", "binary/octet-stream")
_TYPED: Final = ("image/", "video/")
#: Pictures that Drive and older programs state under a type of their own.
_OTHERS: Final = ("application/photoshop", "application/x-photoshop", "application/psd")

FOLDERS_QUERY: Final = f"mimeType = '{FOLDER}' or mimeType = '{SHORTCUT}'"
FILES_QUERY: Final = " or ".join(
    [f"mimeType contains '{prefix}'" for prefix in _TYPED]
    + [f"mimeType = '{name}'" for name in (*_UNTYPED, *_OTHERS)]
)
"""Files that may be photos, those in the trash too: trash is a state, not a deletion."""

_OF_FOLDERS: Final = (
    *("id", "name", "mimeType", "parents", "driveId", "trashed", "explicitlyTrashed"),
    *("permissionIds", "shortcutDetails"),
)
FOLDER_FIELDS: Final = f"{','.join(_OF_FOLDERS)}(targetId,targetMimeType)"
FILE_FIELDS: Final = (
    f"{FOLDER_FIELDS},originalFilename,size,md5Checksum,sha1Checksum,sha256Checksum,"
    "headRevisionId,createdTime,modifiedTime,starred,description,imageMediaMetadata,videoMediaMetadata,"
    "capabilities(canDownload),owners(emailAddress,displayName),ownedByMe,sharedWithMeTime,shared,"
    "permissions(type,role,emailAddress,domain,allowFileDiscovery,deleted,expirationTime,view)"
)

REVISION_FIELDS: Final = ("headRevisionId", "md5Checksum", "size")
"""What changes with the content of a file, and with nothing else."""

Record = Mapping[str, Any]


def within(query: str, folders: Iterable[str]) -> str:
    """Return a query for what another one finds directly in some folders."""
    below = " or ".join(f"'{folder}' in parents" for folder in folders)
    return f"({query}) and ({below})"


def revision_of(record: Record) -> list[Any]:
    """Return the values of `REVISION_FIELDS`."""
    return [record.get(name) for name in REVISION_FIELDS]


def is_folder_or_shortcut(record: Record) -> bool:
    """Return whether a record is a folder or a shortcut, which other records refer to."""
    return record.get("mimeType") in (FOLDER, SHORTCUT)


def is_listed(record: Record) -> bool:
    """Return whether `FILES_QUERY` finds the file of a record."""
    kind = str(record.get("mimeType"))
    return kind.startswith(_TYPED) or kind in (*_UNTYPED, *_OTHERS)


def folder_part(record: Record) -> dict[str, Any]:
    """Return the part of a folder's or shortcut's record that a listing of folders gives."""
    return {name: record[name] for name in _OF_FOLDERS if name in record}


def media_kind_of(record: Record) -> tuple[str | None, MediaKind]:
    """Return (media type, kind) of a file; (None, OTHER) where it is no picture.

    By the extension of its name, else of the name that it was uploaded with, else by Drive's type.
    """
    for name in (record.get("name"), record.get("originalFilename")):
        if isinstance(name, str) and is_media(name):
            return media_of(name)
    kind = str(record.get("mimeType"))
    if kind.startswith("image/") or kind in _OTHERS:
        return (kind if kind.startswith("image/") else "image/vnd.adobe.photoshop"), MediaKind.IMAGE
    if kind.startswith("video/"):
        return kind, MediaKind.VIDEO
    return None, MediaKind.OTHER
