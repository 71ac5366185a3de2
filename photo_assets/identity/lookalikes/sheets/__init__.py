"""Contact sheets of look-alikes: one JPEG a group and a page that lists them, on the local disk."""

from photo_assets.identity.lookalikes.sheets.publish import PAGE, SheetsDrawn, publish_sheets

__all__ = ["PAGE", "SheetsDrawn", "publish_sheets"]
