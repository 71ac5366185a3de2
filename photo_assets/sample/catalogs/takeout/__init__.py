"""The sample's Google Takeout: an export of a whole account, and one from the year before."""

from photo_assets.sample.catalogs.takeout.writer import FOLDER, TakeoutWriter

__all__ = ["FOLDER", "TakeoutWriter"]
