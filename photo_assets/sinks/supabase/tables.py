"""The tables that the sink writes, in write order, and their keys."""

from typing import Final

ALBUMS: Final = "albums"
PHOTOS: Final = "photos"
ITEMS: Final = "items"
PHOTO_ALBUMS: Final = "photo_albums"
FINGERPRINTS: Final = "fingerprints"
CONFLICTS: Final = "conflicts"
AI_METADATA: Final = "ai_metadata"

KEY_OF: Final = {
    ALBUMS: "album_id",
    PHOTOS: "photo_id",
    ITEMS: "item_id",
    PHOTO_ALBUMS: "photo_album_id",
    FINGERPRINTS: "item_id",
    CONFLICTS: "conflict_id",
    AI_METADATA: "metadata_id",
}
TARGETS: Final = tuple(KEY_OF)

NAMED_BY: Final = {
    **{target: (key,) for target, key in KEY_OF.items()},
    PHOTO_ALBUMS: ("photo_album_id", "photo_id", "album_id"),
    AI_METADATA: ("metadata_id", "photo_id"),
}
"""The columns that only identify a row; the database requires them."""

KEPT_BY_THE_DATABASE: Final = frozenset(
    {"row_digest", "content_digest", "created_at", "updated_at", "gone_at", "version"}
)
"""Columns without content of the collection; see migrations/…_keeping.sql."""

VIEW_PLAIN: Final = (
    *("photo_id", "uii", "file_name", "media_kind", "media_type", "width", "height"),
    *("capture_offset_min", "capture_kind", "capture_precision", "rating", "pick", "favourite"),
    *("label", "title", "caption", "keywords", "albums", "sublocation", "city", "state"),
    *("country", "country_code", "creator", "copyright", "camera_make", "camera_model", "lens"),
    *("iso", "visibility", "archived", "availability", "item_count", "sources"),
    *("conflict_count", "people"),
)
VIEW_NUMBERS: Final = (
    *("aperture", "exposure_time_s", "focal_length_mm", "gps_latitude", "gps_longitude"),
)
VIEW_COLUMNS: Final = (*VIEW_PLAIN, *VIEW_NUMBERS, "capture_time", "provenance")
"""The columns of metadata/unified in the table of photos: unchanged, as numbers, others."""
