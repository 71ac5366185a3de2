"""The Parquet lake: `<root>/<layer>/<asset>/<partition or table>.parquet`."""

from photo_assets.lake.footer import Footer, read_footer
from photo_assets.lake.lake import Lake, Written
from photo_assets.lake.snapshot import Snapshot
from photo_assets.lake.stored import DAMAGED, StoredTables

__all__ = ["DAMAGED", "Footer", "Lake", "Snapshot", "StoredTables", "Written", "read_footer"]
