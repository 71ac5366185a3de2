"""Starting the update of one service: the run that Dagster's UI starts, or else `discover`.

What a run does belongs to `defs`.
"""

import json
import os
import subprocess
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError

from photo_assets.model.errors import ExitCode, PhotoAssetsError
from photo_assets.system.child_python import child_environment, module_command
from photo_assets.system.plain_folder import plain_folder
from photo_assets.web.dagster_link import DagsterLink
from photo_assets.workspace import Workspace

_SECONDS = 30.0
_INSTANCE = "{instance {info}}"
_LAUNCH = """
mutation Launch($job: String!) {
  launchRun(executionParams: {mode: "default", selector: {
    jobName: $job, repositoryName: "__repository__", repositoryLocationName: "photo_assets"}}) {
    __typename
    ... on LaunchRunSuccess {run {runId}}
    ... on PythonError {message}
  }
}
"""


class RunRefusedError(PhotoAssetsError):
    """Dagster did not start a run."""

    exit_code = ExitCode.INTERNAL


@dataclass(frozen=True, slots=True)
class StartedRun:
    """What was started. `url` shows it in Dagster's UI; without one, `photosync ui` will."""

    by: str
    run_id: str | None
    url: str | None


def start_sync(workspace: Workspace, dagster: DagsterLink, source: str) -> StartedRun:
    """Start reading the catalogs of a source. Raises `RunRefusedError`.

    A Dagster webserver of this project starts the job that its UI starts, and its daemon goes on
    from there. Without one, `photosync discover` runs in a process group of its own.
    """
    url = dagster.url
    if url is not None and _is_ours(url):
        answer = _asked(url, _LAUNCH, {"job": f"observe_{source}"})["launchRun"]
        if answer["__typename"] != "LaunchRunSuccess":
            raise RunRefusedError(f"Dagster did not start the run: {answer['__typename']}.")
        run_id = answer["run"]["runId"]
        return StartedRun("dagster", run_id, f"{url}/runs/{run_id}")
    started_command(workspace, "discover", "--service", source, "--json")
    return StartedRun("photosync discover", None, None)


def started_command(workspace: Workspace, *arguments: str) -> subprocess.Popen[bytes]:
    """Start `photosync` for the same configuration, in a process group of its own.

    Ctrl-C stops the page; what was started ends by itself.
    """
    environment = child_environment()
    if workspace.configuration.file is not None:
        environment["PHOTOSYNC_CONFIG"] = str(workspace.configuration.file)
    return subprocess.Popen(
        module_command("photo_assets.cli.main", *arguments),
        env=environment,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def _is_ours(url: str) -> bool:
    """Return whether the webserver uses the instance of this project's folder."""
    home = os.environ.get("DAGSTER_HOME")
    if home is None:
        return False
    try:
        info = _asked(url, _INSTANCE, {})["instance"]["info"]
    except (URLError, OSError, ValueError, KeyError, TypeError):
        return False
    return f"base_dir: {plain_folder(Path(home))}" in {
        line.strip() for line in str(info).splitlines()
    }


def _asked(url: str, query: str, variables: dict[str, str]) -> dict[str, Any]:
    body = json.dumps({"query": query, "variables": variables}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/graphql", body, headers)  # noqa: S310  # http, local
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)["data"]
    return found
