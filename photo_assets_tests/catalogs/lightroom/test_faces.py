"""Face areas: the upright frame, and images rotated after the face was found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.catalogs.lightroom.database import Value
from photo_assets.catalogs.lightroom.faces import face_region
from photo_assets.model.item import Region

LEFT_TOP = (0.1, 0.2, 0.3, 0.2, 0.1, 0.6, 0.3, 0.6)


def test_corners_become_center_and_extent() -> None:
    assert face_region(LEFT_TOP, 6, 6) == Region(x=0.2, y=0.4, width=0.2, height=0.4)
    assert face_region(LEFT_TOP, None, 6) == Region(x=0.2, y=0.4, width=0.2, height=0.4)


@pytest.mark.parametrize(
    ("drawn_on", "now", "region"),
    [
        (1, 6, Region(x=0.6, y=0.2, width=0.4, height=0.2)),  # turned clockwise
        (1, 8, Region(x=0.4, y=0.8, width=0.4, height=0.2)),
        (1, 3, Region(x=0.8, y=0.6, width=0.2, height=0.4)),
        (6, 1, Region(x=0.4, y=0.8, width=0.4, height=0.2)),  # and back
        (1, 2, Region(x=0.8, y=0.4, width=0.2, height=0.4)),  # mirrored
    ],
)
def test_rotating_an_image_later_rotates_the_face(drawn_on: int, now: int, region: Region) -> None:
    assert face_region(LEFT_TOP, drawn_on, now) == region


@given(
    st.lists(st.integers(0, 100).map(lambda part: part / 100), min_size=4, max_size=4),
    st.integers(1, 8),
    st.integers(1, 8),
)
def test_turning_there_and_back_changes_nothing(edges: list[float], one: int, two: int) -> None:
    left, right = sorted(edges[:2])
    top, bottom = sorted(edges[2:])
    corners = (left, top, right, top, left, bottom, right, bottom)
    here = face_region(corners, one, two)
    straight = face_region(corners, one, one)
    if here is None or straight is None:
        assert left == right or top == bottom
        return
    assert 0 <= here.x <= 1
    assert here.width * here.height == pytest.approx(straight.width * straight.height, abs=1e-5)
    half = (here.width / 2, here.height / 2)
    edges_now = (here.x - half[0], here.y - half[1], here.x + half[0], here.y + half[1])
    x0, y0, x1, y1 = edges_now
    back = face_region((x0, y0, x1, y0, x0, y1, x1, y1), two, one)
    assert back is not None
    assert (back.x, back.y) == pytest.approx((straight.x, straight.y), abs=1e-5)


@pytest.mark.parametrize(
    "corners",
    [
        ("", "", None, None, None, None, None, None),
        (0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5),
        (b"x", 0.1, "0.3", "no", 0.1, float("nan"), float("inf"), 0.3),
        (-5, -5, -4, -5, -5, -4, -4, -4),
    ],
)
def test_unusable_corners_are_no_region(corners: tuple[Value, ...]) -> None:
    assert face_region(corners, 1, 1) is None
