"""Settings of the metadata rules: which rule proposes a value, and which rules may settle."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from photo_assets.configuration.catalogs import Settings

ByOrder = Literal["first", "latest", "human"]
"""first: by source_order; latest: last changed; human: shown by source_order, never settled."""

ByValue = Literal["max", "first", "latest", "human"]
"""As `ByOrder`, plus max: the largest value."""

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
    """The rule that proposes each field's value.

    Keywords, people and albums are always combined; visibility is always the most restrictive one.
    """

    rating: ByValue = Field(
        default="max", description="Stars. The value of `max` is always a proposal."
    )
    pick: ByValue = Field(default="first", description="Picked, unflagged or rejected.")
    favourite: ByValue = Field(
        default="max", description="Favorite. `max`: favorite in any catalog."
    )
    label: ByOrder = Field(default="first", description="Color label.")
    title: ByOrder = Field(default="human", description="Title.")
    caption: ByOrder = Field(default="human", description="Caption.")
    capture_time: ByOrder = Field(
        default="first",
        description="Capture time. Among the values that agree with the rule's choice, the most "
        "precise wall-clock time is shown. A time that a person corrected in one catalog "
        "replaces the original time; a guess is shown only if no source states a time.",
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
    archived: ByValue = Field(
        default="max", description="Archived. `max`: archived in any catalog."
    )


class MetadataSettings(Settings):
    """How the catalogs' values for one photo are merged, and when they conflict."""

    source_order: tuple[SourceName, ...] = Field(
        default=(),
        description="Order of trust for the rule `first`. Each entry is a kind of catalog, one "
        'catalog ("lightroom/main"), or "exif" for the file itself. Sources that are not listed '
        "come last.",
    )
    rules: MergeRuleSettings = Field(default_factory=MergeRuleSettings)
    settle: tuple[SettledField, ...] = Field(
        default=(),
        description="Fields whose rule may settle a conflict without a decision. For all other "
        "fields, different values in two catalogs remain an open conflict.",
    )
    unset_is_silent: tuple[Literal["rating", "pick", "favourite"], ...] = Field(
        default=("rating", "pick", "favourite"),
        description="Fields in which an unset value (0 stars, unflagged, not a favorite) never "
        "conflicts, because cameras and programs write it into every file.",
    )
    gps_tolerance_m: float = Field(
        default=200.0,
        ge=0,
        description="Coordinates further apart than this conflict, in meters. A difference that "
        "the rounding of the less precise value explains is ignored, up to 0.005 degrees.",
    )
    capture_tolerance_s: float = Field(
        default=2.0, ge=0, le=60, description="Times further apart than this conflict, in seconds."
    )
    number_tolerance_percent: float = Field(
        default=2.0,
        ge=0,
        le=50,
        description="Apertures, exposure times and focal lengths that differ by at most this "
        "percentage agree. So do two numbers if one is the other rounded (0.0006 s and 1/1600 s).",
    )
    copies_expected_in: tuple[SourceName, ...] = Field(
        default=(),
        description="Catalogs that list a photo several times by design (a Takeout export "
        "contains one copy per album). They raise no duplicate conflict. All locations are kept.",
    )

    @model_validator(mode="after")
    def _only_rules_settle(self) -> "MetadataSettings":
        for field in self.settle:
            if getattr(self.rules, field) == "human":
                raise ValueError(
                    f"settle lists {field}, but its rule is human, which settles nothing. "
                    f"Choose another rule in rules.{field}, or remove {field} from settle."
                )
        return self
