"""The settings of AI descriptions: for which photos, by which endpoint, and up to which ceiling.

What is asked and how replies are checked is in `ai`; who may see a value, in `model.ai_release`.
"""

import ipaddress
import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from photo_assets.configuration.addresses import ServiceAddress
from photo_assets.configuration.catalogs import Settings
from photo_assets.configuration.sinks import VariableName

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


def _months(text: str) -> str:
    found = re.fullmatch(r"(\d{4}-(?:0[1-9]|1[0-2]))(?:\.\.(\d{4}-(?:0[1-9]|1[0-2])))?", text)
    if not found or (found[2] and found[2] < found[1]):
        raise ValueError("write a month or a range of months: 2024-05, or 2024-05..2024-08")
    return text


class AiPhotos(Settings):
    """Some photos: those that meet every condition given here."""

    album: str | None = Field(
        default=None,
        description="Photos of this album, as the review page names it; levels are separated by "
        '" / ", and the albums below it count too.',
    )
    label: str | None = Field(default=None, description="Photos with this color label.")
    catalog: str | None = Field(
        default=None, description='Photos that this catalog lists: "lightroom/main".'
    )
    months: Annotated[str, AfterValidator(_months)] | None = Field(
        default=None, description="Photos of a month or a range of months: 2024-05..2024-08."
    )

    @model_validator(mode="after")
    def _names_something(self) -> "AiPhotos":
        if not self.model_fields_set:
            raise ValueError("name an album, a label, a catalog or months")
        return self


class AiCeiling(Settings):
    """What all calls together may use, in all runs since the first. Raise it to continue."""

    photos: int = Field(default=100, ge=0, description="Number of calls.")
    tokens: int = Field(default=1_000_000, ge=0, description="Number of tokens, in and out.")
    money: float = Field(
        default=0.0, ge=0, description="Money, in the currency of `prices`. 0: only free calls."
    )


class AiPrices(Settings):
    """What the endpoint's provider charges."""

    input: float = Field(ge=0, description="Price of a million tokens sent.")
    output: float = Field(ge=0, description="Price of a million tokens received.")
    currency: str = Field(default="USD", description="The currency, for display.")


class AiVocabulary(Settings):
    """The words that a reply may use. An empty list: the value is not asked for."""

    photo_category: tuple[Word, ...] = Field(
        default=(
            *("action", "portrait", "group", "celebration", "detail", "landscape"),
            *("architecture", "food", "animal", "document", "other"),
        ),
        description="Kinds of photos.",
    )
    sport_type: tuple[Word, ...] = Field(default=(), description="Kinds of sport.")
    emotion: tuple[Word, ...] = Field(
        default=("joy", "calm", "excitement", "pride", "sadness", "tension", "neutral"),
        description="Moods of photos.",
    )


class AiSettings(Settings):
    """Descriptions, tags and categories by an AI model: proposals that a person approves.

    Nothing is sent until `enabled` is true and `photos` names some.
    """

    enabled: bool = Field(default=False, description="Ask the endpoint about `photos`.")
    endpoint: ServiceAddress | None = Field(
        default=None,
        description="Address of an OpenAI-compatible API (OpenAI, Ollama, LM Studio, vLLM), with "
        "its version: http://localhost:11434/v1",
    )
    model: str | None = Field(default=None, description="The endpoint's name of the model.")
    key_env: VariableName | None = Field(
        default=None,
        description="Name of the environment variable that holds the endpoint's key. Default: "
        "none is sent.",
    )
    photos: tuple[AiPhotos, ...] = Field(
        default=(),
        description="For which photos: those that at least one entry describes, by `album` (with "
        "the albums below it), `label` (color), `catalog` (lightroom/main) and `months` (2024-05, "
        "or 2024-05..2024-08). A photo must meet all conditions of an entry.",
    )
    private: bool = Field(
        default=False,
        description="Also send photos that a catalog marks as private. Locked, trashed and "
        "archived photos, and those whose visibility is unknown, are never sent.",
    )
    ceiling: AiCeiling = Field(default_factory=AiCeiling)
    prices: AiPrices | None = Field(
        default=None,
        description="What a call costs. Required for an endpoint that is not on this machine or "
        "in its network.",
    )
    vocabulary: AiVocabulary = Field(default_factory=AiVocabulary)
    picture: Literal[500, 1920] = Field(
        default=500, description="Longer side of the thumbnail that is sent, in pixels."
    )
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")] = Field(
        default="en", description="Language of descriptions and tags, as an ISO 639 code."
    )
    input_tokens: int = Field(
        default=4000,
        ge=1,
        le=1_000_000,
        description="Most tokens that one call may send, as the endpoint counts them: the picture "
        "and the instructions. They are reserved before the call; an endpoint that counts more "
        "ends the run.",
    )
    output_tokens: int = Field(
        default=500, ge=50, le=100_000, description="Most tokens that one reply may have."
    )
    output_limit: Literal["max_tokens", "max_completion_tokens"] = Field(
        default="max_tokens",
        description="Name under which `output_tokens` is sent. OpenAI's newer models need "
        "max_completion_tokens.",
    )
    parallel: int = Field(default=1, ge=1, le=16, description="Number of calls at the same time.")
    calls_per_second: float = Field(
        default=2.0, gt=0, le=100, description="Most calls that are started per second."
    )
    timeout_seconds: float = Field(
        default=180.0, gt=0, le=3600, description="Longest wait for one reply, in seconds."
    )
    longest_wait_seconds: float = Field(
        default=120.0,
        ge=0,
        le=86_400,
        description="Longest wait that the endpoint may request within a run, in seconds.",
    )

    @model_validator(mode="after")
    def _is_complete(self) -> "AiSettings":
        if not self.enabled:
            return self
        if self.endpoint is None or not (self.model or "").strip():
            raise ValueError("enabled needs an endpoint and a model")
        if not self.photos:
            raise ValueError("enabled needs `photos`: the albums, labels, catalogs or months")
        if self.prices is None and not is_near(self.endpoint):
            raise ValueError(
                "an endpoint outside this network needs `prices` (of a million tokens): without "
                "them, ceiling.money could not be kept"
            )
        return self


def is_near(endpoint: str) -> bool:
    """Return whether an address is on this machine or in a private network."""
    host = urlsplit(endpoint).hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
    return address.is_private or address.is_loopback or address.is_link_local
