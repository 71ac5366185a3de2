"""File, permission and drive resources as Drive states them, complete: masks take parts of them."""

import hashlib
import mimetypes
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"
#: What Drive makes of names that it does not know: most RAW files, and HEIC of some programs.
OCTET_STREAM = "application/octet-stream"

_START = datetime(2021, 3, 1, 12, 0, tzinfo=UTC)


def stamp(number: int) -> str:
    """Return the instant of an event by its number, one second apart."""
    text = (_START + timedelta(seconds=number)).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def user(email: str, me: str) -> Json:
    return {
        "kind": "drive#user",
        "displayName": email.partition("@")[0].title(),
        "photoLink": f"https://lh3.googleusercontent.com/a/{permission_id(email)}=s64",
        "me": email == me,
        "permissionId": permission_id(email),
        "emailAddress": email,
    }


def permission_id(who: str) -> str:
    return str(int.from_bytes(hashlib.sha256(who.encode()).digest()[:8], "big")).zfill(20)


def permission(kind: str, role: str, who: str | None, discoverable: bool) -> Json:
    """Return a permission for `user`, `group`, `domain` or `anyone`."""
    made: Json = {"kind": "drive#permission", "type": kind, "role": role}
    if kind == "anyone":
        return {
            **made,
            "id": "anyone" if discoverable else "anyoneWithLink",
            "allowFileDiscovery": discoverable,
        }
    assert who is not None
    if kind == "domain":
        made |= {"id": f"{permission_id(who)}k", "domain": who, "allowFileDiscovery": discoverable}
        return {**made, "displayName": who}
    made |= {"id": permission_id(who), "emailAddress": who, "deleted": False}
    return {**made, "displayName": who.partition("@")[0].title(), "pendingOwner": False}


def file_resource(
    file_id: str, name: str, mime_type: str, number: int, content: bytes | None, owner: str, me: str
) -> Json:
    """Return a file in My Drive that nobody but its owner sees."""
    owned = owner == me
    made: Json = {
        "kind": "drive#file",
        "id": file_id,
        "name": name,
        "mimeType": mime_type,
        "createdTime": stamp(number),
        "modifiedTime": stamp(number),
        "version": "1",
        "trashed": False,
        "explicitlyTrashed": False,
        "starred": False,
        "spaces": ["drive"],
        "owners": [user(owner, me)],
        "ownedByMe": owned,
        "shared": not owned,
        "permissionIds": [permission_id(owner)],
        "iconLink": "https://drive-thirdparty.googleusercontent.com/16/type/image/jpeg",
        "webViewLink": f"https://drive.google.com/file/d/{file_id}/view?usp=drivesdk",
        "capabilities": {"canDownload": True, "canShare": owned, "canReadRevisions": owned},
    }
    if owned:
        made["permissions"] = [permission("user", "owner", owner, False)]
    else:
        made |= {"sharedWithMeTime": stamp(number), "sharingUser": user(owner, me)}
    if content is not None:
        made |= {
            **content_fields(file_id, content),
            "originalFilename": name,
            "fileExtension": name.rpartition(".")[2],
            "fullFileExtension": name.rpartition(".")[2],
            "hasThumbnail": True,
            "thumbnailVersion": "1",
            "thumbnailLink": f"https://lh3.googleusercontent.com/drive-storage/{file_id}=s220",
            "webContentLink": f"https://drive.google.com/uc?id={file_id}&export=download",
        }
    return made


def content_fields(file_id: str, content: bytes, revision: int = 1) -> Json:
    return {
        "size": str(len(content)),
        "quotaBytesUsed": str(len(content)),
        "md5Checksum": hashlib.md5(content).hexdigest(),
        "sha1Checksum": hashlib.sha1(content).hexdigest(),
        "sha256Checksum": hashlib.sha256(content).hexdigest(),
        "headRevisionId": f"{file_id}-r{revision}",
    }


def drive_resource(drive_id: str, name: str, number: int) -> Json:
    return {
        "kind": "drive#drive",
        "id": drive_id,
        "name": name,
        "createdTime": stamp(number),
        "hidden": False,
        "capabilities": {"canDownload": True, "canListChildren": True},
    }


def mime_type_of(name: str) -> str:
    """Return what Drive states for an upload of that name."""
    known = {"jpg", "jpeg", "png", "gif", "tif", "tiff", "webp", "mp4", "mov", "avi"}
    if name.rpartition(".")[2].lower() not in known:
        return OCTET_STREAM
    return mimetypes.guess_type(name)[0] or OCTET_STREAM
