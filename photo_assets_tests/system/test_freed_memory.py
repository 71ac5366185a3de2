"""Freed memory is given back to the operating system, unless the environment says otherwise."""

import platform
import subprocess
import sys

import pytest

from photo_assets.system.child_python import child_environment

# Threads free many medium-sized blocks at different times, as a plan does with its rows.
PROGRAM = """
import resource, sys, threading
from pathlib import Path
import pyarrow as pa
from photo_assets.system.freed_memory import return_freed_memory

def resident_mib():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() >> 20

if sys.argv[1] == "set":
    return_freed_memory()
before = resident_mib()
def work():
    for _ in range(4):
        kept = [bytearray(3 << 19) for _ in range(40)]
        columns = [pa.array(range(200_000), pa.int64()) for _ in range(20)]
        del kept, columns
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(pa.default_memory_pool().backend_name, resident_mib() - before)
"""


def run(argument: str, **environment: str) -> tuple[str, int]:
    inherited = {k: v for k, v in child_environment().items() if k != "ARROW_DEFAULT_MEMORY_POOL"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM, argument],
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    backend, grown = done.stdout.split()
    return backend, int(grown)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has the options")
def test_freed_memory_is_not_kept() -> None:
    """Without the options the process keeps about 290 MiB, with them 50."""
    backend, grown = run("set")
    assert backend == "system"
    assert grown < 150


def test_the_environment_takes_precedence() -> None:
    pool = run("unset")[0]
    assert pool != "system"  # else this shows nothing
    assert run("set", ARROW_DEFAULT_MEMORY_POOL=pool)[0] == pool
