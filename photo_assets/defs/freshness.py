"""How old an asset may become before the UI shows a warning."""

from datetime import timedelta

import dagster as dg

NIGHTLY = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(hours=50), warn_window=timedelta(hours=26)
)
"""The nightly reconcile writes an event for every asset, changed or not; a night without one is a
fault. This applies to whole assets; a check names an individual stale catalog."""
