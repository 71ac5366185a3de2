"""The result of applying a plan."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from photo_assets.service_calls import CallStatistics
from photo_assets.sinks.engine.plan_store import Plan


@dataclass(slots=True, kw_only=True)
class Applied:
    """The result of applying a plan. Counts are rows; `errors` maps row keys to the first reasons.

    `waiting_until`: the time until which the service requested a wait. `stopped`: why the run ended
    early; `unanswered`: whether the service caused it, rather than a configured limit. `missing`: a
    problem found on the way that only a person can solve.
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
        """Whether all rows of the plan are sent."""
        return self.left == 0
