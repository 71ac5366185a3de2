"""Replies with a file's bytes, as the stand-ins of services give them: whole, or a range; previews."""

import hashlib
import io
import re
from collections.abc import Mapping

from PIL import Image, ImageOps
from starlette.requests import Request
from starlette.responses import Response

_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


def media_response(
    request: Request, content: bytes, media_type: str, *, tag: bool = True
) -> Response:
    """Return the content, or the part of it that the request asks for (RFC 9110, section 14).

    `tag`: whether the reply has a strong ETag.
    """
    headers: dict[str, str] = {"Content-Type": media_type, "Accept-Ranges": "bytes"}
    if tag:
        headers["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    wanted = _RANGE.fullmatch(request.headers.get("range", ""))
    if wanted is None or not _applies(request.headers, headers):
        return Response(content, 200, headers)
    first = int(wanted[1])
    if first >= len(content):
        return Response(b"", 416, {"Content-Range": f"bytes */{len(content)}"})
    last = min(int(wanted[2] or len(content) - 1), len(content) - 1)
    headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return Response(content[first : last + 1], 206, headers)


def preview(
    content: bytes, longer_side: int, format_: str = "JPEG", *, square: bool = False
) -> bytes:
    """Return a smaller picture of a photo, upright and without metadata; `square`: its middle."""
    with Image.open(io.BytesIO(content)) as photo:
        picture = ImageOps.exif_transpose(photo).convert("RGB")
    if square:
        picture = ImageOps.fit(picture, (longer_side, longer_side))
    else:
        picture.thumbnail((longer_side, longer_side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, format_, quality=80)
    return out.getvalue()


def _applies(asked: Mapping[str, str], given: Mapping[str, str]) -> bool:
    """Return whether the client's copy, named by If-Range, is of this content."""
    tag = asked.get("if-range")
    return tag is None or tag == given.get("ETag")
