"""Measuring functions that take a number of rows, run at growing sizes under one set of keys.

`{name}_10k_{figure}`, `{name}_100k_{figure}` … for every size; the figures of the 1M keys, which are
always there, come from the largest size up to a million, and `{name}_items` says which that was.
"""

from collections.abc import Callable, Mapping, Sequence

from photo_assets_tests.bench.figures import Figures, Value
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
    count: str = "items",
) -> Figures:
    """Measure `name` at every size of the run, or at other `sizes` (ascending).

    `headline` are those figures `measure` returns that become `{name}_1m_{figure}`; whether it
    calls them `{figure}` or `{name}_{figure}` is all one. A size whose measurement raises, or gives
    no number, voids its own keys, and the headline if it was the size that gives it.
    """
    figures = Figures()
    for rows in sizes or run.amounts.rows:
        run.say(f"{name}: {rows:,}")
        try:
            found = measure(rows)
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
        if rows <= _MILLION:
            _headline(figures, name, headline, rows)
            figures.put({f"{name}_{count}": rows})
    return figures


def _headline(figures: Figures, name: str, headline: Sequence[str], rows: int) -> None:
    for figure in headline:
        source, target = f"{name}_{label(rows)}_{figure}", f"{name}_1m_{figure}"
        figures.voided.pop(target, None)
        if source in figures.voided:
            figures.void([target], figures.voided[source])
        elif source in figures.values:
            figures.put({target: figures.values[source]})
        else:
            figures.void([target], f"measured without {figure}")


def label(rows: int) -> str:
    """Return 10k, 100k, 1m, 10m."""
    return f"{rows // _MILLION}m" if rows >= _MILLION else f"{rows // 1000}k"
