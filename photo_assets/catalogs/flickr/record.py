"""One photo of a listing, without what must not be stored: secrets, and links to files.

Whoever has a photo's secret can read its files, private ones too; both secrets are also parts of
the links. Of the links only the largest size is kept, by name and dimensions. The number of views
is left out: it changes without an update of the photo.
"""

from collections.abc import Mapping
from typing import Any, Final

SIZES: Final = ("o", "6k", "5k", "4k", "3k", "k", "h", "l", "c", "z", "m")
"""Flickr's letters of the sizes that are asked for, the largest first. `o` is the original."""

EXTRAS: Final = ",".join(
    (
        *("description", "license", "date_upload", "date_taken", "original_format", "last_update"),
        *("geo", "tags", "machine_tags", "o_dims", "media", "path_alias"),
        *(f"url_{size}" for size in SIZES),
    )
)
"""What is asked for, joined: flickrapi would send a list as a parameter that is repeated."""

_KEPT: Final = frozenset(
    {
        *("id", "owner", "title", "description", "ispublic", "isfriend", "isfamily", "license"),
        *("dateupload", "datetaken", "datetakengranularity", "datetakenunknown", "lastupdate"),
        *("originalformat", "latitude", "longitude", "accuracy", "context", "tags"),
        *("geo_is_public", "geo_is_contact", "geo_is_friend", "geo_is_family", "machine_tags"),
        *("media", "media_status", "pathalias", "o_width", "o_height"),
    }
)


def record_of(photo: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of a photo. `best`: the largest size given: letter, width and height."""
    kept = {key: value for key, value in photo.items() if key in _KEPT}
    best = next((size for size in SIZES if photo.get(f"url_{size}")), None)
    if best is not None:
        kept["best"] = [best, photo.get(f"width_{best}"), photo.get(f"height_{best}")]
    return kept
