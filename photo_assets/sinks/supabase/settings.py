"""Settings of the Supabase sink."""

from typing import Annotated, Final

from pydantic import Field

from photo_assets.configuration.sinks import IN_PLAN, Sinks, SinkSettings, VariableName

NAME: Final = "supabase"
"""The name of this sink in photosync.yaml, in keys, in the ledger and in commands."""


class SupabaseSettings(SinkSettings):
    """The Supabase database."""

    url_env: VariableName = Field(
        default="SUPABASE_URL",
        description="Name of the environment variable that holds the project's URL.",
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
        default=20.0, gt=0, le=1000, description="Calls per second, across all processes."
    )
    rows_per_request: Annotated[int, IN_PLAN] = Field(
        default=500, ge=1, le=1000, description="Maximum number of rows per request."
    )
    bytes_per_request: Annotated[int, IN_PLAN] = Field(
        default=1_000_000,
        ge=10_000,
        le=10_000_000,
        description="Maximum size of one request, in bytes.",
    )
    at_once: int = Field(
        default=2,
        ge=1,
        le=16,
        description="Maximum number of concurrent requests, within the rate.",
    )
    gps: Annotated[bool, IN_PLAN] = Field(
        default=True, description="Send coordinates. Only the secret key can read them."
    )
    people: Annotated[bool, IN_PLAN] = Field(
        default=True,
        description="Send the names of people wherever they occur: as people, keywords and "
        "albums, in texts and in file names.",
    )
    archived: Annotated[bool, IN_PLAN] = Field(default=True, description="Send archived photos.")


def supabase_settings(sinks: Sinks) -> SupabaseSettings:
    """Return the settings of this sink."""
    found = sinks.of(NAME)
    assert isinstance(found, SupabaseSettings)
    return found
