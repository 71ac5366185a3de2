"""The sample library written to a Notion that runs here: what `photosync demo --sinks` adds.

Nothing leaves this machine, no account is used. It works on a copy of what the demo made, which
goes with the stand-in's content at the end: the demo's own ledger never learns of pages that are
gone.
"""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from photo_assets.cli.replicating import ReplicationWish, run_replication
from photo_assets.cli.serving import signals_received
from photo_assets.cli.session import CONFIG_VARIABLE
from photo_assets.cli.terminal import say
from photo_assets.library import open_workspace
from photo_assets.sample.notion.serving import NotionStandIn, running_notion
from photo_assets.store.workspace import Workspace

_TOKEN_VARIABLE = "PHOTOSYNC_DEMO_TOKEN"  # noqa: S105  # the name of a variable
_SINKS = """\
data_dir: {data}
sinks:
  notion:
    base_url: {url}
    token_env: {token}
    parent_page_id: {page}
    requests_per_second: 1000
  supabase: {{enabled: false}}
"""


def show_sinks(demo: Workspace) -> None:
    """Write the view of the demo's workspace to the stand-in, say where to look, serve till Ctrl-C.

    Raises what `run_replication` raises.
    """
    say()
    say(
        "Writing to a local Notion stand-in: no account is needed, and nothing leaves this machine."
    )
    with running_notion() as notion, _copy(demo, notion) as copy:
        with _in_force(copy, notion):
            workspace = open_workspace(copy)
            _set_up(workspace)
            run_replication(workspace, ReplicationWish(execute=True), as_json=False)
        say()
        say("Supabase: its stand-in is PostgREST over PostgreSQL, which `make services` installs.")
        say(f"See {notion.url}: every page, with its cover and properties (Ctrl-C stops it).")
        with signals_received() as received:
            while not received:
                time.sleep(0.2)
    say("Stopped; the stand-in and everything written to it are deleted.")


def _set_up(workspace: Workspace) -> None:
    """Make the database, as `photosync notion setup --yes` does."""
    from photo_assets.sinks.notion.setup import carry_out, look_around
    from photo_assets.sinks.notion.sink import notion_client

    client = notion_client(workspace)
    try:
        carry_out(workspace, client, look_around(workspace, client))
    finally:
        client.close()


@contextlib.contextmanager
def _copy(demo: Workspace, notion: NotionStandIn) -> Iterator[Path]:
    """Yield the configuration of a copy of a workspace whose sink is the stand-in."""
    assert demo.configuration.file is not None
    with tempfile.TemporaryDirectory(prefix="sinks-", dir=demo.data_dir) as folder:
        data = Path(folder) / "data"
        shutil.copytree(
            demo.data_dir, data, ignore=shutil.ignore_patterns("dagster", "scratch", "sinks-*")
        )
        said = demo.configuration.file.read_text(encoding="utf-8")
        kept = [line for line in said.splitlines() if not line.startswith("data_dir:")]
        sinks = _SINKS.format(
            data="data", url=notion.url, token=_TOKEN_VARIABLE, page=notion.root_page_id
        )
        configuration = Path(folder) / "photosync.yaml"
        configuration.write_text("\n".join([*kept, sinks]), encoding="utf-8")
        yield configuration


@contextlib.contextmanager
def _in_force(configuration: Path, notion: NotionStandIn) -> Iterator[None]:
    """Let everything that is opened in the block be the copy's."""
    before = os.environ[CONFIG_VARIABLE]
    os.environ |= {CONFIG_VARIABLE: str(configuration), _TOKEN_VARIABLE: notion.token}
    try:
        yield
    finally:
        os.environ[CONFIG_VARIABLE] = before
        del os.environ[_TOKEN_VARIABLE]
