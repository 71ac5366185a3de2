"""Expected results for the story's pictures: special values, relations, conflicts.

The rules are in `plan`; specimens define their own expected values.
"""

from dataclasses import dataclass
from datetime import timedelta

from photo_assets.model.vocabulary import Availability, CaptureKind, LinkKind, Visibility
from photo_assets.sample import plan
from photo_assets.sample.shots import Shot


@dataclass(frozen=True, slots=True)
class Conflict:
    """One intended conflict: the value of each source for one field of one picture."""

    picture: str
    field: str
    says: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """Two pictures that belong together.

    `picture` is the key of the picture that the other refers to.
    """

    kind: str
    picture: str


def lightroom_states(shot: Shot) -> dict[str, object]:
    """Return the expected special values of its row in Lightroom."""
    if shot.scanned:
        return {"capture_time": shot.taken_utc, "capture_kind": CaptureKind.FILE}
    if (hours := plan.DATE_CORRECTIONS.get(shot.key)) is not None:
        corrected = shot.taken + timedelta(hours=hours)
        return {"capture_time": corrected, "capture_corrected_from": shot.taken}
    tagged = [plan.PRIVATE_KEYWORDS[shot.key]] if shot.key in plan.PRIVATE_KEYWORDS else []
    names = {face.name for face in shot.faces} | {plan.TAGGED_PEOPLE.get(shot.key, "")} - {""}
    people = [("People", name) for name in names]
    return {"keywords": (*shot.keywords, *tagged, *people)}


def takeout_states(shot: Shot) -> dict[str, object]:
    """Return the expected special values of its rows in Google Takeout."""
    if shot.key == plan.TRASHED_IN_GOOGLE:
        return {"availability": Availability.TRASHED}
    if shot.key == plan.ARCHIVED_IN_GOOGLE:
        return {"archived": True}
    if shot.key == plan.LOCKED_IN_GOOGLE:
        return {"visibility": Visibility.LOCKED}
    return {}


def sidecar_states(shot: Shot) -> dict[str, object]:
    """Return the expected values of a file with a sidecar."""
    return {"title": shot.title, "rating": shot.rating, "keywords": shot.keywords}


def relations() -> set[Relation]:
    """Return the relations between pictures of the story."""
    chosen = {
        LinkKind.VIRTUAL_COPY_OF: plan.VIRTUAL_COPIES,
        LinkKind.LIVE_VIDEO_OF: plan.LIVE_SHOTS,
        LinkKind.EDIT_OF: plan.EDITED_SHOTS,
        LinkKind.RAW_JPEG_PAIR: {plan.RAW_BESIDE_JPEG},
    }
    return {Relation(kind, key) for kind, keys in chosen.items() for key in keys}


def conflicts(shots: tuple[Shot, ...]) -> tuple[Conflict, ...]:
    """Return every intended conflict."""
    found: list[Conflict] = []
    for shot in shots:
        if shot.key in plan.RATING_CONFLICTS:
            values = (("lightroom", str(shot.rating)), ("eagle", str(plan.eagle_stars(shot))))
            found.append(Conflict(shot.key, "rating", values))
        if shot.key in plan.CAPTION_CONFLICTS:
            values = (("lightroom", shot.caption or ""), ("eagle", plan.eagle_caption(shot) or ""))
            found.append(Conflict(shot.key, "caption", values))
        if shot.key in plan.DATE_CONFLICTS:
            hours = plan.DATE_CONFLICTS[shot.key]
            values = (("lightroom", f"{hours:+d} h"), ("folders", str(shot.taken)))
            found.append(Conflict(shot.key, "capture_time", values))
        if shot.key in plan.CLOCK_CORRECTIONS_IN_GOOGLE:
            hours = plan.CLOCK_CORRECTIONS_IN_GOOGLE[shot.key]
            values = (("google_takeout", f"{hours:+d} h"), ("folders", str(shot.taken)))
            found.append(Conflict(shot.key, "capture_time", values))
        if shot.key in plan.CAPTIONS_REMOVED_IN_GOOGLE:
            removed = plan.CAPTIONS_REMOVED_IN_GOOGLE[shot.key]
            found.append(Conflict(shot.key, "caption", (("google_takeout", removed),)))
        if shot.key in plan.PLACE_CONFLICTS:
            values = (
                ("google_takeout", str(plan.google_place(shot))),
                ("folders", str(shot.place)),
            )
            found.append(Conflict(shot.key, "gps", values))
    return tuple(found)
