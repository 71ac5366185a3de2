"""The reader of Google Drive: files that are photos or videos, their folders and who sees them.

Only knowledge of Drive's API and its records belongs here. It is met through Google's own client.
"""

from photo_assets.catalogs.google_drive.spec import SPEC

__all__ = ["SPEC"]
