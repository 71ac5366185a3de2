"""The treatment of each column. An unlisted column, or key of a JSON column, is not shown.

A name means the same in every table, so one list serves all of them. Tables: `model.tables`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Treatment(StrEnum):
    """How a value is changed before it is shown."""

    PLAIN = "plain"  # cannot name a person or a place: shown unchanged
    TEXT = "text"  # shown without the names and coordinates in it
    PLACE_NAME = "place name"  # like TEXT, but keeps single first names
    PATH = "path"  # the levels of a file path, each treated as text
    KEYWORDS = "keywords"  # only the disclosed ones
    ALBUMS = "albums"  # only the disclosed ones
    ROWS = "rows"  # a list of records, each treated by its own columns
    STATED = "stated"  # a value of the column named by the row's `field`
    EXIF = "exif"  # a record treated by `EXIF`
    EXTRAS = "extras"  # a record treated by `EXTRAS`
    AI = "ai"  # a record treated by `AI`
    PLACE = "place"  # coordinates: shown where the policy allows coordinates
    PEOPLE = "people"  # names of people: shown where the policy allows them
    NEVER = "never"  # never shown


def _each(treatment: Treatment, names: str) -> dict[str, Treatment]:
    return dict.fromkeys(names.split(), treatment)


_T = Treatment

_CAPTURE = "capture_time capture_offset_min capture_kind capture_precision"
_CAMERA = "camera_make camera_model lens aperture exposure_time_s iso focal_length_mm"
_PLACE = "gps_latitude gps_longitude gps_altitude_m"

COLUMNS: Final[Mapping[str, Treatment]] = {
    # Ids, digests, catalogs, values of closed lists, counts, times.
    **_each(_T.PLAIN, "photo_id item_id album_id photo_album_id conflict_id uii month source"),
    **_each(_T.PLAIN, "catalog sources master_source master_catalog kind field rule stated_at"),
    **_each(_T.PLAIN, "sha256 sha1 md5 image_data_sha256 image_data_method phash dhash flat"),
    **_each(_T.PLAIN, "hash_recipe recipe decoder status reason unread_reason evidence_digest"),
    **_each(_T.PLAIN, "hash_basis preview_aspect content_version merged_into notes gone"),
    **_each(_T.PLAIN, "media_kind media_type file_size width height orientation duration_s"),
    **_each(_T.PLAIN, f"{_CAPTURE} capture_source capture_corrected_from added_time modified_time"),
    **_each(_T.PLAIN, f"rating pick favourite visibility archived availability quality {_CAMERA}"),
    **_each(_T.PLAIN, "master_availability master_reason item_count catalog_count blob_count"),
    **_each(_T.PLAIN, "conflict_count photo_count is_master master step position cover"),
    # Texts that people wrote, and names of files and albums.
    **_each(_T.TEXT, "title caption label creator copyright url detail unread_detail"),
    **_each(_T.PATH, "path member file_name native_id master_path master_native_id album_key"),
    **_each(_T.PATH, "target"),
    "album_name": _T.TEXT,
    **_each(_T.PLACE_NAME, "sublocation city state country country_code"),
    "keywords": _T.KEYWORDS,
    **_each(_T.ALBUMS, "albums collections"),
    **_each(_T.ROWS, "provenance links stated_values values entries"),
    **_each(_T.STATED, "value proposal"),
    "exif": _T.EXIF,
    "ai": _T.AI,
    "extras": _T.EXTRAS,
    # Approved values of an AI model, each in a column of its own.
    **_each(_T.PLAIN, "metadata_id model prompt input_hash sport_type photo_category emotion"),
    **_each(_T.PLAIN, "quality_score confidence_score dim processing_status approved approved_at"),
    **_each(_T.TEXT, "ai_description approved_by"),
    **_each(_T.KEYWORDS, "ai_tags ai_categories"),
    # Places and people. An account is the name of its owner.
    **_each(_T.PLACE, f"{_PLACE} gps_source gps"),
    **_each(_T.PEOPLE, "people account"),
    # Columns used only by the next scan, and columns that control the treatment of others.
    **_each(_T.NEVER, "raw change_token item_digest reader_version month_basis camera_serial"),
    **_each(_T.NEVER, "visibility_stated visibility_since ai_approval embedding"),
    **_each(_T.NEVER, "file_mtime_ns file_ctime_ns file_inode marked_keywords guessed_people"),
}

EXIF: Final[Mapping[str, Treatment]] = {
    **_each(_T.PLAIN, f"width height orientation duration_s {_CAPTURE} capture_source {_CAMERA}"),
    **_each(_T.PLAIN, "rating content_identifier"),
    **_each(_T.TEXT, "creator copyright caption"),
    **_each(_T.PLACE, _PLACE),
    "camera_serial": _T.NEVER,
}
"""The values in `media.exif.ExifRecord`."""

AI: Final[Mapping[str, Treatment]] = {
    **_each(_T.PLAIN, "photo_category sport_type emotion quality_score"),
    "description": _T.TEXT,
    "tags": _T.KEYWORDS,
}
"""The values of an AI model in a unified row: approved ones (`model.ai_release`)."""

EXTRAS: Final[Mapping[str, Treatment]] = {
    **_each(_T.PLAIN, "file_format process_version stack master_missing original_capture_time"),
    **_each(_T.PLAIN, "location_origin sidecar_is_older md5_hint sha256_hint cloud_asset_id"),
    **_each(_T.PLAIN, "derived_from content_identifier producer matched_by export image_views"),
    **_each(_T.PLAIN, "embedded_rating"),
    **_each(_T.TEXT, "copy_name ThumbnailUrl OriginalUrl ArchivedUri"),
    **_each(_T.PATH, "json original_name original_file_name"),
}
"""The keys of extras that may be shown.

All other keys are never shown, whatever the policy: texts written by an AI model (alternative
texts, descriptions) that nobody approved, comments of other people, edits, and fields that a later
version of the catalog's program added.
"""
