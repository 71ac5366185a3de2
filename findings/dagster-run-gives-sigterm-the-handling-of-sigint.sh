#!/usr/bin/env bash
# Expected: a program that sets its own handler for SIGTERM, or leaves the default, still has it after
# it has materialized an asset in its own process.
# Seen: Dagster replaces the handlers of both signals while it runs, and afterwards restores only
# SIGINT's, for both. An own handler of SIGTERM is gone. Worse, a script that starts a program with
# "&" starts it with SIGINT ignored, so that after the first run SIGTERM is ignored too: `kill` no
# longer ends the program, and only SIGKILL does, in the middle of a write if it comes to that.
# A synchronisation that a script on a NAS starts in the background is such a program.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet \
  dagster==1.13.27 SQLAlchemy==2.1.9 protobuf==6.33.6 grpcio==1.85.1 grpcio-health-checking==1.81.1

cat > "$work/job.py" <<'PY'
import logging
import os
import signal
import sys
import time

import dagster as dg

logging.disable(logging.CRITICAL)


@dg.asset
def photos() -> int:
    return 1


def own_handler(number, frame) -> None:
    sys.exit(0)


def name(handler) -> str:
    return getattr(handler, "name", None) or getattr(handler, "__name__", None) or repr(handler)


if sys.argv[1] == "own":
    signal.signal(signal.SIGTERM, own_handler)
print("before", name(signal.getsignal(signal.SIGINT)), name(signal.getsignal(signal.SIGTERM)))
with dg.DagsterInstance.ephemeral() as instance:
    assert dg.materialize([photos], instance=instance).success
print("after", name(signal.getsignal(signal.SIGINT)), name(signal.getsignal(signal.SIGTERM)))
sys.stdout.flush()
if sys.argv[1] == "background":
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(0.5)
    print("alive after SIGTERM")
PY

"$work/venv/bin/python" - "$work/job.py" <<'PY'
import signal
import subprocess
import sys
from importlib.metadata import version

print(f"Dagster {version('dagster')}")


def run(mode: str, sigint: signal.Handlers) -> list[str]:
    """Run the job with SIGINT as a terminal (default) or a script's `&` (ignored) gives it."""

    def prepare() -> None:
        signal.signal(signal.SIGINT, sigint)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    done = subprocess.run(
        [sys.executable, sys.argv[1], mode], preexec_fn=prepare, stdout=subprocess.PIPE, text=True
    )
    lines = done.stdout.splitlines()
    print(f"{mode}: SIGINT and SIGTERM " + "; ".join(lines) + f"; exit status {done.returncode}")
    return [*lines, str(done.returncode)]


assert run("own", signal.SIG_DFL)[:2] == [
    "before default_int_handler own_handler",
    "after default_int_handler default_int_handler",
]
assert run("background", signal.SIG_IGN) == [
    "before SIG_IGN SIG_DFL",
    "after SIG_IGN SIG_IGN",
    "alive after SIGTERM",
    "0",
]
PY
