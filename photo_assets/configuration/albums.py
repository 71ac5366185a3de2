"""Settings of album names: their form, and whose albums may be renamed."""

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from photo_assets.configuration.catalogs import Settings

LanguageCode = Literal[
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "pl", "ru", "uk", "tr", "ja", "zh",
    "ko",
]  # fmt: skip

_FIELD: Final = re.compile(r"\{(event|date)\}")


def _template(text: str) -> str:
    around = _FIELD.sub("", text)
    if sorted(_FIELD.findall(text)) != ["date", "event"] or any(c.isalnum() for c in around):
        raise ValueError(
            "a template has {event} and {date} once each, and only spaces and punctuation besides, "
            "for instance: {event} - {date}"
        )
    return text


class AlbumSettings(Settings):
    """The canonical names of albums, and changing names at SmugMug."""

    template: Annotated[str, AfterValidator(_template)] = Field(
        default="{event} - {date}",
        description="Form of a canonical name. {event}: the name without its dates. {date}: the "
        "days on which the photos were taken.",
    )
    language: LanguageCode = Field(default="en", description="Language of the names of months.")
    years: bool = Field(
        default=False,
        description="Always write the year. Otherwise it is written if the album spans two years, "
        "if its name has it already, or if its name is only a date.",
    )
    length: int = Field(
        default=100,
        ge=40,
        le=250,
        description="Maximum number of characters of a canonical name; the event is shortened at "
        "a word.",
    )
    propose_above: int = Field(
        default=20,
        ge=0,
        le=100,
        description="A name is proposed for an album whose drift is above this.",
    )
    alarm_above: int = Field(
        default=60,
        ge=0,
        le=100,
        description="The check `names_are_near` warns of albums whose drift is above this.",
    )
    rename: tuple[
        Annotated[str, StringConstraints(pattern=r"^smugmug/[a-z0-9][a-z0-9_-]{0,39}$")], ...
    ] = Field(
        default=(),
        description="The catalogs whose albums may be renamed, for instance [smugmug/me]. Each "
        "needs a second sign-in: photosync auth smugmug_names NAME.",
    )
    renames_per_second: float = Field(
        default=1.0, gt=0, le=1_000, description="Maximum number of calls for renaming per second."
    )
