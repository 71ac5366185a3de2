"""The identity ladder: which items are one photo, its lasting id, its master, its relations."""

from photo_assets.identity.photos.build import build_photos
from photo_assets.identity.photos.inputs import (
    PhotoInputs,
    PhotoSummary,
    PhotoTables,
    UiiCollision,
)
from photo_assets.identity.photos.master import MasterHierarchy

__all__ = [
    "MasterHierarchy",
    "PhotoInputs",
    "PhotoSummary",
    "PhotoTables",
    "UiiCollision",
    "build_photos",
]
