"""The properties that this sink owns: their names here, and their types in Notion.

The user chooses their names in Notion (`NotionProperties`); its keys are the names used here.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from photo_assets.model.disclosure import Treatment
from photo_assets.sinks.notion.property_names import NotionProperties
from photo_assets.sinks.notion.settings import NotionSettings


class Kind(StrEnum):
    """A property's type, as Notion names it."""

    TITLE = "title"
    TEXT = "rich_text"
    NUMBER = "number"
    SELECT = "select"
    MULTI = "multi_select"
    DATE = "date"


COVER: Final = "cover"
"""The part of a page's content that is not a property: the blob of its cover."""

KEY: Final = "photo_id"
"""The property that identifies a page if its id is not in the ledger."""

_KINDS: Final[Mapping[str, Kind]] = {
    "title": Kind.TITLE,
    "rating": Kind.NUMBER,
    "keywords": Kind.MULTI,
    "people": Kind.MULTI,
    "camera": Kind.SELECT,
    "lens": Kind.SELECT,
    "aperture": Kind.NUMBER,
    "iso": Kind.NUMBER,
    "collections": Kind.MULTI,
    "captured": Kind.DATE,
    "availability": Kind.SELECT,
}

KINDS: Final[Mapping[str, Kind]] = {
    name: _KINDS.get(name, Kind.TEXT) for name in NotionProperties.model_fields
}
"""The type of each property, by its name here."""

MORE: Final[Mapping[str, str]] = {
    "keywords": "more_keywords",
    "people": "more_people",
    "collections": "more_collections",
}
"""The text property of each multi-select."""

MORE_EQUIPMENT: Final = "more_equipment"
"""The text property of the selects for camera and lens."""

IDS_OF: Final[Mapping[str, tuple[str, str]]] = {
    "lightroom_id": ("lightroom", "Lightroom ids"),
    "eagle_id": ("eagle", "Eagle ids"),
    "drive_id": ("google_drive", "Google Drive ids"),
}
"""The properties with ids of items: their source, and their name in notes."""

_T = Treatment
_PLAIN = (
    *("photo_id", "uii", "fingerprint", "captured", "capture_time", "rating", "aperture", "iso"),
    *("shutter", "camera", "lens", MORE_EQUIPMENT, "availability", "merged_into", COVER),
)
TREATMENTS: Final[Mapping[str, Treatment]] = {
    **dict.fromkeys(_PLAIN, _T.PLAIN),
    **dict.fromkeys(("title", "caption", *IDS_OF), _T.TEXT),
    **dict.fromkeys(("master_location", "file_name"), _T.PATH),
    **dict.fromkeys(("keywords", MORE["keywords"]), _T.KEYWORDS),
    **dict.fromkeys(("collections", MORE["collections"]), _T.ALBUMS),
    **dict.fromkeys(("people", MORE["people"]), _T.PEOPLE),
    "gps": _T.PLACE,
}
"""How each part of a page's content is disclosed, as `model.disclosure.COLUMNS` for a column."""


def owned(settings: NotionSettings) -> dict[str, str]:
    """Return name here -> name in Notion, for the properties that these settings send."""
    return {
        name: getattr(settings.properties, name)
        for name in KINDS
        if settings.policy.allows(TREATMENTS.get(name, _T.NEVER))
    }


def withheld(settings: NotionSettings) -> dict[str, str]:
    """Return name here -> name in Notion, for the properties that these settings withhold."""
    return {
        name: getattr(settings.properties, name)
        for name in KINDS
        if not settings.policy.allows(TREATMENTS.get(name, _T.NEVER))
    }


def most_options(settings: NotionSettings) -> dict[str, int]:
    """Return the maximum number of options of each property with free options."""
    return {
        "keywords": settings.keyword_options,
        "collections": settings.collection_options,
        "people": settings.people_options,
        "camera": settings.camera_options,
        "lens": settings.lens_options,
    }
