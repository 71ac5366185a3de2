"""What is asked of Drive: fields, queries, and the same filter for a change feed."""

from photo_assets.catalogs.google_drive.records import (
    FILE_FIELDS,
    FILES_QUERY,
    FOLDER_FIELDS,
    FOLDERS_QUERY,
    folder_part,
    is_folder_or_shortcut,
    is_listed,
)
from photo_assets_tests.catalogs.google_drive.reading import file, folder
from photo_assets_tests.services.google_drive import fields, queries


def test_no_link_is_asked_for() -> None:
    asked = f"{FILE_FIELDS},{FOLDER_FIELDS}"
    for name in ("thumbnail", "Link", "photoLink", "resourceKey", "version"):
        assert name not in asked
    for mask in (FILE_FIELDS, FOLDER_FIELDS):
        fields.parse(f"nextPageToken,files({mask})", "FileList")


def test_the_queries_find_what_a_change_feed_is_filtered_by() -> None:
    is_file, is_folder = queries.parse(FILES_QUERY), queries.parse(FOLDERS_QUERY)
    kinds = [
        "image/jpeg",
        "video/mp4",
        "application/octet-stream",
        "application/x-photoshop",
        "application/pdf",
        "application/vnd.google-apps.folder",
        "application/vnd.google-apps.shortcut",
        "application/vnd.google-apps.document",
    ]
    for kind in kinds:
        record = file(mimeType=kind)
        assert is_listed(record) == is_file(record), kind
        assert is_folder_or_shortcut(record) == is_folder(record), kind
    trashed = folder("a", "A", "root-id", trashed=True, starred=True)
    assert folder_part(trashed) == folder("a", "A", "root-id", trashed=True)
