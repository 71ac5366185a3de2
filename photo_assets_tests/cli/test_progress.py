"""Progress as plain lines: regular, not too frequent, with an estimate of the remaining time."""

import io
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from photo_assets.cli.progress import PlainLines, amount, remaining


@dataclass
class Step:
    stage: str = "reading nas/main"
    done: int = 0
    total: int | None = 1000
    unit: str = "items"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_long_stage_prints_a_line_about_every_five_seconds() -> None:
    out, clock = io.StringIO(), Clock()
    lines = PlainLines(out, clock)
    lines.begin("starting")
    for second in range(61):
        clock.now = float(second)
        lines.report(Step(done=second * 10))
    lines.end()
    text = out.getvalue().splitlines()
    assert text[:2] == ["starting ...", "reading nas/main ..."]
    assert text[2] == "reading nas/main: 50 of 1,000 items (5 %), 5 s, about 1 min 35 s left"
    assert text[-1].startswith("reading nas/main: 600 of 1,000 items (60 %), 1 min 0 s")
    assert len(text) == 2 + 12


def test_a_new_stage_prints_the_end_of_the_old_one() -> None:
    out = io.StringIO()
    lines = PlainLines(out, Clock())
    lines.report(Step(done=1))
    lines.report(Step(done=1000))
    lines.report(Step(stage="fingerprints", done=0, total=7, unit="files"))
    lines.end()
    assert out.getvalue().splitlines() == [
        "reading nas/main ...",
        "reading nas/main: 1,000 of 1,000 items (100 %), 0 s",
        "fingerprints ...",
        "fingerprints: 0 of 7 files (0 %), 0 s",
    ]


def test_names_of_stages_are_shown_escaped() -> None:
    out = io.StringIO()
    PlainLines(out, Clock()).report(Step(stage="reading \x1b[2J\nx"))
    assert out.getvalue() == "reading \\x1b[2J\\nx ...\n"


def test_bytes_and_unknown_totals() -> None:
    assert amount(Step(done=3 << 20, total=6 << 20, unit="bytes")) == "3.0 MiB of 6.0 MiB (50 %)"
    assert amount(Step(done=12, total=None)) == "12 items"


@given(st.integers(0, 10**9), st.none() | st.integers(0, 10**9), st.floats(0, 1e6))
def test_what_is_left_is_never_negative_and_never_divides_by_zero(
    done: int, total: int | None, spent: float
) -> None:
    step = Step(done=done, total=total)
    left = remaining(step, spent)
    assert left is None or left > 0
    assert amount(step)
