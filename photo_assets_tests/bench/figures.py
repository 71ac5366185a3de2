"""What stages give: figures by key, and why a figure is not there.

A figure is void when the gate before it failed: the program did something else than what is timed,
so its time says nothing. It is absent when this machine or version has not what it takes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from statistics import median

Value = float | int | str | None


class GateError(Exception):
    """The measured work was not done right; its figures must not be shown."""


@dataclass(slots=True)
class Figures:
    """The outcome of a stage, or of all of them."""

    values: dict[str, Value] = field(default_factory=dict)
    """Every key that was promised; None where there is no figure."""
    voided: dict[str, str] = field(default_factory=dict)
    """Key -> which gate failed. Any makes the program exit with 1."""
    absent: dict[str, str] = field(default_factory=dict)
    """Key -> what is missing, and how to get it."""
    notes: list[str] = field(default_factory=list)
    """One line each, for people."""

    def void(self, keys: Iterable[str], reason: str) -> None:
        """Withdraw the figures of `keys` because a gate failed."""
        for key in keys:
            self.values[key] = None
            self.absent.pop(key, None)
            self.voided[key] = reason

    def miss(self, keys: Iterable[str], reason: str) -> None:
        """Say that the figures of `keys` cannot be had here."""
        for key in keys:
            self.values[key] = None
            self.absent[key] = reason

    def put(self, figures: Mapping[str, Value]) -> None:
        """Add figures, rounded to what their last digits can mean. What is not a number is void."""
        for key, value in figures.items():
            if isinstance(value, float) and not isfinite(value):
                self.void([key], "its gate failed: the measurement gave no number")
            else:
                self.values[key] = rounded(value)

    def add(self, other: "Figures") -> None:
        """Take over another stage's outcome."""
        self.values.update(other.values)
        self.voided.update(other.voided)
        self.absent.update(other.absent)
        self.notes.extend(other.notes)


def rounded(value: Value) -> Value:
    """Return a number with four significant digits, anything else as it is."""
    return float(f"{value:.4g}") if isinstance(value, float) else value


def ratio(part: float, whole: float) -> float:
    """Return part / whole. Raises `GateError` where nothing was measured."""
    if whole <= 0 or part < 0:
        raise GateError(f"no ratio of {part:.3g} s to {whole:.3g} s: the clock saw no work")
    return part / whole


def ratio_of_medians(parts: Iterable[float], wholes: Iterable[float]) -> float:
    """Return the ratio of the medians of two series taken alternately."""
    return ratio(median(parts), median(wholes))
