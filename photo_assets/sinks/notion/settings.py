"""Settings of the Notion sink. The names of its properties are in `property_names`."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from photo_assets.configuration.addresses import ServiceAddress
from photo_assets.configuration.cron import require_cron
from photo_assets.configuration.sinks import IN_PLAN, Sinks, SinkSettings, VariableName
from photo_assets.sinks.notion.property_names import NotionProperties

NAME: Final = "notion"
"""The name of this sink in photosync.yaml, in keys, in the ledger and in commands."""

_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.I)


def _notion_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(
            "this is not a Notion ID, which has 32 hexadecimal digits. It is at the end of a "
            "page's URL, before any question mark"
        )
    bare = text.replace("-", "").lower()
    return f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}"


NotionId = Annotated[str, AfterValidator(_notion_id)]


class NotionSettings(SinkSettings):
    """The Notion photo library."""

    token_env: VariableName = Field(
        default="NOTION_ARCHIVE_TOKEN",
        description="Name of the environment variable that holds the integration's token.",
    )
    database_id: NotionId | None = Field(
        default=None,
        description="ID of an existing database to use. Default: the database that `photosync "
        "notion setup` created or selected.",
    )
    parent_page_id: NotionId | None = Field(
        default=None, description="ID of the page under which setup creates a new database."
    )
    base_url: ServiceAddress = Field(
        default="https://api.notion.com",
        description="URL of the service.",
    )
    requests_per_second: float = Field(
        default=2.5,
        gt=0,
        le=1000,
        description="Calls per second, across all processes. Notion allows 3 on average.",
    )
    calls_per_run: int = Field(
        default=0,
        ge=0,
        description="Maximum number of calls per run; the next run continues. 0: no limit.",
    )
    at_once: int = Field(
        default=4, ge=1, le=32, description="Maximum number of concurrent calls, within the rate."
    )
    mirror: Annotated[str, AfterValidator(require_cron)] = Field(
        default="15 * * * *",
        description="Cron schedule on which people's changes in Notion are read into "
        "mirror/notion.",
    )
    covers: Annotated[bool, IN_PLAN] = Field(
        default=True, description="Upload a thumbnail as each page's cover."
    )
    gps: Annotated[bool, IN_PLAN] = Field(
        default=False,
        description="Send coordinates, including those in texts. A shared page shows them.",
    )
    people: Annotated[bool, IN_PLAN] = Field(
        default=False,
        description="Send the names of people wherever they occur: as people, keywords and "
        "albums, in texts and in file names.",
    )
    archived: Annotated[bool, IN_PLAN] = Field(
        default=False, description="Send photos that their owner has archived."
    )
    keyword_options: Annotated[int, IN_PLAN] = Field(
        default=180,
        ge=1,
        le=10_000,
        description="Maximum number of options of the keyword property, most used first; other "
        "keywords go into a text property. Notion recommends that all properties of a database "
        "with "
        "their options take no more than 50 KB, and blocks larger ones: about 400 options in all.",
    )
    collection_options: Annotated[int, IN_PLAN] = Field(
        default=80,
        ge=1,
        le=10_000,
        description="Maximum number of options of the album property; other albums go into a "
        "text property.",
    )
    people_options: Annotated[int, IN_PLAN] = Field(
        default=40,
        ge=1,
        le=10_000,
        description="Maximum number of options of the people property; other people go into a "
        "text property.",
    )
    camera_options: Annotated[int, IN_PLAN] = Field(
        default=30,
        ge=1,
        le=10_000,
        description="Maximum number of options of the camera property; other cameras go into a "
        "text property.",
    )
    lens_options: Annotated[int, IN_PLAN] = Field(
        default=40,
        ge=1,
        le=10_000,
        description="Maximum number of options of the lens property; other lenses go into a "
        "text property.",
    )
    library_name: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        default="Photo Library", description="Name of the database that setup creates."
    )
    properties: Annotated[NotionProperties, IN_PLAN] = Field(
        default_factory=NotionProperties, description="Names of the properties in Notion."
    )


def notion_settings(sinks: Sinks) -> NotionSettings:
    """Return the settings of this sink."""
    found = sinks.of(NAME)
    assert isinstance(found, NotionSettings)
    return found
