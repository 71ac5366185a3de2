"""Commands and a Dagster run in processes of their own keep a service's limit together."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import pytest

from photo_assets_tests.cli.online_accounts import store_of, with_accounts
from photo_assets_tests.cli.running import Project
from photo_assets_tests.services.accounts import SOURCES, online_account
from photo_assets_tests.services.arrivals import most_in_window
from photo_assets_tests.time_limit import PATIENCE_S

_RATE = 4.0
_CALLS = 24
_WINDOWS_S = (2.0, 5.0)

_RUN = """
import sys
import dagster as dg
from photo_assets.defs import load
from photo_assets.defs.tags import FULL_SCAN
job = load().resolve_job_def(f"observe_{sys.argv[1]}")
with dg.DagsterInstance.get() as instance:
    assert job.execute_in_process(instance=instance, tags={FULL_SCAN: "true"}).success
"""


@contextmanager
def _dagster_run(
    project: Project, source: str, output: IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-c", _RUN, source],
        cwd=project.home,
        env={**project.environment(), "DAGSTER_HOME": str(project.home)},
        stdout=output,
        stderr=subprocess.STDOUT,
    ) as process:
        yield process


@pytest.mark.parametrize(
    "source",
    [
        SOURCES[1],
        *(pytest.param(one, marks=pytest.mark.slow) for one in SOURCES if one != SOURCES[1]),
    ],
)
def test_all_processes_together_keep_the_limit(
    project: Project, source: str, tmp_path: Path
) -> None:
    with online_account(source) as account, ExitStack() as started:
        person = with_accounts(project, account, rate=_RATE)
        account.sign_in(store_of(person))
        account.grow(_CALLS)
        said = [tmp_path / f"{number}.txt" for number in range(5)]
        outputs = [started.enter_context(one.open("wb")) for one in said]
        processes = [started.enter_context(_dagster_run(person, source, o)) for o in outputs[:2]]
        for command, output in zip(("discover", "doctor", "doctor"), outputs[2:], strict=True):
            written: dict[str, int | IO[bytes]] = {"stdout": output, "stderr": subprocess.STDOUT}
            processes.append(started.enter_context(person.start(command, **written)))
        codes = [process.wait(PATIENCE_S) for process in processes]
        arrivals = account.server.log.all()
    failed = [one.read_text() for one, code in zip(said, codes, strict=True) if code]
    assert not failed, "\n".join(failed)
    # Every run lists everything once more; each doctor asks a question.
    assert len(arrivals) > 2 * _CALLS
    for window in _WINDOWS_S:
        assert most_in_window(arrivals, window) <= _RATE * window + 1
    assert person.run_here("auth", "status").returncode == 0, "no sign-in was lost"
