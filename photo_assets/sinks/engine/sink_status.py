"""How far a sink is behind the view: the waiting rows, since when, and the cause."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from photo_assets.ledger import SinkRequests, SinkState, SinkStates
from photo_assets.model.wording import counted, duration
from photo_assets.sinks.engine.plan_store import Plan, current_plan
from photo_assets.workspace import Workspace

_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkStatus:
    """One moment of a sink.

    `planned`: the plan is made from the current view. `waiting` rows of it are not written yet,
    `failed` rows were refused. `since` is when the view last changed, if rows are waiting.
    """

    sink: str
    plan: Plan | None
    state: SinkState | None
    planned: bool
    waiting: int
    failed: int
    since: datetime | None

    @property
    def followed(self) -> bool:
        """Whether the service is up to date with the view, except for refused rows."""
        return self.planned and not self.waiting

    @property
    def not_before(self) -> datetime | None:
        """When the next run may start after a wait that the service requested or a pause."""
        text = self.state.not_before if self.state else None
        return datetime.strptime(text, _FORM).replace(tzinfo=UTC) if text else None

    @property
    def paused(self) -> str | None:
        """The plan that was undone, after which automation does not write the sink."""
        return self.state.detail.get("undone") if self.state else None

    def late(self, now: datetime, window: timedelta) -> bool:
        """Return whether the sink is behind by more than its window."""
        return self.since is not None and not self.followed and now - self.since > window

    def sentence(self, now: datetime) -> str:
        """Return a sentence about the state, for people."""
        if self.followed:
            refused = counted(self.failed, "row was", "rows were")
            failed = f"; {refused} refused" if self.failed else ""
            held = self.plan.held if self.plan else 0
            left = counted(held, "row that left the view is", "rows that left the view are")
            more = f"; {left} held back" if held else ""
            return f"{self.sink} is up to date with the view{failed}{more}."
        if self.paused:
            return (
                f"{self.sink}: plan {self.paused} was undone, and automation does not write "
                "it again."
            )
        age = (
            ""
            if self.since is None
            else f", which changed {duration((now - self.since).total_seconds())} ago"
        )
        if not self.planned:
            return f"The plan for {self.sink} is older than the view{age}."
        waiting = counted(self.waiting, "row waits", "rows wait")
        return f"{waiting} to be written to {self.sink} from the view{age}."


def read_sink_status(
    workspace: Workspace, sink: str, inputs: str, destination: str | None
) -> SinkStatus:
    """Return the state of the sink. `inputs` as for the plan."""
    plan = current_plan(workspace, sink)
    state = SinkStates(workspace.ledger).get(sink)
    waiting = failed = 0
    planned = False
    if plan is not None and state is not None:
        mine = plan.plan_id == state.plan_id
        same_destination = destination in (None, plan.destination)
        planned = same_destination and plan.inputs == inputs and (mine or plan.base == state.base)
        ended, failed = SinkRequests(workspace.ledger).progress(sink, plan.plan_id)
        waiting = plan.rows - ended
    followed = planned and not waiting
    since = None if followed else workspace.lake.changed_at(("metadata", "unified"))
    return SinkStatus(
        sink=sink,
        plan=plan,
        state=state,
        planned=planned,
        waiting=waiting,
        failed=failed,
        since=since,
    )
