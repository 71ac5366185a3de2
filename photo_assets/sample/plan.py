"""Which catalogs contain which picture, in which version and with which changes.

Rules and names only; the writers in `sample.catalogs` follow them.
"""

from datetime import datetime, timedelta

from photo_assets.sample.shots import Shot

RAW_TRIPS = frozenset({"namib", "harz", "cappadocia", "dolomites", "are"})
OFFLINE_SHOTS = frozenset({"lofoten-5", "lofoten-6", "lofoten-7"})
MISSING_SHOT = "kyoto-7"
LIVE_HEIC = frozenset({"tromso-0", "tulips-0"})
LIVE_JPEG = "madeira-0"
HEIC_SHOTS = LIVE_HEIC | {"lisbon-4"}
"""what a phone took as HEIC; JPEG where pillow-heif is not installed"""
LIVE_SHOTS = LIVE_HEIC | {LIVE_JPEG}
RAW_BESIDE_JPEG = "brittany-1"
EDITED_SHOTS = frozenset({"provence-0", "lisbon-1"})
VIRTUAL_COPIES = frozenset({"lofoten-2", "namib-2", "harz-2", "brittany-2", "dolomites-2", "are-2"})
RATING_CONFLICTS = frozenset({"namib-4", "harz-4", "cappadocia-4", "are-4"})
CAPTION_CONFLICTS = frozenset({"lofoten-0", "kyoto-0", "dolomites-0"})
DATE_CONFLICTS = {"brittany-1": 1, "kyoto-2": 24}
"""shot -> hours by which Lightroom's capture time differs from the files'"""
DATE_CORRECTIONS = {"are-0": 9}
"""shot -> hours of a correction in Lightroom, which still has the camera's time"""
UTC_MOVIE = "night-bus"
"""the specimen that Eagle and Google Photos also contain"""
PRIVATE_KEYWORDS = {"brittany-4": ("Sold", "Calendar 2023")}
"""shot -> a keyword below one that is excluded from exports"""
TAGGED_PEOPLE = {"garden-1": "Ingrid Lindqvist"}
"""shot -> person keyword in Lightroom without a marked face"""
SCAN_IN_LIGHTROOM = 2
"""the number of the scan imported to Lightroom, which uses the file's time"""
TRASHED_IN_GOOGLE, ARCHIVED_IN_GOOGLE = "garden-5", "new-york-5"
LOCKED_IN_GOOGLE = "lisbon-6"
CLOCK_CORRECTIONS_IN_GOOGLE = {"new-york-6": 1}
"""shot -> hours of a time correction in Google Photos"""
CAPTIONS_REMOVED_IN_GOOGLE = {"tulips-3": "Just before the rain"}
"""shot -> its caption in an earlier export, removed in the later one"""
PLACE_CONFLICTS = frozenset({"provence-2", "madeira-2", "lisbon-2"})
CAPTIONS_IN_FLICKR = {"cappadocia-3": "Waiting for the wind"}
"""shot -> a caption that differs from Lightroom's"""
MD5_ALONE_IN_GOOGLE_DRIVE = "harz-6"
"""the file of which Drive states the MD5 alone, as of old ones"""
TRASHED_IN_GOOGLE_DRIVE = "cappadocia-7"

HOSTILE_NAMES = (
    "line\nbreak.jpg",
    "\"quoted\" & 'single'.jpg",
    "🎈 balloon 👩‍👩‍👧.jpg",
    "\u202egpj.evil\u202c.jpg",
    "صورة من البحر.jpg",
    "-rf.jpg",
    "; rm -rf $HOME; echo.jpg",
    "%s%n%d.jpg",
    "{{ config }} ${PATH}.jpg",
    "trailing space .jpg",
    "Zu\u0308rich decomposed.jpg",
    "back\\slash.jpg",
)
INVALID_UTF8_NAME = b"caf\xe9 latin-1.jpg"


def in_lightroom(shot: Shot) -> bool:
    """Return whether Lightroom lists it: all camera pictures, and one phone picture per trip."""
    return not shot.camera.phone or (shot.number == 1 and shot.key not in HEIC_SHOTS)


def developed(shot: Shot) -> bool:
    """Return whether it was edited in Lightroom, as the best ones were."""
    return shot.rating == 5


def in_eagle(shot: Shot) -> bool:
    """Return whether it was added to Eagle, unchanged or with written tags."""
    return shot.number in {0, 4, 6} and shot.key not in HEIC_SHOTS


def retagged_in_eagle(shot: Shot) -> bool:
    """Return whether tags were written into Eagle's copy."""
    return shot.number == 6


def in_takeout(shot: Shot) -> bool:
    """Return whether Google Photos has it: all phone pictures, and one per other trip."""
    return shot.camera.phone or shot.number == 2


def smaller_in_takeout(shot: Shot) -> bool:
    """Return whether Google kept only its re-encoded "Storage saver" version."""
    return shot.camera.phone and shot.number == 7


def in_folders(shot: Shot) -> bool:
    """Return whether the NAS has a copy."""
    if shot.camera.phone:
        return shot.number % 2 == 0 or shot.number == 7
    return shot.index % 3 != 2 or shot.key in DATE_CONFLICTS or shot.key in DATE_CORRECTIONS


def retagged_in_folders(shot: Shot) -> bool:
    """Return whether tags were written into the NAS copy: every second picture of cameras."""
    return not shot.camera.phone and shot.index % 3 == 1


def has_sidecar(shot: Shot) -> bool:
    """Return whether digiKam wrote a sidecar beside the copy on the NAS."""
    return not retagged_in_folders(shot) and shot.index % 2 == 0


def in_google_drive(shot: Shot) -> bool:
    """Return whether Drive has the camera's file, in the folder of its trip: a backup of a year."""
    return not shot.camera.phone and shot.taken.year in {2020, 2021} and shot.number != 3


def forwarded_in_google_drive(shot: Shot) -> bool:
    """Return whether Drive has what a messenger made of it: smaller, renamed, without metadata."""
    return shot.trip.key == "madeira" and shot.number in {3, 5}


def in_flickr(shot: Shot) -> bool:
    """Return whether it is in the photostream: published by Lightroom, or uploaded by the phone."""
    return published_in_flickr(shot) or (shot.camera.model.startswith("Pixel") and shot.number == 4)


def published_in_flickr(shot: Shot) -> bool:
    """Return whether Lightroom exported and published it: other bytes, under an id it knows."""
    return in_lightroom(shot) and shot.number == 3


def flickr_id(shot: Shot) -> str:
    """Return the id of a picture in Flickr, which Lightroom knows of those it published."""
    return str(52_000_000_000 + shot.index * 7919)


def in_smugmug(shot: Shot) -> bool:
    """Return whether it is in the gallery of its trip, as the camera wrote it."""
    return not shot.camera.phone and shot.number in {0, 5}


def in_immich(shot: Shot) -> bool:
    """Return whether the phone's backup has it: all of the last phone."""
    return shot.camera.model.startswith("iPhone")


def picked_in_google_photos(shot: Shot) -> bool:
    """Return whether its owner picked it in Google Photos, which has the phone's pictures."""
    return shot.camera.model.startswith("iPhone") and shot.number == 4


def eagle_stars(shot: Shot) -> int | None:
    """Return the stars given in Eagle: those of Lightroom, except for intended differences."""
    if shot.key not in RATING_CONFLICTS:
        return shot.rating
    return 1 if shot.rating is None else 6 - shot.rating if shot.rating != 3 else 5


def eagle_caption(shot: Shot) -> str | None:
    """Return the annotation in Eagle."""
    return f"Print this one. {shot.title}!" if shot.key in CAPTION_CONFLICTS else None


def google_time_utc(shot: Shot) -> datetime:
    """Return the capture time in Google Photos, in UTC."""
    return shot.taken_utc + timedelta(hours=CLOCK_CORRECTIONS_IN_GOOGLE.get(shot.key, 0))


def google_place(shot: Shot) -> tuple[float, float] | None:
    """Return the place in Google Photos; changed manually for some."""
    if not shot.has_place:
        return None
    latitude, longitude = shot.place
    if shot.key in PLACE_CONFLICTS:
        return round(latitude + 0.31, 5), round(longitude - 0.27, 5)
    return latitude, longitude
