"""The stand-in as `photosync demo --sinks` uses it: the settings that lead to it, and its set-up."""

import contextlib
from collections.abc import Iterator

from photo_assets.sample.notion.serving import running_notion
from photo_assets.sample.stand_in import StandIn
from photo_assets.sinks.notion.settings import NAME
from photo_assets.workspace import Workspace

_TOKEN_VARIABLE = "PHOTOSYNC_DEMO_TOKEN"  # the name of a variable


@contextlib.contextmanager
def notion_for_demo() -> Iterator[StandIn]:
    """Serve an empty workspace until the block ends; its content goes with it."""
    with running_notion() as notion:
        yield StandIn(
            sink=NAME,
            url=notion.url,
            settings={
                "base_url": notion.url,
                "token_env": _TOKEN_VARIABLE,
                "parent_page_id": notion.root_page_id,
                "requests_per_second": 1000,
            },
            variables={_TOKEN_VARIABLE: notion.token},
            set_up=_set_up,
        )


def _set_up(workspace: Workspace) -> None:
    """Make the database, as `photosync notion setup --yes` does."""
    from photo_assets.sinks.notion.setup import apply_setup, propose_setup
    from photo_assets.sinks.notion.sink import notion_client

    client = notion_client(workspace)
    try:
        apply_setup(workspace, client, propose_setup(workspace, client))
    finally:
        client.close()
