"""The Parquet lake: `<root>/<layer>/<asset>/<partition or table>.parquet`."""

from photo_assets.store.lake.footer import Footer, read_footer
from photo_assets.store.lake.lake import Lake, Written

__all__ = ["Footer", "Lake", "Written", "read_footer"]
