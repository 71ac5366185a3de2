"""Dagster's webserver for `photosync ui`, in a separate process: its first page is the graph.

Dagster's own program starts with the timeline of runs, which is empty if nothing ran today.
"""

import sys
from urllib.parse import urlencode

from dagster import DagsterInstance
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.version import __version__
from dagster_webserver.webserver import DagsterWebserver
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

_POLL_MS = 2000  # how often a page polls for news; the default of Dagster's own program


def first_page(context: WorkspaceProcessContext) -> str:
    """Return the path of the lineage page, with every group of assets expanded."""
    graph = context.create_request_context().asset_graph
    groups = sorted({node.group_name for node in graph.asset_nodes})
    # In the page's own format: groups are shared by all code locations.
    return "/asset-groups?" + urlencode(
        {"expanded": ",".join(f"global@global:{g}" for g in groups)}
    )


def serve_pages(host: str, port: int, workspace: str) -> None:
    """Serve the instance of $DAGSTER_HOME and the code locations of a workspace file, forever."""
    import uvicorn

    with (
        DagsterInstance.get() as instance,
        WorkspaceProcessContext(
            instance, version=__version__, workspace_load_target=WorkspaceFileTarget([workspace])
        ) as context,
    ):

        def to_first_page(_request: Request) -> RedirectResponse:
            return RedirectResponse(first_page(context))

        app = DagsterWebserver(context, live_data_poll_rate=_POLL_MS).create_asgi_app()
        app.router.routes.insert(0, Route("/", to_first_page))
        uvicorn.run(app, host=host, port=port, log_level="warning")


if __name__ == "__main__":
    serve_pages(sys.argv[1], int(sys.argv[2]), sys.argv[3])
