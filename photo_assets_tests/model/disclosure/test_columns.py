"""Every column of every table has a treatment; unknown columns are not shown."""

import dataclasses

import pytest

from photo_assets.media.exif.record import ExifRecord
from photo_assets.model.disclosure import COLUMNS, Disclosure, DisclosurePolicy, Known, Treatment
from photo_assets.model.disclosure.columns import EXIF, EXTRAS
from photo_assets.model.tables import (
    CONFLICTS,
    FINGERPRINTS,
    ITEMS,
    MEMBERS,
    PHOTOS,
    PROVENANCE,
    STATED_VALUE,
    UNIFIED,
    TableKind,
)

OPEN = DisclosurePolicy(people=True, gps=True, archived=True)


@pytest.mark.parametrize(
    "kind", [UNIFIED, ITEMS, FINGERPRINTS, CONFLICTS, PHOTOS, MEMBERS], ids=lambda kind: kind.name
)
def test_every_column_of_a_table_is_classified(kind: TableKind) -> None:
    assert set(kind.schema.names) <= COLUMNS.keys()


def test_every_entry_of_a_nested_record_is_classified() -> None:
    for struct in (PROVENANCE, STATED_VALUE):
        assert {field.name for field in struct} <= COLUMNS.keys()


def test_everything_a_file_says_of_itself_is_classified() -> None:
    assert {field.name for field in dataclasses.fields(ExifRecord)} <= EXIF.keys()


def test_what_names_people_or_places_is_never_plain() -> None:
    """The columns that can contain texts of people, listed manually to detect errors in the table."""
    words = "title caption label keywords people albums gps_latitude gps_longitude file_name path"
    words += " member url native_id account creator copyright links extras raw values proposal exif"
    assert {COLUMNS[word] for word in words.split()}.isdisjoint({Treatment.PLAIN})
    assert {EXIF[word] for word in ("caption", "creator", "gps_latitude")} == {
        Treatment.TEXT,
        Treatment.PLACE,
    }


def test_what_is_not_classified_stays_at_home_whatever_is_allowed() -> None:
    row = {
        "title": "x",
        "a_new_column": "secret",
        "raw": "secret",
        "exif": {"iso": 100, "a new tag": "secret"},
        "extras": {"file_format": "RAW", "alt_text": "secret", "comments": ["secret"]},
    }
    shown = Disclosure(OPEN, Known()).show(row)
    assert shown == {
        "title": "x",
        "raw": None,
        "exif": {"iso": 100},
        "extras": {"file_format": "RAW"},
    }


@pytest.mark.parametrize("found", ["{broken", "[1]", [1], 1])
def test_what_is_no_record_of_json_is_not_shown(found: object) -> None:
    assert Disclosure(OPEN, Known()).show({"extras": found, "exif": found}) == {
        "extras": None,
        "exif": None,
    }


def test_texts_that_a_model_may_have_written_are_not_among_the_extras() -> None:
    for name in ("alt_text", "extended_description", "annotation", "sharedAlbumComments", "ai"):
        assert name not in EXTRAS
