"""The JSONs of the export: Google's metadata of pictures, movies and albums, and their names."""

from datetime import UTC, datetime, timedelta

from photo_assets.sample import plan
from photo_assets.sample.ids import Ids
from photo_assets.sample.shots import Shot
from photo_assets.sample.specimens import Specimen

_NAME_LIMIT = 46  # of a JSON's name before ".json"


def picture_json(shot: Shot, ids: Ids, name: str) -> dict[str, object]:
    """Return Google's metadata of a picture. `name` is its file name at upload."""
    camera = shot.place if shot.has_place else None
    stated: dict[str, object] = {
        "title": name,
        "description": shot.caption or "",
        "imageViews": str(shot.index % 9),
        "creationTime": _stamp(shot.taken_utc + timedelta(hours=9)),
        "photoTakenTime": _stamp(plan.google_time_utc(shot)),
        "geoData": _geo(plan.google_place(shot)),
        "geoDataExif": _geo(camera),
        "url": f"https://photos.google.com/photo/{ids.uuid('google', shot.key)}",
        "googlePhotosOrigin": {"mobileUpload": {"deviceType": "ANDROID_PHONE"}},
    }
    if shot.faces:
        stated["people"] = [{"name": face.name} for face in shot.faces]
    for flag, chosen in (
        ("trashed", plan.TRASHED_IN_GOOGLE),
        ("archived", plan.ARCHIVED_IN_GOOGLE),
        ("inLockedFolder", plan.LOCKED_IN_GOOGLE),
    ):
        if shot.key == chosen:
            stated[flag] = True
    if shot.rating == 5:
        stated["favorited"] = True
    return stated


def movie_json(movie: Specimen) -> dict[str, object]:
    """Return Google's metadata of a movie, with the time of the movie's header."""
    return {"title": movie.file_name, "photoTakenTime": _stamp(movie.written)}


def album_json(title: str, shot: Shot) -> dict[str, object]:
    """Return Google's metadata of an album that begins with a picture."""
    date = _stamp(shot.taken_utc)
    return {"title": title, "description": "", "access": "protected", "date": date}


def json_name(name: str, year: int) -> str:
    """Return Google's name for the JSON of `name`, truncated at 51 characters."""
    stem, _, ext = name.rpartition(".")
    index = ""
    if stem.endswith(")"):
        stem, _, index = stem.partition("(")
        name, index = f"{stem}.{ext}", f"({index}"
    word = "" if year < 2019 else ".supplemental-metadata"
    return f"{(name + word)[:_NAME_LIMIT]}{index}.json"


def _stamp(moment: datetime) -> dict[str, str]:
    instant = moment.replace(tzinfo=UTC)
    shown = f"{instant:%d.%m.%Y, %H:%M:%S} UTC"
    return {"timestamp": str(int(instant.timestamp())), "formatted": shown}


def _geo(place: tuple[float, float] | None) -> dict[str, float]:
    """Return a place in Google's notation; (0, 0) without one."""
    latitude, longitude = place or (0.0, 0.0)
    return {
        "latitude": latitude,
        "longitude": longitude,
        "altitude": 0.0,
        "latitudeSpan": 0.0,
        "longitudeSpan": 0.0,
    }
