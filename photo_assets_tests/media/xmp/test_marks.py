import pytest

from photo_assets.media.xmp.parse import parse_xmp
from photo_assets.media.xmp.record import XmpRecord
from photo_assets.model.vocabulary import Precision
from photo_assets_tests.media.xmp.packets import bag, darktable, packet


def of(attributes: str, *elements: str) -> XmpRecord:
    return parse_xmp(packet(*elements, attributes=attributes))


def test_the_star_and_the_time_of_darktable_s_import_are_no_statements() -> None:
    record = parse_xmp(darktable())
    assert record.rating is None
    assert record.times == ()
    assert record.capture_time is None


@pytest.mark.parametrize("rating", ["-1", "0", "2", "5"])
def test_another_rating_of_darktable_is_somebody_s(rating: str) -> None:
    assert parse_xmp(darktable(rating)).rating == float(rating)


@pytest.mark.parametrize(
    "packet_",
    [
        darktable(current="0ddba11"),
        darktable(change_timestamp="63931537662779488"),
        darktable(history_basic_hash=None),
        darktable(history_basic_hash=None, history_current_hash=None),
    ],
    ids=["history", "change", "unknown history", "steps without hashes"],
)
def test_one_star_on_a_picture_that_somebody_developed_is_kept(packet_: bytes) -> None:
    record = parse_xmp(packet_)
    assert record.rating == 1.0
    assert record.capture_source == "xmp:exif:DateTimeOriginal"
    assert record.capture_precision is Precision.SECOND
    assert record.time_may_be_file_time


@pytest.mark.parametrize(
    "packet_",
    [
        darktable(current="5e1f", history_auto_hash="5e1f"),
        darktable(change_timestamp=None),
        darktable(history_basic_hash=None, history_current_hash=None, history_end="0"),
        darktable(history_basic_hash=None, history_current_hash=None, history_end=None),
    ],
    ids=["presets of the user", "older", "no history", "none at all"],
)
def test_further_marks_of_an_import(packet_: bytes) -> None:
    assert parse_xmp(packet_).rating is None


def test_one_star_of_another_program_is_one_star() -> None:
    assert of('xmp:Rating="1"').rating == 1.0
    assert not of('xmp:Rating="1"').time_may_be_file_time


def test_the_filler_of_darktable_s_times_is_no_precision() -> None:
    touched = "63931537662779488"
    assert parse_xmp(darktable(change_timestamp=touched)).capture_precision is Precision.SECOND
    exact = parse_xmp(darktable(time="2019:08:07 06:05:04.250", change_timestamp=touched))
    assert exact.capture_precision is Precision.SUBSECOND
    other = of('exif:DateTimeOriginal="2019-08-07T06:05:04.000"')
    assert other.capture_precision is Precision.SUBSECOND


def test_darktable_s_colors() -> None:
    labels = bag("darktable:colorlabels", "0", "3", "9", "x", kind="Seq")
    record = parse_xmp(packet(labels))
    assert record.color_labels == ("Red", "Blue")
    assert record.label == "Red, Blue"
    assert of('xmp:Label="Blau"', labels).label == "Blau"


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (
            'photomechanic:Tagged="True" photomechanic:ColorClass="3"',
            (True, 1, 3, "Superior", None),
        ),
        (
            'photomechanic:Tagged="False" photomechanic:ColorClass="0"',
            (False, None, None, None, None),
        ),
        (
            'photomechanic:Prefs="Tagged:1, ColorClass:8, Rating:3, FrameNum:-00001"',
            (True, 1, 8, "Trash", 3.0),
        ),
        ('photomechanic:Prefs="0:1:2:004510"', (False, None, 1, "Winner", 2.0)),
        ('photomechanic:Prefs="[0:0:0:-00001]"', (False, None, None, None, None)),
        ('photomechanic:Prefs=""', (None, None, None, None, None)),
        ('photomechanic:Prefs="Tagged:0" photomechanic:Tagged="True"', (True, 1, None, None, None)),
    ],
)
def test_photo_mechanic(
    attributes: str, expected: tuple[bool | None, int | None, int | None, str | None, float | None]
) -> None:
    record = of(attributes)
    found = (record.tagged, record.pick, record.color_class, record.label, record.rating)
    assert found == expected


def test_stars_and_labels_in_xmp_s_own_fields_come_first() -> None:
    record = of(
        'xmp:Rating="5" xmp:Label="Red" photomechanic:ColorClass="1" '
        'photomechanic:Prefs="1:1:2:0" acdsee:rating="4"'
    )
    assert (record.rating, record.label, record.color_class) == (5.0, "Red", 1)
    assert of('xmp:Rating="0" acdsee:rating="4"').rating == 0.0


def test_a_flag_comes_before_a_tag() -> None:
    assert of('xmpDM:pick="-1" photomechanic:Tagged="True"').pick == -1
    assert of('digiKam:PickLabel="1" photomechanic:Tagged="True"').pick == -1
    assert of('digiKam:PickLabel="0" photomechanic:Tagged="True"').pick == 1


def test_acdsee() -> None:
    record = of(
        'acdsee:caption="Boats" acdsee:author="Zoë" acdsee:rating="4" acdsee:tagged="True" '
        'acdsee:datetime="2019-08-07T06:05:04" acdsee:notes="A note"'
    )
    assert (record.caption, record.creator, record.rating) == ("Boats", "Zoë", 4.0)
    assert (record.tagged, record.pick) == (True, 1)
    assert record.capture_source == "xmp:acdsee:datetime"
    assert of('acdsee:notes="A note" acdsee:rating="0"').caption == "A note"
    assert of('acdsee:rating="0"').rating is None
    both = of('acdsee:caption="Old"', "<dc:description>New</dc:description>")
    assert both.caption == "New"
