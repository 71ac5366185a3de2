"""The change token of a Takeout item: a row with an equal token is kept without reading the item.

It covers the archive's stat and the member, the matched JSONs and rules, those of earlier exports,
the albums and the links; so an item is read again when a new part contains its JSON, but not for
JSONs of other items. A readable prefix states whether there was a JSON and the number of albums:
see `would_lose`.
"""

import hashlib
import re
from collections.abc import Sequence

from photo_assets.catalogs.google_takeout.albums import AlbumFolder
from photo_assets.catalogs.google_takeout.photos import Photo
from photo_assets.model.canonical import canonical_json

_FORM = re.compile(r"([j-])(\d+):[0-9a-f]{32}")


def change_token(
    photo: Photo,
    jsons: Sequence[tuple[str, str]],
    albums: Sequence[AlbumFolder],
    links: Sequence[tuple[str, str]],
) -> str:
    """Return the token of a photo with these albums and links.

    `jsons` are the times of the exports and the digests of the JSONs, oldest first.
    """
    stated = [
        photo.entry.ref.path,
        photo.entry.ref.member,
        photo.entry.stamp,
        photo.rule,
        sorted(photo.flags),
        jsons,
        photo.export,
        sorted((a.folder, a.title, a.description, a.access) for a in albums),
        sorted(links),
    ]
    digest = hashlib.sha256(canonical_json(stated)).hexdigest()[:32]
    return f"{'-' if photo.json is None else 'j'}{len(albums)}:{digest}"


def would_lose(known: str | None, token: str) -> bool:
    """Return whether a row of `token` would have no JSON, or fewer albums, than the known row."""
    before, now = _FORM.fullmatch(known or ""), _FORM.fullmatch(token)
    if before is None or now is None:
        return False
    return (before[1] == "j" and now[1] != "j") or int(before[2]) > int(now[2])
