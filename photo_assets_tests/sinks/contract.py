"""What every `Sink` keeps, whatever is at its other side: one suite for all of them.

A bench is a sink, a collection for it and a look at its other side. Kills are exceptions at the
edges of the durable steps, after which the workspace is opened again, as another process would.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from photo_assets.ledger import SinkRequests
from photo_assets.library import open_workspace
from photo_assets.model.canonical import canonical
from photo_assets.model.plans import RETIRE
from photo_assets.sinks.engine import applying
from photo_assets.sinks.engine.applied import Applied
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.planning import Planned, make_plan
from photo_assets.sinks.engine.rollback import plan_rollback
from photo_assets.sinks.engine.verifying import verify_sink
from photo_assets.sinks.protocol import Sink, SinkNotReadyError
from photo_assets.workspace import Workspace
from photo_assets_tests.repetition import cases

There = Mapping[str, Mapping[str, Any]]


def wanted(sink: Sink) -> list[dict[str, Any]]:
    """Return the rows of all partitions of a sink."""
    tables = sink.desired(sink.partitions())
    return [row for _, table in tables for row in table.to_pylist()]


class Bench(ABC):
    """A sink under test. Photos are numbers; `key` is the key of a photo's row."""

    workspace: Workspace

    @abstractmethod
    def sink(self) -> Sink:
        """Return the sink over the workspace."""

    @abstractmethod
    def key(self, photo: int) -> str:
        """Return the key of a photo's main row."""

    @abstractmethod
    def want(self, photos: Iterable[int], *, renamed: Iterable[int] = ()) -> None:
        """Let the collection be these photos; those renamed have another title."""

    @abstractmethod
    def there(self) -> There:
        """Return key -> what is there of each photo that is ours; raises when one is there twice.

        Two other sides that were written the same are equal.
        """

    @abstractmethod
    def is_marked(self, photo: int) -> bool:
        """Return whether the photo's row is marked as retired."""

    @abstractmethod
    def edit(self, photo: int) -> None:
        """Change something of ours on a photo's row, as a person would."""

    @abstractmethod
    def annotate(self, photo: int) -> None:
        """Add something of theirs to a photo."""

    @abstractmethod
    def annotation(self, photo: int) -> Any:
        """Return the annotation that `annotate` made."""

    @abstractmethod
    def calls(self) -> int:
        """Return how many calls arrived in the service so far."""

    @abstractmethod
    def disconnect(self) -> None:
        """Take the credentials away."""

    @abstractmethod
    def restart(self) -> None:
        """Empty the service, and start with another workspace."""

    def reopen(self) -> None:
        """Open the workspace as another process would."""
        self.workspace = open_workspace(self.workspace.configuration.file)

    def plan(self, **options: bool) -> Planned:
        return make_plan(self.workspace, self.sink(), "x", **options)

    def write(self) -> Applied:
        """Plan and apply."""
        return apply_plan(self.workspace, self.sink(), self.plan().plan.plan_id)


class KilledError(BaseException):
    """Where a kill would be."""


def kill_at(monkeypatch: pytest.MonkeyPatch, edge: str, number: int) -> None:
    """Let the application end at this edge of its request `number`, counted from 0."""
    name = {"before it is meant": "intend", "once it is meant": "intend"}.get(edge, "ended")
    whole = getattr(SinkRequests, name)
    seen = iter(range(10_000))

    def until(*args: Any, **more: Any) -> Any:
        mine = next(seen) == number
        if mine and edge in ("before it is meant", "once it is done"):
            raise KilledError
        found = whole(*args, **more)
        if mine:
            raise KilledError
        return found

    monkeypatch.setattr(SinkRequests, name, until)


class SinkContract:
    """The suite. A test module makes a subclass with a fixture `bench`."""

    def test_wanted_rows_are_repeatable_and_need_no_request(self, bench: Bench) -> None:
        bench.want(range(6))
        bench.disconnect()
        calls = bench.calls()
        first, second = (
            sorted(
                (row["target"], row["key"], row["content"], row["note"] or "")
                for row in wanted(bench.sink())
            )
            for _ in range(2)
        )
        assert first == second
        assert len({(target, key) for target, key, _, _ in first}) == len(first) >= 6
        assert {target for target, _, _, _ in first} <= set(bench.sink().targets)
        assert bench.calls() == calls

    def test_requests_are_consecutive_rows_of_one_target_and_repeatable(self, bench: Bench) -> None:
        bench.want(range(9))
        plan = bench.plan().plan
        rows = list(plan.read())
        assert [row.row for row in rows] == list(range(len(rows)))
        cuts = [[row.row for row in some] for some in bench.sink().requests(plan.read())]
        assert [row for some in cuts for row in some] == list(range(len(rows)))
        assert all(len({rows[row].target for row in some}) == 1 for some in cuts)
        assert cuts == [[row.row for row in some] for some in bench.sink().requests(iter(rows))]

    def test_without_credentials_a_plan_is_made_and_one_line_says_what_is_missing(
        self, bench: Bench
    ) -> None:
        bench.want(range(3))
        bench.disconnect()
        plan = bench.plan().plan
        assert plan.rows >= 3
        with pytest.raises(SinkNotReadyError) as missing:
            apply_plan(bench.workspace, bench.sink(), plan.plan_id)
        assert len(missing.value.message.splitlines()) == 1
        assert not bench.there()

    def test_written_again_nothing_is_sent(self, bench: Bench) -> None:
        bench.want(range(5))
        applied = bench.write()
        assert (applied.failed, applied.left) == (0, 0)
        there, calls = bench.there(), bench.calls()
        assert set(there) == {bench.key(n) for n in range(5)}
        again = bench.write()
        assert (again.created, again.updated, again.unchanged, again.earlier) == (0, 0, 0, 0)
        assert bench.calls() == calls
        assert bench.there() == there

    @pytest.mark.parametrize(
        "edge", ["before it is meant", "once it is meant", "once it is done", "once that is noted"]
    )
    @pytest.mark.parametrize("number", cases([0, 2], everyday=[2]))
    def test_a_run_killed_anywhere_ends_like_an_undisturbed_run(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch, edge: str, number: int
    ) -> None:
        bench.want(range(8))
        bench.write()
        undisturbed = bench.there()
        bench.restart()
        bench.want(range(8))
        plan_id = bench.plan().plan.plan_id
        with monkeypatch.context() as patch:
            kill_at(patch, edge, number)
            with pytest.raises(KilledError):
                apply_plan(bench.workspace, bench.sink(), plan_id)
        bench.reopen()
        applied = apply_plan(bench.workspace, bench.sink(), plan_id)
        assert (applied.failed, applied.left) == (0, 0)
        assert bench.there() == undisturbed
        assert bench.plan().plan.rows == 0

    def test_nothing_is_sent_twice_after_a_kill_before_the_merge(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bench.want(range(3))

        def killed(*_: object) -> None:
            raise KilledError

        with monkeypatch.context() as patch:
            patch.setattr(applying, "merge_outcomes", killed)
            with pytest.raises(KilledError):
                bench.write()
        calls = bench.calls()
        bench.reopen()
        assert bench.write().created == 0
        assert bench.calls() == calls

    def test_uncertain_rows_of_another_plan_are_not_created_twice(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bench.want(range(8))
        with monkeypatch.context() as patch:
            kill_at(patch, "once it is done", 1)
            with pytest.raises(KilledError):
                bench.write()
        bench.reopen()
        bench.want(range(9), renamed=[0, 1])
        bench.write()
        there = bench.there()
        bench.restart()
        bench.want(range(9), renamed=[0, 1])
        bench.write()
        assert bench.there() == there

    def test_our_values_are_corrected_and_other_values_kept(self, bench: Bench) -> None:
        bench.want(range(4))
        bench.write()
        there = bench.there()
        bench.annotate(1)
        theirs = bench.annotation(1)
        sink = bench.sink()
        assert verify_sink(bench.workspace, sink).drifted == ()
        bench.edit(2)
        assert bench.there() != there
        found = verify_sink(bench.workspace, sink)
        assert [row.key for row in found.drifted] == [bench.key(2)]
        applied = bench.write()
        assert applied.created + applied.updated == 1
        assert bench.there() == there
        assert bench.annotation(1) == theirs
        assert verify_sink(bench.workspace, sink).drifted == ()

    def test_undoing_restores_the_previous_content(self, bench: Bench) -> None:
        bench.want(range(4))
        bench.write()
        before = bench.there()
        bench.annotate(1)
        theirs = bench.annotation(1)
        bench.want(range(5), renamed=[1])
        plan = bench.plan().plan
        apply_plan(bench.workspace, bench.sink(), plan.plan_id)
        assert bench.there()[bench.key(1)] != before[bench.key(1)]
        undo = plan_rollback(bench.workspace, bench.sink(), plan).plan
        applied = apply_plan(bench.workspace, bench.sink(), undo.plan_id)
        assert (applied.failed, applied.left) == (0, 0)
        there = bench.there()
        assert {key: there[key] for key in before} == before
        assert bench.is_marked(4)
        assert bench.annotation(1) == theirs

    def test_retired_rows_are_kept_and_marked(self, bench: Bench) -> None:
        bench.want(range(4))
        bench.write()
        before = bench.there()
        bench.annotate(3)
        theirs = bench.annotation(3)
        bench.want(range(3))
        plan = bench.plan().plan
        assert RETIRE in {row.action for row in plan.read()}
        apply_plan(bench.workspace, bench.sink(), plan.plan_id)
        there = bench.there()
        assert set(there) == set(before)
        assert bench.is_marked(3)
        assert not bench.is_marked(2)
        assert bench.plan().plan.rows == 0
        bench.want(range(4))
        bench.write()
        assert bench.there() == before
        assert bench.annotation(3) == theirs

    def test_a_retired_row_retires_to_itself(self, bench: Bench) -> None:
        """A mark may have to be restored: made from the last written row, it is the same."""
        bench.want(range(2))
        sink = bench.sink()
        for row in bench.plan().plan.read():
            once = sink.retired(row.target, row.key, row.after, "successor")
            if once is not None:
                assert sink.retired(row.target, row.key, once, "successor") == once
                assert once == canonical(json.loads(once))
