"""How each column is shown. A column, or an entry of a JSON column, that is not here is not shown.

A name means the same in every table, so one list serves all of them. Tables: `model.tables`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Treatment(StrEnum):
    """What becomes of a value on its way out."""

    PLAIN = "plain"  # it cannot name anybody or any place: shown as it is
    TEXT = "text"  # shown without the names and the coordinates that are written in it
    PLACE_NAME = "place name"  # as text, but a first name alone may be the place's
    PATH = "path"  # levels of a file's path, each as text
    KEYWORDS = "keywords"  # only those that may be shown
    ALBUMS = "albums"  # likewise
    ROWS = "rows"  # a list of records, each by its own columns
    STATED = "stated"  # a value of the column that the row's `field` names
    EXIF = "exif"  # a record by `EXIF`
    EXTRAS = "extras"  # a record by `EXTRAS`
    PLACE = "place"  # coordinates: shown where the policy allows coordinates
    PEOPLE = "people"  # names of people: shown where the policy allows them
    NEVER = "never"  # not for anybody else


def _each(treatment: Treatment, names: str) -> dict[str, Treatment]:
    return dict.fromkeys(names.split(), treatment)


_T = Treatment

_CAPTURE = "capture_time capture_offset_min capture_kind capture_precision"
_CAMERA = "camera_make camera_model lens aperture exposure_time_s iso focal_length_mm"
_PLACE = "gps_latitude gps_longitude gps_altitude_m"

COLUMNS: Final[Mapping[str, Treatment]] = {
    # What things are called: ids, digests, catalogs, words of closed lists, counts, times.
    **_each(_T.PLAIN, "photo_id item_id album_id photo_album_id conflict_id uii month source"),
    **_each(_T.PLAIN, "catalog sources master_source master_catalog kind field rule stated_at"),
    **_each(_T.PLAIN, "sha256 sha1 md5 image_data_sha256 image_data_method phash dhash flat"),
    **_each(_T.PLAIN, "hash_recipe recipe decoder status reason unread_reason evidence_digest"),
    **_each(_T.PLAIN, "merged_into notes gone"),
    **_each(_T.PLAIN, "media_kind media_type file_size width height orientation duration_s"),
    **_each(_T.PLAIN, f"{_CAPTURE} capture_source capture_corrected_from added_time modified_time"),
    **_each(_T.PLAIN, f"rating pick favourite visibility archived availability {_CAMERA}"),
    **_each(_T.PLAIN, "master_availability master_reason item_count catalog_count blob_count"),
    **_each(_T.PLAIN, "conflict_count photo_count is_master master step position cover"),
    # What people wrote, and names of files and albums, which people chose.
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
    "extras": _T.EXTRAS,
    # Where, and who. An account is its owner's name.
    **_each(_T.PLACE, f"{_PLACE} gps_source gps"),
    **_each(_T.PEOPLE, "people account"),
    # What only the next reading needs, and what says how to show the rest.
    **_each(_T.NEVER, "raw change_token item_digest reader_version month_basis camera_serial"),
    **_each(_T.NEVER, "file_mtime_ns file_ctime_ns file_inode marked_keywords guessed_people"),
}

EXIF: Final[Mapping[str, Treatment]] = {
    **_each(_T.PLAIN, f"width height orientation duration_s {_CAPTURE} capture_source {_CAMERA}"),
    **_each(_T.PLAIN, "rating content_identifier"),
    **_each(_T.TEXT, "creator copyright caption"),
    **_each(_T.PLACE, _PLACE),
    "camera_serial": _T.NEVER,
}
"""What a file says of itself (`media.exif.ExifRecord`)."""

EXTRAS: Final[Mapping[str, Treatment]] = {
    **_each(_T.PLAIN, "file_format process_version stack master_missing original_capture_time"),
    **_each(_T.PLAIN, "location_origin sidecar_is_older md5_hint sha256_hint cloud_asset_id"),
    **_each(_T.PLAIN, "derived_from content_identifier producer matched_by export image_views"),
    **_each(_T.PLAIN, "embedded_rating"),
    **_each(_T.TEXT, "copy_name ThumbnailUrl OriginalUrl ArchivedUri"),
    **_each(_T.PATH, "json original_name original_file_name"),
}
"""What only one catalog has and may be shown.

Everything else that rides there is not, whatever the policy: texts that a model wrote (alternative
texts, descriptions) and nobody approved, comments of other people, edits, and fields that came with
a later version of the catalog's program.
"""
