"""The change token of a Takeout item: what must be equal for its row to stand without reading.

Covers the archive's stat and the member, the JSON that was matched and how, the albums and the
links; so an item is read again when another part brings its JSON, and not when it brings others'.
A readable prefix says whether there was a JSON and how many albums: see `would_lose`.
"""

import hashlib
import re

from photo_assets.catalogs.google_takeout.photos import Photo
from photo_assets.model.item import canonical_json

_FORM = re.compile(r"([j-])(\d+):[0-9a-f]{32}")


def change_token(photo: Photo, sidecar_digest: str | None, links: list[tuple[str, str]]) -> str:
    """Return the token of a photo with this JSON and these links."""
    said = [
        photo.entry.ref.path,
        photo.entry.ref.member,
        photo.entry.stamp,
        photo.rule,
        sidecar_digest,
        photo.export,
        sorted((a.folder, a.title, a.description, a.access) for a in photo.albums),
        sorted(links),
    ]
    digest = hashlib.sha256(canonical_json(said)).hexdigest()[:32]
    return f"{'j' if sidecar_digest else '-'}{len(photo.albums)}:{digest}"


def would_lose(known: str | None, token: str) -> bool:
    """Say whether a row of `token` would have no JSON, or fewer albums, than the known row."""
    before, now = _FORM.fullmatch(known or ""), _FORM.fullmatch(token)
    if before is None or now is None:
        return False
    return (before[1] == "j" and now[1] != "j") or int(before[2]) > int(now[2])
