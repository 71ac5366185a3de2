import struct

import pytest

from photo_assets.media.exif.parts import Movie
from photo_assets_tests.media.exif.blocks import parts
from photo_assets_tests.media.exif.files import box, movie
from photo_assets_tests.media.exif.test_movie_times import international, item_list


def of(user_data: bytes) -> Movie:
    found = parts(movie(user_data=user_data)).movie
    assert found is not None
    return found


def fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 0x10000))


def location(
    name: bytes = b"\0", role: int = 0, place: tuple[float, float, float] = (8.5, 47.25, 400)
) -> bytes:
    numbers = b"".join(map(fixed, place))
    return box(b"loci", b"\0\0\0\0\x15\xc7", name, bytes((role,)), numbers, b"earth\0\0")


@pytest.mark.parametrize(
    "name",
    [
        b"\0",
        b"Z\xc3\xbcrich\0",
        b"\xfe\xff\0\0",
        b"\xfe\xff" + "Zürich".encode("utf-16-be") + b"\0\0",
    ],
)
def test_the_place_of_3gpp(name: bytes) -> None:
    found = of(location(name))
    assert found.place == (47.25, 8.5)
    assert found.altitude_m == 400


@pytest.mark.parametrize(
    "box_",
    [
        location(role=1),  # shown
        location(role=2),  # fictional
        location(place=(0, 0, 0)),
        location(place=(999, 999, 0)),
        location(b"no end of the name"),
        location()[:-30],
        box(b"loci"),
    ],
)
def test_other_places_than_that_of_the_recording(box_: bytes) -> None:
    assert of(box_).place is None


def test_iso_6709_comes_before_the_box() -> None:
    text = international(b"\xa9xyz", b"+47.3769+008.5417/")
    assert of(location() + text).place == (47.3769, 8.5417)
    assert of(international(b"\xa9xyz", b"nowhere") + location()).place == (47.25, 8.5)


def keyed(names: dict[str, str]) -> bytes:
    """Metadata keys with whole names, as Android writes them."""
    keys = b"".join(box(b"mdta", name.encode()) for name in names)
    values = b"".join(
        box(struct.pack(">I", n), box(b"data", b"\0\0\0\1\0\0\0\0", text.encode()))
        for n, text in enumerate(names.values(), 1)
    )
    return box(
        b"meta",
        box(b"hdlr", b"\0" * 8 + b"mdta" + b"\0" * 12),
        box(b"keys", b"\0\0\0\0" + struct.pack(">I", len(names)), keys),
        box(b"ilst", values),
    )


def test_the_camera_in_each_maker_s_place() -> None:
    android = {"com.android.manufacturer": "Google", "com.android.model": "Pixel 8"}
    for user_data in (
        keyed(android),
        keyed({"com.apple.quicktime.make": "Google", "com.apple.quicktime.model": "Pixel 8"}),
        international(b"\xa9mak", b"Google") + international(b"\xa9mod", b"Pixel 8"),
        item_list(b"\xa9mak", b"Google") + international(b"\xa9mod", b"Pixel 8"),
        box(b"manu", b"Google\0") + box(b"modl", b"\0\0\0\0\x15\xc7Pixel 8\0"),
        international(b"\xa9mak", b"Google")
        + box(b"smta", b"\0\0\0\0", box(b"mdln", b"Pixel 8\0")),
    ):
        found = of(user_data)
        assert (found.make, found.model) == ("Google", "Pixel 8")


def test_texts_with_where_they_stood() -> None:
    data = movie(
        keys={"title": "Pier", "description": "Boats"},
        user_data=international(b"\xa9cpy", "© Zoë".encode("mac_roman"), language=0)
        + box(b"auth", b"\0\0\0\0\x15\xc7" + "Zoë".encode() + b"\0")
        + item_list(b"keyw", b"boats, harbour"),
    )
    assert [(text.origin, text.value) for text in parts(data).texts] == [
        ("quicktime:title", "Pier"),
        ("quicktime:description", "Boats"),
        ("quicktime:author", "Zoë"),
        ("quicktime:copyright", "© Zoë"),
        ("quicktime:keywords", "boats, harbour"),
    ]
