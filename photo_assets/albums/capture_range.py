"""The days of an album, from the capture times of its photos, without those of wrong clocks.

Times are the clock of the place. Which times can be trusted at all is decided where they are read.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from photo_assets.albums.date_text import DateRange

_NEAR: Final = timedelta(days=3)
_SPREADS: Final = 5
"""A time is an outlier if it is further from the median than this many median distances, and than
`_NEAR`. Up to half of the times may be wrong, whatever they are."""

TRUSTED_SHARE: Final = 0.5
"""The least share of an album's photos that must have a trusted time."""


def capture_range(times: Sequence[datetime], photos: int) -> DateRange | None:
    """Return the days of an album of `photos` photos with these trusted times.

    None if it has no photo, or fewer than half of them have a time.
    """
    if not times or len(times) < photos * TRUSTED_SHARE:
        return None
    start = min(times)
    offsets = [(one - start).total_seconds() for one in times]
    middle = median(offsets)
    spread = median(abs(one - middle) for one in offsets)
    reach = max(_NEAR.total_seconds(), _SPREADS * spread)
    kept = [one for one, at in zip(times, offsets, strict=True) if abs(at - middle) <= reach]
    return DateRange(min(kept).date(), max(kept).date())
