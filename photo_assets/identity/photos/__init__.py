"""The identity ladder: which items are one photo, its permanent id, its master, its relations."""

from photo_assets.identity.photos.build import PhotosWritten, build_photos, write_photos
from photo_assets.identity.photos.explain import Explanation, explain
from photo_assets.identity.photos.inputs import (
    PhotoInputs,
    PhotoSummary,
    PhotoTables,
    UiiCollision,
)
from photo_assets.identity.photos.master import MasterHierarchy
from photo_assets.identity.photos.references import ItemKey, UnknownReferenceError

__all__ = [
    "Explanation",
    "ItemKey",
    "MasterHierarchy",
    "PhotoInputs",
    "PhotoSummary",
    "PhotoTables",
    "PhotosWritten",
    "UiiCollision",
    "UnknownReferenceError",
    "build_photos",
    "explain",
    "write_photos",
]
