"""A service that requires a wait: `discover` says so before it waits, and so does the run's log."""

import dagster as dg
import pytest

from photo_assets_tests.cli.online_accounts import store_of, with_accounts
from photo_assets_tests.cli.running import Project
from photo_assets_tests.services.accounts import online_account
from photo_assets_tests.services.faults import Fault, FaultKind

_TOLD = "google_drive/main requests a wait of 3 s ("


def _logged(project: Project, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the messages of all runs, as the UI shows them."""
    monkeypatch.setenv("DAGSTER_HOME", str(project.home))
    with dg.DagsterInstance.from_config(str(project.home)) as instance:
        runs = instance.get_run_ids()
        return [entry.user_message for run in runs for entry in instance.all_logs(run)]


def test_a_wait_is_told_on_the_terminal_and_in_the_log_of_the_run(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with online_account("google_drive") as account:
        person = with_accounts(project, account)
        account.sign_in(store_of(person))
        account.server.faults.script(Fault(FaultKind.LIMITED_SECONDS, retry_after=3))
        done = person.run("discover")
        assert done.returncode == 0, done.stderr
    (line,) = [one for one in done.stderr.splitlines() if _TOLD in one]
    assert line.startswith("warning: ")
    assert "The run then continues by itself" in line
    listing = [one for one in done.stderr.splitlines() if one.startswith("listing google_drive")]
    assert listing, "the listing has its own progress"
    assert any(_TOLD in message for message in _logged(person, monkeypatch))
