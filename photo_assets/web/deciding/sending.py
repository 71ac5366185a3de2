"""Sending an approved plan: the command that a person would type, run by a process of the page.

The plan is bound by its id: the command refuses one that is out of date. What it does belongs to
`defs.replication`; what became of a plan is read from the ledger, by `status.plans`.
"""

import subprocess
import threading
from dataclasses import dataclass, field

from photo_assets.sinks.engine.plan_store import Plan
from photo_assets.web.runs import started_command
from photo_assets.workspace import Workspace


def command(plan: Plan) -> tuple[str, ...]:
    """Return the arguments by which `photosync` sends exactly this plan."""
    return ("replicate", "--plan", plan.plan_id, "--execute")


@dataclass(slots=True)
class Sender:
    """Sends plans, one at a time for each sink."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _started: dict[str, tuple[str, subprocess.Popen[bytes]]] = field(default_factory=dict)

    def send(self, workspace: Workspace, plan: Plan) -> bool:
        """Start sending a plan; return False if a plan for this sink is being sent."""
        with self._lock:
            if self._is_running(plan.sink):
                return False
            self._started[plan.sink] = plan.plan_id, started_command(workspace, *command(plan))
            return True

    def state(self, plan: Plan) -> tuple[bool, int | None]:
        """Return whether a plan for this sink is being sent, and how sending this one ended.

        The second is the exit code, None if this process did not send it to an end.
        """
        with self._lock:
            running = self._is_running(plan.sink)
            plan_id, process = self._started.get(plan.sink, ("", None))
            ended = process.returncode if process and plan_id == plan.plan_id else None
            return running, ended

    def _is_running(self, sink: str) -> bool:
        _, process = self._started.get(sink, ("", None))
        return process is not None and process.poll() is None
