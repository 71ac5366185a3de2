"""When two statements of a capture time agree, and which of them is the most informative.

A statement is an interval as wide as its precision. Wall clocks compare as wall clocks; instants
(UTC, or a wall clock with its offset) compare as instants; a wall clock without offset and an
instant agree when they differ by a time zone, that is by whole quarters of an hour up to 14 hours
(true of all zones of the IANA database since 1986).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.metadata.statements import Bools, Ints, Statements, guesses, instants, is_any
from photo_assets.model.vocabulary import Precision

_SECOND = 1_000_000
_QUARTER = 900 * _SECOND
_FURTHEST_ZONE = 14 * 3600 * _SECOND

_LEVELS = {precision.value: level for level, precision in enumerate(Precision)}
_DAY, _MINUTE = _LEVELS[Precision.DAY], _LEVELS[Precision.MINUTE]
_SECOND_LEVEL = _LEVELS[Precision.SECOND]
_UNITS = {"year": "Y", "month": "M", "day": "D", "minute": "m"}


@dataclass(frozen=True)
class CaptureTimes:
    """Capture statements as arrays over rows; times in microseconds. NaT rows are not compared."""

    low: Ints
    high: Ints
    utc: Bools
    guess: Bools
    offset: Ints
    has_offset: Bools
    level: Ints
    tolerance: int

    @classmethod
    def of(cls, statements: Statements, tolerance_s: float) -> "CaptureTimes":
        """Return the capture statements of a chunk."""
        return cls.build(
            *(statements.column(name) for name in ("capture_time", "capture_offset_min")),
            kinds=statements.column("capture_kind"),
            precisions=statements.column("capture_precision"),
            tolerance_s=tolerance_s,
        )

    @classmethod
    def build(
        cls,
        times: pa.Array,
        offsets: pa.Array,
        *,
        kinds: pa.Array,
        precisions: pa.Array,
        tolerance_s: float,
    ) -> "CaptureTimes":
        """Return arrays of the four capture columns. The default precision is a second."""
        moments = times.to_numpy(zero_copy_only=False).astype("datetime64[us]")
        level = _levels(precisions)
        low, high = _interval(moments, level)
        minutes = pc.fill_null(offsets.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
        return cls(
            low=low,
            high=high,
            utc=is_any(kinds, instants()),
            guess=is_any(kinds, guesses()),
            offset=minutes * 60 * _SECOND,
            has_offset=np.asarray(offsets.is_valid().to_numpy(zero_copy_only=False)),
            level=level,
            tolerance=round(tolerance_s * _SECOND),
        )

    def agree(self, a: Ints, b: Ints) -> Bools:
        """Return for each k whether row a[k] and row b[k] can both be correct."""
        instant_a, instant_b = self.utc[a] | self.has_offset[a], self.utc[b] | self.has_offset[b]
        both_instants = instant_a & instant_b
        zone_unknown = ~both_instants & (self.utc[a] != self.utc[b])
        shift_a = np.where(both_instants & ~self.utc[a], self.offset[a], 0)
        shift_b = np.where(both_instants & ~self.utc[b], self.offset[b], 0)
        low_a, high_a = self.low[a] - shift_a, self.high[a] - shift_a
        low_b, high_b = self.low[b] - shift_b, self.high[b] - shift_b
        gap = np.maximum(low_a - high_b, low_b - high_a)
        # Clocks and rounding differ by seconds; this tolerance must not make two days equal.
        both_wide = (high_a > low_a) & (high_b > low_b)
        slack = np.where(both_wide, 0, self.tolerance)
        near = gap <= slack
        coarse = (self.level[a] <= _DAY) | (self.level[b] <= _DAY)
        remainder = (low_b - low_a) % _QUARTER
        after = remainder <= high_a - low_a + slack
        before = _QUARTER - remainder <= high_b - low_b + slack
        zoned = (gap <= _FURTHEST_ZONE + slack) & (coarse | after | before)
        agreed: Bools = np.where(zone_unknown, zoned, near)
        return agreed

    def information(self, rows: Ints) -> Ints:
        """Return how informative each row is.

        Statements rank above guesses, then wall clocks above instants, then offset, then precision.
        """
        level = self.level[rows]
        depth = np.minimum(level, _SECOND_LEVEL)
        wall, offset = ~self.utc[rows], self.has_offset[rows]
        information: Ints = ((depth * 2 + wall) * 2 + offset) * 8 + level
        return information - (self.guess[rows] << 16)


def _interval(
    moments: npt.NDArray[np.datetime64], level: Ints
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    low = moments.astype(np.int64)
    high = low.copy()
    for precision, unit in _UNITS.items():
        rows = np.flatnonzero((level == _LEVELS[precision]) & ~np.isnat(moments))
        begin = moments[rows].astype(f"datetime64[{unit}]")
        low[rows] = begin.astype("datetime64[us]").astype(np.int64)
        high[rows] = (begin + 1).astype("datetime64[us]").astype(np.int64) - 1
    return low, high


def _levels(precisions: pa.Array) -> Ints:
    words = pa.array(list(_LEVELS))
    found = pc.index_in(precisions, value_set=words)
    levels = pc.fill_null(found, _SECOND_LEVEL).to_numpy(zero_copy_only=False)
    return np.asarray(levels, dtype=np.int64)
