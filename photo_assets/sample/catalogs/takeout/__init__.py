"""The sample's Google Takeout: a whole account's export, and one of the year before."""

from photo_assets.sample.catalogs.takeout.writer import FOLDER, TakeoutWriter

__all__ = ["FOLDER", "TakeoutWriter"]
