"""Dagster's own webserver and daemon over a project, driven as the UI drives them: by GraphQL."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from photo_assets_tests.cli.running import COMMAND, REPOSITORY
from photo_assets_tests.time_limit import PATIENCE_S

Json = dict[str, Any]
_REPOSITORY = {
    "repositoryLocationName": "photo_assets",
    "repositoryName": "__repository__",
}
_DONE = {
    "COMPLETED_SUCCESS",
    "COMPLETED_FAILED",
    "COMPLETED",
    "FAILED",
    "CANCELED",
}


@dataclass(frozen=True)
class Ui:
    """The UI's GraphQL requests: buttons, and the resulting state."""

    url: str

    def ask(self, query: str, **variables: object) -> Json:
        """Return the answer to a query or mutation, by field."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(
            f"{self.url}/graphql", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=120) as reply:
            answer = json.load(reply)
        assert "errors" not in answer, answer["errors"]
        found: Json = answer["data"]
        return found

    def months(self, key: dg.AssetKey) -> list[str]:
        """Return the partitions the UI shows of an asset, in its order."""
        found = self.ask(
            "query($k: AssetKeyInput!) { assetNodeOrError(assetKey: $k) { ... on AssetNode { "
            "partitionKeys } } }",
            k={"path": key.path},
        )
        keys: list[str] = found["assetNodeOrError"]["partitionKeys"]
        return keys

    def materializable(self) -> list[dg.AssetKey]:
        """Return what "Materialize all" is about: the assets that can be run."""
        found = self.ask("query { assetNodes { assetKey { path } isExecutable isObservable } }")
        return [
            dg.AssetKey(node["assetKey"]["path"])
            for node in found["assetNodes"]
            if node["isExecutable"] and not node["isObservable"]
        ]

    def backfill(self, keys: Sequence[dg.AssetKey], months: Sequence[str] | None = None) -> str:
        """Launch a backfill over months, or over all partitions; return how it ended."""
        return self.end_of_backfill(self.launch_backfill(keys, months))

    def launch_backfill(
        self, keys: Sequence[dg.AssetKey], months: Sequence[str] | None = None
    ) -> str:
        """Launch a backfill over months, or over all partitions; return its id."""
        over: Json = {"allPartitions": True} if months is None else {"partitionNames": [*months]}
        launched = self.ask(
            "mutation($p: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $p) { "
            "__typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } "
            "} }",
            p={"assetSelection": [{"path": key.path} for key in keys], **over},
        )["launchPartitionBackfill"]
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
        return str(launched["backfillId"])

    def backfill_again(self, backfill_id: str) -> str:
        """Press "Re-execute from failure" on a backfill; return how the new one ended."""
        launched = self.ask(
            "mutation($p: ReexecutionParams!) { reexecutePartitionBackfill(reexecutionParams: $p) {"
            " __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message }"
            " } }",
            p={"parentRunId": backfill_id, "strategy": "FROM_FAILURE"},
        )["reexecutePartitionBackfill"]
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
        return self.end_of_backfill(launched["backfillId"])

    def end_of_backfill(self, backfill_id: str) -> str:
        """Wait until a backfill ends; return how."""
        return self._end_of(
            "query($id: String!) { partitionBackfillOrError(backfillId: $id) { "
            "... on PartitionBackfill { status } } }",
            "partitionBackfillOrError",
            backfill_id,
            _DONE,
        )

    def run(self, keys: Sequence[dg.AssetKey], **tags: str) -> tuple[str, str]:
        """Launch one run over assets; return its id and how it ended."""
        launched = self.ask(
            "mutation($p: ExecutionParams!) { launchPipelineExecution(executionParams: $p) { "
            "__typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } "
            "}",
            p={
                "mode": "default",
                "executionMetadata": {
                    "tags": [{"key": f"dagster/{key}", "value": tags[key]} for key in tags]
                },
                "runConfigData": "{}",
                "selector": {
                    **_REPOSITORY,
                    "pipelineName": "__ASSET_JOB",
                    "assetSelection": [{"path": key.path} for key in keys],
                    "assetCheckSelection": [],
                },
            },
        )["launchPipelineExecution"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        run_id = launched["run"]["runId"]
        return run_id, self.end_of_run(run_id)

    def again_from_failure(self, run_id: str) -> str:
        """Press "Re-execute from failure"; return how the new run ended."""
        launched = self.ask(
            "mutation($p: ReexecutionParams!) { launchPipelineReexecution(reexecutionParams: $p) { "
            "__typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } "
            "}",
            p={"parentRunId": run_id, "strategy": "FROM_FAILURE"},
        )["launchPipelineReexecution"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return self.end_of_run(launched["run"]["runId"])

    def unsynced(self) -> set[dg.AssetKey]:
        """Return the assets that "Materialize unsynced" is about."""
        found = self.ask("query { assetNodes { assetKey { path } staleStatus isExecutable } }")
        return {
            dg.AssetKey(node["assetKey"]["path"])
            for node in found["assetNodes"]
            if node["isExecutable"] and node["staleStatus"] in {"STALE", "MISSING"}
        }

    def stale_months(self, key: dg.AssetKey) -> set[str]:
        """Return the partitions that the UI shows as out of sync."""
        months = self.months(key)
        found = self.ask(
            "query($k: AssetKeyInput!, $p: [String!]!) { assetNodeOrError(assetKey: $k) { ... on "
            "AssetNode { staleStatusByPartition(partitions: $p) } } }",
            k={"path": key.path},
            p=months,
        )["assetNodeOrError"]["staleStatusByPartition"]
        return {month for month, status in zip(months, found, strict=True) if status == "STALE"}

    def latest_events(self, key: dg.AssetKey) -> dict[str, str]:
        """Return partition ("" where there are none) -> when it was last materialized."""
        found = self.ask(
            "query($k: AssetKeyInput!) { assetNodeOrError(assetKey: $k) { ... on AssetNode { "
            "latestMaterializationByPartition { partition timestamp } "
            "assetMaterializations(limit: 1) { timestamp } } } }",
            k={"path": key.path},
        )["assetNodeOrError"]
        by_month = [one for one in found["latestMaterializationByPartition"] if one]
        if by_month:
            return {one["partition"] or "": one["timestamp"] for one in by_month}
        return {"": str([one["timestamp"] for one in found["assetMaterializations"]])}

    def said_of(self, key: dg.AssetKey, month: str) -> str:
        """Return the text of the latest observation of a partition."""
        (found,) = self.ask(
            "query($k: AssetKeyInput!, $p: [String!]!) { assetNodeOrError(assetKey: $k) { ... on "
            "AssetNode { assetObservations(partitions: $p, limit: 1) { description } } } }",
            k={"path": key.path},
            p=[month],
        )["assetNodeOrError"]["assetObservations"]
        return str(found["description"])

    def job_of(self, run_id: str) -> str:
        """Return the job of a run."""
        query = "query($id: ID!) { runOrError(runId: $id) { ... on Run { jobName } } }"
        return str(self.ask(query, id=run_id)["runOrError"]["jobName"])

    def end_of_run(self, run_id: str) -> str:
        """Wait until a run ends; return how."""
        return self._end_of(
            "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }",
            "runOrError",
            run_id,
            {"SUCCESS", "FAILURE", "CANCELED"},
        )

    def _end_of(self, query: str, field: str, id_: str, ends: set[str]) -> str:
        deadline = time.monotonic() + PATIENCE_S
        while (status := self.ask(query, id=id_)[field]["status"]) not in ends:
            assert time.monotonic() < deadline, f"{id_} is still {status}"
            time.sleep(1)
        return str(status)


def until(done: Callable[[], object], why: Callable[[], str]) -> None:
    """Wait until a condition is true; `why` describes the state found instead."""
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < deadline, why()
        time.sleep(1)


@contextmanager
def running_ui(home: Path, command: Sequence[str] = (*COMMAND, "ui", "--port")) -> Iterator[Ui]:
    """Run `photosync ui`, or a command that takes a port, over a project until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (home / "ui.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, str(port)],
            cwd=home,
            env={**os.environ, "DAGSTER_HOME": str(home), "PYTHONPATH": str(REPOSITORY)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            ui = Ui(f"http://127.0.0.1:{port}")
            _wait_for(ui, process)
            yield ui
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_for(ui: Ui, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        assert process.poll() is None, "it ended by itself"
        assert time.monotonic() < deadline, "the webserver never answered"
        try:
            if ui.materializable():
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(1)
