"""The camera's clock and Google's time where they are whole hours apart."""

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from photo_assets.catalogs.google_takeout.capture import second_clock
from photo_assets.catalogs.google_takeout.zones import offsets_at
from photo_assets.media.record import CaptureTime, GpsPosition
from photo_assets.model.vocabulary import CaptureKind, Precision
from photo_assets_tests.catalogs.google_takeout.export import YEAR, items, photo_json, scan, unpack
from photo_assets_tests.metadata.collection import fields_asked, one

EPOCH = datetime(1970, 1, 1)
SUMMER = datetime(2023, 7, 1, 12, 0)  # UTC
BERLIN, TOKYO, DELHI = (52.52, 13.40), (35.68, 139.69), (28.61, 77.21)
BADAJOZ, ATLANTIC, URUMQI = (38.88, -6.97), (30.0, -40.0), (43.8, 87.6)


def at(place: tuple[float, float]) -> GpsPosition:
    return GpsPosition(latitude=place[0], longitude=place[1], source="x")


def seconds(instant: datetime) -> int:
    return int((instant - EPOCH).total_seconds())


def clock(hours: float, offset_min: int | None = None, **changes: Any) -> CaptureTime:
    wall = SUMMER + timedelta(hours=hours)
    return CaptureTime(time=wall, offset_min=offset_min, source="exif:x", **changes)


@pytest.mark.parametrize(
    ("camera", "place", "google"),
    [
        # The file states its offset.
        (clock(2, 120), None, None),
        (clock(5.5, 330), None, None),
        (clock(3, 120), None, (0, 0)),
        (clock(2, 60), BERLIN, (0, 0)),
        # The zone is known from the place.
        (clock(2), BERLIN, None),
        (clock(1), BERLIN, (2, 120)),  # the camera missed summer time
        (clock(3), BERLIN, (2, 120)),
        (clock(9), TOKYO, None),
        (clock(2), TOKYO, (9, 540)),  # it was still at home
        (clock(5.5), DELHI, None),
        (clock(5), DELHI, (5.5, 330)),
        (clock(1), BADAJOZ, None),  # Portugal is near
        (clock(2), BADAJOZ, None),
        (clock(6), URUMQI, None),  # two zones are in use
        (clock(8), URUMQI, None),
        # The zone is unknown.
        (clock(1), None, None),
        (clock(1), ATLANTIC, None),
        # No time zone explains the difference: that is a different case.
        (clock(0.1), BERLIN, None),
        (clock(20), BERLIN, None),
        # A movie's instant and a day are not a clock.
        (clock(1, kind=CaptureKind.UTC), BERLIN, None),
        (clock(1, precision=Precision.DAY), BERLIN, None),
    ],
)
def test_a_clock_in_the_wrong_zone(
    camera: CaptureTime, place: tuple[float, float] | None, google: tuple[float, int] | None
) -> None:
    stated = second_clock(camera, seconds(SUMMER), None if place is None else at(place))
    expected = [] if google is None else [(SUMMER + timedelta(hours=google[0]), google[1])]
    assert [(s.capture_time, s.capture_offset_min) for s in stated] == expected


def test_one_source_alone_gives_no_second_clock() -> None:
    assert second_clock(None, seconds(SUMMER), at(BERLIN)) == []
    assert second_clock(clock(1), None, at(BERLIN)) == []


@given(
    st.sampled_from([BERLIN, TOKYO, DELHI, BADAJOZ]),
    st.datetimes(datetime(1980, 1, 1), datetime(2030, 1, 1)),
)
def test_a_clock_that_was_right_is_never_asked_about(
    place: tuple[float, float], wall: datetime
) -> None:
    wall = wall.replace(microsecond=0)
    for offset in offsets_at(at(place), wall):
        camera = CaptureTime(time=wall, source="exif:x")
        taken = seconds(wall - timedelta(minutes=offset))
        assert second_clock(camera, taken, at(place)) == []


@given(
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
)
def test_offsets_at_any_position(latitude: float, longitude: float, wall: datetime) -> None:
    found = offsets_at(at((latitude, longitude)), wall)
    assert len(found) < 8
    assert all(-16 * 60 <= offset <= 16 * 60 for offset in found)


def test_the_hour_that_comes_twice_has_two_offsets() -> None:
    assert offsets_at(at(BERLIN), datetime(2023, 10, 29, 2, 30)) == {60, 120}
    assert offsets_at(at(BERLIN), datetime(2023, 10, 29, 3, 30)) == {60}


def picture(wall: datetime, offset: str | None = None) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = wall.strftime("%Y:%m:%d %H:%M:%S")
    if offset is not None:
        exif.get_ifd(0x8769)[0x9011] = offset
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(
    ("offset", "place", "asked"),
    [
        ("+02:00", (0.0, 0.0), True),
        (None, BERLIN, True),
        ("+03:00", (0.0, 0.0), False),
        (None, (0.0, 0.0), False),
    ],
)
def test_a_whole_hour_becomes_a_question(
    tmp_path: Path, offset: str | None, place: tuple[float, float], asked: bool
) -> None:
    wall = SUMMER + timedelta(hours=3)
    said = photo_json(
        "a.jpg",
        photoTakenTime={"timestamp": str(seconds(SUMMER))},
        geoData={"latitude": place[0], "longitude": place[1], "altitude": 0.0},
    )
    unpack(tmp_path / "in", {f"{YEAR}/a.jpg": picture(wall, offset), f"{YEAR}/a.jpg.json": said})
    (item,) = items(scan(tmp_path / "in")).values()
    assert item.capture_time == wall, "the camera's clock stands until somebody answers"
    row, conflicts = one(tmp_path / "out", item)
    assert fields_asked(conflicts) == ({"capture_time"} if asked else set())
    assert row["capture_time"] == wall
    if asked:
        (conflict,) = conflicts
        stated = [orjson.loads(value["value"]) for value in conflict["values"]]
        assert next(value["time"] for value in stated) == wall.isoformat()
        assert " says 2023-07-01 " in conflict["detail"]
