"""The settings that all online catalogs share. A service's own are in its folder."""

from typing import Annotated, ClassVar, Final, Literal, get_args

from pydantic import Field, field_validator

from photo_assets.configuration.addresses import ServiceAddress
from photo_assets.configuration.catalogs import NOT_IN_ROWS, CatalogSettings
from photo_assets.service_calls import Policy

Fetch = Literal["never", "preview", "identify", "original", "keep"]
"""What of a catalog's entries may be downloaded."""

_DOWNLOADS: Final[dict[Fetch, str]] = {
    "preview": "previews of entries without a checksum are downloaded, once each",
    "identify": "originals of entries without a checksum are downloaded, once each",
    "original": "all originals are downloaded, once each",
    "keep": "originals that no file here has are downloaded, and copied to the vault",
}


class OnlineCatalogSettings(CatalogSettings):
    """The settings of every catalog of an online service.

    A service states its own default of `endpoint` and `requests_per_second`. `gives_previews`: it
    gives a whole, uncropped picture made from an entry's original, at an address on its read list.
    """

    gives_previews: ClassVar[bool] = False

    endpoint: ServiceAddress = Field(description="Address of the service, with https://.")
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
        description="What is downloaded, to compute fingerprints; each file is deleted afterwards. "
        "never: nothing. preview: of entries without a checksum that identifies them, a small "
        "picture that the service made, once each: it only finds look-alikes. identify: the "
        "originals of these entries, once each. original: all originals that the service gives, "
        "once each. keep: all originals that no file on this machine has, once each, and they are "
        "copied to the stores of the vault. Services without usable previews refuse preview.",
    )
    max_parallel_downloads: Annotated[int, NOT_IN_ROWS] = Field(
        default=4, ge=1, le=16, description="Most downloads at once of one run."
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

    @field_validator("fetch")
    @classmethod
    def _previews_exist(cls, value: Fetch) -> Fetch:
        if value == "preview" and not cls.gives_previews:
            others = ", ".join(other for other in get_args(Fetch) if other != value)
            raise ValueError(
                f"this service gives no preview that can be compared; write one of {others}"
            )
        return value

    @property
    def keeps_originals(self) -> bool:
        """Whether originals that only the service has are copied to the vault."""
        return self.fetch == "keep"

    @property
    def downloads(self) -> str:
        """What `fetch` allows, for people; empty: nothing."""
        return _DOWNLOADS.get(self.fetch, "")

    @property
    def policy(self) -> Policy:
        """The limits of the calls."""
        return Policy(
            requests_per_second=self.requests_per_second,
            timeout_s=self.timeout_seconds,
            longest_wait_s=60.0 * self.longest_wait_minutes,
        )
