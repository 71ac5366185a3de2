"""The taxonomy of what goes wrong with one call. Which reply means what is judged elsewhere."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What a failure says about the service, and with it whether a call may be repeated."""

    TRANSIENT = "transient"
    """Surely nothing happened there: repeat."""
    PERMANENT = "permanent"
    """It will never work as asked."""
    AMBIGUOUS = "ambiguous"
    """It may have happened: a timeout, a 5xx, a dropped connection, an unreadable reply."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong with one call.

    `message` is a sentence for people, without secrets. `status` is HTTP's, `code` the service's
    own word. `retry_after_s` is how long the service asks to be left alone, seconds. `limited`:
    the service found us too fast, so everyone waits.
    """

    kind: FaultKind
    message: str
    status: int | None = None
    code: str | None = None
    retry_after_s: float | None = None
    limited: bool = False
