"""The classification of a call's failures. Replies are classified in other modules."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """The kind of a failure, which determines whether the call may be repeated."""

    TRANSIENT = "transient"
    """The call certainly had no effect: repeat it."""
    PERMANENT = "permanent"
    """The request will never succeed."""
    AMBIGUOUS = "ambiguous"
    """The call may have had an effect: a timeout, a 5xx, a lost connection, an unreadable reply."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The failure of one call.

    `message` is a sentence for people, without secrets. `status` is the HTTP status, `code` the
    service's error code. `retry_after_s` is the wait that the service requested, seconds.
    `limited`: the service rate-limited us, so all callers wait.
    """

    kind: FaultKind
    message: str
    status: int | None = None
    code: str | None = None
    retry_after_s: float | None = None
    limited: bool = False
