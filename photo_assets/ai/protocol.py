"""What every provider of descriptions does, and how a call ends. No provider is known here."""

from dataclasses import dataclass
from typing import Protocol

from photo_assets.ai.prompt import Prompt
from photo_assets.service_calls import CallStatistics


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReply:
    """A reply as the model gave it: untrusted text.

    `refused`: the model or its provider declined. `cut_off`: the reply reached its longest length.
    The tokens are as the endpoint counted them, None where it does not say.
    """

    text: str
    refused: bool = False
    cut_off: bool = False
    input_tokens: int | None = None
    output_tokens: int | None = None


class Describer(Protocol):
    """A provider. May be used by several threads."""

    @property
    def model(self) -> str:
        """The model, as the provider names it."""

    @property
    def statistics(self) -> CallStatistics:
        """The statistics of the calls so far."""

    def describe(self, picture: bytes, prompt: Prompt) -> ModelReply:
        """Ask once about a JPEG without metadata.

        A call that may have been answered is not repeated. Raises what `RateLimitedCaller.call`
        raises.
        """

    def stop(self) -> None:
        """Make all waiting calls raise `StoppedError`."""
