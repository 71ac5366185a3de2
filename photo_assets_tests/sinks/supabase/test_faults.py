"""Faults at the socket: no row is lost or written twice, and every outcome is checked."""

from pathlib import Path

import pytest

from photo_assets.service_calls import ExhaustedServiceError
from photo_assets.sinks.protocol import RowState
from photo_assets_tests.services.faults import ALL_KINDS, Chance, Fault, FaultKind
from photo_assets_tests.services.supabase.stack import Stack
from photo_assets_tests.sinks.supabase.plans import connected_sink, photo


@pytest.mark.parametrize("committed", [False, True], ids=["not done", "done"])
@pytest.mark.parametrize("kind", ALL_KINDS, ids=str)
def test_each_fault_is_survived(
    supabase: Stack, tmp_path: Path, kind: FaultKind, committed: bool
) -> None:
    fault = Fault(kind, committed, retry_after=0.1, delay=0.1)
    supabase.gateway.faults.script(fault)
    with connected_sink(supabase, tmp_path) as connection:
        outcomes = connection.send([photo(n) for n in range(20)], uncertain=False)
    expected = (
        RowState.UNCHANGED if fault.commits and kind is not FaultKind.SLOW else RowState.CREATED
    )
    assert [outcome.state for outcome in outcomes] == [expected] * 20
    assert supabase.execute("select count(*), count(distinct photo_id) from photos") == [(20, 20)]


def test_a_third_of_all_requests_fail_and_all_rows_are_there_once(
    supabase: Stack, tmp_path: Path
) -> None:
    waits = {"429_seconds", "429_date", "429_text", "slow"}  # each of them a second
    kinds = tuple(kind for kind in ALL_KINDS if kind not in waits)
    supabase.gateway.faults.chance(Chance(0.33, seed=7, kinds=kinds, retry_after=0.01))
    rows = [photo(n) for n in range(600)]
    with connected_sink(supabase, tmp_path) as connection:
        for start in range(0, 600, 10):
            outcomes = connection.send(rows[start : start + 10], uncertain=False)
            assert {outcome.state for outcome in outcomes} <= {RowState.CREATED, RowState.UNCHANGED}
        supabase.gateway.faults.clear()
    met = [arrival for arrival in supabase.gateway.log.all() if arrival.fault]
    assert len(met) > 15
    digests = {digest for (digest,) in supabase.execute("select row_digest from photos")}
    assert digests == {row.digest for row in rows}


def test_an_html_page_is_not_a_success(supabase: Stack, tmp_path: Path) -> None:
    supabase.gateway.faults.script(*[FaultKind.OK_HTML] * 10)
    with (
        connected_sink(supabase, tmp_path) as connection,
        pytest.raises(ExhaustedServiceError, match="not a list of rows"),
    ):
        connection.send([photo(1)], uncertain=False)


def test_errors_hold_no_key(supabase: Stack, tmp_path: Path) -> None:
    supabase.gateway.faults.script(*["502_html"] * 10)
    with (
        connected_sink(supabase, tmp_path) as connection,
        pytest.raises(ExhaustedServiceError) as caught,
    ):
        connection.send([photo(1)], uncertain=False)
    assert supabase.keys.secret_key not in repr(caught.value) + str(caught.value)
