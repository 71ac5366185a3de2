"""The stack as a process of its own, for clients that are measured or killed."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from photo_assets_tests.services.control import Control
from photo_assets_tests.time_limit import PATIENCE_S


@dataclass(frozen=True)
class StackProcess:
    """Where a stack in another process is. `environment` is what the sink reads."""

    environment: dict[str, str]
    database_url: str
    control: Control


@contextlib.contextmanager
def running_stack_process() -> Iterator[StackProcess]:
    """Run `python -m photo_assets_tests.services.supabase` for the block.

    The caller knows that the programs are there (`programs.find_programs`).
    """
    command = [sys.executable, "-m", "photo_assets_tests.services.supabase"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url.startswith("http://"), "the stack did not start"
            told = json.loads(process.stdout.readline())
            sink = {name: told[name] for name in ("SUPABASE_URL", "SUPABASE_SECRET_KEY")}
            control = Control(url)
            yield StackProcess(sink, told["SUPABASE_DB_URL"], control)
            control.close()
        finally:
            process.terminate()
            process.wait(PATIENCE_S)
