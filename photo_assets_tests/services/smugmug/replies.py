"""The objects of the account as replies show them to its owner: names and types as recorded.

A person without access sees fewer fields; `public` is that view.
"""

from datetime import datetime
from typing import Any, Final

from photo_assets_tests.services.smugmug.library import Album, Image, Library, Node

Json = dict[str, Any]
SIDES: Final = {"Ti": 100, "Th": 150, "S": 400, "M": 600, "L": 800}
"""The longer side of each version, pixels; of Ti, both sides."""
_SIZE_NAMES: Final = ("Tiny", "Thumb", "Small", "Medium", "Large")
PHOTOS: Final = "https://photos.smugmug.com"

#: Fields of an owner's view that a visitor's lacks.
OWNERS_USER: Final = ("AccountStatus", "ImageCount", "Plan", "ViewPassword")
OWNERS_ALBUM: Final = (
    "Backprinting",
    "Password",
    "Privacy",
    "SmugSearchable",
    "WorldSearchable",
    "OriginalSizes",
    "TotalSizes",
)
OWNERS_NODE: Final = ("EffectivePrivacy", "Password", "Privacy", "SmugSearchable")

_METADATA_FIELDS: Final = [
    "Title",
    "Caption",
    "UserComment",
    "Keywords",
    "Author",
    "Copyright",
    "Source",
    "Credit",
    "City",
    "State",
    "Country",
    "Rating",
    "CountryCode",
    "Headline",
    "Lens",
    "Make",
    "Model",
    "Aperture",
    "DateTimeModified",
    "DateTimeCreated",
    "DateCreated",
    "TimeCreated",
    "MicroDateTimeCreated",
    "DateDigitized",
    "Exposure",
    "ISO",
    "FocalLength",
    "FocalLength35mm",
    "Flash",
    "LatitudeReference",
    "LongitudeReference",
    "Latitude",
    "Longitude",
    "AltitudeReference",
    "Altitude",
    "Duration",
    "AudioCodec",
    "VideoCodec",
    "Software",
    "SerialNumber",
    "LensSerialNumber",
]


def at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def link(uri: str, locator: str, type_: str = "Object", endpoint: str | None = None) -> Json:
    return {
        "Uri": uri,
        "UriDescription": f"{endpoint or locator} of the object",
        "EndpointType": endpoint or locator,
        "Locator": locator,
        "LocatorType": type_,
    }


def user_json(library: Library, *, public: bool) -> Json:
    uri = f"/api/v2/user/{library.nickname}"
    body: Json = {
        "AccountStatus": "Active",
        "ImageCount": len(library.images),
        "Plan": "Basic",
        "ViewPassHint": "",
        "ViewPassword": "",
        "Name": "A Person",
        "NickName": library.nickname,
        "QuickShare": True,
        "RefTag": "R3fTag",
        "ResponseLevel": "Public" if public else "Full",
        "Uri": uri,
        "UriDescription": "User By Nickname",
        "WebUri": f"https://{library.nickname}.smugmug.com",
        "Uris": {
            "Node": link(f"/api/v2/node/{library.root.id}", "Node"),
            "Folder": link(f"/api/v2/folder/user/{library.nickname}", "Folder"),
            "UserAlbums": link(f"{uri}!albums", "Album", "Objects", "UserAlbums"),
            "UserProfile": link(f"{uri}!profile", "UserProfile"),
        },
    }
    return _seen(body, OWNERS_USER if public else ())


def node_json(library: Library, node: Node, *, public: bool) -> Json:
    uri = f"/api/v2/node/{node.id}"
    links: Json = {
        "ParentNodes": link(f"{uri}!parents", "Node", "Objects", "ParentNodes"),
        "User": link(f"/api/v2/user/{library.nickname}", "User"),
    }
    if node.parent:
        links["ParentNode"] = link(f"{uri}!parent", "Node", endpoint="ParentNode")
    if node.album:
        links["Album"] = link(f"/api/v2/album/{node.album.key}", "Album")
    else:
        links["ChildNodes"] = link(f"{uri}!children", "Node", "Objects", "ChildNodes")
    body: Json = {
        "DateAdded": at(node.added),
        "DateModified": at(node.modified),
        "Description": "",
        "EffectivePrivacy": node.effective_privacy,
        "EffectiveSecurityType": node.effective_security,
        "FormattedValues": {"Description": {"html": "", "text": ""}, "Name": {"html": node.name}},
        "HasChildren": bool(library.children(node)),
        "IsRoot": node.parent is None,
        "Keywords": [],
        "Name": node.name,
        "NodeID": node.id,
        "Password": node.password,
        "PasswordHint": "",
        "Privacy": node.privacy,
        "ResponseLevel": "Public" if public else "Full",
        "SecurityType": node.security,
        "ShowCoverImage": False,
        "SmugSearchable": "Inherit from User",
        "SortDirection": "Ascending",
        "SortMethod": "SortIndex",
        "Type": "Album" if node.album else "Folder",
        "Uri": uri,
        "UriDescription": "Node with the given id.",
        "UrlName": node.url_name,
        "UrlPath": node.url_path,
        "WebUri": f"https://{library.nickname}.smugmug.com{node.url_path}",
        "Uris": links,
    }
    if node.parent:
        body["SortIndex"] = library.children(node.parent).index(node) + 1
    return _seen(body, OWNERS_NODE if public else ())


def album_json(library: Library, album: Album, *, public: bool) -> Json:
    uri, node = f"/api/v2/album/{album.key}", album.node
    original = sum(image.size for image in album.images)
    body: Json = {
        "AlbumKey": album.key,
        "AllowDownloads": True,
        "Backprinting": "",
        "CanShare": True,
        "Description": album.description,
        "External": True,
        "HasDownloadPassword": bool(album.download_password),
        "ImageCount": len(album.images),
        "ImagesLastUpdated": at(album.images_last_updated),
        "Keywords": album.keywords,
        "LastUpdated": at(album.last_updated),
        "Name": node.name,
        "NiceName": node.url_name,
        "NodeID": node.id,
        "OriginalSizes": original,
        "Password": node.password,
        "PasswordHint": "",
        "Privacy": node.privacy,
        "Protected": False,
        "ResponseLevel": "Public" if public else "Full",
        "SecurityType": node.security,
        "SmugSearchable": "Inherit from User",
        "SortDirection": album.sort_direction,
        "SortMethod": album.sort_method,
        "Title": node.name,
        "TotalSizes": original * 2,
        "Uri": uri,
        "UriDescription": "Album by key",
        "UrlName": node.url_name,
        "UrlPath": node.url_path,
        "WebUri": f"https://{library.nickname}.smugmug.com{node.url_path}",
        "WorldSearchable": True,
        "Uris": {
            "AlbumImages": link(f"{uri}!images", "AlbumImage", "Objects", "AlbumImages"),
            "AlbumShareUris": link(f"{uri}!shareuris", "AlbumShareUris"),
            "Node": link(f"/api/v2/node/{node.id}", "Node"),
            "User": link(f"/api/v2/user/{library.nickname}", "User"),
        },
    }
    return _seen(body, OWNERS_ALBUM if public else ())


def image_json(library: Library, image: Image, album: Album | None = None) -> Json:
    """Return an `AlbumImage`, or an `Image` where no album is given."""
    name, version = image.key, f"{image.key}-{image.serial}"
    uri = f"/api/v2/image/{version}"
    body: Json = {
        "Altitude": image.altitude,
        "CanBuy": False,
        "CanEdit": True,
        "Caption": image.caption,
        "Collectable": True,
        "ComponentFileTypes": image.components or [],
        "Date": at(image.uploaded),
        "DateTimeUploaded": at(image.uploaded),
        "FileName": image.file_name,
        "Format": image.format,
        "FormattedValues": {"Caption": {"html": image.caption, "text": image.caption}},
        "Hidden": image.hidden,
        "ImageKey": name,
        "IsArchive": False,
        "IsVideo": image.video,
        "KeywordArray": list(image.keywords),
        "Keywords": "; ".join(image.keywords),
        "LastUpdated": at(image.last_updated),
        "Latitude": image.latitude,
        "Longitude": image.longitude,
        "OriginalHeight": image.height,
        "OriginalSize": image.size,
        "OriginalWidth": image.width,
        "Processing": image.processing,
        "Protected": False,
        "Serial": image.serial,
        "ThumbnailUrl": f"{PHOTOS}/photos/i-{name}/0/s3cr3t/Th/i-{name}-Th.jpg",
        "Title": image.title,
        "UploadKey": str(int.from_bytes(name.encode()) % 10**10),
        "Uri": f"/api/v2/album/{album.key}/image/{version}" if album else uri,
        "UriDescription": "Image from album" if album else "Image by key",
        "Watermark": "No",
        "Watermarked": False,
        "WebUri": f"https://{library.nickname}.smugmug.com/i-{name}",
        "Uris": {
            "ImageMetadata": link(f"{uri}!metadata", "ImageMetadata"),
            "ImageDownload": link(f"{uri}!download", "ImageDownload"),
            "ImageSizes": link(f"{uri}!sizes", "ImageSizes"),
            "LargestImage": link(f"{uri}!largestimage", "LargestImage"),
        },
    }
    if album:
        body |= {"Movable": True, "Origin": "Album"}
        body["Uris"] |= {
            "Album": link(f"/api/v2/album/{album.key}", "Album"),
            "Image": link(uri, "Image"),
        }
    if image.original_time:
        body["DateTimeOriginal"] = image.original_time
    if image.archived and not image.processing:
        body["ArchivedMD5"] = image.md5
        body["ArchivedSize"] = image.size
        body["ArchivedUri"] = f"{library.files_url}/photos/i-{name}/0/s3cr3t/D/i-{name}-D.jpg"
    elif image.processing:
        body |= {"ArchivedMD5": None, "ArchivedSize": None, "ArchivedUri": None}
    return body


def sizes_json(library: Library, image: Image) -> Json:
    """Return `ImageSizeDetails`: the versions of an image that are no larger than it."""
    body: Json = {
        "Uri": f"/api/v2/image/{image.key}-{image.serial}!sizedetails",
        "UriDescription": "Details about sizes",
        "UsableSizes": [],
    }
    longest = max(image.width, image.height)
    for (short, side), name in zip(SIDES.items(), _SIZE_NAMES, strict=True):
        if side > longest and name != "Tiny":
            break
        width, height = (round(one * side / longest) for one in (image.width, image.height))
        place = f"photos/i-{image.key}/0/s3cr3t/{short}/i-{image.key}-{short}.jpg"
        body["UsableSizes"].append(name)
        body[f"ImageSize{name}"] = {
            "Url": f"{library.files_url}/{place}",
            "Ext": "jpg",
            "Height": side if name == "Tiny" else height,
            "Width": side if name == "Tiny" else width,
            "Usable": True,
            "Watermarked": False,
        }
    return body


def metadata_json(image: Image) -> Json:
    """Return `ImageMetadata`: every field is there, "" where the file does not state it."""
    return {
        **dict.fromkeys(_METADATA_FIELDS, ""),
        **(image.metadata or {}),
        "Uri": f"/api/v2/image/{image.key}-{image.serial}!metadata",
        "UriDescription": "Metadata for image",
    }


def _seen(body: Json, without: tuple[str, ...]) -> Json:
    return {name: value for name, value in body.items() if name not in without}
