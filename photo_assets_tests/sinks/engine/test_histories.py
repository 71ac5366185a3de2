"""A plan of the changed partitions equals the plan of all partitions, in any history."""

import os
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from photo_assets_tests.sinks.engine.history import KEYS, STRANGERS, History

MONTHS = tuple(f"2026-0{n}-01" for n in range(1, 6))
EXAMPLES = int(os.environ.get("PHOTO_ASSETS_EXAMPLES", "2"))

_key = st.sampled_from(KEYS)
_step = st.one_of(
    st.tuples(st.just("edit"), _key, st.integers(0, 3)),
    st.tuples(st.just("move"), _key, st.sampled_from(MONTHS)),
    st.tuples(st.just("leave"), _key),
    st.tuples(st.just("withhold"), _key),
    st.tuples(st.just("album"), st.sampled_from(["a0", "a1"]), st.integers(0, 2)),
    st.tuples(st.just("plan")),
    st.tuples(st.just("write")),
    st.tuples(st.just("write_an_older_plan"), st.integers(0, 3)),
    st.tuples(st.just("write_with_faults"), st.integers(0, 9)),
    st.tuples(st.just("write_and_be_refused"), _key),
    st.tuples(
        st.just("be_killed_at_a_table"),
        st.integers(0, 9),
        st.sampled_from(["shelf_written", "shelf_plan"]),
    ),
    st.tuples(st.just("edit_there"), _key),
    st.tuples(st.just("undo")),
    st.tuples(st.just("adopt"), st.sampled_from([*KEYS[:3], *STRANGERS])),
    st.tuples(st.just("lose_a_table"), st.sampled_from(MONTHS)),
    st.tuples(st.just("go_elsewhere")),
)


@settings(deadline=None, max_examples=EXAMPLES)
@given(steps=st.lists(_step, min_size=4, max_size=14))
@example([("edit", "p00", 0), ("edit_there", "p01"), ("go_elsewhere",)])
def test_a_plan_of_what_changed_is_the_plan_of_everything(steps: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder))
        history.write()
        for name, *values in steps:
            getattr(history, str(name))(*values)
        history.end()
