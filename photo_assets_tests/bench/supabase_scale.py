"""Measures the Supabase sink over a synthetic lake, against a plain COPY of the same rows.

    python -m photo_assets_tests.bench.supabase_scale 100000 FOLDER [--json FILE]

FOLDER is kept; a lake that it holds already is used again. Needs what the Supabase tests need
(`make services`). In one run, with one database server: all rows are planned and written through
the vendor's client, PostgREST and the tables' triggers; read back; planned again, which must come
to nothing; and copied by one `COPY` a table into tables of the same columns and indexes.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from photo_assets.library import open_workspace
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.planning import make_plan
from photo_assets.sinks.engine.verifying import verify_sink
from photo_assets.sinks.supabase.sink import SupabaseSink
from photo_assets.sinks.supabase.tables import TARGETS
from photo_assets_tests.bench.lake.plan import ITEMS_OF_FIFTY
from photo_assets_tests.services.supabase.cluster import connected
from photo_assets_tests.services.supabase.process import StackProcess, running_stack_process
from photo_assets_tests.services.supabase.programs import HOW, find_programs

_CONFIGURATION = """
data_dir: .
sinks:
  supabase: {{requests_per_second: 1000, at_once: {at_once}}}
"""


class GateError(Exception):
    """The tables are wrong, so what they cost says nothing."""


def measure_supabase(photos: int, folder: Path, *, at_once: int) -> dict[str, float]:
    """Return seconds, rows and rows a second of each step, and the share of COPY's speed.

    Raises `GateError` when a row is missing, differs, or is written twice.
    """
    if find_programs() is None:
        raise GateError(HOW)
    _lake(photos, folder)
    (folder / "photosync.yaml").write_text(_CONFIGURATION.format(at_once=at_once))
    figures: dict[str, float] = {"photos": photos, "at_once": at_once}
    with running_stack_process() as stack:
        os.environ |= stack.environment
        workspace = open_workspace(folder / "photosync.yaml")
        sink = SupabaseSink(workspace)
        with _timed(figures, "plan"):
            plan = make_plan(workspace, sink, "first").plan
        figures["rows"] = plan.rows
        with _timed(figures, "write"):
            applied = apply_plan(workspace, sink, plan.plan_id, at_once=at_once)
        _require(applied.created == plan.rows and not applied.failed, f"not all created: {applied}")
        figures["calls"] = len(stack.control.arrivals())
        with _timed(figures, "verify"):
            found = verify_sink(workspace, sink)
        _require(found.rows == plan.rows and not found.drifted, "reading back found differences")
        with _timed(figures, "plan_again"):
            again = make_plan(workspace, sink, "again").plan
        _require(again.rows == 0, "the second plan is not empty")
        _require(_copied(stack, figures) == plan.rows, "COPY wrote another number of rows")
    for step in ("write", "copy"):
        figures[f"{step}_rows_per_s"] = round(plan.rows / figures[f"{step}_s"])
    figures["share_of_copy"] = round(figures["copy_s"] / figures["write_s"], 3)
    return figures


def _lake(photos: int, folder: Path) -> None:
    """Make the lake, its photos, their metadata and conflicts, what is there apart."""
    folder.mkdir(parents=True, exist_ok=True)
    items = str(photos * ITEMS_OF_FIFTY // 50)
    if (folder / "lake" / "metadata" / "unified").exists():
        return
    for step in ("make", "unified", "conflicts"):
        module = "photo_assets_tests.bench.metadata_steps"
        subprocess.run([sys.executable, "-m", module, step, str(folder), items], check=True)


def _copied(stack: StackProcess, figures: dict[str, float]) -> int:
    """Copy all rows out, and time copying them into like tables; return how many came in."""
    with tempfile.TemporaryDirectory() as folder, connected(stack.database_url) as connection:
        cursor = connection.connection.cursor()
        for target in TARGETS:
            connection.exec_driver_sql(
                f"create table public.copied_{target} (like public.{target} including indexes)"
            )
            with open(f"{folder}/{target}", "wb") as file:
                cursor.copy_expert(f"copy public.{target} to stdout", file)
        with _timed(figures, "copy"):
            for target in TARGETS:
                with open(f"{folder}/{target}", "rb") as file:
                    cursor.copy_expert(f"copy public.copied_{target} from stdin", file)
        figures["copied_mib"] = round(sum(f.stat().st_size for f in Path(folder).iterdir()) / 2**20)
        counts = [f"(select count(*) from public.copied_{target})" for target in TARGETS]
        rows = connection.exec_driver_sql(f"select {' + '.join(counts)}").scalar()
        return int(rows or 0)


@contextmanager
def _timed(figures: dict[str, float], step: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    figures[f"{step}_s"] = round(time.perf_counter() - started, 2)


def _require(fine: bool, fault: str) -> None:
    if not fine:
        raise GateError(fault)


def main() -> None:
    """Read the arguments, measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=int, nargs="?", default=100_000)
    parser.add_argument("folder", type=Path, help="a new folder, or one made before")
    parser.add_argument("--at-once", type=int, default=2, help="requests under way at once")
    parser.add_argument("--json", type=Path, help="where the figures go")
    asked = parser.parse_args()
    figures = measure_supabase(asked.photos, asked.folder.absolute(), at_once=asked.at_once)
    print(f"{asked.photos:,} photos, {os.cpu_count()} cores\n")
    for name, value in figures.items():
        print(f"{name:20} {value:12,.2f}")
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
