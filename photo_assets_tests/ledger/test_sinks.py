"""Intents and outcomes of sinks: outdated plans and killed writers."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from photo_assets.ledger import (
    Ledger,
    PageWritten,
    PlanRefusedError,
    SinkHeldError,
    SinkPages,
    SinkRequests,
    SinkState,
    SinkStates,
)
from photo_assets.ledger.tables import SINK_STATES
from photo_assets.system.processes import process_identity


def done(requests: SinkRequests, plan: str, number: int, **failed: str) -> None:
    requests.ended(
        "notion",
        plan,
        number,
        counts={"created": 1},
        failed={int(row[1:]): why for row, why in failed.items()},
        destination="here",
        pages=[PageWritten(target="pages", key=f"{plan}{number}", remote_id="r", digest="d")],
    )


def hold(ledger: Ledger) -> None:
    """Hold the sink for this process, as a writer does."""
    SinkStates(ledger).settle("notion", None)
    with ledger.writing() as connection:
        connection.execute(update(SINK_STATES).values(holder=process_identity()))


def intend(requests: SinkRequests, plan: str, number: int) -> bool:
    hold(requests._ledger)
    return requests.intend("notion", plan, number, target="pages", first_row=number, rows=1)


def test_a_plan_made_before_the_last_write_is_refused_and_the_started_one_continues(
    ledger: Ledger,
) -> None:
    states, requests = SinkStates(ledger), SinkRequests(ledger)
    base = states.settle("notion", "here").base
    states.begin("notion", "a", base, "here")
    intend(requests, "a", 0)
    done(requests, "a", 0)
    states.end("notion", finished=False)
    with pytest.raises(PlanRefusedError, match="out of date"):
        states.begin("notion", "b", base, "here")
    states.begin("notion", "a", base, "here")
    states.end("notion", finished=True)
    state = states.get("notion")
    assert state is not None
    assert state.finished_at is not None
    states.begin("notion", "c", state.base, "here")


def test_requests_done_while_a_plan_was_made_make_it_out_of_date(ledger: Ledger) -> None:
    states, requests = SinkStates(ledger), SinkRequests(ledger)
    states.begin("notion", "a", states.settle("notion", "here").base, "here")
    made_for = states.settle("notion", None).base
    intend(requests, "a", 0)
    done(requests, "a", 0)
    with pytest.raises(PlanRefusedError):
        states.begin("notion", "b", made_for, "here")


def test_a_held_sink_is_exclusive_and_keeps_its_plan(ledger: Ledger) -> None:
    states = SinkStates(ledger)
    states.begin("notion", "a", states.settle("notion", "here").base, "here")
    states.end("notion", finished=True)
    before = states.settle("notion", None)
    states.hold("notion", "b", before.base, "here")
    held = states.settle("notion", None)
    assert held.holder == process_identity()
    assert (held.plan_id, held.base, held.finished_at) == ("a", before.base, before.finished_at)
    with pytest.raises(PlanRefusedError, match="out of date"):
        states.hold("notion", "c", "another", "here")


def test_notes_are_changed_one_by_one(ledger: Ledger) -> None:
    states = SinkStates(ledger)
    states.note("notion", {"a": 1})  # never settled
    assert states.get("notion") is None
    first = states.settle("notion", "here", {"a": 1, "b": 2})
    states.note("notion", {"b": None, "c": [3]})
    assert states.settle("notion", None).detail == {"a": 1, "c": [3]}
    assert states.settle("notion", None).base == first.base


def test_concurrent_changes_of_the_destination_reset_it_once(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decided before the transaction, the second one forgot the plan the first had begun."""
    states, other = SinkStates(ledger), SinkStates(ledger)
    seen = states.settle("notion", "here")

    def late(_sink: str) -> SinkState:
        monkeypatch.undo()
        other.begin("notion", "a", other.settle("notion", "there").base, "there")
        return seen

    monkeypatch.setattr(states, "get", late)
    assert states.settle("notion", "there").plan_id == "a"


def test_another_destination_starts_over_and_refuses_plans_for_the_first(
    ledger: Ledger,
) -> None:
    states = SinkStates(ledger)
    first = states.settle("notion", "here", {"title": "Photos"})
    assert states.settle("notion", None) == first
    second = states.settle("notion", "there")
    assert second.revision != first.revision
    assert second.detail == {"title": "Photos"}
    with pytest.raises(PlanRefusedError, match="'here'"):
        states.begin("notion", "a", first.base, "here")


def test_one_process_writes_at_a_time_and_a_dead_one_holds_nothing(ledger: Ledger) -> None:
    states = SinkStates(ledger)
    base = states.settle("notion", "here").base
    program = (
        "import sys;from photo_assets.ledger import *;"
        "s=SinkStates(open_ledger(sys.argv[1]));s.begin('notion','a',sys.argv[2],'here');"
        "print('held',flush=True);sys.stdin.read()"
    )
    url = ledger._engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", program, url, base],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(SinkHeldError, match=str(other.pid)):
            states.begin("notion", "a", base, "here")
        other.kill()
        other.wait()
        states.begin("notion", "a", base, "here")
    state = states.get("notion")
    assert state is not None
    assert state.holder == process_identity()


def test_an_intent_without_an_outcome_requires_a_lookup(ledger: Ledger) -> None:
    requests = SinkRequests(ledger)
    assert not intend(requests, "a", 0)
    assert intend(requests, "a", 0)
    requests.interrupted("notion", "a", 0, "not sent", sent=False)
    assert not intend(requests, "a", 0)
    requests.interrupted("notion", "a", 0, "timeout", sent=True)
    assert intend(requests, "a", 0)
    done(requests, "a", 0)
    assert not intend(requests, "a", 0)
    done(requests, "a", 0)
    assert requests.of_plan("notion", "a")[0].attempts == 5


def test_outcomes_are_numbered_and_open_requests_of_older_plans_closed(ledger: Ledger) -> None:
    requests = SinkRequests(ledger)
    for number in range(3):
        intend(requests, "a", number)
    done(requests, "a", 1)
    done(requests, "a", 0, r0="it is too long")
    assert [r.request for r in requests.done_after("notion", 0)] == [1, 0]
    assert [dict(r.failed) for r in requests.done_after("notion", 1)] == [{0: "it is too long"}]
    assert [r.request for r in requests.cut_short("notion", but="b")] == [2]
    assert requests.progress("notion", "a") == (
        sum(r.rows for r in requests.done_after("notion", 0)),
        1,
    )
    assert requests.progress("notion", "b") == (0, 0)
    requests.supersede("notion", but={"b"})
    assert requests.cut_short("notion", but="b") == []


def test_pages_are_written_with_the_outcome_and_adopted_ones_change_nothing(
    ledger: Ledger,
) -> None:
    requests, pages = SinkRequests(ledger), SinkPages(ledger)
    intend(requests, "a", 0)
    done(requests, "a", 0)
    assert pages.adopt("notion", "here", "pages", [("a0", "other"), ("x", "y"), ("x", "z")]) == 1
    assert pages.known("notion", "here", "pages") == {"a0": ("r", "d"), "x": ("y", None)}
    assert pages.find("notion", "here", "pages", "x") == "y"
    assert pages.find("notion", "there", "pages", "x") is None


def test_digests_of_pages_are_asked_for_by_key(ledger: Ledger) -> None:
    """A thousand keys are more than one statement takes."""
    pages = SinkPages(ledger)
    keys = [f"k{n:04}" for n in range(1000)]
    pages.adopt("notion", "here", "pages", [(key, "r") for key in keys])
    for asked, found in ((None, keys), (keys, keys), (["k0007", "none"], ["k0007"]), ([], [])):
        batches = pages.digests("notion", "here", "pages", asked)
        rows = [row for batch in batches for row in batch.to_pylist()]
        assert sorted(row["key"] for row in rows) == found
        assert {row["digest"] for row in rows} <= {None}


def test_an_adoption_changes_the_revision_of_pages_and_nothing_else_does(ledger: Ledger) -> None:
    requests, pages = SinkRequests(ledger), SinkPages(ledger)
    assert pages.revision("notion") == ""
    seen = set()
    for key in ("x", "y"):
        pages.adopt("notion", "here", "pages", [(key, "r")])
        seen.add(pages.revision("notion"))
    intend(requests, "a", 0)
    done(requests, "a", 0)
    pages.adopt("notion", "here", "pages", [("x", "r")])
    assert len({*seen, pages.revision("notion")}) == 2
    assert pages.revision("supabase") == ""


def test_a_requested_wait_is_stored(ledger: Ledger) -> None:
    states = SinkStates(ledger)
    states.begin("notion", "a", states.settle("notion", "here").base, "here")
    states.end("notion", finished=False, not_before=datetime(2026, 1, 2, tzinfo=UTC))
    state = states.get("notion")
    assert state is not None
    assert state.not_before == "2026-01-02T00:00:00.000000Z"
    assert state.holder is None
