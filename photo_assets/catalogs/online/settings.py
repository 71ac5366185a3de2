"""The settings that all online catalogs share. A service's own are in its folder."""

from typing import Annotated, Literal

from pydantic import Field

from photo_assets.configuration.catalogs import NOT_IN_ROWS, CatalogSettings
from photo_assets.service_calls import Policy

Fetch = Literal["never", "identify", "original"]
"""Which originals of a catalog may be downloaded."""


class OnlineCatalogSettings(CatalogSettings):
    """The settings of every catalog of an online service.

    A service states its own default of `endpoint` and `requests_per_second`.
    """

    endpoint: str = Field(description="Address of the service, with https://.")
    requests_per_second: Annotated[float, NOT_IN_ROWS] = Field(
        default=5.0,
        gt=0,
        le=1_000,
        description="Most calls per second, of all processes together.",
    )
    timeout_seconds: Annotated[float, NOT_IN_ROWS] = Field(
        default=60.0, gt=0, le=600, description="Longest wait for one reply, in seconds."
    )
    longest_wait_minutes: Annotated[float, NOT_IN_ROWS] = Field(
        default=10.0,
        ge=0,
        le=1_440,
        description="Longest wait within a run, in minutes. If the service requests a longer wait, "
        "the catalog counts as offline until then.",
    )
    fetch: Annotated[Fetch, NOT_IN_ROWS] = Field(
        default="never",
        description="Which originals are downloaded, to compute their fingerprints; each is "
        "deleted afterwards. never: none. identify: those of entries without a checksum that "
        "identifies them, once each. original: all that the service gives, once each.",
    )
    full_listing_days: Annotated[float, NOT_IN_ROWS] = Field(
        default=30.0,
        gt=0,
        le=3_650,
        description="Everything is listed again after this time, in days; between listings only "
        "changes are read.",
    )

    reuse_listing_hours: Annotated[float, NOT_IN_ROWS] = Field(
        default=24.0,
        ge=0,
        le=8_760,
        description="How long the pages of a listing that was interrupted, or not yet accepted, "
        "are reused, in hours; 0: never. Changes are always requested.",
    )

    @property
    def policy(self) -> Policy:
        """The limits of the calls."""
        return Policy(
            requests_per_second=self.requests_per_second,
            timeout_s=self.timeout_seconds,
            longest_wait_s=60.0 * self.longest_wait_minutes,
        )
