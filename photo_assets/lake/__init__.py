"""The Parquet lake: `<root>/<layer>/<asset>/<partition or table>.parquet`."""

from photo_assets.lake.footer import Footer, read_footer
from photo_assets.lake.lake import DAMAGED, Lake, Written

__all__ = ["DAMAGED", "Footer", "Lake", "Written", "read_footer"]
