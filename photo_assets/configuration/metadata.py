"""Settings of the metadata rules: which rule proposes a value, and where a rule may settle."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from photo_assets.configuration.catalogs import Settings

ByOrder = Literal["first", "latest", "human"]
"""first: by source_order; latest: last changed; human: shown by source_order, never settled."""

ByValue = Literal["max", "first", "latest", "human"]
"""As `ByOrder`, and max: the largest value."""

SourceName = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}(/[a-z0-9][a-z0-9_-]{0,39})?$")
]
"""A kind of catalog ("lightroom"), one catalog ("lightroom/main"), or "exif"."""

SettledField = Literal[
    "rating",
    "pick",
    "favourite",
    "label",
    "title",
    "caption",
    "capture_time",
    "gps",
    "sublocation",
    "city",
    "state",
    "country",
    "country_code",
    "creator",
    "copyright",
    "camera_make",
    "camera_model",
    "lens",
    "aperture",
    "exposure_time_s",
    "iso",
    "focal_length_mm",
    "archived",
]


class MergeRuleSettings(Settings):
    """Which rule proposes a field's value.

    Keywords, people and albums are always united; visibility is always the most restrictive.
    """

    rating: ByValue = Field(default="max", description="Stars; max is only ever a proposal.")
    pick: ByValue = Field(default="first", description="Picked, unflagged or rejected.")
    favourite: ByValue = Field(default="max", description="Heart; max: a heart anywhere.")
    label: ByOrder = Field(default="first", description="Colour label.")
    title: ByOrder = Field(default="human", description="Title.")
    caption: ByOrder = Field(default="human", description="Caption.")
    capture_time: ByOrder = Field(
        default="first",
        description="Capture time. Among statements that agree with the rule's choice, the most "
        "precise wall clock is shown. A time that a person corrected in one catalog replaces what "
        "it corrected; a guess is shown where nobody states a time.",
    )
    gps: ByOrder = Field(default="first", description="Latitude and longitude, always together.")
    sublocation: ByOrder = Field(default="first", description="Place within the city.")
    city: ByOrder = Field(default="first", description="City.")
    state: ByOrder = Field(default="first", description="State or province.")
    country: ByOrder = Field(default="first", description="Country.")
    country_code: ByOrder = Field(default="first", description="ISO 3166 country code.")
    creator: ByOrder = Field(default="first", description="Photographer.")
    copyright: ByOrder = Field(default="first", description="Copyright notice.")
    camera_make: ByOrder = Field(default="first", description="Camera maker.")
    camera_model: ByOrder = Field(default="first", description="Camera model.")
    lens: ByOrder = Field(default="first", description="Lens.")
    aperture: ByOrder = Field(default="first", description="Aperture, f-number.")
    exposure_time_s: ByOrder = Field(default="first", description="Exposure time, seconds.")
    iso: ByOrder = Field(default="first", description="Sensitivity, ISO.")
    focal_length_mm: ByOrder = Field(default="first", description="Focal length, mm.")
    archived: ByValue = Field(default="max", description="Set aside; max: archived anywhere.")


class MetadataSettings(Settings):
    """How what catalogs say about one photo is merged, and when it counts as disagreement."""

    source_order: tuple[SourceName, ...] = Field(
        default=(),
        description="Who is believed first where a rule says `first`. A kind of catalog, one "
        'catalog ("lightroom/main"), or "exif" for the file itself. Those not listed come last.',
    )
    rules: MergeRuleSettings = Field(default_factory=MergeRuleSettings)
    settle: tuple[SettledField, ...] = Field(
        default=(),
        description="Fields whose rule may settle a disagreement without asking. Everything else "
        "that two catalogs state differently stays an open conflict.",
    )
    unset_is_silent: tuple[Literal["rating", "pick", "favourite"], ...] = Field(
        default=("rating", "pick", "favourite"),
        description="Fields whose zero (0 stars, unflagged, no heart) contradicts nobody: cameras "
        "and programs write it into every file.",
    )
    gps_tolerance_m: float = Field(
        default=200.0,
        ge=0,
        description="Places further apart than this disagree, metres. What the rounding of the "
        "coarser one explains is left aside, up to half a hundredth of a degree.",
    )
    capture_tolerance_s: float = Field(
        default=2.0, ge=0, le=60, description="Times further apart than this disagree, seconds."
    )
    number_tolerance_percent: float = Field(
        default=2.0,
        ge=0,
        le=50,
        description="Apertures, exposures and focal lengths within this agree, and so do numbers "
        "of which one is the other rounded (0.0006 s and 1/1600 s).",
    )
    copies_expected_in: tuple[SourceName, ...] = Field(
        default=(),
        description="Catalogs that list a picture several times by design (a Takeout export holds "
        "one copy for each album): no duplicate conflict there. All places are kept anyway.",
    )

    @model_validator(mode="after")
    def _only_rules_settle(self) -> "MetadataSettings":
        for field in self.settle:
            if getattr(self.rules, field) == "human":
                raise ValueError(
                    f"settle lists {field}, whose rule is human, so nothing could settle it. "
                    f"Give rules.{field} another rule, or take {field} out of settle."
                )
        return self
