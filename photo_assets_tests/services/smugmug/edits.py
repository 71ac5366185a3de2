"""Changes of an album by a PATCH, as the vendor's page "Album" describes it.

The body is a JSON object with the fields to change; the reply is the album afterwards. Renaming
does not change `UrlName`: that is a field of its own.
"""

import json
import re
from typing import Final

from photo_assets_tests.services.smugmug.library import Library

_LONGEST: Final = 254
_FIELDS: Final = {"Name": "name", "Description": "description", "Keywords": "keywords"}


def apply(library: Library, path: str, body: bytes) -> tuple[int, str] | None:
    """Change an album; return status and message of a refusal, None if it was changed."""
    match = re.fullmatch(r"/album/([^/!]+)", path)
    if match is None:
        return 405, "Method Not Allowed"
    album = library.albums.get(match[1])
    if album is None:
        return 404, "Not Found"
    try:
        sent = json.loads(body)
    except ValueError:
        return 400, "Bad Request: the body is no JSON"
    if not isinstance(sent, dict) or not sent.keys() <= _FIELDS.keys():
        return 400, "Bad Request: unknown parameters"
    if not all(isinstance(value, str) and len(value) <= _LONGEST for value in sent.values()):
        return 400, "Bad Request: a value is too long or no text"
    library.edit_album(album, **{_FIELDS[name]: value for name, value in sent.items()})
    return None
