"""Writing the sample library to local stand-ins, for `photosync demo --sinks`.

Nothing leaves this machine, and no account is used. It works on a copy of the demo's data. The copy
and the content of the stand-ins are deleted at the end, so the demo's own ledger has no record of
pages that no longer exist.
"""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from photo_assets.cli.replicating import ReplicationOptions, run_replication
from photo_assets.cli.serving import signals_received
from photo_assets.cli.session import CONFIG_VARIABLE
from photo_assets.cli.terminal import say
from photo_assets.library import open_workspace
from photo_assets.sample.notion.demonstrating import notion_for_demo
from photo_assets.sample.stand_in import StandIn
from photo_assets.sinks.registry import sinks, spec_of
from photo_assets.workspace import Workspace

_STAND_INS = (notion_for_demo,)


def show_sinks(demo: Workspace) -> None:
    """Write the demo's unified view to the stand-ins, and serve them until Ctrl-C.

    Raises the errors of `run_replication`.
    """
    with contextlib.ExitStack() as stack:
        running = [stack.enter_context(start()) for start in _STAND_INS]
        titles = " and ".join(spec_of(one.sink).title for one in running)
        say()
        say(
            f"Writing to a local {titles} stand-in: no account is needed, nothing leaves this "
            "machine."
        )
        copy = stack.enter_context(_copy(demo, running))
        with _in_force(copy, running):
            workspace = open_workspace(copy)
            for one in running:
                one.set_up(workspace)
            run_replication(workspace, ReplicationOptions(execute=True), as_json=False)
        say()
        for name in _others(running):
            say(f"{spec_of(name).title}: not written, since it has no local stand-in.")
        for one in running:
            say(f"See {one.url}: every page, with its cover and properties (Ctrl-C stops it).")
        with signals_received() as received:
            while not received:
                time.sleep(0.2)
    say("Stopped; the stand-in and everything written to it are deleted.")


def _others(running: Sequence[StandIn]) -> list[str]:
    return [name for name in sinks() if name not in {one.sink for one in running}]


@contextlib.contextmanager
def _copy(demo: Workspace, running: Sequence[StandIn]) -> Iterator[Path]:
    """Yield the configuration of a copy of a workspace whose sinks are the stand-ins."""
    assert demo.configuration.file is not None
    with tempfile.TemporaryDirectory(prefix="sinks-", dir=demo.data_dir) as folder:
        data = Path(folder) / "data"
        shutil.copytree(
            demo.data_dir, data, ignore=shutil.ignore_patterns("dagster", "scratch", "sinks-*")
        )
        text = demo.configuration.file.read_text(encoding="utf-8")
        kept = [line for line in text.splitlines() if not line.startswith("data_dir:")]
        settings: dict[str, Mapping[str, object]] = {one.sink: one.settings for one in running}
        settings |= {name: {"enabled": False} for name in _others(running)}
        configuration = Path(folder) / "photosync.yaml"
        more = yaml.safe_dump({"data_dir": data.name, "sinks": settings})
        configuration.write_text("\n".join([*kept, more]), encoding="utf-8")
        yield configuration


@contextlib.contextmanager
def _in_force(configuration: Path, running: Sequence[StandIn]) -> Iterator[None]:
    """Use the copy's configuration and the stand-ins' variables inside the block."""
    before = os.environ[CONFIG_VARIABLE]
    variables = {name: value for one in running for name, value in one.variables.items()}
    os.environ |= {CONFIG_VARIABLE: str(configuration), **variables}
    try:
        yield
    finally:
        os.environ[CONFIG_VARIABLE] = before
        for name in variables:
            del os.environ[name]
