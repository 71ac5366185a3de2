"""Applies a plan to Notion in a separate process, to be killed: configuration, plan, threads."""

import json
import sys
from pathlib import Path

from photo_assets.library import open_workspace
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.notion.sink import NotionSink

LOOKS = (0.05, 0.3)


def main() -> None:
    configuration, plan_id, at_once = sys.argv[1:]
    workspace = open_workspace(Path(configuration))
    sink = NotionSink(workspace, look_after_s=LOOKS)
    applied = apply_plan(workspace, sink, plan_id, at_once=int(at_once))
    counts = {"left": applied.left, "failed": applied.failed, "stopped": applied.stopped}
    print(json.dumps(counts), flush=True)


if __name__ == "__main__":
    main()
