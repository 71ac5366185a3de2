"""File uploads in one part: creating, sending, reading."""

import re

from photo_assets.sample.notion.clock import to_minute
from photo_assets.sample.notion.errors import invalid
from photo_assets.sample.notion.objects import Json, Upload
from photo_assets.sample.notion.store import Store


def create_file_upload(store: Store, arguments: Json) -> Json:
    if arguments.get("mode", "single_part") != "single_part":
        raise NotImplementedError("the stand-in takes uploads of a single part")
    now = store.clock.now()
    upload = Upload(
        id=store.ids.object(),
        created=now,
        expires=now + store.settings.upload_hours * 3600,
        filename=arguments.get("filename"),
        content_type=arguments.get("content_type"),
    )
    store.uploads[upload.id] = upload
    return _as_json(store, upload)


def get_file_upload(store: Store, arguments: Json) -> Json:
    return _as_json(store, store.upload(arguments["file_upload_id"]))


def send_file_upload(store: Store, id_: str, content_type: str, body: bytes) -> Json:
    """Store the file of a multipart body."""
    upload = store.upload(id_)
    status = _status(store, upload)
    if status != "pending":
        raise invalid(f"File upload {upload.id} is not in the pending status: {status}.")
    filename, file_type, content = _file_part(content_type, body)
    if len(content) > store.settings.upload_bytes:
        raise invalid(f"File size {len(content)} exceeds the limit of a single part.")
    if upload.content_type and file_type and upload.content_type != file_type:
        raise invalid(
            f"Content type {file_type} does not match the expected type {upload.content_type}."
        )
    upload.content = content
    upload.filename = upload.filename or filename
    upload.content_type = upload.content_type or file_type
    return _as_json(store, upload)


def _status(store: Store, upload: Upload) -> str:
    if not upload.attached and store.clock.now() >= upload.expires:
        return "expired"
    return "pending" if upload.content is None else "uploaded"


def _as_json(store: Store, upload: Upload) -> Json:
    status = _status(store, upload)
    made = to_minute(upload.created)
    shown: Json = {
        "object": "file_upload",
        "id": upload.id,
        "created_time": made,
        "created_by": {"id": store.bot_id, "type": "bot"},
        "last_edited_time": made,
        "expiry_time": None if upload.attached else to_minute(upload.expires),
        "in_trash": False,
        "archived": False,
        "status": status,
        "filename": upload.filename,
        "content_type": upload.content_type,
        "content_length": None if upload.content is None else len(upload.content),
    }
    if status == "pending":
        shown["upload_url"] = f"{store.base_url}/v1/file_uploads/{upload.id}/send"
    return shown


def _file_part(content_type: str, body: bytes) -> tuple[str | None, str | None, bytes]:
    """Return name, type and bytes of the part named `file`."""
    boundary = re.search(r'boundary="?([^";]+)', content_type)
    if not content_type.startswith("multipart/form-data") or boundary is None:
        raise invalid("Content-Type should be multipart/form-data with a boundary.")
    for part in body.split(b"--" + boundary[1].encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = head.decode()
        if re.search(r'name="file"', headers):
            filename = re.search(r'filename="([^"]*)"', headers)
            type_ = re.search(r"(?im)^content-type:\s*(\S+)", headers)
            return (
                filename[1] if filename else None,
                type_[1] if type_ else None,
                content.removesuffix(b"\r\n"),
            )
    raise invalid("body failed validation: body.file should be defined, instead was `undefined`.")
