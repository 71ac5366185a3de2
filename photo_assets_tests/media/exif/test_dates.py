from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.media.exif.dates import stated_date
from photo_assets.model.vocabulary import Precision
from photo_assets.model.wall_time import WallTime

MOMENT = datetime(2019, 8, 7, 6, 5, 4)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("Wed, 07 Aug 2019 06:05:04 +0200", 120),
        ("Wed, 07 Aug 2019 06:05:04 GMT", 0),
        ("07 Aug 2019 06:05:04 UT", 0),
        ("07 Aug 2019 06:05:04 +0000", 0),
        ("07 Aug 2019 06:05:04 -0000", None),  # RFC 5322: the zone is not known
        ("07 Aug 2019 06:05:04 EST", -300),
        ("Wed Aug  7 06:05:04 2019", None),
        ("Wed Aug  7 06:05:04 CEST 2019", None),
        ("2019:08:07 06:05:04", None),
        ("2019-08-07T06:05:04Z", 0),
        ("20190807T060504Z", 0),
        ("20190807T060504+0530", 330),
        ("20190807 060504", None),
        (" 2019-08-07   06:05:04\n\0\0", None),
    ],
)
def test_forms_with_seconds(text: str, offset: int | None) -> None:
    assert stated_date(text) == WallTime(MOMENT, offset, Precision.SECOND)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "May 2019",
        "Wed, 07 Aug 19 06:05:04 +0200",  # which century?
        "7 Aug 2019 3:04:05 PM",
        "Feb 31 10:00:00 2019",
        "8/7/2019 06:05:04",  # August or July?
        "99999999",
        "0000:00:00 00:00:00",
        "Wed Aug 07 06:05:04 0000",
    ],
)
def test_texts_without_exactly_one_date(text: str) -> None:
    assert stated_date(text) is None


@given(st.text(max_size=80))
def test_any_text_is_a_date_or_none(text: str) -> None:
    stated_date(text)
    stated_date(f"{text} 2019 10:20:30")


@given(st.datetimes(datetime(1900, 1, 1), datetime(2090, 1, 1)))
def test_rfc_1123_and_asctime_come_back(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    for form in ("%a, %d %b %Y %H:%M:%S", "%a %b %d %H:%M:%S %Y"):
        assert stated_date(whole.strftime(form)) == WallTime(whole, None, Precision.SECOND)
