"""Contact sheets of look-alikes: one JPEG per group and a page that lists them, on local disk."""

from photo_assets.identity.lookalikes.sheets.publish import PAGE, SheetCounts, publish_sheets

__all__ = ["PAGE", "SheetCounts", "publish_sheets"]
