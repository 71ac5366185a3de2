"""What is requested of SmugMug's objects, and the records that are kept of them.

A request names the fields it wants of an object and of each expansion (`_config`, described on the
vendor's page "Configuring expansions"), so that passwords and links that give access are never
sent. What comes all the same is dropped here.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from photo_assets.catalogs.online.service import Record

IMAGE_FIELDS: Final = (
    *("ImageKey", "Serial", "FileName", "Format", "IsVideo", "ComponentFileTypes"),
    *("ArchivedMD5", "ArchivedSize", "OriginalSize", "OriginalWidth", "OriginalHeight"),
    *("Title", "Caption", "Keywords", "KeywordArray", "Latitude", "Longitude", "Altitude"),
    *("Hidden", "Processing", "Date", "DateTimeUploaded", "DateTimeOriginal", "LastUpdated"),
)
METADATA_FIELDS: Final = (
    *("DateTimeCreated", "MicroDateTimeCreated", "Author", "Copyright", "Rating"),
    *("City", "State", "Country", "CountryCode", "Make", "Model", "SerialNumber", "Lens"),
    *("Aperture", "Exposure", "ISO", "FocalLength"),
)
ALBUM_FIELDS: Final = (
    *("AlbumKey", "NodeID", "Name", "Description", "Keywords", "UrlPath", "Privacy"),
    *("SecurityType", "HasDownloadPassword", "ImageCount", "SortMethod", "SortDirection"),
    *("Date", "LastUpdated", "ImagesLastUpdated", "ResponseLevel"),
)
_NODE_FIELDS: Final = ("EffectivePrivacy", "EffectiveSecurityType")

ALBUMS: Final = "albums"  # the kind of the table of albums in the state
METADATA: Final = "Metadata"  # of an image: its ImageMetadata, without empty values
PLACE: Final = "Place"  # of an album: the node's effective settings, and the names of its parents
IMAGES: Final = "Images"  # of an album: the keys of its images in order; None: not listed yet
PROCESSING: Final = (
    "Processing"  # of an album: how often it is still listed for uploads being processed
)

IMAGE_CONFIG: Final = json.dumps(
    {
        "filter": IMAGE_FIELDS,
        "filteruri": ["ImageMetadata"],
        "expand": {"ImageMetadata": {"filter": METADATA_FIELDS, "filteruri": []}},
    },
    separators=(",", ":"),
)
ALBUM_CONFIG: Final = json.dumps(
    {
        "filter": ALBUM_FIELDS,
        "filteruri": ["Node"],
        "expand": {
            "Node": {
                "filter": _NODE_FIELDS,
                "filteruri": ["ParentNodes"],
                "expand": {"ParentNodes": {"filter": ["Name"], "filteruri": []}},
            }
        },
    },
    separators=(",", ":"),
)

Expansions = Mapping[str, Any]
"""URI -> the expanded object's part of the reply. Any of them may be missing or no object."""


def image_record(image: Record, expansions: Expansions) -> Record:
    """Return what is kept of an `AlbumImage`; the same in whichever album it is listed."""
    metadata = _expanded(image, "ImageMetadata", expansions, "ImageMetadata")
    record = _picked(image, IMAGE_FIELDS)
    if isinstance(metadata, dict):
        record[METADATA] = {
            name: value
            for name, value in _picked(metadata, METADATA_FIELDS).items()
            if value not in ("", None)
        }
    return record


def album_record(album: Record, expansions: Expansions) -> Record:
    """Return what is kept of an `Album`, without its images."""
    record = _picked(album, ALBUM_FIELDS)
    node = _expanded(album, "Node", expansions, "Node")
    if isinstance(node, dict):
        # Begins with the album's own node and ends with the nameless root.
        chain = _expanded(node, "ParentNodes", expansions, "Node")
        record[PLACE] = {**_picked(node, _NODE_FIELDS), "Names": _names(chain)}
    return record


def _picked(of: Mapping[str, Any], fields: tuple[str, ...]) -> Record:
    return {name: of[name] for name in fields if name in of}


def _expanded(of: Record, link: str, expansions: Expansions, locator: str) -> object:
    uris = of.get("Uris")
    uri = uris.get(link) if isinstance(uris, dict) else None
    if isinstance(uri, dict):  # with less verbosity a link is the URI alone
        uri = uri.get("Uri")
    found = expansions.get(uri) if isinstance(uri, str) else None
    return found.get(locator) if isinstance(found, dict) else None


def _names(chain: object) -> list[str] | None:
    """Return the names of an album's folders from the outermost on; None if they are not given."""
    if not isinstance(chain, list):
        return None
    names = [node.get("Name") if isinstance(node, dict) else None for node in chain[1:]]
    return [name for name in reversed(names) if isinstance(name, str) and name]
