"""The one partitioning of the graph: capture months."""

import dagster as dg

from photo_assets.model.months import FIRST_MONTH

MONTHS = dg.MonthlyPartitionsDefinition(start_date=FIRST_MONTH.isoformat(), end_offset=1)
"""`end_offset` includes the month that has not ended."""
