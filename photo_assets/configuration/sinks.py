"""The common settings of all sinks; each sink adds its own in its folder.

Credentials are never stored here, only the names of the environment variables that hold them.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from photo_assets.configuration.catalogs import Settings
from photo_assets.configuration.cron import require_cron
from photo_assets.configuration.redaction import redact
from photo_assets.model.disclosure import DisclosurePolicy

PEOPLE_ROOTS = (
    *("People", "Persons", "Person", "Faces", "Who", "Personen", "Menschen", "Gesichter"),
    *("Personnes", "Gens", "Visages", "Personas", "Gente", "Caras", "Persone", "Volti"),
    *("Pessoas", "Rostos", "Mensen", "Gezichten", "Personer", "Människor", "Mennesker"),
    *("Henkilöt", "Ihmiset", "Osoby", "Ludzie", "Lidé", "Ľudia", "Emberek", "Személyek"),
    *("Persoane", "Oameni", "Хора", "Люди", "Особи", "Άνθρωποι", "Kişiler", "İnsanlar"),
    *("人物", "人们", "人々", "ピープル", "사람", "인물", "אנשים", "أشخاص", "الأشخاص", "लोग"),
)
"""Names that digiKam and other programs give the parent keyword of people, by language."""


_LIKE_A_KEY = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])|^(?=.*[0-9])[A-Za-z0-9]{20,}$")
"""Letters of both cases with digits, or a long word with digits: no usual name of a variable."""


def variable_name(name: str) -> str:
    """Return `name` if it can name an environment variable, and does not look like a key.

    Otherwise raises `ValueError`: a token written here would appear in messages and in the history.
    """
    is_name = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name, re.ASCII)
    if not is_name or _LIKE_A_KEY.search(name) or redact(name) != name:
        raise ValueError(
            "this must be the name of an environment variable that holds the value, not the "
            "value itself"
        )
    return name


VariableName = Annotated[str, AfterValidator(variable_name)]


class _InPlan:
    """Marks a setting that affects a sink's content or how a plan is split into requests."""


IN_PLAN = _InPlan()


class SinkSettings(Settings):
    """The settings of every sink."""

    enabled: bool = Field(
        default=True, description="False: no plan is made, and nothing is written."
    )
    automatic: bool = Field(
        default=True,
        description="Write each new plan automatically once the sink is set up. False: only "
        "`photosync replicate --execute` and the Dagster UI write.",
    )
    follow_within_hours: float = Field(
        default=24.0,
        gt=0,
        le=8_760,
        description="How long the sink may lag behind the unified view before it is stale, in "
        "hours.",
    )
    timeout_seconds: float = Field(
        default=60.0, gt=0, le=600, description="Longest wait for one reply, in seconds."
    )
    longest_wait_seconds: float = Field(
        default=120.0,
        ge=0,
        le=86_400,
        description="Longest wait within a run, in seconds. If the service requests a longer "
        "wait, the run ends and resumes automatically after that time.",
    )
    gps: Annotated[bool, IN_PLAN] = Field(default=True, description="Send coordinates.")
    people: Annotated[bool, IN_PLAN] = Field(default=True, description="Send the names of people.")
    archived: Annotated[bool, IN_PLAN] = Field(default=True, description="Send archived photos.")

    @property
    def policy(self) -> DisclosurePolicy:
        """The disclosure policy of the sink."""
        return DisclosurePolicy(people=self.people, gps=self.gps, archived=self.archived)

    @property
    def in_plan(self) -> str:
        """The settings marked `IN_PLAN`, as JSON."""
        fields = type(self).model_fields.items()
        marked = {name for name, field in fields if IN_PLAN in field.metadata}
        return self.model_dump_json(include=marked)


class Sinks(Settings):
    """The services to write to."""  # a field for each sink: `library.settings_model`

    sweep: Annotated[str, AfterValidator(require_cron)] = Field(
        default="0 5 * * 0",
        description="Cron schedule on which all rows are read back from the sinks and compared "
        "with the written rows.",
    )
    people_roots: tuple[str, ...] = Field(
        default=PEOPLE_ROOTS,
        description="Keywords, albums and folders whose children are people, such as People/… "
        "in digiKam. Without `people`, nothing below them is sent.",
    )

    def of(self, sink: str) -> SinkSettings:
        """Return the settings of one sink."""
        found: SinkSettings = getattr(self, sink)
        return found
