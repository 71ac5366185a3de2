"""A daemon in the test's own process: real sensors, conditions, jobs and instance, no waiting.

One `tick` does what Dagster's daemon does in half a minute: evaluates every sensor, then the
automation conditions, and executes what they ask for. Runs are counted by layer.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import dagster as dg
from dagster import AutomationConditionSensorDefinition, evaluate_automation_conditions
from dagster._core.definitions.asset_daemon_cursor import AssetDaemonCursor

from photo_assets.definitions import defs as load_definitions
from photo_assets.defs.combined_sensor import NAME
from photo_assets.defs.loading import LibraryState, read_library_state
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.tags import BY_CONDITION, LAYER
from photo_assets.library import open_workspace
from photo_assets.workspace import Workspace


@dataclass
class Daemon:
    """Dagster over one configuration file and one instance folder."""

    instance: dg.DagsterInstance
    state: LibraryState = field(default_factory=lambda: read_library_state(workspace()))
    runs: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    _sensor_cursors: dict[str, str | None] = field(default_factory=dict)
    _automation_cursor: AssetDaemonCursor | None = None

    def __post_init__(self) -> None:
        _definitions(self.state)

    @property
    def definitions(self) -> dg.Definitions:
        """What was loaded last."""
        return _definitions(self.state)

    def again(self, instance: dg.DagsterInstance) -> "Daemon":
        """Return another daemon that continues where this one is, over a copy of its instance."""
        cursors = dict(self._sensor_cursors)
        return Daemon(
            instance,
            self.state,
            _sensor_cursors=cursors,
            _automation_cursor=self._automation_cursor,
        )

    def look_again(self) -> None:
        """Let every sensor probe at its next tick, as if poll_seconds had passed."""
        cursors = json.loads(self._sensor_cursors.get(NAME) or "{}")
        kept = {name: cursor for name, cursor in cursors.items() if not name.startswith("watch_")}
        self._sensor_cursors[NAME] = json.dumps(kept)

    def settle(self, most_ticks: int = 12, *, conditions: bool = True) -> Counter[str]:
        """Tick until nothing is asked for; return the runs by layer since the last call.

        Without `conditions`, what they start stays as it is: lookalikes, albums, the history and plans, two fifths of
        the cost. Everything up to the unified view is made by sensors.
        """
        self.runs = Counter()
        for _ in range(most_ticks):
            if not self.tick(conditions=conditions):
                return self.runs
        raise AssertionError(f"still busy after {most_ticks} ticks: {self.runs}")

    def tick(self, *, conditions: bool = True) -> bool:
        """Evaluate every sensor and condition once; return whether anything was started."""
        busy = False
        self.reload()
        for sensor in self.definitions.sensors or ():
            if isinstance(sensor, AutomationConditionSensorDefinition):
                continue
            assert isinstance(sensor, dg.SensorDefinition)
            busy |= self._evaluate(sensor)
        return (conditions and self._follow()) or busy

    def reload(self) -> None:
        """Reload the definitions when the library changed, as the code location does."""
        self.state = read_library_state(workspace())
        _definitions(self.state)

    def execute(self, job: str, tags: dict[str, str] | None = None) -> bool:
        """Execute one run of a job as the UI would launch it; return whether it succeeded."""
        self.reload()
        definition = self.definitions.resolve_job_def(job)
        self.runs[definition.tags.get(LAYER, job)] += 1
        result = definition.execute_in_process(
            instance=self.instance, tags=tags, raise_on_error=False
        )
        if not result.success:
            self.failures.append(job)
        return result.success

    def _evaluate(self, sensor: dg.SensorDefinition) -> bool:
        context = dg.build_sensor_context(
            instance=self.instance,
            cursor=self._sensor_cursors.get(sensor.name),
            resources={"library": PhotoLibrary()},
            definitions=self.definitions,
        )
        data = sensor.evaluate_tick(context)
        self._sensor_cursors[sensor.name] = data.cursor
        for event in data.asset_events or ():
            self.instance.report_runless_asset_event(event)
        for request in data.run_requests or ():
            job = request.job_name or sensor.job_name
            assert job is not None
            self.execute(job, dict(request.tags))
        return bool(data.run_requests)

    def _follow(self) -> bool:
        self.reload()
        result = evaluate_automation_conditions(
            self.definitions, self.instance, cursor=self._automation_cursor
        )
        self._automation_cursor = result.cursor
        keys = [
            r.key for r in result.results if r.true_subset.size and isinstance(r.key, dg.AssetKey)
        ]
        if not keys:
            return False
        # The history and the albums follow with the others.
        layers = {key.path[0] for key in keys} - {"vault", "metadata"}
        layer = {(): "history", ("sink",): "plans"}.get(tuple(sorted(layers)), "lookalikes")
        self.runs[layer] += 1
        job = self.definitions.resolve_implicit_global_asset_job_def()
        outcome = job.execute_in_process(
            instance=self.instance,
            asset_selection=keys,
            tags={BY_CONDITION: "true"},
            raise_on_error=False,
        )
        if not outcome.success:
            self.failures.append(layer)
        return True


@lru_cache(maxsize=32)
def _definitions(state: LibraryState) -> dg.Definitions:
    """Load the definitions, once for each library of the tests that decides the same."""
    assert state == read_library_state(workspace())
    return load_definitions()


def workspace() -> Workspace:
    """Return the workspace of the configuration in force."""
    return open_workspace()


def write_configuration(path: Path, text: str) -> None:
    """Replace the configuration file."""
    path.write_text(text)
