import hashlib
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.media.icloud_export import (
    IcloudPhoto,
    file_checksum,
    is_details,
    parse_details,
    parse_names,
    stated_time,
)
from photo_assets.model.vocabulary import CaptureKind, Precision
from photo_assets.model.wall_time import WallTime

HEADER = "imgName,fileChecksum,favorite,hidden,deleted,originalCreationDate,viewCount,importDate\n"
CHECKSUM = "AcQTH38VUJ8ryqOCgiKuos3A5eCo"
ROW = (
    f'IMG_0403.MOV,{CHECKSUM},yes,no,no,"Tuesday April 7,2020 3:40 PM GMT",10,'
    '"Wednesday April 8,2020 12:05 AM GMT"\n'
)


def test_a_row_of_the_photo_details() -> None:
    details = parse_details((HEADER + ROW).encode())
    (photo,) = details.photos
    assert (photo.name, photo.checksum, photo.view_count) == ("IMG_0403.MOV", CHECKSUM, 10)
    assert (photo.favourite, photo.hidden, photo.deleted) == (True, False, False)
    assert photo.created is not None
    assert photo.created.time == WallTime(datetime(2020, 4, 7, 15, 40), None, Precision.MINUTE)
    assert photo.created.kind is CaptureKind.UTC
    assert photo.created.source == "icloud:originalCreationDate"
    assert photo.imported == WallTime(datetime(2020, 4, 8, 0, 5), None, Precision.MINUTE)
    assert details.problems == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_names_in_any_writing_and_columns_in_any_order(encoding: str, end: str) -> None:
    text = f'favorite,IMGNAME{end}yes,"Zürich, 黄.HEIC"{end}no,b.jpg{end}'
    details = parse_details(text.encode(encoding))
    assert [(photo.name, photo.favourite) for photo in details.photos] == [
        ("Zürich, 黄.HEIC", True),
        ("b.jpg", False),
    ]
    assert details.photos[0].created is None


def test_each_line_is_a_photo_or_a_problem() -> None:
    lines = [ROW, '"broken\n', ",x,no,no,no,,,\n", "\n", ",,,,,,,\n", "only.jpg\n", ROW]
    details = parse_details((HEADER + "".join(lines)).encode())
    assert [photo.name for photo in details.photos] == ["IMG_0403.MOV", "only.jpg", "IMG_0403.MOV"]
    assert details.photos[1] == IcloudPhoto(name="only.jpg")
    assert details.problems == (
        "Line 3 of the table cannot be read.",
        "Line 4 of the photo details names no file.",
    )
    assert parse_details(b"").photos == parse_details(HEADER.encode()).photos == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tuesday April 7,2020 3:40 PM GMT", datetime(2020, 4, 7, 15, 40)),
        ("Thursday August 29,2013 7:08 AM GMT", datetime(2013, 8, 29, 7, 8)),
        ("Sunday May 14,2023 12:36 AM GMT", datetime(2023, 5, 14, 0, 36)),
        ("Sunday May 14,2023 12:36 PM GMT", datetime(2023, 5, 14, 12, 36)),
        ("Saturday June 18, 2022 14:00 PM GMT", datetime(2022, 6, 18, 14, 0)),
        ("Saturday June 18,2022 14:00 GMT", datetime(2022, 6, 18, 14, 0)),
        ("June 18,2022 2:00 PM UTC", datetime(2022, 6, 18, 14, 0)),
        ("Saturday June 18,2022 2:00 PM", None),
        ("Saturday Juin 18,2022 2:00 PM GMT", None),
        ("Saturday Sommer 18,2022 2:00 PM GMT", None),
        ("Monday February 30,2022 2:00 PM GMT", None),
        ("Monday January 1,0001 12:00 AM GMT", None),
        ("2022-06-18", None),
        ("", None),
    ],
)
def test_dates_are_instants_in_utc(text: str, expected: datetime | None) -> None:
    time = stated_time(text)
    assert (None if time is None else time.time) == expected
    assert time is None or (time.offset_min, time.precision) == (None, Precision.MINUTE)


def test_the_checksum_is_a_salted_sha_1_in_base_64() -> None:
    salt = b"com.apple.XattrObjectSalt\0com.apple.DataObjectSalt\0"
    digest = hashlib.sha1(salt + b"hello world").digest()
    assert file_checksum([b"hello ", b"world"]) == file_checksum([b"hello world"])
    stated = file_checksum([b"hello world"])
    assert (len(stated), stated[0]) == (28, "A")
    import base64

    assert base64.b64decode(stated) == b"\x01" + digest
    assert base64.b64decode(CHECKSUM)[0] == 1  # one that Apple wrote, from a public report
    (photo,) = parse_details(f"{HEADER}a.jpg,{stated}\n".encode()).photos
    assert photo.checksum == stated
    (photo,) = parse_details(f"{HEADER}a.jpg,none of it\n".encode()).photos
    assert photo.checksum is None


@pytest.mark.parametrize("header", ["Images", "imgName", "imageName", "Bilder"])
def test_albums_and_memories_list_names(header: str) -> None:
    data = f'{header}\r\nIMG_1.JPG\r\n"a, b.HEIC"\r\nIMG_1.JPG\r\n\r\n'.encode()
    assert parse_names(data) == (("IMG_1.JPG", "a, b.HEIC"), ())


def test_an_album_that_is_empty_or_has_no_header() -> None:
    assert parse_names(b"") == parse_names(b"Images\n") == ((), ())
    assert parse_names(b"IMG_1.JPG\nIMG_2.JPG\n")[0] == ("IMG_1.JPG", "IMG_2.JPG")
    assert parse_names(b'Images\n"broken\nIMG_2.JPG\n') == (
        ("IMG_2.JPG",),
        ("Line 2 of the table cannot be read.",),
    )


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (HEADER.encode(), True),
        (b"\xef\xbb\xbf" + HEADER.encode(), True),
        (b"imgName , fileChecksum\r\nx", True),
        (b"Images\nIMG_1.JPG\n", False),
        (b"imgName\nIMG_1.JPG\n", False),
        (b"", False),
        (b"\xff\xd8\xff\xe0", False),
    ],
)
def test_the_details_are_known_by_their_first_line(head: bytes, expected: bool) -> None:
    assert is_details(head) is expected


@given(st.binary(max_size=400))
def test_any_bytes_are_tables(data: bytes) -> None:
    lines = [line for line in data.split(b"\n")[1:] if line.strip()]
    details = parse_details(data)
    assert len(details.photos) + len(details.problems) <= len(lines) + 1
    parse_names(data)
    parse_details(HEADER.encode() + data)
    is_details(data)


def test_a_table_of_a_whole_library_takes_a_moment() -> None:
    details = parse_details((HEADER + ROW * 100_000).encode())
    assert len(details.photos) == 100_000
