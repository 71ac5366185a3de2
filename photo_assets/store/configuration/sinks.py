"""Settings of the sinks: where the unified view goes, how fast, and what of it stays at home.

Credentials are never here: only the names of the environment variables that hold them.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from photo_assets.model.disclosure import DisclosurePolicy
from photo_assets.store.configuration.catalogs import Settings
from photo_assets.store.configuration.cron import require_cron
from photo_assets.store.configuration.notion_properties import NotionProperties

SINKS = ("notion", "supabase")

PEOPLE_ROOTS = (
    *("People", "Persons", "Person", "Faces", "Who", "Personen", "Menschen", "Gesichter"),
    *("Personnes", "Gens", "Visages", "Personas", "Gente", "Caras", "Persone", "Volti"),
    *("Pessoas", "Rostos", "Mensen", "Gezichten", "Personer", "Människor", "Mennesker"),
    *("Henkilöt", "Ihmiset", "Osoby", "Ludzie", "Lidé", "Ľudia", "Emberek", "Személyek"),
    *("Persoane", "Oameni", "Хора", "Люди", "Особи", "Άνθρωποι", "Kişiler", "İnsanlar"),
    *("人物", "人们", "人々", "ピープル", "사람", "인물", "אנשים", "أشخاص", "الأشخاص", "लोग"),
)
"""What digiKam and others call the keyword above those of people, in the user's language."""


def variable_name(name: str) -> str:
    """Return `name` if it can be that of an environment variable.

    Raises `ValueError` otherwise: a token written here would be shown in messages.
    """
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name, re.ASCII):
        raise ValueError(
            "this is the name of an environment variable, which holds the value; the value "
            "itself does not belong here"
        )
    return name


VariableName = Annotated[str, AfterValidator(variable_name)]

_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.I)


def _notion_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(
            "this is not a Notion id: 32 hex digits. In a page's address they are its end, before "
            "any question mark"
        )
    bare = text.replace("-", "").lower()
    return f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}"


NotionId = Annotated[str, AfterValidator(_notion_id)]


class SinkSettings(Settings):
    """What every sink has."""

    enabled: bool = Field(default=True, description="False: no plan is made, nothing is written.")
    automatic: bool = Field(
        default=True,
        description="Write each new plan by itself, once the sink is set up. False: only "
        "`photosync replicate --execute` and the Dagster UI write.",
    )
    follow_within_hours: float = Field(
        default=24.0,
        gt=0,
        le=8_760,
        description="How long the sink may lag behind the unified view before it counts as stale, "
        "hours.",
    )
    timeout_seconds: float = Field(
        default=60.0, gt=0, le=600, description="Longest wait for one reply, s."
    )
    longest_wait_seconds: float = Field(
        default=120.0,
        ge=0,
        le=86_400,
        description="A longer wait that the service asks for ends the run; it goes on by itself "
        "when the time has come, s.",
    )
    gps: bool = Field(default=True, description="Send coordinates.")
    people: bool = Field(default=True, description="Send the names of people.")
    archived: bool = Field(default=True, description="Send archived photos.")

    @property
    def policy(self) -> DisclosurePolicy:
        """What of the collection may be sent."""
        return DisclosurePolicy(people=self.people, gps=self.gps, archived=self.archived)


class NotionSettings(SinkSettings):
    """The Notion photo library."""

    token_env: VariableName = Field(
        default="NOTION_ARCHIVE_TOKEN",
        description="Name of the environment variable that holds the integration's token.",
    )
    database_id: NotionId | None = Field(
        default=None,
        description="Id of an existing database to use. Not given: the one that `photosync notion "
        "setup` made or chose.",
    )
    parent_page_id: NotionId | None = Field(
        default=None, description="Id of the page under which setup makes a new database."
    )
    base_url: str = Field(
        default="https://api.notion.com",
        pattern=r"^https?://[^\s@]+$",
        description="Address of the service.",
    )
    requests_per_second: float = Field(
        default=2.5,
        gt=0,
        le=1000,
        description="Calls a second, of all processes together. Notion allows 3 on average.",
    )
    calls_per_run: int = Field(
        default=0,
        ge=0,
        description="A run stops after so many calls and goes on in the next one; 0: no limit.",
    )
    at_once: int = Field(
        default=4, ge=1, le=32, description="Calls under way at once, within the rate."
    )
    mirror: Annotated[str, AfterValidator(require_cron)] = Field(
        default="15 * * * *",
        description="When what people changed in Notion is read into catalog/notion, cron.",
    )
    covers: bool = Field(default=True, description="Upload a thumbnail as each page's cover.")
    gps: bool = Field(
        default=False,
        description="Send coordinates, also those written in texts. A shared page shows them.",
    )
    people: bool = Field(
        default=False,
        description="Send the names of people, wherever they stand: as people, keywords, albums, "
        "in texts and in names of files.",
    )
    archived: bool = Field(
        default=False, description="Send photos that are archived: set aside by their owner."
    )
    keyword_options: int = Field(
        default=180,
        ge=1,
        le=10_000,
        description="How many different keywords the tag property may know, most used first; the "
        "others go into a text property. Notion recommends that all properties of a database with "
        "their options take no more than 50 KB, and blocks larger ones: about 400 options in all.",
    )
    collection_options: int = Field(
        default=80,
        ge=1,
        le=10_000,
        description="How many different albums the property for collections may know, likewise.",
    )
    people_options: int = Field(
        default=40,
        ge=1,
        le=10_000,
        description="How many different people the property for people may know, likewise.",
    )
    camera_options: int = Field(
        default=30,
        ge=1,
        le=10_000,
        description="How many different camera models their property may know, likewise.",
    )
    lens_options: int = Field(
        default=40,
        ge=1,
        le=10_000,
        description="How many different lenses their property may know, likewise.",
    )
    library_name: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        default="Photo Library", description="Name of the database that setup makes."
    )
    properties: NotionProperties = Field(
        default_factory=NotionProperties, description="Names of the properties."
    )


class SupabaseSettings(SinkSettings):
    """The Supabase database."""

    url_env: VariableName = Field(
        default="SUPABASE_URL",
        description="Name of the environment variable that holds the project's address.",
    )
    key_env: VariableName = Field(
        default="SUPABASE_SECRET_KEY",
        description="Name of the environment variable that holds the secret key (sb_secret_…, or "
        "a service_role key).",
    )
    database_url_env: VariableName = Field(
        default="SUPABASE_DB_URL",
        description="Name of the environment variable that holds the database's own URL, for "
        "`photosync supabase migrate`.",
    )
    requests_per_second: float = Field(
        default=20.0, gt=0, le=1000, description="Calls a second, of all processes together."
    )
    rows_per_request: int = Field(
        default=500, ge=1, le=1000, description="Most rows of one request."
    )
    bytes_per_request: int = Field(
        default=1_000_000, ge=10_000, le=10_000_000, description="Most bytes of one request."
    )
    at_once: int = Field(
        default=2, ge=1, le=16, description="Requests under way at once, within the rate."
    )
    gps: bool = Field(default=True, description="Send coordinates; only the secret key reads them.")
    people: bool = Field(
        default=True, description="Send the names of people, wherever they stand, as for Notion."
    )
    archived: bool = Field(default=True, description="Send photos that are archived.")


class Sinks(Settings):
    """Where the unified view goes."""

    sweep: Annotated[str, AfterValidator(require_cron)] = Field(
        default="0 5 * * 0",
        description="When everything is read back from the sinks and compared with what was "
        "written, cron.",
    )
    people_roots: tuple[str, ...] = Field(
        default=PEOPLE_ROOTS,
        description="Keywords, albums and folders whose children are people: People/… of digiKam "
        "and others. Without `people` nothing below one is sent.",
    )
    notion: NotionSettings = Field(default_factory=NotionSettings)
    supabase: SupabaseSettings = Field(default_factory=SupabaseSettings)
