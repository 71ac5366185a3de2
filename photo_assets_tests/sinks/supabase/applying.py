"""Applies a plan, for tests that kill whoever does: `python -m … CONFIGURATION PLAN`."""

import json
import sys
from pathlib import Path

from photo_assets.library import open_workspace
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.supabase.sink import SupabaseSink


def main() -> None:
    configuration, plan_id = sys.argv[1:]
    workspace = open_workspace(Path(configuration))
    applied = apply_plan(workspace, SupabaseSink(workspace), plan_id, at_once=3)
    print(json.dumps({"left": applied.left, "failed": applied.failed}), flush=True)


if __name__ == "__main__":
    main()
