"""What an application of a plan came to."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from photo_assets.service_calls import CallStatistics
from photo_assets.sinks.engine.places import Plan


@dataclass(slots=True, kw_only=True)
class Applied:
    """What an application came to. Counts are rows; `errors` are the first reasons, by row key.

    `waiting_until`: the service asked to come back then. `stopped`: why it ended early;
    `unanswered`: it was the service's doing, not a limit that was set here. `missing`: what only
    the person can give, found out on the way.
    """

    plan: Plan
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    earlier: int = 0
    left: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    waiting_until: datetime | None = None
    stopped: str | None = None
    unanswered: bool = False
    missing: str | None = None
    calls: CallStatistics = field(default_factory=CallStatistics)
    seconds: float = 0.0

    @property
    def finished(self) -> bool:
        """Whether nothing of the plan is left to send."""
        return self.left == 0
