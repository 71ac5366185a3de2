"""Relations between files by name: the conventions of cameras, iPhones and icloudpd.

Names only; the existence and content of files are checked elsewhere. Names of edited versions are
in `catalogs.companions`. Sources: DCF 2.0 for RAW+JPEG, Apple's live-photo names, icloudpd 1.32
(`-<size>`, `_HEVC` …).
"""

import re
import unicodedata
from enum import Enum, auto

from photo_assets.media import picasa
from photo_assets.model.media import extension

_ICLOUDPD_SIZE = re.compile(r"(?P<base>.+)-(?P<size>\d{3,12})", re.DOTALL | re.ASCII)
_LIVE_SUFFIXES = ("_HEVC", "_3")  # icloudpd; a macOS Photos library
_MOTION_SUFFIXES = (".mp", ".mv")
_NUMBERED = re.compile(r"\d{3}")
_DARKTABLE_DUPLICATE = re.compile(r"(?P<base>.+)_\d{2,3}(?P<dot_ext>\.[^.]+)", re.DOTALL | re.ASCII)

ALBUM_FOLDERS = frozenset({"albums", "memories"})
"""In an export of iCloud Photos, in lowercase; not translated, unlike the export's own name."""

LIVE_VIDEOS = frozenset({"mov", "mp4", "mp", "mv"})
LIVE_STILLS = frozenset({"heic", "heif", "hif", "jpg", "jpeg", "dng"})
PAIRED_WITH_RAW = frozenset({"jpg", "jpeg", "jpe", "heic", "heif", "hif"})
HEIC = frozenset({"heic", "heif", "hif"})
JPEG = frozenset({"jpg", "jpeg", "jpe"})


class Notes(Enum):
    """The kinds of notes files: files with metadata of several pictures."""

    PICASA = auto()  # of the pictures in the same folder
    ICLOUD_PHOTOS = auto()  # of the pictures in the same folder
    ICLOUD_ALBUM = auto()  # of pictures in other folders


def notes_kind(name: str, folder: str) -> Notes | None:
    """Return the kind of a notes file by file and folder name; its content is checked later."""
    if name.lower() in picasa.FILE_NAMES:
        return Notes.PICASA
    if extension(name) != "csv":
        return None
    if folder.lower() in ALBUM_FOLDERS:
        return Notes.ICLOUD_ALBUM
    return Notes.ICLOUD_PHOTOS if name.lower().startswith("photo details") else None


def is_of_picasa(name: str) -> bool:
    """Return whether a file or folder is Picasa's, though its name begins with a dot."""
    return name.lower() in {*picasa.FILE_NAMES, picasa.ORIGINALS_FOLDER}


def stem(name: str) -> str:
    """Return the name without its extension."""
    head, dot, _ = name.rpartition(".")
    return head if dot and head else name


def folded(name: str) -> str:
    """Return a key that is equal for names that differ only in case or Unicode composition."""
    return unicodedata.normalize("NFC", name).casefold()


def live_still_stems(video: str) -> tuple[str, ...]:
    """Return the stems of stills that a live video of this name may belong to.

    Google's `PXL_1.MP` belongs to `PXL_1.MP.jpg`: the stem of the still is the whole name of the
    video.
    """
    video_stem = stem(video)
    whole = (video,) if video.lower().endswith(_MOTION_SUFFIXES) else ()
    shorter = (video_stem.removesuffix(suffix) for suffix in _LIVE_SUFFIXES)
    return tuple(dict.fromkeys((*whole, video_stem, *shorter)))


def is_numbered(name_stem: str) -> bool:
    """Return whether the name has a camera's shot number: `IMG_1234`, but not `logo`."""
    return _NUMBERED.search(name_stem) is not None


def without_size(name_stem: str, size: int) -> str | None:
    """Return the stem before icloudpd's `-<size>`, if the number is the file's size.

    icloudpd adds it to a second, different photo of the same name; it implies no relation.
    """
    match = _ICLOUDPD_SIZE.fullmatch(name_stem)
    return match["base"] if match and int(match["size"]) == size else None


def duplicate_of(sidecar_base: str) -> str | None:
    """Return the photo's name for darktable's further versions, `IMG_01.CR2` of `IMG.CR2.xmp`."""
    match = _DARKTABLE_DUPLICATE.fullmatch(sidecar_base)
    return match["base"] + match["dot_ext"] if match else None
