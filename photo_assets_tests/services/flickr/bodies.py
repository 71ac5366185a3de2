"""The account's photos and sets in Flickr's JSON, with its keys and its mixed types.

`test_recorded` compares them with recorded bodies: numbers that are text here are text there.
"""

from collections.abc import Iterable
from typing import Any, Final

from photo_assets_tests.services.flickr.account import (
    Account,
    Photo,
    Photoset,
    clean_tag,
    is_machine_tag,
)

Json = dict[str, Any]

#: Size letter -> longest side in pixels (of "sq" and "q", both sides), smallest first.
SIZES: Final = {
    "sq": 75,
    "q": 150,
    "t": 100,
    "s": 240,
    "n": 320,
    "m": 500,
    "z": 640,
    "c": 800,
    "l": 1024,
    "h": 1600,
    "k": 2048,
}
SQUARE: Final = frozenset({"sq", "q"})
#: Sizes whose computed side is a number while the other is text, in the recordings.
_NUMBERED: Final = frozenset({"n", "c", "h", "k"})
#: Since 2025-05-15 free accounts get none of these, of their own photos either.
_LARGE: Final = frozenset({"l", "h", "k", "o"})
_LABELS: Final = {
    "sq": "Square",
    "q": "Large Square",
    "t": "Thumbnail",
    "s": "Small",
    "n": "Small 320",
    "m": "Medium",
    "z": "Medium 640",
    "c": "Medium 800",
    "l": "Large",
    "h": "Large 1600",
    "k": "Large 2048",
    "o": "Original",
}


def photo_body(account: Account, photo: Photo, extras: Iterable[str]) -> Json:
    """Return a photo of a listing, with the keys of the `extras` that are known."""
    body: Json = {
        "id": photo.id,
        "owner": account.nsid,
        "secret": photo.secret,
        "server": "7392",
        "farm": 8,
        "title": photo.title,
        "ispublic": int(photo.public),
        "isfriend": int(photo.friend),
        "isfamily": int(photo.family),
    }
    for extra in extras:
        body |= _extra(account, photo, extra)
    return body | photo.odd


def member_body(account: Account, photo: Photo, extras: Iterable[str], primary: bool) -> Json:
    """Return a photo of a set's listing, which states neither owner nor visibility."""
    body = photo_body(account, photo, extras)
    for key in ("owner", "ispublic", "isfriend", "isfamily"):
        del body[key]
    return {**body, "isprimary": str(int(primary))}


def _extra(account: Account, photo: Photo, extra: str) -> Json:
    match extra:
        case "description":
            return {"description": {"_content": photo.description}}
        case "license":
            return {"license": str(photo.license)}
        case "date_upload":
            return {"dateupload": str(photo.uploaded)}
        case "date_taken":
            return {
                "datetaken": photo.taken,
                "datetakengranularity": str(photo.granularity),
                "datetakenunknown": "1" if photo.taken_unknown else 0,
            }
        case "last_update":
            return {"lastupdate": str(photo.updated)}
        case "owner_name":
            return {"ownername": account.username}
        case "icon_server":
            return {"iconserver": "8033", "iconfarm": 9}
        case "original_format" if "o" in _allowed(account, photo):
            return {"originalsecret": photo.original_secret, "originalformat": photo.format}
        case "geo":
            return _geo(photo)
        case "tags":
            return {"tags": " ".join(clean_tag(raw) for raw in photo.tags)}
        case "machine_tags":
            machine = [clean_tag(raw) for raw in photo.tags if is_machine_tag(raw)]
            return {"machine_tags": " ".join(machine)}
        case "o_dims" if "o" in _allowed(account, photo):
            return {"o_width": str(photo.width), "o_height": str(photo.height)}
        case "views":
            return {"views": str(photo.views)}
        case "media":
            return {"media": photo.media, "media_status": "ready"}
        case "path_alias":
            return {"pathalias": account.path_alias}
        case _ if extra.removeprefix("url_") in _allowed(account, photo):
            return _url(account, photo, extra.removeprefix("url_"))
    return {}


def _geo(photo: Photo) -> Json:
    if photo.place is None:
        return {"latitude": 0, "longitude": 0, "accuracy": 0, "context": 0}
    latitude, longitude, accuracy = photo.place
    return {
        "latitude": latitude,
        "longitude": longitude,
        "accuracy": str(accuracy),
        "context": 0,
        "place_id": "00j4IylZV7scWik",
        "woeid": "851128",
        "geo_is_family": 0,
        "geo_is_friend": 0,
        "geo_is_contact": 0,
        "geo_is_public": 1,
    }


def _allowed(account: Account, photo: Photo) -> set[str]:
    """Return the sizes that the account may have. Free licences are exempt unless private."""
    longest = max(photo.width, photo.height)
    # The recorded photo of 800 x 600 has "Large" in its own size, and nothing above.
    sizes = {
        size for size, side in SIZES.items() if side <= longest or size in ("m", "z", "c", "l")
    }
    sizes.add("o")
    free_licence = photo.license not in (0, 7) and photo.public
    return sizes if account.pro or free_licence else sizes - _LARGE


def _dimensions(photo: Photo, size: str) -> tuple[int, int]:
    if size in SQUARE:
        return SIZES[size], SIZES[size]
    longest = max(photo.width, photo.height)
    side = longest if size == "o" else min(SIZES[size], longest)
    return round(photo.width * side / longest), round(photo.height * side / longest)


def _url(account: Account, photo: Photo, size: str) -> Json:
    width, height = _dimensions(photo, size)
    secret = photo.original_secret if size == "o" else photo.secret
    sides: Json = {f"height_{size}": str(height), f"width_{size}": str(width)}
    if size == "sq":
        sides = {f"height_{size}": height, f"width_{size}": width}
    elif size in _NUMBERED:
        shorter = "height" if width >= height else "width"
        sides[f"{shorter}_{size}"] = min(width, height)
    suffix = _suffix(size)
    extension = photo.format if size == "o" else "jpg"
    url = f"{account.files_url}/2822/{photo.id}_{secret}{suffix}.{extension}"
    return {f"url_{size}": url, **sides}


def _suffix(size: str) -> str:
    return {"sq": "_s", "s": "_m", "m": "", "l": "_b"}.get(size, f"_{size}")


def size_of(suffix: str) -> str | None:
    """Return the size whose files have this suffix, None if there is none."""
    return next((size for size in SIZES if _suffix(size) == suffix), None)


def sizes_body(account: Account, photo: Photo) -> Json:
    """Return the answer of photos.getSizes."""
    allowed = _allowed(account, photo)
    sizes = []
    for size in (*SIZES, "o"):
        if size in allowed:
            width, height = _dimensions(photo, size)
            numbers = (width, height) if size == "sq" else (str(width), str(height))
            page = f"http://www.flickr.com/photos/{account.nsid}/{photo.id}/sizes/{size}/"
            sizes.append(
                {
                    "label": _LABELS[size],
                    "width": numbers[0],
                    "height": numbers[1],
                    "source": _url(account, photo, size)[f"url_{size}"],
                    "url": page,
                    "media": "photo",
                }
            )
    may = int("o" in allowed)
    return {"sizes": {"canblog": 1, "canprint": 1, "candownload": may, "size": sizes}}


def info_body(account: Account, photo: Photo) -> Json:
    """Return the answer of photos.getInfo, the only one that states a photo's tags as typed."""
    tags = [
        {
            "id": f"78701040-{photo.id}-{number}",
            "author": account.nsid,
            "raw": raw,
            "_content": clean_tag(raw),
            "machine_tag": int(is_machine_tag(raw)),
        }
        for number, raw in enumerate(photo.tags)
    ]
    body = photo_body(account, photo, ("original_format",))
    flags = {key: body.pop(key) for key in ("ispublic", "isfriend", "isfamily")}
    body |= {
        "dateuploaded": str(photo.uploaded),
        "isfavorite": 0,
        "license": str(photo.license),
        "safety_level": str(photo.safety),
        "rotation": 0,
        "owner": {"nsid": account.nsid, "username": account.username},
        "title": {"_content": photo.title},
        "description": {"_content": photo.description},
        "visibility": flags,
        "dates": {
            "posted": str(photo.uploaded),
            "taken": photo.taken,
            "takengranularity": str(photo.granularity),
            "lastupdate": str(photo.updated),
        },
        "views": str(photo.views),
        "people": {"haspeople": 0},
        "tags": {"tag": tags},
        "urls": {"url": [{"type": "photopage", "_content": page_url(account, photo)}]},
        "media": photo.media,
    }
    return {"photo": body}


def page_url(account: Account, photo: Photo) -> str:
    return f"http://www.flickr.com/photos/{account.nsid}/{photo.id}/"


def set_body(account: Account, album: Photoset) -> Json:
    """Return a set of photosets.getList."""
    members = [account.photos[photo_id] for photo_id in album.photos]
    videos = sum(photo.media == "video" for photo in members)
    primary = members[0] if members else None
    return {
        "id": album.id,
        "primary": primary.id if primary else "0",
        "secret": primary.secret if primary else "",
        "server": "7392",
        "farm": 8,
        "photos": str(len(members) - videos),
        "videos": videos,
        "title": {"_content": album.title},
        "description": {"_content": album.description},
        "needs_interstitial": 0,
        "visibility_can_see_set": 1,
        "count_views": "0",
        "count_comments": "0",
        "can_comment": 1,
        "date_create": str(album.created),
        "date_update": str(album.updated),
    }
