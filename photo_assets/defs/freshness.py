"""How old an asset may grow before the UI says so."""

from datetime import timedelta

import dagster as dg

NIGHTLY = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(hours=50), warn_window=timedelta(hours=26)
)
"""The nightly reconcile writes an event for every asset, changed or not: without one for a night
something is off. This is asset-level; a check names the single catalog that is stale."""
