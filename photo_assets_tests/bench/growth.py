"""Measuring functions that take a number of rows, run at growing sizes under one set of keys.

`{name}_10k_{figure}`, `{name}_100k_{figure}` … for every size that was measured, and no other: a key
says the size it was measured at.
"""

from collections.abc import Callable, Mapping, Sequence

from photo_assets_tests.bench.figures import Figures, GateError, Value
from photo_assets_tests.bench.run import Run

_MILLION = 1_000_000

MeasureRows = Callable[[int], Mapping[str, Value]]


def grown(
    run: Run,
    name: str,
    headline: Sequence[str],
    measure: MeasureRows,
    *,
    sizes: Sequence[int] = (),
) -> Figures:
    """Measure `name` at every size of the run, or at other `sizes` (ascending).

    `headline` are those figures that every size must give: a size whose measurement raises, or lacks
    one, voids them. Whether `measure` calls a figure `{figure}` or `{name}_{figure}` is all one.
    """
    figures = Figures()
    for rows in sizes or run.amounts.rows:
        run.say(f"{name}: {rows:,}")
        try:
            found = measure(rows)
            lacking = {*headline} - {figure.removeprefix(f"{name}_") for figure in found}
            if lacking:
                raise GateError(f"measured without {', '.join(sorted(lacking))}")
        except Exception as error:  # whatever it is, the other sizes' figures stand
            found = {}
            voided = [f"{name}_{label(rows)}_{figure}" for figure in headline]
            figures.void(voided, f"{type(error).__name__}: {error}")
        figures.put(
            {
                f"{name}_{label(rows)}_{figure.removeprefix(f'{name}_')}": value
                for figure, value in found.items()
            }
        )
    return figures


def label(rows: int) -> str:
    """Return 10k, 100k, 1m, 10m."""
    return f"{rows // _MILLION}m" if rows >= _MILLION else f"{rows // 1000}k"
