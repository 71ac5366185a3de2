"""Capture times that a person corrected in one catalog, and the statements they correct.

Lightroom keeps the file's original time when somebody sets another one. The statement of the new
time thus includes the old time: statements that still have the old time, above all the file's EXIF,
do not contradict it.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.metadata.capture import CaptureTimes
from photo_assets.metadata.fields import CAPTURE_COLUMNS
from photo_assets.metadata.statements import Bools, Ints, Statements
from photo_assets.model.vocabulary import CaptureKind, Precision

CORRECTED_FROM = "capture_corrected_from"


def corrected_rows(statements: Statements, strong: Bools, tolerance_s: float) -> Bools:
    """Return which rows state a capture time that a strong row of their photo corrected.

    A row that is itself a correction is never returned: two people may have corrected each other.
    """
    is_correction = pc.is_valid(statements.column(CORRECTED_FROM)).to_numpy(zero_copy_only=False)
    corrected = np.zeros(len(statements), dtype=np.bool_)
    correction = np.flatnonzero(strong & is_correction)
    if not len(correction):
        return corrected
    number, other = _pairs(statements.photo, correction)
    kept = strong[other] & ~is_correction[other]
    number, other = number[kept], other[kept]
    times = _with_old_times(statements, correction, tolerance_s)
    knew = times.agree(len(statements) + number, other)
    corrected[other[knew & ~times.agree(correction[number], other)]] = True
    return corrected


def _pairs(photo: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Return each position in `rows` with every row of the same photo; `photo` is ascending."""
    first = np.searchsorted(photo, photo[rows], "left")
    count = np.searchsorted(photo, photo[rows], "right") - first
    number = np.repeat(np.arange(len(rows)), count)
    within = np.arange(len(number)) - np.repeat(np.cumsum(count) - count, count)
    return number, np.repeat(first, count) + within


def _with_old_times(statements: Statements, correction: Ints, tolerance_s: float) -> CaptureTimes:
    """Return the statements, followed by the old time of each correction."""
    times, offsets, kinds, precisions = (statements.column(name) for name in CAPTURE_COLUMNS)
    count = len(correction)
    old = statements.column(CORRECTED_FROM).take(pa.array(correction)).cast(times.type)
    return CaptureTimes.build(
        pa.concat_arrays([times, old]),
        pa.concat_arrays([offsets, pa.nulls(count, offsets.type)]),
        kinds=pa.concat_arrays([kinds, pa.array([CaptureKind.WALL.value] * count, kinds.type)]),
        precisions=pa.concat_arrays(
            [precisions, pa.array([Precision.SECOND.value] * count, precisions.type)]
        ),
        tolerance_s=tolerance_s,
    )
