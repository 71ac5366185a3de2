"""The API's methods: arguments, paging and errors as Flickr documents them, over an `Account`."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from photo_assets_tests.services.flickr import bodies
from photo_assets_tests.services.flickr.account import Account, Photo, clean_tag

Json = dict[str, Any]
T = TypeVar("T")

#: photos.search gives no more than this many, and then its last page again and again.
SEARCH_CAP: Final = 4000
_MOST_PER_PAGE: Final = 500


class FailError(Exception):
    """An answer with stat=fail, which Flickr sends with HTTP status 200."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.body = {"stat": "fail", "code": code, "message": message}


MESSAGES: Final = {
    0: "Sorry, the Flickr API service is not currently available.",
    1: "User not found",
    96: "Invalid signature",
    97: "Missing signature",
    98: "Invalid auth token",
    99: "Insufficient permissions. Method requires read privileges; none granted.",
    100: "Invalid API Key (Key has invalid format)",
    105: "Service currently unavailable",
    106: "Write operation failed",
    112: "Method not found",
    201: "Sorry, the Flickr API service is not currently available.",
}


def fail(code: int) -> FailError:
    return FailError(code, MESSAGES[code])


def answer(account: Account, method: str, given: dict[str, str], perms: str = "read") -> Json:
    """Return the answer of `method` to a token of the owner. Raises `FailError`."""
    if method in WRITING:
        raise FailError(99, "Insufficient permissions. Method requires write privileges; read.")
    if method == "flickr.auth.oauth.checkToken":
        user = {"nsid": account.nsid, "username": account.username, "fullname": ""}
        oauth = {"token": {"_content": "hidden"}, "perms": {"_content": perms}, "user": user}
        return {"oauth": oauth, "stat": "ok"}
    if method not in METHODS:
        raise FailError(112, f'Method "{method}" not found')
    with account.lock:
        return {**METHODS[method](account, given), "stat": "ok"}


def _login(account: Account, _given: dict[str, str]) -> Json:
    name = {"_content": account.username}
    return {"user": {"id": account.nsid, "username": name, "path_alias": account.path_alias}}


def _upload_status(account: Account, _given: dict[str, str]) -> Json:
    size = {"max": 209715200, "maxbytes": 209715200, "maxkb": 204800, "maxmb": 200}
    room = {
        "max": 2147483648,
        "used": 0,
        "maxbytes": 214748364800,
        "usedbytes": 0,
        "remainingbytes": 214748364800,
        "maxkb": 209715200,
        "usedkb": 0,
        "remainingkb": 209715200,
        "unlimited": 1,
    }
    return {
        "user": {
            "id": account.nsid,
            "ispro": int(account.pro),
            "username": {"_content": account.username},
            "bandwidth": room,
            "filesize": size,
            "sets": {"created": None, "remaining": "lots"},
            "videosize": {"maxbytes": 1073741824, "maxkb": 1048576, "maxmb": 1024},
            "videos": {"uploaded": 0, "remaining": "lots"},
        }
    }


def _people_photos(account: Account, given: dict[str, str]) -> Json:
    if given.get("user_id") not in ("me", account.nsid):
        raise fail(1)
    # Only what the viewer's setting allows: the owner's own photos are no exception.
    safest = int(given.get("safe_search", "1"))
    photos = [photo for photo in account.photos.values() if photo.safety < safest]
    return _listing(account, given, sorted(photos, key=_posted, reverse=True))


def _recently_updated(account: Account, given: dict[str, str]) -> Json:
    if "min_date" not in given:
        raise FailError(1, "Required argument missing.")
    if not given["min_date"].isdigit():
        raise FailError(2, "Not a valid date")
    since = int(given["min_date"])
    photos = [photo for photo in account.photos.values() if photo.updated >= since]
    return _listing(account, given, sorted(photos, key=_changed, reverse=True))


def _search(account: Account, given: dict[str, str]) -> Json:
    photos = sorted(account.photos.values(), key=_posted, reverse=True)
    size = _per_page(given)
    last = max(1, -(-min(len(photos), SEARCH_CAP) // size))
    page = min(_page(given), last)
    shown = photos[(page - 1) * size : page * size]
    # It goes on promising all of them.
    return {"photos": _paged(account, given, shown, len(photos), size)}


def _not_in_set(account: Account, given: dict[str, str]) -> Json:
    in_sets = {photo_id for album in account.sets.values() for photo_id in album.photos}
    photos = [photo for photo in account.photos.values() if photo.id not in in_sets]
    return _listing(account, given, sorted(photos, key=_posted, reverse=True))


def _listing(account: Account, given: dict[str, str], photos: list[Photo]) -> Json:
    size = _per_page(given)
    return {"photos": _paged(account, given, _slice(given, photos, size), len(photos), size)}


def _paged(
    account: Account, given: dict[str, str], shown: list[Photo], total: int, size: int
) -> Json:
    return {
        "page": _page(given),
        "pages": -(-total // size),
        "perpage": size,
        "total": str(total),
        "photo": [bodies.photo_body(account, photo, _extras(given)) for photo in shown],
    }


def _sets(account: Account, given: dict[str, str]) -> Json:
    albums = list(reversed(account.sets.values()))
    size = min(int(given.get("per_page", len(albums) or 1)), _MOST_PER_PAGE)
    return {
        "photosets": {
            "cancreate": 1,
            "page": _page(given),
            "pages": -(-len(albums) // size),
            "perpage": size,
            "total": len(albums),
            "photoset": [bodies.set_body(account, album) for album in _slice(given, albums, size)],
        }
    }


def _set_photos(account: Account, given: dict[str, str]) -> Json:
    album = account.sets.get(given.get("photoset_id", ""))
    if album is None:
        raise FailError(1, "Photoset not found")
    size = min(int(given.get("per_page", "500")), _MOST_PER_PAGE)
    primary = album.photos[0] if album.photos else "0"
    shown = [account.photos[photo_id] for photo_id in _slice(given, album.photos, size)]
    return {
        "photoset": {
            "id": album.id,
            "primary": primary,
            "owner": account.nsid,
            "ownername": account.username,
            "photo": [
                bodies.member_body(account, photo, _extras(given), photo.id == primary)
                for photo in shown
            ],
            "page": _page(given),
            "per_page": size,
            "perpage": size,
            "pages": -(-len(album.photos) // size),
            "total": str(len(album.photos)),
            "title": album.title,
        }
    }


def _raw_tags(account: Account, _given: dict[str, str]) -> Json:
    """The account's tags, normalized, each with all its spellings."""
    spellings: dict[str, dict[str, None]] = {}
    for photo in account.photos.values():
        for raw in photo.tags:
            spellings.setdefault(clean_tag(raw), {})[raw] = None
    tags = [
        {"clean": clean, "raw": [{"_content": raw} for raw in raws]}
        for clean, raws in sorted(spellings.items())
    ]
    return {"who": {"id": account.nsid, "tags": {"tag": tags}}}


def _licenses(_account: Account, _given: dict[str, str]) -> Json:
    known = {"0": "All Rights Reserved", "4": "Attribution License"}
    return {
        "licenses": {
            "license": [{"id": id_, "name": name, "url": ""} for id_, name in known.items()]
        }
    }


def _info(account: Account, given: dict[str, str]) -> Json:
    return bodies.info_body(account, _photo(account, given))


def _sizes(account: Account, given: dict[str, str]) -> Json:
    return bodies.sizes_body(account, _photo(account, given))


def _photo(account: Account, given: dict[str, str]) -> Photo:
    photo = account.photos.get(given.get("photo_id", ""))
    if photo is None:
        raise FailError(1, "Photo not found")
    return photo


def _extras(given: dict[str, str]) -> list[str]:
    return [extra.strip() for extra in given.get("extras", "").split(",") if extra.strip()]


def _page(given: dict[str, str]) -> int:
    return max(1, int(given.get("page", "1")))


def _per_page(given: dict[str, str]) -> int:
    return min(int(given.get("per_page", "100")), _MOST_PER_PAGE)


def _slice(given: dict[str, str], entries: Sequence[T], size: int) -> list[T]:
    first = (_page(given) - 1) * size
    return list(entries[first : first + size])


def _posted(photo: Photo) -> tuple[int, int]:
    return photo.uploaded, int(photo.id)


def _changed(photo: Photo) -> tuple[int, int]:
    return photo.updated, int(photo.id)


METHODS: Final[dict[str, Callable[[Account, dict[str, str]], Json]]] = {
    "flickr.test.login": _login,
    "flickr.people.getUploadStatus": _upload_status,
    "flickr.people.getPhotos": _people_photos,
    "flickr.photos.recentlyUpdated": _recently_updated,
    "flickr.photos.search": _search,
    "flickr.photos.getNotInSet": _not_in_set,
    "flickr.photos.getInfo": _info,
    "flickr.photos.getSizes": _sizes,
    "flickr.photos.licenses.getInfo": _licenses,
    "flickr.photosets.getList": _sets,
    "flickr.photosets.getPhotos": _set_photos,
    "flickr.tags.getListUserRaw": _raw_tags,
}

#: Methods that change the account, which a token with `read` alone may not call.
WRITING: Final = frozenset(
    f"flickr.{name}"
    for name in [
        "photos.addTags",
        "photos.delete",
        "photos.removeTag",
        "photos.setDates",
        "photos.setMeta",
        "photos.setPerms",
        "photos.setTags",
        "photos.transform.rotate",
        "photosets.addPhoto",
        "photosets.create",
        "photosets.delete",
        "photosets.editMeta",
        "photosets.editPhotos",
        "photosets.removePhotos",
        "photosets.reorderPhotos",
        "tags.addTags",
    ]
)
