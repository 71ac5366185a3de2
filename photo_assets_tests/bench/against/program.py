"""One step of one side, in a process of its own. Run by its path, with the side's code before it:

    PYTHONPATH=CODE python -P program.py STEP FOLDER

A step does what its asset does, without Dagster. What a commit has not, is told by its modules:
before photos and metadata were stored by month, each was one table. The last line of the output is
the cost as JSON: `startup_s` is what imports and opening the ledger cost before the step.
"""

import json
import resource
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Work = Callable[[], dict[str, Any]]


def tick(workspace: Any) -> Work:
    """What the sensors ask each time: which months of the joins are due."""
    joins = import_module("photo_assets.defs.joins")
    return lambda: {"due": len(joins.photos_due(workspace)) + len(joins.metadata_due(workspace))}


def photos(workspace: Any) -> Work:
    """`identity/photos`."""
    join = import_module("photo_assets.defs.identity.photos").join_photos

    def work() -> dict[str, Any]:
        return {"photos": join(workspace).summary.photos}

    return work


def lookalikes(workspace: Any) -> Work:
    """`identity/lookalikes` without contact sheets."""
    assets = import_module("photo_assets.defs.identity.lookalikes")
    if hasattr(assets, "search"):

        def where_due() -> dict[str, Any]:
            searched = assets.lookalikes_due(workspace, remember=True)
            if searched:
                assets.search(workspace)
            return {"searched": searched}

        return where_due

    def work() -> dict[str, Any]:
        made = assets.build_lookalikes(
            assets.lookalike_inputs(workspace), assets.lookalike_options(workspace)
        )
        extra = {"inputs": assets.lookalikes_inputs(workspace)}
        for kind, table in (
            (assets.LOOKALIKES, made.pairs),
            (assets.LOOKALIKE_GROUPS, made.groups),
        ):
            workspace.lake.write(assets.ASSET, kind.name, kind, table, extra=extra)
        return {"searched": True}

    return work


def unified(workspace: Any) -> Work:
    """`metadata/unified`."""
    return _metadata(workspace, "UNIFIED", "build_unified")


def conflicts(workspace: Any) -> Work:
    """`metadata/conflicts`."""
    return _metadata(workspace, "CONFLICTS", "build_conflicts")


def notion(workspace: Any) -> Work:
    """`sink/notion_plan`."""
    return _plan(workspace, "notion")


def supabase(workspace: Any) -> Work:
    """`sink/supabase_plan`."""
    return _plan(workspace, "supabase")


def _metadata(workspace: Any, table: str, build: str) -> Work:
    joins = import_module("photo_assets.defs.joins")
    kind = getattr(import_module("photo_assets.model.tables"), table)

    def by_month() -> dict[str, Any]:
        months = joins.metadata_months(workspace, kind)
        months.clear()
        due = months.due()
        for month in due:
            months.make(month, due)
        return {"months": len(due)}

    if hasattr(joins, "metadata_months"):
        return by_month
    given = import_module("photo_assets.defs.metadata.inputs")
    build_table = getattr(import_module("photo_assets.metadata"), build)

    def whole() -> dict[str, Any]:
        rules, answers = given.field_rules(workspace), given.decision_table(workspace)
        rows = build_table(given.metadata_inputs(workspace), rules, answers)
        extra = {"inputs": joins.metadata_inputs_digest(workspace)}
        workspace.lake.write(("metadata", kind.name), kind.name, kind, rows, extra=extra)
        return {"months": 1}

    return whole


def _plan(workspace: Any, name: str) -> Work:
    sink = import_module("photo_assets.sinks.registry").open_sink(workspace, name)
    inputs = import_module("photo_assets.sinks.inputs").sink_inputs
    make_plan = import_module("photo_assets.sinks.engine.planning").make_plan
    if find_spec("photo_assets.defs.sink.status"):
        status = import_module("photo_assets.defs.sink.status").sink_status
    else:
        status = import_module("photo_assets.defs.sink.standing").sink_standing

    def work() -> dict[str, Any]:
        found = status(workspace, name)
        if found.planned and found.plan is not None:
            return {"rows": found.plan.rows, "planned": False}
        planned = make_plan(workspace, sink, inputs(workspace, name))
        return {"rows": planned.plan.rows, "planned": True}

    return work


def _code() -> list[str]:
    """Return the roots of all code of this program that was imported."""
    named = [m for name, m in sys.modules.items() if name.startswith("photo_assets")]
    files = {Path(file) for m in named if (file := getattr(m, "__file__", None))}
    parts = ("photo_assets", "photo_assets_tests")
    return sorted({str(p.parent) for file in files for p in file.parents if p.name in parts})


def _opened(file: Path) -> Any:
    """Open a workspace, wherever the commit has that."""
    if find_spec("photo_assets.library"):
        return import_module("photo_assets.library").open_workspace(file)
    return import_module("photo_assets.store.workspace").Workspace.open(file)


STEPS: dict[str, Callable[[Any], Work]] = {
    step.__name__: step for step in (tick, photos, lookalikes, unified, conflicts, notion, supabase)
}


def main() -> None:
    """Run the named step in the workspace of a folder."""
    step, folder = sys.argv[1:]
    # An editable installation would find in the present code what the older one has not.
    sys.meta_path[:] = [f for f in sys.meta_path if "__editable__" not in f.__module__]
    workspace = _opened(Path(folder) / "photosync.yaml")
    workspace.ledger  # noqa: B018 - opened and migrated before the clock starts
    work = STEPS[step](workspace)
    used = resource.getrusage(resource.RUSAGE_SELF)
    meter = import_module("photo_assets_tests.bench.meter").Meter()
    facts = work()
    startup = round(used.ru_utime + used.ru_stime, 2)
    print(json.dumps(meter.result(**facts, startup_s=startup, code=_code())))


if __name__ == "__main__":
    main()
